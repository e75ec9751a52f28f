"""Thin Celery wrappers: safe to repeat, run by name from verbs below and by the sweepers."""

from celery import shared_task

from apps.seeding import services


@shared_task(name="seeding.match_gifts")
def match_gifts() -> None:
    """Match what waits and take back what refunds ask for."""
    services.match_gifts()
