"""Seats that nobody holds: since when and why, and whose turn it is among the substitutes."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, QuerySet

from apps.core import clock
from apps.governance.models import VOTING_OFFICES, Committee, Seat
from apps.governance.queries.committees import in_force


@dataclass(frozen=True)
class Vacancy:
    """A voting seat without a holder. `seat` is the one that ended; None for one that nobody ever held."""

    since: date
    seat: Seat | None = None

    @property
    def reason(self) -> str:
        """Why it is vacant, in the words that everyone may read."""
        if self.seat is None:
            return ""
        return self.seat.get_ended_reason_display() or str(Seat.Ending.TERM_OVER.label)


def filled(committee: Committee) -> int:
    """Return how many voting seats are held now."""
    return Seat.objects.filter(in_force(), committee=committee, office__in=VOTING_OFFICES).count()


def vacancies(committee: Committee) -> list[Vacancy]:
    """Return the vacant voting seats, those that ended last first, then those that nobody ever held."""
    number = max(committee.size - filled(committee), 0)
    last = committee.hand_overs.aggregate(last=Max("done_at"))["last"]
    gone = [
        Vacancy(clock.day_of(seat.stops_at), seat)
        for seat in _left(committee)
        # What was vacant before a hand-over went with the old committee; what never began left nothing vacant.
        if seat.starts_at < seat.stops_at and (last is None or seat.stops_at > last)
    ]
    gone.sort(key=lambda vacancy: (vacancy.since, vacancy.seat.pk if vacancy.seat else 0), reverse=True)
    never = Vacancy(committee.sized_on or committee.formed_on)
    return [*gone, *[never] * number][:number]


def lapsed_seats(committee: Committee) -> QuerySet[Seat]:
    """Return the voting seats whose term has run out and that nobody took."""
    return _left(committee).filter(ended_at=None)


def _left(committee: Committee) -> QuerySet[Seat]:
    """Return the voting seats that are over and were not passed on."""
    now: datetime = clock.now()
    today = clock.day_of(now)
    over = Seat.objects.filter(committee=committee, office__in=VOTING_OFFICES, successors=None)
    return (over.filter(until_day__lt=today) | over.filter(ended_at__lte=now)).select_related("user")


def substitutes(committee: Committee) -> QuerySet[Seat]:
    """Return the substitutes in the order in which they are called up within their kind."""
    return (
        Seat.objects.filter(in_force(), committee=committee, office=Seat.Office.SUBSTITUTE)
        .select_related("user")
        .order_by("kind", "rank", "pk")
    )


def next_substitute(committee: Committee, kind: str) -> Seat | None:
    """Return whose turn it is when a seat of this kind falls vacant."""
    return substitutes(committee).filter(kind=kind).first()


def coming_seats(committee: Committee) -> QuerySet[Seat]:
    """Return the seats that are given but have not begun."""
    return (
        Seat.objects.filter(committee=committee, ended_at=None, from_day__gt=clock.today())
        .select_related("user")
        .order_by("from_day", "office", "user__name", "pk")
    )
