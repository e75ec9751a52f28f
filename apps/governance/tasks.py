"""Thin Celery wrappers."""

from celery import shared_task

from apps.governance import services
from apps.governance.models import Motion


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


@shared_task(name="governance.review_decided")
def review_decided(approval_code: str) -> None:
    """Hear what the levels above said of a carried motion."""
    services.review_decided(approval_code)


@shared_task(name="governance.carry_out")
def carry_out(motion_code: str) -> None:
    """Do what a motion in force decided."""
    services.carry_out(Motion.objects.select_related("committee__fund").get(code=motion_code))


@shared_task(name="governance.follow_decided")
def follow_decided() -> None:
    """Do what decided motions still wait for, and mark meetings that are over."""
    services.end_due_meetings()
    services.follow_decided()
