"""A fund's committee as everyone may see it: who sits for whom until when, what is vacant, and by which clauses."""

from dataclasses import dataclass
from datetime import datetime

from apps.funds.models import Fund
from apps.governance import queries as governance
from apps.governance.models import Appointment, Committee, HandOver, Seat, SupervisorOpinion
from apps.governance.queries import Composition, Vacancy

MOST_OPINIONS = 20


@dataclass(frozen=True)
class KindCount:
    """How many voting seats speak for one side."""

    label: str
    seats: int


@dataclass(frozen=True)
class CommitteePage:
    """What everyone may see of a committee. Reasons of vacancies are kinds, never words of a person."""

    committee: Committee
    voting: list[Seat]
    beside: list[Seat]
    substitutes: list[Seat]
    coming: list[Seat]
    vacancies: list[Vacancy]
    kinds: list[KindCount]
    composition: Composition
    appointments: list[Appointment]
    opinions: list[SupervisorOpinion]
    handed_over: HandOver | None

    @property
    def is_unpaid(self) -> bool:
        """Whether members take no pay, by rule and in fact."""
        return any(line.rule.key == "committee_unpaid" and line.ok for line in self.composition.lines)

    @property
    def last_change(self) -> datetime | None:
        """When the last committee handed over to this one."""
        return self.handed_over.done_at if self.handed_over else None


def committee_page(fund: Fund) -> CommitteePage | None:
    """Return the committee's public page, or None while there is no committee."""
    committee = Committee.objects.filter(fund=fund).first()
    if committee is None:
        return None
    seats = list(governance.seats_of(fund))
    voting = [seat for seat in seats if seat.votes]
    return CommitteePage(
        committee=committee,
        voting=voting,
        beside=[seat for seat in seats if not seat.votes and seat.office != Seat.Office.SUBSTITUTE],
        substitutes=list(governance.substitutes(committee)),
        coming=list(governance.coming_seats(committee)),
        vacancies=governance.vacancies(committee),
        kinds=[
            KindCount(str(kind.label), number)
            for kind in Seat.Kind
            if (number := sum(seat.kind == kind for seat in voting))
        ],
        composition=governance.composition_of(fund),
        appointments=list(
            committee.appointments.prefetch_related("seats__user").order_by("-issued_on", "-pk")
        ),
        opinions=list(governance.public_opinions(committee)[:MOST_OPINIONS]),
        handed_over=governance.last_hand_over(committee),
    )
