"""Thin Celery wrappers."""

from celery import shared_task

from apps.funds import services


@shared_task(name="funds.fold_totals")
def fold_totals() -> None:
    """Bring the divisions' totals up to what is booked."""
    services.fold_totals()


@shared_task(name="funds.application_decided")
def application_decided(approval_code: str) -> None:
    """Let an application for a fund become what its approval says."""
    services.application_decided(approval_code)


@shared_task(name="funds.settle_applications")
def settle_applications() -> None:
    """Catch up with approvals of applications whose kick was lost."""
    services.settle_applications()
