"""Thin Celery wrappers."""

from celery import shared_task

from apps.funds import services


@shared_task(name="funds.fold_totals")
def fold_totals() -> None:
    """Bring the divisions' totals up to what is booked."""
    services.fold_totals()
