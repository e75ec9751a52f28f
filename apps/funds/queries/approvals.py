"""Reads about approvals: what waits for whom, who sees one, and its history as the public reads it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from apps.divisions.rules import code_range
from apps.funds.models import Approval, ApprovalParty, ApprovalStep
from apps.users.models import Role, User
from apps.users.queries import current_roles, users_with

Person = User | AnonymousUser | None
# Who sees every approval of their host.
HOST_READERS = (Role.Kind.HOST_ADMIN, Role.Kind.FINANCE, Role.Kind.AUDITOR)


@dataclass(frozen=True)
class HistoryStep:
    """One step in words for a public page: a level, not a person. `words` are the reasons given."""

    round: int
    label: str
    role: str
    state: str
    state_words: str
    since: datetime | None
    due_at: datetime | None
    decided_at: datetime | None
    is_late: bool
    words: str


def holders(*, role_kind: str, scope_kind: str, scope_code: str) -> QuerySet[User]:
    """Return who may decide a step of this role and scope today."""
    match scope_kind:
        case Role.Scope.HOST:
            return users_with(role_kind, host=scope_code)
        case Role.Scope.DIVISION:
            return users_with(role_kind, division=scope_code)
        case Role.Scope.FUND:
            return users_with(role_kind, fund=scope_code)
        case Role.Scope.ORGANISATION:
            return users_with(role_kind, organisation=scope_code)
    raise ValueError(f"{scope_kind!r} is no scope")


def outsiders(level: QuerySet[User], *, by: int | None, parties: Collection[int]) -> QuerySet[User]:
    """Return who of a level may judge what `by` asks: neither who asks nor a party to it."""
    return level.exclude(pk__in={*parties, *({by} if by else ())})


def parties_to(approval: Approval) -> dict[int, str]:
    """Return who is a party to what is asked, by user id, and by what."""
    return dict(ApprovalParty.objects.filter(approval=approval).values_list("user_id", "kind"))


def current_step(approval: Approval) -> ApprovalStep | None:
    """Return the step whose turn it is; None when nothing waits."""
    return ApprovalStep.objects.filter(approval=approval, state=ApprovalStep.State.CURRENT).first()


def steps_of(approval: Approval) -> list[ApprovalStep]:
    """Return every step of every round, in order."""
    return list(ApprovalStep.objects.filter(approval=approval).order_by("round", "number"))


def approvals_waiting_for(user: Person) -> QuerySet[ApprovalStep]:
    """Return the steps whose turn it is and that a person may decide, what is due first on top.

    Not what they opened or handed in themselves or are a party to, and not a second step of one round.
    """
    if not isinstance(user, User):
        return ApprovalStep.objects.none()
    decided = ApprovalStep.objects.filter(decided_by_id=user.pk, round=F("approval__round"))
    return (
        ApprovalStep.objects.filter(_of_roles(user), state=ApprovalStep.State.CURRENT)
        .exclude(approval__opened_by_id=user.pk)
        .exclude(approval__submitted_by_id=user.pk)
        .exclude(approval__in=decided.values("approval_id"))
        .exclude(approval__in=ApprovalParty.objects.filter(user_id=user.pk).values("approval_id"))
        .select_related("approval__host", "approval__fund", "approval__division")
        .order_by(F("due_at").asc(nulls_last=True), "begun_at", "pk")
    )


def approvals_visible_to(user: Person) -> QuerySet[Approval]:
    """Return the approvals a person may read: their host's, those with a step of theirs, those they opened."""
    if not isinstance(user, User):
        return Approval.objects.none()
    hosts = current_roles(user).filter(kind__in=HOST_READERS, scope_kind=Role.Scope.HOST)
    mine = ApprovalStep.objects.filter(_of_roles(user))
    return (
        Approval.objects.filter(
            Q(host__code__in=hosts.values("scope_code"))
            | Q(pk__in=mine.values("approval_id"))
            | Q(opened_by_id=user.pk)
            | Q(submitted_by_id=user.pk)
        )
        .select_related("host", "fund", "division")
        .order_by("-opened_at", "-pk")
    )


def with_turn(approvals: QuerySet[Approval]) -> QuerySet[Approval]:
    """Add whose turn it is (`turn`, the step's label) and until when (`turn_due`)."""
    current = ApprovalStep.objects.filter(approval=OuterRef("pk"), state=ApprovalStep.State.CURRENT)
    return approvals.annotate(
        turn=Subquery(current.values("label")[:1]), turn_due=Subquery(current.values("due_at")[:1])
    )


def approval_of(subject_kind: str, subject_code: str) -> Approval | None:
    """Return the approval of a subject that was not withdrawn, else the last withdrawn one, if there is any."""
    found = Approval.objects.filter(subject_kind=subject_kind, subject_code=subject_code).order_by("-pk")
    return found.exclude(state=Approval.State.WITHDRAWN).first() or found.first()


def history_of(subject_kind: str, subject_code: str) -> list[HistoryStep]:
    """Return the steps of a subject's approval as plain words with their days: levels and roles, nobody's name."""
    approval = approval_of(subject_kind, subject_code)
    if approval is None:
        return []
    return [
        HistoryStep(
            step.round,
            step.label,
            step.get_role_kind_display(),
            step.state,
            step.get_state_display(),
            step.begun_at,
            step.due_at,
            step.decided_at,
            step.is_late,
            step.words,
        )
        for step in steps_of(approval)
        if step.begun_at is not None or step.round == approval.round
    ]


def _of_roles(user: User) -> Q:
    """Return the condition of a step being for one of a person's roles of today."""
    found = Q(pk__in=[])
    for role in current_roles(user):
        scope = Q(scope_code=role.scope_code)
        if role.scope_kind == Role.Scope.DIVISION:
            low, high = code_range(role.scope_code)
            scope = Q(scope_code__gte=low, scope_code__lt=high)
        found |= scope & Q(role_kind=role.kind, scope_kind=role.scope_kind)
    return found
