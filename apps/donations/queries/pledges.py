"""Every read of pledges. None of it counts into a total of money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Least

from apps.core import clock
from apps.donations.models import Donation, Pledge, PledgeGift, PledgeInstalment
from apps.donations.pledging import Due, PledgeState, Standing, next_due, overdue, spread, standing
from apps.donations.queries.gifts import hosts_seen_by
from apps.donations.states import DonationState
from apps.funds.models import Fund, Host
from apps.users.models import User

# What a gift counts for its pledge: never more than the donor still has in it.
COUNTED = Least(F("gifts__amount"), F("gifts__donation__amount") - F("gifts__donation__refunded"))
# How many pledges the fund's page lists, and how many gifts are offered for one.
SHOWN, OFFERED = 5, 8


@dataclass(frozen=True, slots=True)
class PledgeStanding:
    """A pledge with how far it came; sums in fen."""

    pledge: Pledge
    received: int
    overdue: int
    standing: Standing
    parts: Sequence[Due]
    next: Due | None

    @property
    def missing(self) -> int:
        """What is still to come of a pledge that stands."""
        return self.pledge.amount - self.received if self.pledge.state == PledgeState.OPEN else 0

    @property
    def is_waiting(self) -> bool:
        """Whether money is still to come."""
        return self.missing > 0


@dataclass(frozen=True, slots=True)
class PublicPledge:
    """What everyone may know of a pledge; the sums are None where the donor keeps them to themselves."""

    name: str
    amount: int | None
    received: int | None
    next_on: date | None


@dataclass(frozen=True, slots=True)
class PublicPledges:
    """A fund's pledges as everyone reads them, apart from its money; sums in fen."""

    count: int
    pledged: int
    received: int
    overdue: int
    shown: Sequence[PublicPledge]
    # What donors were released from by law, and what they told the public of it.
    released: Sequence[tuple[int, str]] = ()

    @property
    def missing(self) -> int:
        """What is pledged and not yet received."""
        return self.pledged - self.received

    def __bool__(self) -> bool:
        return bool(self.count or self.released)


def with_received(rows: QuerySet[Pledge]) -> QuerySet[Pledge]:
    """Return the pledges with `received`, what came for each in fen, and their instalments."""
    counted = Sum(COUNTED, filter=Q(gifts__taken_off_at=None), default=0)
    return rows.annotate(received=counted).prefetch_related(
        Prefetch("instalments", queryset=PledgeInstalment.objects.order_by("due_on"))
    )


def pledges_seen_by(user: User | AnonymousUser) -> QuerySet[Pledge]:
    """Return the pledges that a member of staff may open."""
    return Pledge.objects.filter(host__in=hosts_seen_by(user)).select_related(
        "fund", "host", "donor", "campaign"
    )


def pledges_of(fund: Fund) -> QuerySet[Pledge]:
    """Return a fund's pledges, newest first."""
    return Pledge.objects.filter(fund=fund).select_related("fund", "host", "campaign").order_by("-pk")


def stand(pledge: Pledge, today: date | None = None) -> PledgeStanding:
    """Return how a pledge stands (today by default); reads what it needs unless `with_received` did."""
    day = today or clock.today()
    found = getattr(pledge, "received", None)
    received = received_for(pledge) if found is None else min(found, pledge.amount)
    plan = [Due(row.due_on, row.amount) for row in pledge.instalments.all()]
    is_open = pledge.state == PledgeState.OPEN
    return PledgeStanding(
        pledge,
        received,
        overdue(plan, received, day) if is_open else 0,
        standing(pledge.state, plan, received, day),
        spread(plan, received),
        next_due(plan, received) if is_open else None,
    )


def received_for(pledge: Pledge) -> int:
    """Return what came for a pledge and was not given back, in fen: never more than was pledged."""
    counted = Least(F("amount"), F("donation__amount") - F("donation__refunded"))
    live = PledgeGift.objects.filter(pledge=pledge, taken_off_at=None)
    return min(int(live.aggregate(total=Sum(counted, default=0))["total"]), pledge.amount)


def gifts_for(pledge: Pledge) -> QuerySet[PledgeGift]:
    """Return the gifts that came for a pledge, those taken off again included, newest first."""
    return pledge.gifts.select_related("donation").order_by("-pk")


def gifts_to_match(pledge: Pledge) -> list[Donation]:
    """Return booked gifts to the pledge's own book since it was made that count for none, its donor's first."""
    taken = PledgeGift.objects.filter(taken_off_at=None).values("donation")
    rows = Donation.objects.filter(
        fund=pledge.fund,
        restriction=pledge.restriction,
        state=DonationState.BOOKED,
        day__gte=pledge.pledged_on,
        refunded__lt=F("amount"),
    ).exclude(pk__in=taken)
    own = Q(donor=pledge.donor)
    if pledge.donor.contact_index:
        own |= Q(donor__contact_index=pledge.donor.contact_index)
    theirs = list(rows.filter(own).select_related("donor").order_by("-pk")[:OFFERED])
    rest = rows.exclude(own).select_related("donor").order_by("-pk")[: OFFERED - len(theirs)]
    return [*theirs, *rest]


def pledge_of_gift(donation: Donation) -> Pledge | None:
    """Return the pledge a gift counts for, if it counts for one."""
    row = donation.pledge_gifts.filter(taken_off_at=None).select_related("pledge").first()
    return row.pledge if row else None


def pledges_to_come(host: Host) -> list[PledgeStanding]:
    """Return the pledges of a host of which money is still to come, the most urgent first."""
    rows = Pledge.objects.filter(host=host, state=PledgeState.OPEN).select_related("fund", "host", "donor")
    found = [one for one in map(stand, with_received(rows)) if one.is_waiting]
    return sorted(found, key=lambda one: (one.next.due_on if one.next else date.max, one.pledge.pk))


def public_pledges(fund: Fund) -> PublicPledges:
    """Return what the public reads of a fund's pledges; those that were cancelled are left out."""
    rows = with_received(Pledge.objects.filter(fund=fund).exclude(state=PledgeState.CANCELLED))
    found = [stand(row) for row in rows]
    standing_ones = [one for one in found if one.pledge.state == PledgeState.OPEN]
    waiting = sorted(
        (one for one in standing_ones if one.is_waiting),
        key=lambda one: one.next.due_on if one.next else date.max,
    )
    return PublicPledges(
        count=len(waiting),
        pledged=sum(one.pledge.amount for one in waiting),
        received=sum(one.received for one in waiting),
        overdue=sum(one.overdue for one in waiting),
        shown=[_public(one) for one in waiting[:SHOWN]],
        released=[
            (one.pledge.amount - one.received, one.pledge.explanation)
            for one in found
            if one.pledge.state == PledgeState.RELEASED
        ],
    )


def _public(one: PledgeStanding) -> PublicPledge:
    shows = one.pledge.shows_amount
    return PublicPledge(
        one.pledge.spoken_name,
        one.pledge.amount if shows else None,
        one.received if shows else None,
        one.next.due_on if one.next and shows else None,
    )
