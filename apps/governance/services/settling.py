"""After the count: the levels above are asked, and what holds for good begins to work.

A motion that nobody above must agree to is in force at its close. Anything else waits as carried; the chain of
approvals kicks `governance.review_decided`, and `follow_decided` heals whatever a lost kick or a missing level held up.
"""

import logging

from django.utils.translation import gettext as _

from apps.core import audit, clock, jobs
from apps.core.moves import check_move
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds import services as funds
from apps.funds.models import Approval
from apps.funds.services import StepPlan
from apps.governance import notices, queries
from apps.governance.models import Motion
from apps.governance.services.effects import EFFECTS, carry_out
from apps.governance.services.motions.rows import bump, lock
from apps.governance.states import ABOUT_GRANTS, CARRIED, IN_FORCE, MOTION_MOVES, RETURNED
from apps.users.models import User

logger = logging.getLogger(__name__)


@verb
def ask_above(motion: Motion) -> Approval:
    """Open the chain of upper levels for a carried motion; asked again, the one there is comes back.

    Raises `Refused` naming the level when nobody holds it: the motion then waits until somebody does.
    """
    motion = lock(motion)
    fund = motion.committee.fund
    if motion.state != CARRIED:
        raise Refused(_("这个议案不在等上级审核。"))
    days = queries.pinned(motion, "review_days")
    return funds.open_approval(
        host=fund.host,
        kind=Approval.Kind.MOTION,
        subject_kind=queries.SUBJECT_KIND,
        subject_code=motion.code,
        title=f"{fund.name} {motion.number} {motion.title}",
        steps=[
            StepPlan(level.label, level.role_kind, level.scope_kind, level.scope_code, days)
            for level in queries.levels_above(motion)
        ],
        task="governance.review_decided",
        division=fund.division,
        fund=fund,
        amount=motion.amount,
        page=f"/m/{motion.code}/",
        parties=queries.parties_to(motion),
        by=User.objects.filter(pk=motion.tabled_by_id or 0).first(),
    )


@verb
def review_decided(approval_code: str) -> Motion:
    """Put a carried motion into force, or mark it as sent back, once the levels above have spoken; twice is once."""
    approval = Approval.objects.get(code=approval_code, subject_kind=queries.SUBJECT_KIND)
    motion = lock(Motion.objects.get(code=approval.subject_code))
    if motion.state != CARRIED:
        return motion
    if approval.state == Approval.State.PASSED:
        begin_force(motion)
        notices.in_force(motion)
    elif approval.state in {Approval.State.RETURNED, Approval.State.REFUSED}:
        check_move(MOTION_MOVES, motion.state, RETURNED, what=_("这个议案"))
        motion.state, motion.settled_at = RETURNED, clock.now()
        motion.save(update_fields=["state", "settled_at"])
        audit.record(None, "governance.returned", motion, approval=approval.code)
        notices.returned(motion)
        bump(motion)
        if motion.kind in ABOUT_GRANTS:
            jobs.kick("grants.motion_lost", motion.code)
    return motion


def begin_force(motion: Motion) -> None:
    """Put a locked motion into force and kick whoever acts on it. Called at the close, or by the levels above."""
    check_move(MOTION_MOVES, motion.state, IN_FORCE, what=_("这个议案"))
    motion.state, motion.settled_at = IN_FORCE, clock.now()
    motion.save(update_fields=["state", "settled_at"])
    audit.record(None, "governance.in_force", motion)
    bump(motion)
    if motion.kind in ABOUT_GRANTS:
        jobs.kick("grants.award_carried", motion.code)
    elif motion.kind == Motion.Kind.CLOSING:
        jobs.kick("finance.close_fund_decided", motion.code)
    elif motion.kind in EFFECTS:
        jobs.kick("governance.carry_out", motion.code)


def follow_decided() -> int:
    """Do what decided motions still wait for, and return how many moved on: ask above, hear the answer, act."""
    moved = 0
    for motion in queries.unsettled():
        before = (motion.state, motion.done_at, queries.approval_above(motion))
        try:
            _follow(motion)
        except Refused as refusal:
            logger.warning("motion %s waits: %s", motion.code, refusal)
        except Exception:
            logger.exception("motion %s could not be followed", motion.code)
        motion.refresh_from_db()
        moved += (motion.state, motion.done_at, queries.approval_above(motion)) != before
    return moved


def _follow(motion: Motion) -> None:
    if motion.state == CARRIED:
        approval = queries.approval_above(motion) or ask_above(motion)
        review_decided(approval.code)
    else:
        carry_out(motion)
