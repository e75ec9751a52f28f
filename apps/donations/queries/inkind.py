"""Every read of gifts in kind: the store for finance, and what everyone may know of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet, Sum

from apps.core import clock
from apps.donations.goods import LossState, MoveKind, Nature
from apps.donations.models import GoodsMove, InKindGift, WriteOff
from apps.donations.queries.gifts import hosts_seen_by
from apps.funds.models import Fund, Host
from apps.users.models import User

GOES_BAD_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Store:
    """What a fund's things come to: fen that came, left and are there. Of no total of money."""

    came: int
    handed_out: int
    sold: int
    lost: int

    @property
    def left(self) -> int:
        """What is there, in fen."""
        return self.came - self.handed_out - self.sold - self.lost


def in_kind_visible_to(user: User | AnonymousUser) -> QuerySet[InKindGift]:
    """Return the gifts in kind that a member of staff may open, newest first."""
    rows = InKindGift.objects.filter(host__in=hosts_seen_by(user))
    return rows.select_related("fund", "host", "donor", "campaign").order_by("-pk")


def in_store(rows: QuerySet[InKindGift]) -> QuerySet[InKindGift]:
    """Return of them the things that are not all gone, what goes bad first in front."""
    here = rows.filter(nature=Nature.GOODS, quantity__gt=F("issued") + F("sold") + F("lost"))
    return here.order_by(F("expires_on").asc(nulls_last=True), "pk")


def goes_bad(gift: InKindGift, today: date | None = None) -> bool:
    """Whether things that are there go bad within 30 days, or have."""
    limit = (today or clock.today()) + GOES_BAD_WITHIN
    return gift.left > 0 and gift.expires_on is not None and gift.expires_on <= limit


def of_fund(fund: Fund) -> QuerySet[InKindGift]:
    """Return a fund's gifts in kind, newest first."""
    return InKindGift.objects.filter(fund=fund).order_by("-pk")


def moves_of(fund: Fund) -> QuerySet[GoodsMove]:
    """Return what left a fund's store, newest first."""
    return GoodsMove.objects.filter(gift__fund=fund).select_related("gift").order_by("-pk")


def store_of(fund: Fund) -> Store:
    """Return what a fund's things come to. Services that were booked are used up as they come and are left out."""
    came = InKindGift.objects.filter(fund=fund, nature=Nature.GOODS).aggregate(sum=Sum("value", default=0))
    moves = GoodsMove.objects.filter(gift__fund=fund)
    out = {kind: int(fen) for kind, fen in moves.values_list("kind").annotate(sum=Sum("value"))}
    return Store(
        int(came["sum"]),
        out.get(MoveKind.ISSUE.value, 0),
        out.get(MoveKind.SALE.value, 0),
        out.get(MoveKind.LOSS.value, 0) + out.get(MoveKind.RETURN.value, 0),
    )


def has_goods(fund: Fund) -> bool:
    """Whether a fund ever got anything in kind."""
    return InKindGift.objects.filter(fund=fund).exists()


def goods_left(fund: Fund) -> bool:
    """Whether a fund still has things in store, which no other fund's book could explain."""
    return in_store(of_fund(fund)).exists()


def write_offs_to_release(hosts: Iterable[Host], user: User) -> QuerySet[WriteOff]:
    """Return the write-offs of these hosts that wait for a second person who this user could be, the oldest first."""
    waiting = WriteOff.objects.filter(gift__host__in=list(hosts), state=LossState.WAITING)
    return waiting.filter(~Q(asked_by_id=user.pk)).select_related("gift__fund", "gift__host").order_by("pk")
