"""Asking the levels above, one after the other: open, pass, return, refuse, hand in again, withdraw.

Who may ask is for the subject's own verb to judge; who may decide is judged here. Nobody decides what they asked for
or are a party to, and nobody decides two steps of one round. Who the parties are is for the subject's room to say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from apps.core import audit, clock, codes, jobs, versions
from apps.core.locking import lock_row
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.funds import notices, permissions, queries
from apps.funds.models import Approval, ApprovalParty, ApprovalStep, Fund, Host
from apps.funds.states import APPROVAL_MOVES, ApprovalState, StepState
from apps.users.models import Role, User

WORDS_LIMIT, TITLE_LIMIT = 1000, 200


@dataclass(frozen=True)
class StepPlan:
    """One step to come: its name on pages, the role that decides it over which scope, and the days it has (0: any)."""

    label: str
    role_kind: str
    scope_kind: str
    scope_code: str
    days: int


@verb
def open_approval(
    *,
    host: Host,
    kind: str,
    subject_kind: str,
    subject_code: str,
    title: str,
    steps: Sequence[StepPlan],
    task: str,
    division: Division,
    fund: Fund | None = None,
    amount: int = 0,
    page: str = "",
    parties: Mapping[int, str] | None = None,
    by: User | None,
) -> Approval:
    """Ask the levels above about a subject; asked again, the approval that is already there is returned.

    `parties`: by user id, who may not decide it and why (`PartyKind`). Raises `Refused` when no step is planned, or
    nobody but who asks and the parties holds the role of a step: a missing level.
    """
    existing = Approval.objects.filter(subject_kind=subject_kind, subject_code=subject_code)
    found = existing.exclude(state=ApprovalState.WITHDRAWN).first()
    if found is not None:
        return found
    if not steps:
        raise Refused(_("审批至少要有一步。"))
    parties = parties or {}
    for plan in steps:
        _check_level(plan, by, parties)
    approval = Approval.objects.create(
        code=codes.new_code("A", 8),
        host=host,
        kind=kind,
        subject_kind=subject_kind,
        subject_code=subject_code,
        title=title[:TITLE_LIMIT],
        page=page,
        amount=amount,
        fund=fund,
        division=division,
        opened_by_id=getattr(by, "pk", None),
        submitted_by_id=getattr(by, "pk", None),
        opened_at=clock.now(),
        task=task,
    )
    _add_parties(approval, parties)
    _begin_round(approval, steps)
    audit.record(
        by,
        "open_approval",
        approval,
        about=f"{subject_kind}:{subject_code}",
        amount=amount,
        steps=len(steps),
    )
    _bump(approval)
    return approval


@verb
def pass_step(approval: Approval, *, words: str = "", step: int | None = None, by: User | None) -> Approval:
    """Agree to the step whose turn it is; after the last one the chain is passed and its task kicked.

    `step` is the key of the step the person saw: if its turn is over by now, the sentence says so.
    """
    approval, current = _lock(approval, step, by)
    _decide(current, StepState.PASSED, words, by)
    following = approval.steps.filter(round=approval.round, number=current.number + 1).first()
    if following is None:
        _finish(approval, ApprovalState.PASSED)
    else:
        _give_turn(approval, following)
    audit.record(by, "pass_step", approval, round=approval.round, step=current.number)
    return approval


@verb
def return_step(approval: Approval, *, reason: str, step: int | None = None, by: User | None) -> Approval:
    """Send it back with reasons; it may be mended and handed in again, from the first step."""
    approval, current = _lock(approval, step, by)
    _decide(current, StepState.RETURNED, _reason(reason), by)
    _finish(approval, ApprovalState.RETURNED)
    audit.record(by, "return_step", approval, round=approval.round, step=current.number)
    return approval


@verb
def refuse_step(approval: Approval, *, reason: str, step: int | None = None, by: User | None) -> Approval:
    """Say no with reasons; that ends the chain."""
    approval, current = _lock(approval, step, by)
    _decide(current, StepState.REFUSED, _reason(reason), by)
    _finish(approval, ApprovalState.REFUSED)
    audit.record(by, "refuse_step", approval, round=approval.round, step=current.number)
    return approval


@verb
def resubmit(
    approval: Approval,
    *,
    title: str | None = None,
    amount: int | None = None,
    parties: Mapping[int, str] | None = None,
    by: User | None,
) -> Approval:
    """Hand in again what was returned: a new round of the same steps, from the first; title and amount may be new.

    `parties` are added to those there were.
    """
    approval = lock_approval(approval.code)
    check_move(APPROVAL_MOVES, approval.state, ApprovalState.OPEN, what=approval.title)
    plans = [
        StepPlan(row.label, row.role_kind, row.scope_kind, row.scope_code, row.days)
        for row in approval.steps.filter(round=approval.round).order_by("number")
    ]
    _add_parties(approval, parties or {})
    for plan in plans:
        _check_level(plan, by, queries.parties_to(approval))
    approval.state, approval.round = ApprovalState.OPEN, approval.round + 1
    approval.submitted_by_id = getattr(by, "pk", None)
    approval.title = approval.title if title is None else title[:TITLE_LIMIT]
    approval.amount = approval.amount if amount is None else amount
    approval.save(update_fields=["state", "round", "submitted_by_id", "title", "amount"])
    _begin_round(approval, plans)
    audit.record(by, "resubmit_approval", approval, round=approval.round)
    _bump(approval)
    return approval


@verb
def withdraw_approval(approval: Approval, *, by: User | None) -> Approval:
    """Take back what was asked; a second call changes nothing. No task is kicked: who withdraws knows it."""
    approval = lock_approval(approval.code)
    if approval.state == ApprovalState.WITHDRAWN:
        return approval
    check_move(APPROVAL_MOVES, approval.state, ApprovalState.WITHDRAWN, what=approval.title)
    approval.steps.filter(state=StepState.CURRENT).update(state=StepState.WAITING, begun_at=None, due_at=None)
    approval.state, approval.decided_at = ApprovalState.WITHDRAWN, clock.now()
    approval.save(update_fields=["state", "decided_at"])
    audit.record(by, "withdraw_approval", approval, round=approval.round)
    _bump(approval)
    return approval


@verb
def add_party(fund: Fund, *, user: User, kind: str) -> int:
    """Make somebody a party to everything about a fund that the levels above still look at; return how many those are.

    For who takes a seat on the fund's committee while they look. Steps decided before stand.
    """
    concerned = Approval.objects.filter(fund=fund, state__in=(ApprovalState.OPEN, ApprovalState.RETURNED))
    for approval in concerned.order_by("pk"):
        _add_parties(approval, {user.pk: kind})
    return len(concerned)


def lock_approval(code: str) -> Approval:
    """Return the approval with its row locked until the transaction ends. Raises Approval.DoesNotExist."""
    return lock_row(Approval, "host", "fund", "division", code=code)


def _lock(approval: Approval, step: int | None, by: User | None) -> tuple[Approval, ApprovalStep]:
    """Lock, and return the step to decide now. Raises `Refused` when nothing waits, or not for this person."""
    approval = lock_approval(approval.code)
    current = queries.current_step(approval)
    if current is None or (step is not None and current.pk != step):
        raise Refused(_("这一步刚刚已经有人办过了，请刷新页面看最新情况。"))
    permissions.may_decide(by, approval).require()
    return approval, current


def _decide(step: ApprovalStep, state: StepState, words: str, by: User | None) -> None:
    step.words = clean_text(words, field="words", limit=WORDS_LIMIT, lines=True)
    step.state, step.decided_by_id, step.decided_at = state, getattr(by, "pk", None), clock.now()
    step.save(update_fields=["words", "state", "decided_by_id", "decided_at"])


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("请写明原因，让对方知道要改什么。"), "words")
    return reason


def _finish(approval: Approval, state: ApprovalState) -> None:
    check_move(APPROVAL_MOVES, approval.state, state, what=approval.title)
    approval.state = state
    approval.decided_at = None if state == ApprovalState.RETURNED else clock.now()
    approval.save(update_fields=["state", "decided_at"])
    notices.approval_decided(approval)
    _bump(approval)
    jobs.kick(approval.task, approval.code)


def _begin_round(approval: Approval, plans: Sequence[StepPlan]) -> None:
    steps = [
        ApprovalStep(
            approval=approval,
            round=approval.round,
            number=number,
            label=plan.label,
            role_kind=plan.role_kind,
            scope_kind=plan.scope_kind,
            scope_code=plan.scope_code,
            days=plan.days,
        )
        for number, plan in enumerate(plans, start=1)
    ]
    ApprovalStep.objects.bulk_create(steps)
    _give_turn(approval, steps[0])


def _give_turn(approval: Approval, step: ApprovalStep) -> None:
    step.state, step.begun_at = StepState.CURRENT, clock.now()
    step.due_at = step.begun_at + timedelta(days=step.days) if step.days else None
    step.save(update_fields=["state", "begun_at", "due_at"])
    notices.approval_turn(approval, step)
    _bump(approval)


def _add_parties(approval: Approval, parties: Mapping[int, str]) -> None:
    now = clock.now()
    rows = [
        ApprovalParty(approval=approval, user_id=user_id, kind=kind, since=now)
        for user_id, kind in sorted(parties.items())
    ]
    ApprovalParty.objects.bulk_create(rows, ignore_conflicts=True)


def _check_level(plan: StepPlan, by: User | None, parties: Mapping[int, str]) -> None:
    people = queries.holders(role_kind=plan.role_kind, scope_kind=plan.scope_kind, scope_code=plan.scope_code)
    if not people.exists():
        raise Refused(
            _("“%(step)s”这一步现在没有人来办：还没有人担任这一级的%(role)s。请先请慈善会设好这个身份。")
            % {"step": plan.label, "role": Role.Kind(plan.role_kind).label}
        )
    if not queries.outsiders(people, by=None, parties=parties).exists():
        raise Refused(
            _("“%(step)s”这一步能办的人都和这件事有关（在管委会任职，或者申报过关系），请再设一位%(role)s。")
            % {"step": plan.label, "role": Role.Kind(plan.role_kind).label}
        )
    if isinstance(by, User) and not queries.outsiders(people, by=by.pk, parties=parties).exists():
        raise Refused(
            _("“%(step)s”这一步只有您自己能办，但谁提出的就不能由谁来批。请由别人提出，或再设一位%(role)s。")
            % {"step": plan.label, "role": Role.Kind(plan.role_kind).label}
        )


def _bump(approval: Approval) -> None:
    keys = {f"division:{approval.division_id}", "site"}
    if approval.fund is not None:
        keys.add(f"fund:{approval.fund.code}")
    versions.bump(*keys)
