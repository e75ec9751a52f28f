"""Thin Celery wrappers."""

from celery import shared_task

from apps.governance import services


@shared_task(name="governance.close_due")
def close_due() -> None:
    """Count and publish every vote whose deadline has passed."""
    services.close_due()


@shared_task(name="governance.remind_due")
def remind_due() -> None:
    """Remind those who have not voted when a deadline is near."""
    services.remind_due()


@shared_task(name="governance.warn_of_terms")
def warn_of_terms() -> None:
    """Tell of the terms that run out soon."""
    services.warn_of_terms()
