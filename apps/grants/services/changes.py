"""What changes of a grant after its award: small things by the chair alone, anything else by a new vote."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.core import audit, clock, money
from apps.core.codes import new_code
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.governance import services as governance
from apps.governance.models import Motion
from apps.governance.states import FAILED
from apps.grants import permissions, queries
from apps.grants.models import Clawback, Grant, GrantChange
from apps.grants.rules import changes as rules
from apps.grants.services.ending import end_early
from apps.grants.services.locks import changed, lock_grant
from apps.grants.states import LIVE
from apps.projects import services as projects
from apps.projects.queries import funds_of
from apps.users.models import User

Kind = GrantChange.Kind
TITLE = 80


def _write(
    grant: Grant,
    *,
    kind: Kind,
    reason: str,
    details: Mapping[str, Any],
    clawback: Clawback | None = None,
    by: User,
) -> GrantChange:
    return GrantChange(
        code=new_code("X"),
        grant=grant,
        kind=kind,
        reason=reason,
        details=dict(details),
        clawback=clawback,
        made_at=clock.now(),
        made_by_id=by.pk,
    )


def put_to_vote(grant: Grant, change: GrantChange, *, by: User) -> GrantChange:
    """Save a change of a locked grant and table its motion as a draft."""
    change.save()
    title = _("%(kind)s：%(title)s") % {"kind": change.get_kind_display(), "title": grant.project.title}
    change.motion = governance.table(
        grant.fund,
        kind=Motion.Kind.GRANT_CHANGE,
        title=title[:TITLE],
        subject_kind=queries.CHANGE_KIND,
        subject_code=change.code,
        subject={
            "change": change.kind,
            "change_words": str(change.get_kind_display()),
            "rows": queries.change_rows(change),
            "text": change.reason,
            "grant": grant.code,
            "grant_amount": grant.amount,
            "project_amount": queries.granted_together(grant.project),
            "motion": grant.motion.code,
            "motion_number": grant.motion.number,
            "project": grant.project.code,
            "project_title": grant.project.title,
            "organisation": grant.project.organisation.name,
            "organisation_code": grant.project.organisation.code,
        },
        applicant_id=grant.project.created_by_id,
        by=by,
    )
    change.save(update_fields=["motion"])
    audit.record(by, "table_change", change, grant=grant.code, kind=change.kind, motion=change.motion.code)
    changed(grant)
    return change


def reconsider(grant: Grant, *, reason: str, by: User) -> GrantChange:
    """Put a locked grant before the committee again as a whole; one that waits for its vote is that one."""
    pending = queries.pending_change(grant, Kind.RECONSIDER)
    return pending or put_to_vote(
        grant, _write(grant, kind=Kind.RECONSIDER, reason=reason, details={}, by=by), by=by
    )


@verb
def change_budget(grant: Grant, *, lines: Mapping[str, int], reason: str, by: User) -> GrantChange:
    """Move money between the lines of a grant's budget: `lines` is fen by the key of each line that changes.

    The sum stays. Up to the rulebook's share of the grant, counted from the budget that was voted on, the chair alone
    decides; beyond it an officer tables it and the committee votes. Neither goes beyond what the rules of a fund that
    pays allow for a kind of cost. Raises `Refused`.
    """
    grant = lock_grant(grant)
    first, now = queries.first_budget(grant), queries.budget_now(grant)
    unknown = [key for key in lines if key not in now]
    if unknown:
        raise Refused(_("这一行不在这个项目的预算里，请刷新页面。"), "lines")
    after = now | dict(lines)
    if any(not 0 <= fen <= money.MAX_FEN for fen in after.values()):
        raise Refused(_("预算的金额不能小于 0。"), "lines")
    if sum(after.values()) != sum(now.values()):
        facts = {"before": money.written(sum(now.values())), "after": money.written(sum(after.values()))}
        raise Refused(_("合计要不变：现在是 ¥%(before)s，改成了 ¥%(after)s。") % facts, "lines")
    if after == now:
        raise Refused(_("预算没有改动。"), "lines")
    _keep_caps(grant, now, after)
    small = rules.is_within_tolerance(
        rules.shifted(first, after), grant.amount, queries.pinned(grant.motion, "budget_shift_max_bp")
    )
    details = {"before": now, "after": after, "names": queries.line_names(grant)}
    return _decide(grant, Kind.BUDGET, reason=reason, details=details, small=small, by=by)


def _keep_caps(grant: Grant, now: Mapping[str, int], after: Mapping[str, int]) -> None:
    """Refuse what raises a kind of cost over its cap; what stood over it before a rule came may stay or shrink."""
    kinds = queries.line_kinds(grant)
    before, spent = _by_kind(kinds, now), _by_kind(kinds, after)
    grown = {kind: fen for kind, fen in spent.items() if fen > before[kind]}
    for fund in funds_of(grant.project):
        for one in queries.cost_findings(fund, grown, sum(after.values())):
            if not one.is_settled:
                raise Refused(one.refusal, "lines")


def _by_kind(kinds: Mapping[str, str], lines: Mapping[str, int]) -> Counter[str]:
    """Add up fen by line to fen by kind of cost."""
    found: Counter[str] = Counter()
    for key, fen in lines.items():
        found[kinds[key]] += fen
    return found


@verb
def extend(grant: Grant, *, ends_on: date, reason: str, by: User) -> GrantChange:
    """Let a grant's project end later; up to the rulebook's days the chair alone decides, beyond them the committee."""
    grant = lock_grant(grant)
    before = grant.project.ends_on
    if ends_on <= before:
        raise Refused(_("新的结束日期要晚于现在的 %(day)s。") % {"day": before.isoformat()}, "ends_on")
    if ends_on.year > before.year + 3:
        raise Refused(_("一次延期不超过三年，请核对日期。"), "ends_on")
    _keep_purposes(grant, ends_on)
    longer = rules.days_longer(queries.first_end(grant), ends_on)
    small = longer <= queries.pinned(grant.motion, "extension_max_days")
    details = {"before": before.isoformat(), "after": ends_on.isoformat()}
    return _decide(grant, Kind.DATES, reason=reason, details=details, small=small, by=by)


def _keep_purposes(grant: Grant, ends_on: date) -> None:
    """Refuse a last day after which money bound to a purpose could not be paid any more. After a vote the purpose may
    have been given another day meanwhile, so it is asked again; what waits is tried again."""
    verdict = queries.may_last_until(grant.project, ends_on)
    if not verdict:
        raise Refused(str(verdict.reason), "ends_on")


def _decide(
    grant: Grant, kind: Kind, *, reason: str, details: Mapping[str, Any], small: bool, by: User
) -> GrantChange:
    if small:
        permissions.may_change(by, grant).require()
    else:
        permissions.may_table_change(by, grant).require()
    permissions.leads(grant).require()
    if queries.pending_change(grant, kind) is not None:
        raise Refused(_("同样的变更正在等表决，有了结果再改。"))
    change = _write(grant, kind=kind, reason=_reason(reason), details=details, by=by)
    if not small:
        return put_to_vote(grant, change, by=by)
    change.state, change.decided_at = GrantChange.State.DONE, clock.now()
    ACTS[kind][0](change)
    change.save()
    audit.record(by, "change_grant", change, grant=grant.code, kind=kind)
    changed(grant)
    return change


@verb
def ask_write_off(clawback: Clawback, *, reason: str, by: User) -> GrantChange:
    """Put it to the vote to give up what did not come back of a clawback; nobody writes off alone. Raises `Refused`."""
    grant = lock_grant(clawback.grant)
    clawback = Clawback.objects.get(pk=clawback.pk)
    clawback.grant = grant
    permissions.may_write_off(by, clawback).require()
    pending = clawback.write_offs.filter(state=GrantChange.State.TABLED).first()
    if pending is not None:
        return pending
    details = {"clawback": clawback.code, "amount": clawback.outstanding}
    change = _write(
        grant, kind=Kind.WRITE_OFF, reason=_reason(reason), details=details, clawback=clawback, by=by
    )
    return put_to_vote(grant, change, by=by)


def _reason(text: str) -> str:
    reason = clean_text(text, field="reason", limit=300, lines=True)
    if not reason:
        raise Refused(_("请写明原因，原因会公开。"), "reason")
    return reason


@verb
def table_again(change: GrantChange, *, by: User) -> GrantChange:
    """Table a change anew whose motion was withdrawn or sent back from above. While one is pending, it is that one."""
    grant = lock_grant(change.grant)
    change = _held(change, grant)
    if change.kind == Kind.WRITE_OFF and change.clawback is not None:
        permissions.may_write_off(by, change.clawback).require()
    else:
        permissions.may_table_change(by, grant).require()
        if change.kind in (Kind.BUDGET, Kind.DATES):
            permissions.leads(grant).require()
    if change.motion is None or change.motion.state not in FAILED - {Motion.State.LOST}:
        return change
    return put_to_vote(grant, change, by=by)


def _held(change: GrantChange, grant: Grant) -> GrantChange:
    fresh = GrantChange.objects.select_related("motion", "clawback").get(pk=change.pk)
    fresh.grant = grant
    if fresh.clawback is not None:
        fresh.clawback.grant = grant
    return fresh


@verb
def follow_change(motion: Motion) -> GrantChange | None:
    """Act on the result of a vote about a grant, once. A motion that was withdrawn, or sent back from above, leaves the
    matter open: it can be tabled again. Raises `Refused` for what cannot be done now; it is tried again."""
    found = GrantChange.objects.select_related("grant__fund").filter(motion=motion).first()
    if found is None:
        return None
    grant = lock_grant(found.grant)
    change = _held(found, grant)
    decided = change.motion
    if decided is None or change.state != GrantChange.State.TABLED:
        return change
    carry_out, lose = ACTS[Kind(change.kind)]
    if decided.state == Motion.State.IN_FORCE:
        carry_out(change)
        change.state = GrantChange.State.DONE
    elif decided.state == Motion.State.LOST:
        lose(change)
        change.state = GrantChange.State.LOST
    else:
        return change
    change.decided_at = clock.now()
    change.save(update_fields=["state", "decided_at", "details"])
    audit.record(None, "decide_change", change, grant=grant.code, kind=change.kind, after=change.state)
    changed(grant)
    return change


def _go_on(change: GrantChange) -> None:
    """The committee stands by its grant: the notice lasts to the vote at least."""
    grant = change.grant
    if grant.state == Grant.State.NOTICE:
        grant.notice_until = max(grant.notice_until, clock.now())
        grant.save(update_fields=["notice_until"])


def _give_up(change: GrantChange) -> None:
    """The committee does not stand by its grant."""
    grant = change.grant
    if grant.state in LIVE:
        number = change.motion.number if change.motion else ""
        end_early(grant, reason=_("复议（议案 %(number)s）没有通过。") % {"number": number}, by=None)


def _move_end(change: GrantChange) -> None:
    """Let the project end on the day that was voted on, unless it ends later by now: nobody voted to shorten it."""
    day = date.fromisoformat(change.details["after"])
    if day <= change.grant.project.ends_on:
        return
    _keep_purposes(change.grant, day)
    change.grant.project = projects.extend(change.grant.project, ends_on=day, by=None)


def _write_off(change: GrantChange) -> None:
    """Give up what is outstanding now, at most what was voted on: money may have come back during the vote."""
    clawback = change.clawback
    if clawback is None:
        raise AssertionError("a write-off is about a clawback")
    given_up = min(int(change.details["amount"]), clawback.outstanding)
    clawback.written_off += given_up
    clawback.save(update_fields=["written_off"])
    change.details |= {"written_off": given_up}


def _nothing(_change: GrantChange) -> None:
    """The budget in force is read from the changes themselves; a vote that was lost changes nothing."""


ACTS: Mapping[Kind, tuple[Callable[[GrantChange], None], Callable[[GrantChange], None]]] = {
    Kind.RECONSIDER: (_go_on, _give_up),
    Kind.BUDGET: (_nothing, _nothing),
    Kind.DATES: (_move_end, _nothing),
    Kind.WRITE_OFF: (_write_off, _nothing),
}
