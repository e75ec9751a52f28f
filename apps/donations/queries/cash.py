"""Every read of cash: what is still in the drawer, what went to the bank, and what has waited too long."""

from datetime import date, timedelta

from django.db.models import Count, F, Min, QuerySet, Sum

from apps.donations.goods import MoveKind
from apps.donations.models import CashDeposit, Donation, GoodsMove
from apps.donations.queries.receipts import rule_in_days
from apps.donations.rules import account_of
from apps.donations.states import Channel, DonationState
from apps.funds.models import Host

DAYS = "cash_deposit_days"


def cash_in_hand(host: Host) -> QuerySet[Donation]:
    """Return a host's booked cash gifts of which something is left that no standing deposit holds, the oldest first."""
    rows = Donation.objects.filter(
        host=host, channel=Channel.CASH, state=DonationState.BOOKED, refunded__lt=F("amount")
    )
    return (
        rows.exclude(deposits__is_standing=True)
        .select_related("fund", "donor", "box_count__box", "batch_line__batch")
        .order_by("day", "pk")
    )


def sales_in_hand(host: Host) -> QuerySet[GoodsMove]:
    """Return what a host's things were sold for in cash that no standing deposit holds, the oldest first."""
    rows = GoodsMove.objects.filter(gift__host=host, kind=MoveKind.SALE, channel=Channel.CASH)
    return rows.exclude(deposits__is_standing=True).select_related("gift__fund").order_by("day", "pk")


def deposits_of(host: Host) -> QuerySet[CashDeposit]:
    """Return a host's deposits of cash, newest first."""
    return CashDeposit.objects.filter(host=host).select_related("host").order_by("-day", "-pk")


def deposit_days(host: Host) -> int:
    """Return within how many days the host's rulebook wants cash taken to the bank."""
    return rule_in_days(host, DAYS)


def deposit_due(received_on: date, days: int) -> date:
    """Return the last day on which cash received then is to be in the bank; banks take it at weekends too."""
    return received_on + timedelta(days=days)


def late_cash(host: Host, today: date) -> tuple[int, int, date] | None:
    """Return how much cash has waited too long for the bank: how many gifts and sales, their fen, and when the oldest
    was due."""
    gifts, sales = cash_in_hand(host).order_by(), sales_in_hand(host).order_by()
    days_held = [rows.aggregate(day=Min("day"))["day"] for rows in (gifts, sales)]
    oldest = min((day for day in days_held if day is not None), default=None)
    if oldest is None or oldest >= today:
        return None
    days = deposit_days(host)
    before = today - timedelta(days=days)
    late = gifts.filter(day__lt=before).aggregate(
        count=Count("pk"), left=Sum(F("amount") - F("refunded"), default=0)
    )
    sold = sales.filter(day__lt=before).aggregate(count=Count("pk"), left=Sum("proceeds", default=0))
    count, fen = late["count"] + sold["count"], late["left"] + sold["left"]
    return (count, fen, deposit_due(oldest, days)) if count else None


def deposit_with(donation: Donation) -> CashDeposit | None:
    """Return the standing deposit that took a cash gift to the bank; None for cash in hand and for other gifts."""
    if donation.channel != Channel.CASH:
        return None
    return CashDeposit.objects.filter(lines__donation=donation, lines__is_standing=True).first()


def account_with(donation: Donation) -> str:
    """Return the account on which a gift's money lies: deposited cash lies in the bank."""
    if deposit_with(donation) is not None:
        return "bank_deposits"
    return account_of(donation.channel)
