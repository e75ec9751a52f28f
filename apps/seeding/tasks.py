"""Thin Celery wrappers: safe to repeat, run by name from verbs below and by the sweepers."""

from celery import shared_task

from apps.seeding import services


@shared_task(name="seeding.match_gifts")
def match_gifts() -> None:
    """Match what waits and take back what refunds ask for."""
    services.match_gifts()


@shared_task(name="seeding.application_decided")
def application_decided(code: str) -> None:
    """Bring an application in line with its approval, by the approval's code."""
    services.follow_approval(code)


@shared_task(name="seeding.follow_approvals")
def follow_approvals() -> None:
    """Find decided approvals that their applications have not heard of."""
    services.follow_approvals()
