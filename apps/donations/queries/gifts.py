"""Every read of gifts, campaigns and the inbox."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from apps.core import clock
from apps.core.compiled import Compiled, Param
from apps.donations import rules
from apps.donations.models import Campaign, Donation, Donor, ProviderEvent
from apps.donations.states import DonationState, EventState
from apps.funds.models import Fund, Host, Restriction
from apps.funds.queries import takes_gifts
from apps.users.models import Role, User
from apps.users.queries import scope_codes

SEE = (Role.Kind.FINANCE, Role.Kind.HOST_ADMIN, Role.Kind.AUDITOR)


@dataclass(frozen=True, slots=True)
class PublicGift:
    """What everyone may know of a gift; `amount` is None, and `refunded` 0, where the donor keeps it to themselves."""

    code: str
    public_name: str
    amount: int | None
    refunded: int
    message: str
    booked_at: datetime
    fund_code: str
    fund_name: str
    dedication: str = ""


def hosts_seen_by(user: User | AnonymousUser) -> QuerySet[Host]:
    """Return the hosts whose gifts a person works with."""
    codes = {code for kind in SEE for code in scope_codes(user, kind, Role.Scope.HOST)}
    return Host.objects.filter(code__in=codes).order_by("code")


def visible_to(user: User | AnonymousUser) -> QuerySet[Donation]:
    """Return the gifts that a member of staff may open."""
    return Donation.objects.filter(host__in=hosts_seen_by(user)).select_related("fund", "host", "donor")


def roll(fund: Fund, *, limit: int = 50, before: int | None = None) -> list[tuple[int, PublicGift]]:
    """Return a fund's booked gifts as the public sees them, newest first, each with the key of the next page."""
    if before is None:
        return [(row.pk, _public(row)) for row in _newest(limit)(fund=fund.pk)]
    rows = _booked().filter(fund=fund)
    last = Donation.objects.filter(pk=before).values("booked_at").first()
    if last is not None:
        rows = rows.filter(Q(booked_at__lt=last["booked_at"]) | Q(booked_at=last["booked_at"], pk__lt=before))
    return [(row.pk, _public(row)) for row in rows[:limit]]


def as_listed(gifts: Sequence[PublicGift]) -> list[PublicGift]:
    """Return gifts, newest first, as a page lists them: those whose amount is hidden at the end of their month, in an
    order that tells nothing, as their place between two others would lead to their row in the book and its amount."""

    def place(gift: PublicGift) -> tuple[int, int, bool, float, str]:
        day, hidden = clock.day_of(gift.booked_at), gift.amount is None
        return -day.year, -day.month, hidden, 0 if hidden else -gift.booked_at.timestamp(), gift.code

    return sorted(gifts, key=place)


def campaign_roll(
    campaign: Campaign, *, limit: int = 50, before: int | None = None
) -> list[tuple[int, PublicGift]]:
    """Return a campaign's booked gifts as the public sees them, newest first, with the key of the next page."""
    rows = _booked().filter(campaign=campaign)
    last = Donation.objects.filter(pk=before).values("booked_at").first() if before else None
    if last is not None:
        rows = rows.filter(Q(booked_at__lt=last["booked_at"]) | Q(booked_at=last["booked_at"], pk__lt=before))
    return [(row.pk, _public(row)) for row in rows[:limit]]


def _booked() -> QuerySet[Donation]:
    """Return booked gifts, newest first, with what the public sees of them."""
    return (
        Donation.objects.filter(state=DonationState.BOOKED)
        .select_related("fund")
        .only(
            *("code", "public_name", "amount", "refunded", "shows_amount", "message", "booked_at"),
            *("dedication_kind", "public_dedication", "fund__code", "fund__name"),
        )
        .order_by("-booked_at", "-pk")
    )


@cache
def _newest(limit: int) -> Compiled[Donation]:
    return Compiled(lambda: _booked().filter(fund=Param("fund"))[:limit])


@cache
def _latest(limit: int) -> Compiled[Donation]:
    return Compiled(lambda: _booked().filter(host=Param("host"))[:limit])


def latest(host: Host, *, limit: int = 10) -> list[PublicGift]:
    """Return the host's latest booked gifts as the public sees them."""
    return [_public(row) for row in _latest(limit)(host=host.pk)]


def _public(row: Donation) -> PublicGift:
    if row.booked_at is None:
        raise ValueError(f"gift {row.code} is booked without a moment")
    return PublicGift(
        row.code,
        row.spoken_name,
        row.amount if row.shows_amount else None,
        row.refunded if row.shows_amount else 0,
        row.message,
        row.booked_at,
        row.fund.code,
        row.fund.name,
        rules.dedication_words(row.dedication_kind, row.public_dedication),
    )


def received(fund: Fund) -> tuple[int, int]:
    """Return (how many gifts, net fen) the fund has booked, less what was given back."""
    found = Donation.objects.filter(fund=fund, state=DonationState.BOOKED).aggregate(
        count=Count("pk"), gross=Sum("amount"), back=Sum("refunded")
    )
    return found["count"], (found["gross"] or 0) - (found["back"] or 0)


def campaign_for(fund: Fund, day: date | None = None) -> Campaign | None:
    """Return the filed plan under which the fund may ask the public for gifts on a day; the one that ends last."""
    if not takes_gifts(fund):
        return None
    return _campaign.first(host=fund.host_id, fund=fund.pk, day=day or clock.today())


def is_open_for(campaign: Campaign, fund: Fund, day: date | None = None) -> bool:
    """Whether a plan is in date and stands for a fund that takes gifts."""
    on = day or clock.today()
    if campaign.host_id != fund.host_id or not campaign.starts_on <= on <= campaign.ends_on:
        return False
    chosen = set(campaign.funds.values_list("pk", flat=True))
    return takes_gifts(fund) and (not chosen or fund.pk in chosen)


_campaign = Compiled(
    lambda: (
        Campaign.objects.filter(host=Param("host"), starts_on__lte=Param("day"), ends_on__gte=Param("day"))
        .filter(Q(funds=Param("fund")) | Q(funds=None))
        .select_related("host")
        .order_by("-ends_on", "pk")[:1]
    )
)


def restrictions_open(fund: Fund, day: date | None = None) -> list[Restriction]:
    """Return what a gift to the fund may be for: its general purpose first, then the open special ones."""
    on = day or clock.today()
    rows = Restriction.objects.filter(fund=fund).filter(Q(until=None) | Q(until__gte=on))
    return list(rows.order_by("-is_general", "code"))


def donor_name(donor: Donor) -> str:
    """Return the donor's own name as the host knows it; for finance and the donor only."""
    return donor.name


def donor_contact(donor: Donor) -> str:
    """Return how the donor can be reached; for finance and the donor only."""
    return donor.contact


def events_seen_by(hosts: Collection[str]) -> QuerySet[ProviderEvent]:
    """Return the inbox as finance of these hosts (codes) sees it: without what is known to be about another's gift."""
    of_others = Donation.objects.filter(session_id=OuterRef("object_id"), session_id__gt="")
    return ProviderEvent.objects.filter(~Exists(of_others.exclude(host__code__in=hosts)))


def parked(hosts: Collection[str]) -> QuerySet[ProviderEvent]:
    """Return the events that wait for a person of finance of these hosts (codes), oldest first."""
    return events_seen_by(hosts).filter(state=EventState.PARKED).order_by("received_at", "pk")


def counts_by_state(hosts: QuerySet[Host]) -> dict[str, int]:
    """Return how many gifts of these hosts are in each state."""
    rows = Donation.objects.filter(host__in=hosts).values("state").annotate(count=Count("pk"))
    return {row["state"]: row["count"] for row in rows}
