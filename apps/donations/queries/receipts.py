"""Every read of fiscal receipts."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from apps.core import clock, workdays
from apps.donations import goods
from apps.donations.goods import LossCause, LossState
from apps.donations.models import Donation, FiscalReceipt, InKindGift, WriteOff
from apps.donations.queries.refunds import refunds_under_way
from apps.donations.states import DonationState, ReceiptState
from apps.funds.models import Fund, Host
from apps.funds.queries import effective_rules
from apps.funds.states import FundKind

DAYS = "receipt_work_days"
OPEN = (ReceiptState.WAIVED, ReceiptState.REQUESTED, ReceiptState.ISSUED)
Given = Donation | InKindGift


def for_gift(gift: Given) -> dict[str, Given]:
    """Return the column of a receipt that leads to this gift, with the gift."""
    return {"in_kind" if isinstance(gift, InKindGift) else "donation": gift}


def live_receipt(gift: Given) -> FiscalReceipt | None:
    """Return the issued receipt that stands for a gift, None without one: while it stands, nothing is given back."""
    return FiscalReceipt.objects.filter(**for_gift(gift), state=ReceiptState.ISSUED).first()


def open_receipt(gift: Given) -> FiscalReceipt | None:
    """Return the gift's receipt that is asked for, waived or issued; None when there is none or it became void."""
    return FiscalReceipt.objects.filter(**for_gift(gift), state__in=OPEN).first()


def last_receipt(gift: Given) -> FiscalReceipt | None:
    """Return the gift's receipt that is open, else the last there was."""
    return open_receipt(gift) or FiscalReceipt.objects.filter(**for_gift(gift)).order_by("-pk").first()


def receiptable(gift: Given) -> int:
    """Return the fen a receipt may be for: what is left of a booked gift, less refunds under way.

    For things it is the value at which they were accepted, less what went back; what was handed out, sold or spoilt
    later was given all the same. While a second person is still to decide on some going back, it is nothing.
    """
    if isinstance(gift, InKindGift):
        if goods.why_no_receipt(gift.nature, gift.basis, gift.value) or _undoing_under_way(gift):
            return 0
        return gift.given_value
    if gift.state != DonationState.BOOKED:
        return 0
    return gift.left - refunds_under_way(gift)


def _undoing_under_way(gift: InKindGift) -> bool:
    causes = [cause for cause in LossCause if cause.is_undoing]
    return WriteOff.objects.filter(gift=gift, state=LossState.WAITING, cause__in=causes).exists()


def receipts_of(hosts: Iterable[Host]) -> QuerySet[FiscalReceipt]:
    """Return the receipts of these hosts' gifts with what their pages show, the oldest request first."""
    rows = FiscalReceipt.objects.filter(host__in=list(hosts))
    return rows.select_related(
        "donation__fund", "donation__donor", "in_kind__fund", "in_kind__donor", "host", "replaces", "file"
    ).order_by("asked_at", "pk")


def receipts_to_void(hosts: Iterable[Host]) -> QuerySet[FiscalReceipt]:
    """Return issued receipts whose gift was given back meanwhile."""
    return receipts_of(hosts).filter(state=ReceiptState.ISSUED).filter(recalled_at__isnull=False)


def receipts_over_gifts() -> QuerySet[FiscalReceipt]:
    """Return issued receipts for more than is left of their gift that nobody was told to make void."""
    left = F("donation__amount") - F("donation__refunded")
    worth = F("in_kind__value") - F("in_kind__value") * F("in_kind__undone") / F("in_kind__quantity")
    rows = FiscalReceipt.objects.filter(state=ReceiptState.ISSUED, recalled_at=None)
    # Both databases cut a division of whole numbers off, as `receiptable` does.
    return rows.filter(Q(amount__gt=left) | Q(in_kind__isnull=False, amount__gt=worth))


def receipts_of_no_property() -> QuerySet[FiscalReceipt]:
    """Return issued receipts for services or for things without a value, which may have none."""
    rows = FiscalReceipt.objects.filter(state=ReceiptState.ISSUED, in_kind__isnull=False)
    return rows.filter(
        Q(in_kind__nature=goods.Nature.SERVICE)
        | Q(in_kind__value=0)
        | (~Q(in_kind__basis=goods.Basis.VOUCHER) & Q(proof=""))
    )


def without_request(host: Host) -> QuerySet[Donation]:
    """Return booked gifts about which nobody has said yet whether a receipt is wanted.

    The duty to issue one arises on receipt of the gift (Charity Law, article 38), not on the request.
    """
    rows = Donation.objects.filter(host=host, state=DonationState.BOOKED, refunded__lt=F("amount"))
    return rows.filter(receipts=None).select_related("fund", "donor").order_by("booked_at", "pk")


def things_without_request(host: Host) -> QuerySet[InKindGift]:
    """Return the things that could have a receipt, and of which nobody has said yet whether one is wanted."""
    rows = InKindGift.objects.filter(host=host, nature=goods.Nature.GOODS, value__gt=0)
    return rows.filter(receipts=None, undone__lt=F("quantity")).order_by("pk")


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
