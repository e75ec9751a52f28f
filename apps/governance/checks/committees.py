"""Live invariants of the committees: who sits when, for how long, and that only members vote."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.checks import Check, Row
from apps.funds.queries import effective_rules
from apps.governance import queries, rules
from apps.governance.models import VOTING_OFFICES, Ballot, Committee, RollEntry, Seat


def several_chairs() -> Iterator[Row]:
    """Chairs of one committee whose seats run at the same moment."""
    chairs = Seat.objects.filter(office=Seat.Office.CHAIR).order_by("committee_id", "pk")
    for _committee, seats in groupby(chairs.iterator(chunk_size=500), key=lambda seat: seat.committee_id):
        yield from _overlapping(list(seats))


def several_seats_of_one() -> Iterator[Row]:
    """Seats of one person on one committee that run at the same moment."""
    held = Seat.objects.order_by("committee_id", "user_id", "pk").iterator(chunk_size=500)
    for _person, seats in groupby(held, key=lambda seat: (seat.committee_id, seat.user_id)):
        yield from _overlapping(list(seats))


def _overlapping(seats: Sequence[Seat]) -> Iterator[Row]:
    """Return each seat that begins before the one before it has stopped."""
    running = sorted(
        (seat for seat in seats if seat.starts_at < seat.stops_at), key=lambda seat: (seat.starts_at, seat.pk)
    )
    stops: datetime | None = None
    for seat in running:
        if stops is not None and seat.starts_at < stops:
            yield {"committee_id": seat.committee_id, "seat": seat.pk, "since": seat.starts_at.isoformat()}
        stops = max(stops or seat.stops_at, seat.stops_at)


def more_seats_than_set_up() -> Iterator[Row]:
    """Committees on which, today or on a coming day, more people have a vote than there are seats."""
    today = clock.today()
    terms: defaultdict[int, list[tuple[date, date]]] = defaultdict(list)
    running = Seat.objects.filter(ended_at=None, until_day__gte=today, office__in=VOTING_OFFICES)
    for seat in running.iterator(chunk_size=500):
        terms[seat.committee_id].append((max(seat.from_day, today), seat.until_day))
    sizes = dict(Committee.objects.filter(pk__in=terms).values_list("pk", "size"))
    for committee, held in terms.items():
        most = rules.most_at_once(held)
        if most > sizes[committee]:
            yield {"committee_id": committee, "size": sizes[committee], "voting": most}


def terms_too_long() -> Iterator[Row]:
    """Seats whose term is longer than the clause allowed on the day they were given."""
    years: dict[tuple[int, date], int] = {}
    for seat in Seat.objects.select_related("committee__fund").iterator(chunk_size=500):
        day = clock.day_of(seat.given_at) if seat.given_at else seat.from_day
        place = (seat.committee.fund_id, day)
        if place not in years:
            years[place] = queries.whole(effective_rules(seat.committee.fund, day)["term_years"])
        if seat.until_day > rules.years_after(seat.from_day, years[place]):
            yield {"seat": seat.pk, "from": seat.from_day.isoformat(), "until": seat.until_day.isoformat()}


def voters_without_a_vote() -> Iterator[Row]:
    """Rolls and ballots that name a seat without a vote: a supervisor's, a secretary's, a substitute's."""
    for model in (RollEntry, Ballot):
        rows: Iterable[Row] = model.objects.exclude(seat__office__in=VOTING_OFFICES).values(  # type: ignore[assignment]
            "motion__code", "seat_id", "seat__office"
        )
        yield from (dict(row) for row in rows)


CHECKS = [
    Check("governance.one_chair", _("一个管委会在任何时刻至多一位主任。"), several_chairs),
    Check("governance.one_seat", _("一个人在一个管委会里同时只有一个席位。"), several_seats_of_one),
    Check("governance.size", _("有表决权的人不多于设定的席位。"), more_seats_than_set_up),
    Check("governance.terms", _("任期不超过登记那天的规定。"), terms_too_long),
    Check("governance.voters", _("监督员、秘书和候补委员不在表决名册上。"), voters_without_a_vote),
]
