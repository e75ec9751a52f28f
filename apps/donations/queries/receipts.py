"""Every read of fiscal receipts."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import F, QuerySet

from apps.core import clock, workdays
from apps.donations.models import Donation, FiscalReceipt
from apps.donations.queries.refunds import refunds_under_way
from apps.donations.states import DonationState, ReceiptState
from apps.funds.models import Fund, Host
from apps.funds.queries import effective_rules
from apps.funds.states import FundKind

DAYS = "receipt_work_days"
OPEN = (ReceiptState.WAIVED, ReceiptState.REQUESTED, ReceiptState.ISSUED)


def live_receipt(donation: Donation) -> FiscalReceipt | None:
    """Return the issued receipt that stands for a gift, None without one: while it stands, nothing is refunded."""
    return FiscalReceipt.objects.filter(donation=donation, state=ReceiptState.ISSUED).first()


def open_receipt(donation: Donation) -> FiscalReceipt | None:
    """Return the gift's receipt that is asked for, waived or issued; None when there is none or it became void."""
    return FiscalReceipt.objects.filter(donation=donation, state__in=OPEN).first()


def receiptable(donation: Donation) -> int:
    """Return the fen a receipt may be for: what is left of a booked gift, less refunds under way."""
    if donation.state != DonationState.BOOKED:
        return 0
    return donation.left - refunds_under_way(donation)


def receipts_of(hosts: Iterable[Host]) -> QuerySet[FiscalReceipt]:
    """Return the receipts of these hosts' gifts with what their pages show, the oldest request first."""
    rows = FiscalReceipt.objects.filter(host__in=list(hosts))
    return rows.select_related("donation__fund", "donation__donor", "host", "replaces", "file").order_by(
        "asked_at", "pk"
    )


def receipts_to_void(hosts: Iterable[Host]) -> QuerySet[FiscalReceipt]:
    """Return issued receipts whose gift was given back meanwhile."""
    return receipts_of(hosts).filter(state=ReceiptState.ISSUED).filter(recalled_at__isnull=False)


def receipts_over_gifts() -> QuerySet[FiscalReceipt]:
    """Return issued receipts for more than is left of their gift that nobody was told to make void."""
    left = F("donation__amount") - F("donation__refunded")
    return FiscalReceipt.objects.filter(state=ReceiptState.ISSUED, recalled_at=None, amount__gt=left)


def without_request(host: Host) -> QuerySet[Donation]:
    """Return booked gifts about which nobody has said yet whether a receipt is wanted.

    The duty to issue one arises on receipt of the gift (Charity Law, article 38), not on the request.
    """
    rows = Donation.objects.filter(host=host, state=DonationState.BOOKED, refunded__lt=F("amount"))
    return rows.filter(receipts=None).select_related("fund", "donor").order_by("booked_at", "pk")


def work_days(host: Host) -> int:
    """Return within how many working days the host's rulebook wants a receipt issued."""
    return rule_in_days(host, DAYS)


def rule_in_days(host: Host, key: str) -> int:
    """Return a number of days that the host's own rulebook sets. Raises LookupError for a host without a fund."""
    fund = Fund.objects.filter(host=host, kind=FundKind.GENERAL).first()
    fund = fund or Fund.objects.filter(host=host).order_by("code").first()
    if fund is None:
        raise LookupError(f"host {host.code} has no fund")
    days = effective_rules(fund, keys=[key])[key].value
    if not isinstance(days, int):
        raise TypeError(f"{key} is a number of days, not {days!r}")
    return days


def due_on(asked_at: datetime, days: int, moved: Mapping[date, bool] | None = None) -> date:
    """Return the day by whose end a receipt asked for then is due, so many working days from the next day on.

    `moved` are the calendar's moved days (`workdays.moved_days`); they are read when left out.
    """
    known = workdays.moved_days() if moved is None else moved
    return workdays.after(clock.day_of(asked_at), days, known)


def is_overdue(
    receipt: FiscalReceipt, days: int, today: date, moved: Mapping[date, bool] | None = None
) -> bool:
    """Tell whether a requested receipt was not issued in time."""
    return receipt.state == ReceiptState.REQUESTED and due_on(receipt.asked_at, days, moved) < today
