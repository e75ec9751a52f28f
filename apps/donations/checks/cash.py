"""Live invariants of lists, boxes and cash: as much as was declared, signed twice, in the bank or still in hand."""

from collections.abc import Iterator

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext_lazy as _

from apps.core.checks import Check, Row
from apps.donations.checks.compare import CHUNK, compare
from apps.donations.goods import MoveKind
from apps.donations.models import BoxCount, CashDeposit, Donation, GiftBatch, GoodsMove
from apps.donations.states import BatchState, Channel, CountState, DepositState, DonationState
from apps.ledger import queries as books
from apps.ledger.rules import EntryKind


def batches_are_whole() -> Iterator[Row]:
    """Lists whose gifts are not as many or as much as was declared, or that have some before they are booked."""
    rows = GiftBatch.objects.annotate(count=Count("lines"), total=Sum("lines__donation__amount", default=0))
    for batch in rows.iterator(chunk_size=CHUNK):
        is_booked = batch.state == BatchState.BOOKED
        wanted = (batch.expected_count, batch.expected_total) if is_booked else (0, 0)
        if (batch.count, batch.total) != wanted:
            yield {"code": batch.code, "declared": wanted, "gifts": (batch.count, batch.total)}


def boxes_are_signed_twice() -> Iterator[Row]:
    """Booked counts of boxes without two different people, or without a gift in cash of the same amount."""
    rows = BoxCount.objects.filter(state=CountState.BOOKED)
    bad = Q(signed_by_id=None) | Q(signed_by_id=F("counted_by_id")) | Q(donation=None)
    bad |= ~Q(donation__amount=F("total")) | ~Q(donation__channel=Channel.CASH)
    for code in rows.filter(bad).values_list("code", flat=True):
        yield {"code": code}


def deposits_and_entries() -> Iterator[Row]:
    """Deposits whose gifts do not make up their amount, or whose entry is missing, alone or another."""
    held = Sum("lines__amount", filter=Q(lines__is_standing=True), default=0)
    for code, state, amount, lines in (
        CashDeposit.objects.annotate(held=held).values_list("code", "state", "amount", "held").order_by("pk")
    ):
        if lines != (amount if state == DepositState.BOOKED else 0):
            yield {"code": code, "amount": amount, "gifts": lines}
    ours = dict(CashDeposit.objects.filter(state=DepositState.BOOKED).values_list("code", "amount"))
    yield from compare(ours, books.amounts_by_source(EntryKind.CASH_DEPOSIT.value, "bank_deposits"))


def cash_in_hand_explained() -> Iterator[Row]:
    """What gifts, refunds, sales and deposits left on the cash account, unless the cash still in hand adds up to it."""
    kinds = (EntryKind.DONATION, EntryKind.REFUND, EntryKind.IN_KIND_SALE, EntryKind.CASH_DEPOSIT)
    booked = books.total_of(kinds, "cash_on_hand")
    in_hand = Donation.objects.filter(state=DonationState.BOOKED, channel=Channel.CASH)
    in_hand = in_hand.exclude(deposits__is_standing=True)
    left = in_hand.aggregate(left=Sum(F("amount") - F("refunded"), default=0))["left"]
    sold = GoodsMove.objects.filter(kind=MoveKind.SALE, channel=Channel.CASH)
    left += sold.exclude(deposits__is_standing=True).aggregate(left=Sum("proceeds", default=0))["left"]
    if booked != left:
        yield {"booked": booked, "in_hand": left}


CHECKS = [
    Check("donations.batches_are_whole", _("每份入账的名单，笔数和合计等于先前报的。"), batches_are_whole),
    Check(
        "donations.boxes_are_signed_twice",
        _("每次入账的募捐箱都由两个不同的人清点签字，金额和现金捐赠一样。"),
        boxes_are_signed_twice,
    ),
    Check(
        "donations.deposits_and_entries",
        _("每次现金存款等于里面各笔现金剩下的钱，恰好有一张同样金额的凭证。"),
        deposits_and_entries,
    ),
    Check(
        "donations.cash_in_hand_explained",
        _("账上的捐赠和变卖现金等于还没有存银行的现金。"),
        cash_in_hand_explained,
    ),
]
