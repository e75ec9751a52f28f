"""Reminding exactly those who have not voted, without telling anybody who they are or how many."""

from apps.core import audit, clock
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.governance import notices, permissions, queries, rules
from apps.governance.models import Motion
from apps.governance.services.motions.rows import lock
from apps.users.models import User


@verb
def remind(motion: Motion, *, by: User | None) -> None:
    """Write to those who may vote and have not, as it stands at this moment; each once, however often it is pressed.

    It answers nothing and records only that it was pressed: a number or a name would tell the turnout.
    """
    motion = lock(motion)
    permissions.may_remind(by, motion).require()
    audit.record(by, "governance.remind", motion)
    notices.reminder(motion, occasion="button")


def remind_due() -> None:
    """Remind by the clock, a day and some hours before the deadline; each person once on each occasion."""
    for motion in queries.voting():
        try:
            _remind_by_the_clock(motion)
        except Refused:
            continue


@verb
def _remind_by_the_clock(motion: Motion) -> None:
    motion = lock(motion)
    permissions.may_remind(None, motion).require()
    if motion.opens_at is None or motion.closes_at is None:
        return
    occasion = rules.reminder_due(motion.opens_at, motion.closes_at, clock.now())
    if occasion:
        notices.reminder(motion, occasion=occasion)
