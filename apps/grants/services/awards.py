"""From a submitted project to a motion, and from its result to a grant or a refusal."""

import logging
from collections.abc import Mapping

from django.utils.translation import gettext as _

from apps.core import audit, clock, money
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds import services as funds
from apps.funds.models import Fund
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
from apps.projects.models import Project, Share
from apps.projects.queries import frozen, shares_of
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
def table_project(
    project: Project, *, fund: Fund | None = None, restriction: str = "", why: str = "", by: User
) -> Motion:
    """Put a submitted project before the committee of a fund as a draft motion, frozen as it is now.

    `fund` is one that is asked to pay, without it the one that was applied to; the committee votes on that fund's
    share. `restriction` names the donors' purpose the money shall come from first, if any; `why` says why the project
    is within it where the words do not tell, and is kept. Raises `Refused` when the money may not be used for it, and
    when the fund cannot meet it today: a committee does not promise what it does not have.
    """
    fund = funds.lock_fund((fund or project.fund).code)
    project = projects.lock_project(project)
    permissions.may_table(by, project, fund).require()
    readiness(project, fund).require()
    share = project.shares.get(fund=fund)
    if restriction:
        _check_purpose(project, fund, restriction, why=why, by=by)
    left = usable(fund, restriction)
    if left < share.amount:
        raise Refused(
            _("本基金现在能用于这个项目的是 ¥%(left)s，不够申请的 ¥%(asked)s。")
            % {"left": money.written(left), "asked": money.written(share.amount)}
        )
    before = queries.latest_motion(project, fund)
    motion = governance.table(
        fund,
        kind=Motion.Kind.GRANT,
        title=project.title,
        subject_kind=queries.SUBJECT_KIND,
        subject_code=project.code,
        subject=frozen(project),
        amount=share.amount,
        restriction=restriction,
        instead_of=before if before is not None and before.state == Motion.State.IN_FORCE else None,
        applicant_id=project.created_by_id,
        by=by,
    )
    tie_donors(motion)
    projects.close_review(project, by=by)
    projects.mark(project, state=TABLED, by=by)
    audit.record(by, "table_project", project, motion=motion.code, amount=share.amount)
    notices.tabled(project, fund)
    return motion


def _check_purpose(project: Project, fund: Fund, code: str, *, why: str, by: User) -> None:
    """Raise `Refused` unless the money bound to a purpose may pay a project (Charity Law, article 56); keep
    what the officer says where words do not tell."""
    row = fund.restrictions.filter(code=code).first()
    if row is None:
        raise Refused(_("这项限定用途不属于本基金。"), "restriction")
    if row.is_general:
        return
    purpose = queries.purpose_of(project, row)
    if purpose.asks_why:
        if not why.strip():
            raise Refused(purpose.sentence, "why")
        projects.confirm(project, key=queries.confirmation_key(row), words=why, by=by)
        purpose = queries.purpose_of(project, row)
    if not purpose.may_pay:
        raise Refused(purpose.may_pay.reason, "restriction")


@verb
def award_carried(motion_code: str) -> Grant:
    """Make the grant that a motion in force decided, and reserve its money; the public notice begins.

    Where several funds pay a project, all their grants are made together once every committee has said yes, so that
    no project starts with half its money. Once per motion, however often it is asked. Raises `Refused`, changing
    nothing, when the motion is not in force, another fund has not said yes or a fund cannot meet its share; then it
    stays among the decisions that wait.
    """
    seen = Motion.objects.select_related("committee__fund").get(code=motion_code)
    paying = Share.objects.filter(project__code=seen.subject_code).values_list("fund__code", flat=True)
    held = {code: funds.lock_fund(code) for code in sorted({seen.committee.fund.code, *paying})}
    motion = lock_row(Motion, pk=seen.pk)
    made = Grant.objects.filter(motion=motion).first()
    if made is not None:
        return made
    if motion.state != Motion.State.IN_FORCE or motion.settled_at is None:
        raise Refused(_("这项议案没有通过，或者还在等上级审核，不能拨款。"))
    project = projects.lock_project(queries.project_of(motion))
    votes = queries.said_yes(project)
    if project.state != TABLED or votes.get(seen.committee.fund_id) != motion:
        raise Refused(_("项目与表决时的不一致，不能拨款。"))
    grants = [_award(held[share.fund.code], share, votes) for share in shares_of(project)]
    project = projects.mark(project, state=APPROVED, by=None)
    for grant in grants:
        grant.project = project
        notices.awarded(grant)
        changed(grant)
    return next(grant for grant in grants if grant.motion_id == motion.pk)


def _award(fund: Fund, share: Share, votes: Mapping[int, Motion | None]) -> Grant:
    """Make one fund's grant of its share and reserve it. The fund is locked. Raises `Refused` when it has not said yes
    or has too little."""
    motion = votes[fund.pk]
    if motion is None:
        raise Refused(_("还在等%(name)s表决它的份额。") % {"name": fund.name})
    if motion.amount > share.amount:
        raise Refused(_("项目与表决时的不一致，不能拨款。"))
    queries.may_be_paid_from(share.project, fund, motion.restriction).require()
    order = rules.source_order(motion.restriction, general_restriction(fund).code)
    left = available(fund)
    sources = rules.choose_sources(motion.amount, left, order)
    if sources is None:
        enough = sum(max(left.get(code, 0), 0) for code in order)
        raise Refused(
            _("%(name)s现在能用于这个项目的是 ¥%(left)s，不够申请的 ¥%(asked)s。")
            % {"name": fund.name, "left": money.written(enough), "asked": money.written(motion.amount)}
        )
    grant = _make(motion, fund=fund, project=share.project, sources=sources)
    funds.reserve(fund, amounts=sources, source_kind=RESERVED_AS, source_code=grant.code, by=None)
    audit.record(None, "award", grant, motion=motion.code, amount=grant.amount, sources=sources)
    return grant


def _make(motion: Motion, *, fund: Fund, project: Project, sources: dict[str, int]) -> Grant:
    """Write the grant with its sources and instalments, by the clauses the motion pinned."""
    decided_on = clock.day_of(motion.settled_at or clock.now())
    grant = Grant.objects.create(
        code=new_code("G"),
        project=project,
        motion=motion,
        fund=fund,
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
    _plan_instalments(grant)
    return grant


def _plan_instalments(grant: Grant) -> None:
    """Write the instalments as the application that was voted on plans them, within the share that the clauses the
    motion pinned let go before final acceptance; where it plans none, that share comes after the notice."""
    project, most = grant.project, queries.pinned(grant.motion, "first_instalment_max_bp")
    steps = {step.number: step for step in project.milestones.order_by("number")}
    plan = rules.instalment_plan(
        grant.amount,
        most if project.first_bp is None else project.first_bp,
        [(number, step.share_bp) for number, step in steps.items() if step.share_bp],
        most_before_bp=most,
    )
    Instalment.objects.bulk_create(
        [
            Instalment(
                grant=grant,
                number=number,
                condition=part.condition,
                milestone=steps[part.milestone] if part.milestone else None,
                amount=part.amount,
            )
            for number, part in enumerate(plan, start=1)
        ]
    )


@verb
def motion_lost(motion_code: str) -> Project:
    """Close a project whose motion was lost, or give it back when the motion was withdrawn or sent back from above: it
    can be tabled again once the reasons are met.

    Where several funds pay, one no is a no to the whole, and what other committees were still to vote on is withdrawn.
    """
    motion = Motion.objects.select_related("committee__fund").get(code=motion_code)
    fund = motion.committee.fund
    after = AFTER.get(Motion.State(motion.state))
    if after is None:
        raise Refused(_("这项议案还没有结果，或者已经通过。"))
    paying = Share.objects.filter(project__code=motion.subject_code).values_list("fund__code", flat=True)
    for code in sorted({fund.code, *paying} if after == DECLINED else {fund.code}):
        funds.lock_fund(code)
    project = projects.lock_project(queries.project_of(motion))
    if project.state != TABLED or queries.latest_motion(project, fund) != motion:
        return project
    project = projects.mark(project, state=after, by=None)
    if after == DECLINED:
        for other in queries.votes_under_way(project):
            governance.withdraw(other, by=None)
        notices.declined(project, fund)
    elif motion.state == Motion.State.RETURNED:
        notices.returned(project, motion)
    return project


def follow(motion: Motion) -> None:
    """Act on one motion's result; one in force that the fund cannot meet is told once and stays waiting.

    Motions about anything but a project or a grant are nobody's business here.
    """
    if motion.subject_kind == queries.CHANGE_KIND:
        try:
            follow_change(motion)
        except Refused as refusal:
            logger.warning("motion %s waits: %s", motion.code, refusal)
        return
    if motion.subject_kind != queries.SUBJECT_KIND:
        return
    if motion.state != Motion.State.IN_FORCE:
        motion_lost(motion.code)
        return
    if queries.votes_awaited(motion):
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
