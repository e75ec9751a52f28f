"""Closing a vote: the count, its publication, and the word to everyone."""

import logging

from django.utils.translation import gettext as _

from apps.core import audit, clock, jobs
from apps.core.moves import check_move
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.governance import notices, permissions, queries
from apps.governance.models import Motion
from apps.governance.services.motions.rows import bump, lock
from apps.governance.services.recusals import recuse_tied
from apps.governance.services.settling import ask_above, begin_force
from apps.governance.services.sheets import show_sheets
from apps.governance.states import ABOUT_GRANTS, CARRIED, LOST, MOTION_MOVES
from apps.users.models import User

logger = logging.getLogger(__name__)


@verb
def close(motion: Motion, *, by: User | None = None) -> Motion:
    """Count the votes after the deadline and write the result, once; closing again returns what was written.

    Raises `Refused` before the deadline. A carried motion is in force at once unless a level above has to agree.
    """
    motion = lock(motion)
    if motion.is_decided:
        return motion
    permissions.may_close(by, motion).require()
    # A tie can come to be while voting is open without anybody declaring it: a role, an application taken over.
    recuse_tied(motion)
    tally = queries.count(motion)
    state = CARRIED if tally.carried else LOST
    check_move(MOTION_MOVES, motion.state, state, what=_("这个议案"))
    motion.result = queries.published(motion, tally)
    motion.state, motion.decided_at = state, clock.now()
    motion.save(update_fields=["result", "state", "decided_at"])
    _record_ballots(motion)
    _record_recusals(motion)
    show_sheets(motion)
    audit.record(by, "governance.close", motion, state=state, decided_by=tally.decided_by)
    notices.decided(motion)
    bump(motion)
    if tally.carried:
        _go_on(motion)
    elif motion.kind in ABOUT_GRANTS:
        jobs.kick("grants.motion_lost", motion.code)
    return motion


def _go_on(motion: Motion) -> None:
    """Ask the levels above if there are any for it, else put the motion into force at once."""
    if not queries.levels_above(motion):
        begin_force(motion)
        return
    try:
        ask_above(motion)
    except Refused as refusal:
        # The result stands; the sweeper asks again until somebody holds the missing level.
        logger.warning("motion %s waits: %s", motion.code, refusal)


def _record_ballots(motion: Motion) -> None:
    """Lay the casting of every ballot in the audit trail, which had to wait until the turnout may be known.

    Of a secret vote only who voted and by which way; neither the ballot nor its moment.
    """
    recorders = User.objects.in_bulk(set(motion.ballots.values_list("recorded_by_id", flat=True)))
    for ballot in motion.ballots.order_by("pk"):
        facts = {"seat": ballot.seat_id, "channel": ballot.channel}
        if not motion.is_secret:
            facts |= {"ballot": ballot.pk, "cast_at": queries.utc_text(ballot.cast_at)}
        audit.record(recorders.get(ballot.recorded_by_id), "governance.cast", motion, **facts)


def _record_recusals(motion: Motion) -> None:
    """Lay in the audit trail who stepped aside by their own word, which stays inside until the close.

    What a tie did by itself is not said: the trail would tell that somebody has one.
    """
    declared = motion.recusals.exclude(declared_by_id=None).order_by("pk")
    people = User.objects.in_bulk(set(declared.values_list("declared_by_id", flat=True)))
    for one in declared:
        said_at = queries.utc_text(one.declared_at)
        by = people.get(one.declared_by_id or 0)
        audit.record(by, "governance.recuse", motion, seat=one.seat_id, declared_at=said_at)


def close_due() -> int:
    """Close every motion whose deadline has passed and return how many; one that fails does not hold up the others."""
    closed = 0
    for motion in queries.due():
        try:
            close(motion)
        except Exception:
            logger.exception("motion %s could not be closed", motion.code)
        else:
            closed += 1
    return closed
