"""Every read of directed fundraising: the appeals, who is asked, who gave, and what a link opens."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from apps.core import clock
from apps.donations.directed import AppealState, Capacity, stands
from apps.donations.models import (
    AppealAccount,
    DirectedAppeal,
    DirectedGift,
    Donation,
    Donor,
    Invitee,
    invitee_of_link,
)
from apps.donations.queries.gifts import hosts_seen_by
from apps.donations.states import DonationState
from apps.funds.models import Host, Restriction
from apps.users.models import User


@dataclass(frozen=True, slots=True)
class Link:
    """What a link opens, as it is at this moment: whose it is, and whether it is still the one that counts."""

    invitee: Invitee
    number: int

    @property
    def is_latest(self) -> bool:
        """Whether no newer link was sent."""
        return self.number == self.invitee.link_number

    @property
    def is_in_date(self) -> bool:
        """Whether its last day has not passed."""
        until = self.invitee.link_until
        return until is not None and clock.today() <= until


@dataclass(frozen=True, slots=True)
class Answers:
    """How an appeal was answered, in fen, less what was given back."""

    gifts: int = 0
    amount: int = 0
    givers: int = 0


@dataclass(frozen=True, slots=True)
class Sources:
    """What a host's booked gifts of some days came by, in fen, less what was given back: they add up to all of them."""

    public: int
    directed: int
    other: int


def appeals_seen_by(user: User) -> QuerySet[DirectedAppeal]:
    """Return the appeals of a person's hosts, the latest first."""
    rows = DirectedAppeal.objects.filter(host__in=hosts_seen_by(user))
    return rows.select_related("host", "fund__host").order_by("-pk")


def audience(appeal: DirectedAppeal) -> QuerySet[Invitee]:
    """Return everybody an appeal asks or asked, those who are asked no more last."""
    rows = Invitee.objects.filter(appeal=appeal).select_related("appeal")
    return rows.order_by(F("removed_at").asc(nulls_first=True), "capacity", "pk")


def asked_by(appeal: DirectedAppeal) -> QuerySet[Invitee]:
    """Return whom an appeal asks now: compared with the register, and not taken off."""
    return audience(appeal).filter(removed_at=None).exclude(checked_at=None)


def to_check(appeal: DirectedAppeal, user: User | AnonymousUser) -> QuerySet[Invitee]:
    """Return whom this person is to compare with the register: what another one added."""
    rows = audience(appeal).filter(removed_at=None, checked_at=None)
    return rows.filter(Q(added_by_id=None) | ~Q(added_by_id=user.pk))


def appeals_to_look_at(hosts: QuerySet[Host], user: User) -> QuerySet[DirectedAppeal]:
    """Return the appeals that wait for this person as the second one: with people whom another one added to check."""
    unchecked = Invitee.objects.filter(appeal=OuterRef("pk"), removed_at=None, checked_at=None)
    rows = DirectedAppeal.objects.filter(host__in=hosts).exclude(state=AppealState.CLOSED)
    waits = Exists(unchecked.exclude(added_by_id=user.pk)) & ~Q(
        state=AppealState.DRAFT, written_by_id=user.pk
    )
    return rows.filter(waits).order_by("pk")


def link_of(token: str) -> Link | None:
    """Return what a link opens; None for one that is not ours."""
    found = invitee_of_link(token)
    if found is None:
        return None
    rows = Invitee.objects.select_related("appeal__host", "appeal__fund__host", "donor")
    invitee = rows.filter(code=found[0]).first()
    return Link(invitee, found[1]) if invitee is not None else None


def directed_of(donation: Donation) -> DirectedGift | None:
    """Return by whom and in which capacity a gift was given, None for one that answers no appeal."""
    rows = DirectedGift.objects.select_related("invitee__appeal__fund__host", "invitee__appeal__host")
    return rows.filter(donation=donation).first()


def directed_among(donations: Iterable[Donation]) -> dict[int, DirectedGift]:
    """Return the same of many gifts, by the gifts' keys. One query."""
    rows = DirectedGift.objects.filter(donation__in=[row.pk for row in donations])
    return {row.donation_id: row for row in rows.select_related("invitee__appeal")}


def stood(invitee: Invitee, moment: datetime, until: datetime | None = None) -> bool:
    """Whether somebody was on the audience at a moment, or at some moment up to `until`."""
    return stands(checked_at=invitee.checked_at, removed_at=invitee.removed_at, moment=moment, until=until)


def answers(appeal: DirectedAppeal, *, until: date | None = None) -> Answers:
    """Return what came for an appeal up to a day of the books."""
    rows = _booked(appeal)
    if until is not None:
        rows = rows.filter(donation__day__lte=until)
    found = rows.aggregate(
        gifts=Count("pk"),
        gross=Sum("donation__amount", default=0),
        back=Sum("donation__refunded", default=0),
        givers=Count("invitee", distinct=True),
    )
    return Answers(found["gifts"], found["gross"] - found["back"], found["givers"])


def _booked(appeal: DirectedAppeal) -> QuerySet[DirectedGift]:
    return DirectedGift.objects.filter(invitee__appeal=appeal, donation__state=DonationState.BOOKED)


def gifts_for_appeal(appeal: DirectedAppeal) -> QuerySet[DirectedGift]:
    """Return the gifts that answer an appeal, in whatever state, the newest first."""
    rows = DirectedGift.objects.filter(invitee__appeal=appeal)
    return rows.select_related("donation__fund", "invitee").order_by("-pk")


def gifts_by(invitee: Invitee) -> QuerySet[DirectedGift]:
    """Return what somebody gave for an appeal, the newest first."""
    return DirectedGift.objects.filter(invitee=invitee).select_related("donation").order_by("-pk")


def sources(host: Host, first: date, last: date) -> Sources:
    """Return what a host's gifts of these days came by: its filed public campaigns, its appeals, or neither."""
    rows = Donation.objects.filter(host=host, state=DonationState.BOOKED, day__range=(first, last))
    net = Sum(F("amount") - F("refunded"), default=0)
    found = rows.aggregate(
        all=net,
        public=Sum(F("amount") - F("refunded"), filter=Q(campaign__isnull=False), default=0),
        directed=Sum(F("amount") - F("refunded"), filter=Q(directed__isnull=False), default=0),
    )
    public, directed = found["public"], found["directed"]
    return Sources(public, directed, found["all"] - public - directed)


def restriction_of(appeal: DirectedAppeal) -> Restriction | None:
    """Return the purpose an appeal's gifts are bound to."""
    return Restriction.objects.filter(code=appeal.restriction).first()


def invited_as(rows: Collection[Donor]) -> QuerySet[Invitee]:
    """Return where appeals know the donor of these rows: by what they gave, or by a contact's keyed hash."""
    contacts = {row.contact_index for row in rows if row.contact_index}
    return Invitee.objects.filter(Q(donor__in=rows) | Q(contact_index__in=contacts))


def counts(appeal: DirectedAppeal) -> list[tuple[str, int]]:
    """Return how many an appeal asks in each capacity, without the capacities nobody has."""
    rows = asked_by(appeal).order_by().values_list("capacity").annotate(count=Count("pk"))
    found = dict(rows)
    return [(str(one.label), found[one.value]) for one in Capacity if found.get(one.value)]


def told_to(invitee: Invitee) -> list[AppealAccount]:
    """Return what somebody was told of what came and became of it, the latest first; nothing for who gave nothing."""
    gave = DirectedGift.objects.filter(invitee=invitee, donation__state=DonationState.BOOKED)
    return list(invitee.appeal.accounts.order_by("-pk")) if gave.exists() else []


def givers(appeal: DirectedAppeal) -> QuerySet[Invitee]:
    """Return who gave for an appeal and is still known by name, also those who are asked no more."""
    rows = Invitee.objects.filter(appeal=appeal, gifts__donation__state=DonationState.BOOKED)
    return rows.exclude(contact_sealed="").distinct().order_by("pk")
