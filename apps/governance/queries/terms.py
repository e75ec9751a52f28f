"""Terms that run out soon, and who is to know."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet

from apps.core import clock
from apps.divisions.rules import code_range
from apps.governance.models import VOTING_OFFICES, Committee, Seat
from apps.governance.queries.committees import in_force
from apps.users.models import Role, User
from apps.users.queries import current_roles, users_with

# Days before the end of a term at which it is told, the nearer one last.
WARNINGS = (90, 30)


@dataclass(frozen=True)
class EndingTerm:
    """Seats of a committee whose term ends on the same day, and that nobody holds afterwards."""

    committee: Committee
    until_day: date
    seats: int
    days: int


def ending_terms(committees: QuerySet[Committee], within: int = WARNINGS[0]) -> list[EndingTerm]:
    """Return the terms that end within so many days without a seat that follows them, the nearest first."""
    today = clock.today()
    held = (
        Seat.objects.filter(
            in_force(),
            committee__in=committees,
            until_day__lte=today + timedelta(days=within),
            successors=None,
        )
        .exclude(office=Seat.Office.SUBSTITUTE)
        .select_related("committee__fund__host")
        .order_by("until_day", "committee_id")
    )
    found: dict[tuple[int, date], list[Seat]] = {}
    for seat in held:
        found.setdefault((seat.committee_id, seat.until_day), []).append(seat)
    return [
        EndingTerm(seats[0].committee, until, len(seats), (until - today).days)
        for (_committee, until), seats in found.items()
    ]


def who_forms(committee: Committee) -> QuerySet[User]:
    """Return those who form this committee: the host's administrators and the town's coordinators."""
    fund = committee.fund
    admins = users_with(Role.Kind.HOST_ADMIN, host=fund.host.code)
    coordinators = users_with(Role.Kind.TOWN_COORDINATOR, host=fund.host.code, division=fund.division_id)
    return (admins | coordinators).distinct()


def committees_formed_by(user: User) -> QuerySet[Committee]:
    """Return the committees whose seats a person gives, by their roles (see `permissions.may_form`)."""
    where = Q(pk__in=[])
    for role in current_roles(user).filter(kind__in=[Role.Kind.HOST_ADMIN, Role.Kind.TOWN_COORDINATOR]):
        if role.scope_kind == Role.Scope.HOST:
            where |= Q(fund__host__code=role.scope_code)
        elif role.scope_kind == Role.Scope.DIVISION:
            low, high = code_range(role.scope_code)
            where |= Q(fund__division_id__gte=low, fund__division_id__lt=high)
    return Committee.objects.filter(where)


def run_or_formed_by(user: User) -> QuerySet[Committee]:
    """Return the committees a person looks after: as their chair or secretary, or as who gives their seats."""
    seats = Seat.objects.filter(in_force(), user=user, office__in=[Seat.Office.CHAIR, Seat.Office.SECRETARY])
    own = Q(pk__in=seats.values("committee_id")) | Q(pk__in=committees_formed_by(user).values("pk"))
    return Committee.objects.filter(own).select_related("fund").order_by("fund__code")


def vacant_seats(committees: QuerySet[Committee]) -> list[tuple[str, str, int]]:
    """Return the funds (code, name) of those committees that have vacant seats, with how many."""
    held = Seat.objects.filter(in_force(), office__in=VOTING_OFFICES)
    counted = committees.annotate(held=Count("seats", filter=Q(seats__in=held.values("pk"))))
    rows = counted.filter(size__gt=F("held")).values_list("fund__code", "fund__name", "size", "held")
    return [(code, name, size - seats) for code, name, size, seats in rows]
