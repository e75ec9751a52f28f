"""Thin Celery wrappers: a code in, one service call, safe to repeat."""

from celery import shared_task

from apps.governance.models import Motion
from apps.grants import services
from apps.grants.services.awards import follow


@shared_task(name="grants.award_carried")
def award_carried(motion_code: str) -> None:
    """Act on the result of one motion about a project, whatever it is."""
    follow(Motion.objects.get(code=motion_code))


@shared_task(name="grants.motion_lost")
def motion_lost(motion_code: str) -> None:
    """Act on a motion about a project that was lost or withdrawn."""
    follow(Motion.objects.get(code=motion_code))


@shared_task(name="grants.settle_decided")
def settle_decided() -> None:
    """Follow decided motions that nobody followed, and awards that waited for money."""
    services.settle_decided()


@shared_task(name="grants.end_notices")
def end_notices() -> None:
    """Start the grants whose public notice is over."""
    services.end_notices()


@shared_task(name="grants.tie_donors")
def tie_donors(motion_code: str) -> None:
    """Have the members who gave to a motion's purpose step aside."""
    services.tie_donors(Motion.objects.get(code=motion_code))


@shared_task(name="grants.tie_donors_of_open")
def tie_donors_of_open() -> None:
    """The same for every open motion."""
    services.tie_donors_of_open()


@shared_task(name="grants.payee_changed")
def payee_changed(organisation_code: str) -> None:
    """Stop the payments prepared for an account that was changed."""
    services.payee_changed(organisation_code)


@shared_task(name="grants.remind")
def remind() -> None:
    """Write about what is due in the lives of grants, each occasion once."""
    services.remind()
