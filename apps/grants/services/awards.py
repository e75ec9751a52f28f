"""From a submitted project to a motion, and from its result to a grant or a refusal."""

import logging

from django.utils.translation import gettext as _

from apps.core import audit, clock, money
from apps.core.codes import new_code
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds import services as funds
from apps.funds.queries import available, general_restriction
from apps.governance import services as governance
from apps.governance.models import Motion
from apps.governance.queries import usable
from apps.grants import notices, permissions, queries, rules
from apps.grants.models import Grant, GrantSource, Instalment
from apps.grants.services.changes import follow_change
from apps.grants.services.locks import changed
from apps.grants.services.reviewing import readiness
from apps.grants.services.ties import tie_donors
from apps.grants.states import RESERVED_AS
from apps.projects import services as projects
from apps.projects.models import Project
from apps.projects.queries import frozen
from apps.projects.states import APPROVED, DECLINED, SUBMITTED, TABLED
from apps.users.models import User

logger = logging.getLogger(__name__)
# What becomes of a project when its motion is over without a grant.
AFTER = {
    Motion.State.LOST: DECLINED,
    Motion.State.WITHDRAWN: SUBMITTED,
    Motion.State.RETURNED: SUBMITTED,
}


@verb
def table_project(project: Project, *, restriction: str = "", by: User) -> Motion:
    """Put a submitted project before the committee of its fund as a draft motion, frozen as it is now.

    `restriction` names the donors' purpose the money shall come from first, if any. Raises `Refused` when the fund
    cannot meet it today: a committee does not promise what it does not have.
    """
    fund = funds.lock_fund(project.fund.code)
    project = projects.lock_project(project)
    permissions.may_table(by, project).require()
    readiness(project).require()
    if restriction and not fund.restrictions.filter(code=restriction).exists():
        raise Refused(_("这项限定用途不属于本基金。"), "restriction")
    left = usable(fund, restriction)
    if left < project.asked:
        raise Refused(
            _("本基金现在能用于这个项目的是 ¥%(left)s，不够申请的 ¥%(asked)s。")
            % {"left": money.written(left), "asked": money.written(project.asked)}
        )
    motion = governance.table(
        fund,
        kind=Motion.Kind.GRANT,
        title=project.title,
        subject_kind=queries.SUBJECT_KIND,
        subject_code=project.code,
        subject=frozen(project),
        amount=project.asked,
        restriction=restriction,
        by=by,
    )
    tie_donors(motion)
    projects.close_review(project, by=by)
    projects.mark(project, state=TABLED, by=by)
    audit.record(by, "table_project", project, motion=motion.code, amount=project.asked)
    notices.tabled(project)
    return motion


@verb
def award_carried(motion_code: str) -> Grant:
    """Make the grant that a motion in force decided, and reserve its money; the public notice begins.

    Once per motion, however often it is asked. Raises `Refused`, changing nothing, when the motion is not in force or
    the fund cannot meet it; then it stays among the decisions that wait for money.
    """
    seen = Motion.objects.select_related("committee__fund").get(code=motion_code)
    fund = funds.lock_fund(seen.committee.fund.code)
    motion = Motion.objects.select_for_update(no_key=True, of=("self",)).get(pk=seen.pk)
    made = Grant.objects.filter(motion=motion).first()
    if made is not None:
        return made
    if motion.state != Motion.State.IN_FORCE or motion.settled_at is None:
        raise Refused(_("这项议案没有通过，或者还在等上级审核，不能拨款。"))
    project = projects.lock_project(queries.project_of(motion))
    if project.state != TABLED or motion.amount > project.asked or project.fund_id != fund.pk:
        raise Refused(_("项目与表决时的不一致，不能拨款。"))
    order = rules.source_order(motion.restriction, general_restriction(fund).code)
    left = available(fund)
    sources = rules.choose_sources(motion.amount, left, order)
    if sources is None:
        enough = sum(max(left.get(code, 0), 0) for code in order)
        raise Refused(
            _("本基金现在能用于这个项目的是 ¥%(left)s，不够申请的 ¥%(asked)s。")
            % {"left": money.written(enough), "asked": money.written(motion.amount)}
        )
    grant = _make(motion, project=project, sources=sources)
    funds.reserve(fund, amounts=sources, source_kind=RESERVED_AS, source_code=grant.code, by=None)
    grant.project = projects.mark(project, state=APPROVED, by=None)
    audit.record(None, "award", grant, motion=motion.code, amount=grant.amount, sources=sources)
    notices.awarded(grant)
    changed(grant)
    return grant


def _make(motion: Motion, *, project: Project, sources: dict[str, int]) -> Grant:
    """Write the grant with its sources and instalments, by the clauses the motion pinned."""
    decided_on = clock.day_of(motion.settled_at or clock.now())
    grant = Grant.objects.create(
        code=new_code("G"),
        project=project,
        motion=motion,
        fund=project.fund,
        amount=motion.amount,
        awarded_at=clock.now(),
        notice_until=rules.notice_end(decided_on, queries.pinned(motion, "notice_days")),
    )
    GrantSource.objects.bulk_create(
        [
            GrantSource(grant=grant, restriction=restriction, amount=amount)
            for restriction, amount in sources.items()
        ]
    )
    plan = rules.instalment_plan(grant.amount, queries.pinned(motion, "first_instalment_max_bp"))
    Instalment.objects.bulk_create(
        [
            Instalment(grant=grant, number=number, condition=condition, amount=amount)
            for number, (condition, amount) in enumerate(plan, start=1)
        ]
    )
    return grant


@verb
def motion_lost(motion_code: str) -> Project:
    """Close a project whose motion was lost, or give it back when the motion was withdrawn or sent back from above: it
    can be tabled again once the reasons are met."""
    motion = Motion.objects.select_related("committee__fund").get(code=motion_code)
    after = AFTER.get(Motion.State(motion.state))
    if after is None:
        raise Refused(_("这项议案还没有结果，或者已经通过。"))
    project = projects.lock_project(queries.project_of(motion))
    if project.state != TABLED or queries.latest_motion(project) != motion:
        return project
    project = projects.mark(project, state=after, by=None)
    if after == DECLINED:
        notices.declined(project)
    elif motion.state == Motion.State.RETURNED:
        notices.returned(project, motion)
    return project


def follow(motion: Motion) -> None:
    """Act on one motion's result; one in force that the fund cannot meet is told once and stays waiting.

    Motions about anything but a project or a grant are nobody's business here.
    """
    if motion.subject_kind == queries.CHANGE_KIND:
        follow_change(motion)
        return
    if motion.subject_kind != queries.SUBJECT_KIND:
        return
    if motion.state != Motion.State.IN_FORCE:
        motion_lost(motion.code)
        return
    try:
        award_carried(motion.code)
    except Refused as refusal:
        logger.warning("motion %s waits: %s", motion.code, refusal)
        notices.award_waits(motion, str(refusal))


def settle_decided() -> int:
    """Follow every decided motion whose project still waits, and return how many there were: the sweeper that heals a
    missed kick and retries awards that waited for money."""
    waiting = [*queries.decided_waiting(), *queries.changes_decided()]
    for motion in waiting:
        follow(motion)
    return len(waiting)
