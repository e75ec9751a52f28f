"""Thin Celery wrappers."""

from celery import shared_task

from apps.core import outbox


@shared_task(name="core.deliver_outbox")
def deliver_outbox() -> None:
    """Send what waits in the outbox."""
    outbox.deliver()
