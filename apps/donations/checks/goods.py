"""Live invariants of gifts in kind: what came, what left, what stands in stock, and their entries."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from apps.core.checks import Check, Row
from apps.donations.checks.compare import CHUNK, compare
from apps.donations.goods import Basis, LossCause, LossState, MoveKind, Nature
from apps.donations.models import GoodsMove, InKindGift, WriteOff
from apps.funds.models import Host
from apps.ledger import queries as books
from apps.ledger.rules import EntryKind


def gifts_in_kind_and_entries() -> Iterator[Row]:
    """Gifts in kind whose entry is missing, alone or of another amount, or whose value may not be booked."""
    rows = InKindGift.objects.filter(value__gt=0).values_list("code", "value")
    ours = {code: -value for code, value in rows.iterator(chunk_size=CHUNK)}
    yield from compare(ours, books.amounts_by_source(EntryKind.IN_KIND.value, "donation_income"))
    unlawful = Q(nature=Nature.SERVICE, value__gt=0) & ~Q(basis=Basis.VOUCHER)
    unlawful |= Q(basis=Basis.NONE, value__gt=0)
    for code in InKindGift.objects.filter(unlawful).values_list("code", flat=True):
        yield {"code": code, "row": "booked without a voucher or a value"}


def stock_and_moves() -> Iterator[Row]:
    """Gifts in kind whose counts differ from their moves, or whose moves are worth more or less than what left."""

    def units(*kinds: MoveKind) -> Sum:
        return Sum("moves__quantity", filter=Q(moves__kind__in=kinds), default=0)

    causes = [cause for cause in LossCause if cause.is_undoing]
    done = WriteOff.objects.filter(state=LossState.DONE, cause__in=causes)
    undone = dict(done.values_list("gift").annotate(units=Sum("quantity")).order_by("gift"))
    rows = InKindGift.objects.annotate(
        out=units(MoveKind.ISSUE),
        sales=units(MoveKind.SALE),
        losses=units(MoveKind.LOSS, MoveKind.RETURN),
        worth=Sum("moves__value", default=0),
    )
    for gift in rows.iterator(chunk_size=CHUNK):
        counts = (gift.issued, gift.sold, gift.lost)
        moved = (gift.out, gift.sales, gift.losses)
        worth = gift.worth
        if gift.undone != undone.pop(gift.pk, 0):
            yield {"code": gift.code, "undone": gift.undone}
        if counts != moved or worth != gift.value * gift.gone // gift.quantity or gift.gone > gift.quantity:
            yield {"code": gift.code, "row": counts, "moves": moved, "value": worth}


def things_of_campaigns() -> Iterator[Row]:
    """Gifts in kind that count for a plan of another host."""
    rows = InKindGift.objects.exclude(campaign=None).exclude(campaign__host=F("host"))
    for code in rows.values_list("code", flat=True).iterator(chunk_size=CHUNK):
        yield {"code": code, "campaign": "of another host"}


def goods_moves_and_entries() -> Iterator[Row]:
    """Things that left without their entry, entries without them, or other amounts."""
    for kind, entry, account in (
        (MoveKind.ISSUE, EntryKind.IN_KIND_OUT, "programme_expense"),
        (MoveKind.SALE, EntryKind.IN_KIND_SALE, "programme_expense"),
        (MoveKind.LOSS, EntryKind.IN_KIND_LOSS, "admin_expense"),
        (MoveKind.RETURN, EntryKind.IN_KIND_RETURN, "donation_income"),
    ):
        moves = GoodsMove.objects.filter(kind=kind)
        # A sale has an entry for what was paid, whatever the things stood at.
        moves = moves if kind == MoveKind.SALE else moves.filter(value__gt=0)
        rows = moves.values_list("code", "value")
        ours = dict(rows.iterator(chunk_size=CHUNK))
        yield from compare(ours, books.amounts_by_source(entry.value, account))
    sales = dict(GoodsMove.objects.filter(kind=MoveKind.SALE).values_list("code", "proceeds"))
    booked = books.amounts_by_source(EntryKind.IN_KIND_SALE.value, "sales_income")
    yield from compare({code: -fen for code, fen in sales.items()}, booked)


def stock_and_books() -> Iterator[Row]:
    """Funds whose account of things differs from what the register says is left."""
    left: defaultdict[tuple[str, str], int] = defaultdict(int)
    for gift in InKindGift.objects.select_related("host", "fund").iterator(chunk_size=CHUNK):
        left[gift.host.code, gift.fund.code] += gift.left_value
    booked: defaultdict[tuple[str, str], int] = defaultdict(int)
    for host in Host.objects.values_list("code", flat=True):
        for (fund, _restriction), amount in books.by_book("inventory", host=host).items():
            booked[host, fund] += amount
    for key in sorted({*left, *booked}):
        if left[key] != booked[key]:
            yield {"host": key[0], "fund": key[1], "register": left[key], "books": booked[key]}


CHECKS = [
    Check(
        "donations.gifts_in_kind_and_entries",
        _("每笔有价的物资、有凭据的服务恰好有一张同样金额的凭证；没有凭据的服务不入账。"),
        gifts_in_kind_and_entries,
    ),
    Check(
        "donations.stock_and_moves",
        _("每批物资：收到减去发放、变卖、核销等于剩下，从不小于零。"),
        stock_and_moves,
    ),
    Check(
        "donations.goods_moves_and_entries",
        _("每次发放、变卖、核销恰好有一张同样金额的凭证。"),
        goods_moves_and_entries,
    ),
    Check(
        "donations.things_of_campaigns",
        _("算在募捐活动里的每批物资、每次服务都是本会的。"),
        things_of_campaigns,
    ),
    Check("donations.stock_and_books", _("账上的存货等于物资登记里剩下的价值。"), stock_and_books),
]
