"""Thin Celery wrappers."""

from celery import shared_task

from apps.finance import services


@shared_task(name="finance.close_fund_decided")
def close_fund_decided(motion_code: str) -> None:
    """Carry out a motion in force that closes a fund."""
    services.close_fund_decided(motion_code)


@shared_task(name="finance.close_decided_funds")
def close_decided_funds() -> None:
    """Carry out what a lost kick or an open obstacle left behind."""
    services.close_decided_funds()


@shared_task(name="finance.book_platform_file")
def book_platform_file(code: str) -> None:
    """Book the new rows of a confirmed file."""
    services.book_platform_file(code)


@shared_task(name="finance.book_platform_files")
def book_platform_files() -> None:
    """Carry on with files that a lost kick or a stopped worker left behind, and let go of old ones."""
    services.book_platform_files()
