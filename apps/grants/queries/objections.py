"""Reads about objections and what the committee votes on again."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.core.compiled import Compiled, Param
from apps.governance.models import Motion, Seat
from apps.governance.queries import in_force
from apps.governance.states import FAILED
from apps.grants.models import Grant, GrantChange, Objection
from apps.grants.queries.money import OFFICERS, funds_run_by
from apps.projects.models import Project
from apps.users.models import Role
from apps.users.permissions import Person
from apps.users.queries import scope_codes

# Still to be answered, or upheld and not yet voted on anew.
_HOLDS = Q(state=Objection.State.OPEN, holds=True) | Q(
    state=Objection.State.UPHELD, change__state=GrantChange.State.TABLED
)


def is_held(grant: Grant) -> bool:
    """Tell whether an objection stops what is to be paid of a grant."""
    return Objection.objects.filter(_HOLDS, grant=grant).exists()


_notice_over = Compiled(
    lambda: (
        Grant.objects.exclude(Exists(Objection.objects.filter(_HOLDS, grant=OuterRef("pk"))))
        .filter(state=Grant.State.NOTICE, notice_until__lte=Param("now"))
        .select_related("fund")
        .order_by("notice_until", "id")
    )
)


def notice_over(now: datetime) -> list[Grant]:
    """Return the grants whose public notice is over and that no objection stops, oldest first."""
    return _notice_over.rows(now=now)


def notice_is_open(grant: Grant, now: datetime) -> bool:
    """Tell whether a grant is still in its public notice, which an objection extends."""
    return grant.state == Grant.State.NOTICE and (now < grant.notice_until or is_held(grant))


def pending_change(grant: Grant, kind: str) -> GrantChange | None:
    """Return the change of a kind that waits for its vote."""
    return grant.changes.filter(kind=kind, state=GrantChange.State.TABLED).first()


_changes_decided = Compiled(
    lambda: (
        Motion.objects.filter(
            grant_change__in=GrantChange.objects.filter(state=GrantChange.State.TABLED),
            state__in=[Motion.State.IN_FORCE, Motion.State.LOST],
        )
        .select_related("committee__fund__host")
        .order_by("decided_at", "pk")
    )
)


def changes_decided() -> list[Motion]:
    """Return the decided motions about grants that nobody acted on yet, oldest first."""
    return _changes_decided.rows()


def to_table_again(grant: Grant) -> QuerySet[GrantChange]:
    """Return the changes of a grant whose vote was withdrawn or sent back."""
    return grant.changes.filter(
        state=GrantChange.State.TABLED, motion__state__in=FAILED - {Motion.State.LOST}
    )


def objections_seen_by(user: Person) -> QuerySet[Objection]:
    """Return the objections that a fund's officers and its host look after."""
    hosts = scope_codes(user, Role.Kind.HOST_ADMIN, Role.Scope.HOST)
    found = Objection.objects.filter(
        Q(grant__fund__in=funds_run_by(user)) | Q(grant__fund__host__code__in=hosts)
    )
    return found.select_related(
        "grant__fund__host", "grant__project__organisation", "grant__motion", "change__motion"
    )


def objections_to_answer(user: Person) -> QuerySet[Objection]:
    """Return the objections that wait for an answer by a person, the most urgent first: those to grants of the funds
    they run, and at the host those that no officer answers but who proposed the grant."""
    officers = Seat.objects.filter(in_force(), office__in=OFFICERS, committee__fund=OuterRef("grant__fund"))
    others = officers.exclude(user_id=OuterRef("grant__motion__tabled_by_id"))
    hosts = scope_codes(user, Role.Kind.HOST_ADMIN, Role.Scope.HOST)
    at_host = Q(grant__fund__host__code__in=hosts) & ~Exists(others)
    found = Objection.objects.filter(
        Q(grant__fund__in=funds_run_by(user)) | at_host, state=Objection.State.OPEN
    )
    related = found.select_related("grant__fund__host", "grant__project__organisation", "grant__motion")
    return related.order_by("answer_by", "pk")


def objections_about(project: Project) -> QuerySet[Objection]:
    """Return every objection to what a project is granted, the oldest first."""
    return (
        Objection.objects.filter(grant__project=project)
        .select_related("change__motion", "grant__fund")
        .order_by("received_at", "pk")
    )
