"""Live invariants of gifts: each in the books once, at its amount, and what the provider holds explained by them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from apps.core.checks import Check, Row
from apps.donations import queries
from apps.donations.custody import HandOverState
from apps.donations.goods import Basis, MoveKind, Nature
from apps.donations.models import (
    BoxCount,
    CashDeposit,
    Correction,
    Custody,
    Donation,
    GiftBatch,
    GivingPlan,
    GoodsMove,
    HandOver,
    InKindGift,
    Pledge,
    PledgeGift,
    Refund,
)
from apps.donations.states import (
    BatchState,
    Channel,
    CountState,
    DepositState,
    DonationState,
    PlanRail,
    PlanState,
    RefundState,
)
from apps.funds.models import Host
from apps.ledger import queries as books
from apps.ledger.flow_lines import entry_ids
from apps.ledger.rules import EntryKind

CHUNK = 5000


def _compare(ours: dict[str, int], entries: Iterable[tuple[str, int]]) -> Iterator[Row]:
    """Yield where the rows and the entries differ; `ours` is emptied on the way."""
    for source, amount in entries:
        expected = ours.pop(source, None)
        if expected != amount:
            yield {"source": source, "row": expected, "entry": amount}
    yield from ({"source": source, "row": amount, "entry": None} for source, amount in ours.items())


def gifts_and_entries() -> Iterator[Row]:
    """Booked gifts without their entry, entries without their gift, or other amounts."""
    rows = Donation.objects.filter(state=DonationState.BOOKED).values_list("code", "amount")
    ours = {code: -amount for code, amount in rows.iterator(chunk_size=CHUNK)}
    return _compare(ours, books.amounts_by_source(EntryKind.DONATION.value, "donation_income"))


def refunds_and_entries() -> Iterator[Row]:
    """Refunds that are done without their entry, entries without their refund, or other amounts."""
    rows = Refund.objects.filter(state=RefundState.DONE).values_list("code", "amount")
    ours = dict(rows.iterator(chunk_size=CHUNK))
    return _compare(ours, books.amounts_by_source(EntryKind.REFUND.value, "donation_income"))


def refunds_within_gifts() -> Iterator[Row]:
    """Gifts whose sum of refunds is not what the gift says, or that were given back without being booked."""
    done = Sum("refunds__amount", filter=Q(refunds__state=RefundState.DONE), default=0)
    rows = Donation.objects.annotate(back=done).exclude(refunded=F("back"))
    for code, refunded, back in rows.values_list("code", "refunded", "back").iterator(chunk_size=CHUNK):
        yield {"code": code, "refunded": refunded, "sum": back}
    loose = Donation.objects.filter(refunded__gt=0).exclude(state=DonationState.BOOKED)
    for code, refunded in loose.values_list("code", "refunded"):
        yield {"code": code, "refunded": refunded, "sum": None}


def provider_money_explained() -> Iterator[Row]:
    """Hosts whose clearing account is not what each provider and platform holds for them, added up; and providers that
    paid out more than their own gifts brought."""
    for host in Host.objects.order_by("code"):
        providers, platforms = queries.held_by_providers(host), queries.held_by_platforms(host)
        booked = books.balance("provider_money", host=host.code)
        explained = sum(providers.values()) + sum(platforms.values())
        if booked != explained:
            yield {"host": host.code, "booked": booked, "explained": explained}
        brought = dict(
            Donation.objects.filter(host=host, state=DonationState.BOOKED, channel__in=providers)
            .values_list("channel")
            .annotate(net=Sum(F("amount") - F("fee")))
            .order_by("channel")
        )
        for channel, net in brought.items():
            if net + queries.paid_out_by(host, channel) < 0:
                yield {"host": host.code, "channel": channel, "brought": net}


def booked_gifts_are_whole() -> Iterator[Row]:
    """Booked gifts without a day, a moment, a payment or a public name."""
    rows = Donation.objects.filter(state=DonationState.BOOKED).filter(
        Q(day=None) | Q(booked_at=None) | Q(payment_id=None) | Q(public_name="") | Q(fee__gt=F("amount"))
    )
    for code in rows.values_list("code", flat=True).iterator(chunk_size=CHUNK):
        yield {"code": code}


def receipts_within_gifts() -> Iterator[Row]:
    """Standing receipts for more than is left of their gift, unless finance was told to make them void."""
    rows = queries.receipts_over_gifts().values_list("code", "amount")
    for code, amount in rows.iterator(chunk_size=CHUNK):
        yield {"code": code, "receipt": amount}


def gifts_in_kind_and_entries() -> Iterator[Row]:
    """Gifts in kind whose entry is missing, alone or of another amount, or whose value may not be booked."""
    rows = InKindGift.objects.filter(value__gt=0).values_list("code", "value")
    ours = {code: -value for code, value in rows.iterator(chunk_size=CHUNK)}
    yield from _compare(ours, books.amounts_by_source(EntryKind.IN_KIND.value, "donation_income"))
    unlawful = Q(nature=Nature.SERVICE, value__gt=0) & ~Q(basis=Basis.VOUCHER)
    unlawful |= Q(basis=Basis.NONE, value__gt=0)
    for code in InKindGift.objects.filter(unlawful).values_list("code", flat=True):
        yield {"code": code, "row": "booked without a voucher or a value"}


def stock_and_moves() -> Iterator[Row]:
    """Gifts in kind whose counts differ from their moves, or whose moves are worth more or less than what left."""

    def units(kind: MoveKind) -> Sum:
        return Sum("moves__quantity", filter=Q(moves__kind=kind), default=0)

    rows = InKindGift.objects.annotate(
        out=units(MoveKind.ISSUE),
        sales=units(MoveKind.SALE),
        losses=units(MoveKind.LOSS),
        worth=Sum("moves__value", default=0),
    )
    for gift in rows.iterator(chunk_size=CHUNK):
        counts = (gift.issued, gift.sold, gift.lost)
        moved = (gift.out, gift.sales, gift.losses)
        worth = gift.worth
        if counts != moved or worth != gift.value * gift.gone // gift.quantity or gift.gone > gift.quantity:
            yield {"code": gift.code, "row": counts, "moves": moved, "value": worth}


def goods_moves_and_entries() -> Iterator[Row]:
    """Things that left without their entry, entries without them, or other amounts."""
    for kind, entry, account in (
        (MoveKind.ISSUE, EntryKind.IN_KIND_OUT, "programme_expense"),
        (MoveKind.SALE, EntryKind.IN_KIND_SALE, "programme_expense"),
        (MoveKind.LOSS, EntryKind.IN_KIND_LOSS, "admin_expense"),
    ):
        moves = GoodsMove.objects.filter(kind=kind)
        # A sale has an entry for what was paid, whatever the things stood at.
        moves = moves if kind == MoveKind.SALE else moves.filter(value__gt=0)
        rows = moves.values_list("code", "value")
        ours = dict(rows.iterator(chunk_size=CHUNK))
        yield from _compare(ours, books.amounts_by_source(entry.value, account))
    sales = dict(GoodsMove.objects.filter(kind=MoveKind.SALE).values_list("code", "proceeds"))
    booked = books.amounts_by_source(EntryKind.IN_KIND_SALE.value, "sales_income")
    yield from _compare({code: -fen for code, fen in sales.items()}, booked)


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


def corrections_and_entries() -> Iterator[Row]:
    """Corrections without their entry, entries without their correction (or the refund they followed), other amounts;
    and gifts that do not stand where their last correction put them."""
    ours = dict.fromkeys(Correction.objects.values_list("code", flat=True).iterator(chunk_size=CHUNK), 0)
    entries = books.amounts_by_source(EntryKind.CORRECTION.value, "donation_income")
    yield from _compare(ours, ((source, fen) for source, fen in entries if not source.startswith("refund:")))
    last = Correction.objects.filter(donation=OuterRef("pk")).order_by("-pk")
    moved = Donation.objects.annotate(
        last_fund=Subquery(last.values("to_fund")[:1]),
        last_restriction=Subquery(last.values("to_restriction")[:1]),
    ).exclude(last_fund=None)
    astray = moved.exclude(fund=F("last_fund"), restriction=F("last_restriction"))
    for code in astray.values_list("code", flat=True).iterator(chunk_size=CHUNK):
        yield {"code": code}


def months_of_plans() -> Iterator[Row]:
    """Months of a plan that are another donor's or host's, and running card plans that nothing pays."""
    rows = Donation.objects.exclude(plan=None).exclude(plan__donor=F("donor"), plan__host=F("host"))
    for code, plan in rows.values_list("code", "plan__code").iterator(chunk_size=CHUNK):
        yield {"code": code, "plan": plan}
    unpaid = GivingPlan.objects.filter(rail=PlanRail.CARD, subscription_id=None)
    for code, state in unpaid.exclude(state__in=[PlanState.STARTING, PlanState.STOPPED]).values_list(
        "code", "state"
    ):
        yield {"plan": code, "state": state}


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


def pledges_are_whole() -> Iterator[Row]:
    """Pledges whose instalments do not add up to what was pledged."""
    rows = Pledge.objects.annotate(planned=Sum("instalments__amount", default=0)).exclude(amount=F("planned"))
    for code, amount, planned in rows.values_list("code", "amount", "planned").iterator(chunk_size=CHUNK):
        yield {"code": code, "pledged": amount, "planned": planned}


def pledges_and_gifts() -> Iterator[Row]:
    """Gifts that count for a pledge without being booked, of another host, or for more than they or the pledge are."""
    live = PledgeGift.objects.filter(taken_off_at=None)
    bad = ~Q(donation__state=DonationState.BOOKED) | ~Q(donation__host=F("pledge__host"))
    bad |= Q(amount__gt=F("donation__amount")) | Q(amount__gt=F("pledge__amount"))
    for code, gift in (
        live.filter(bad).values_list("pledge__code", "donation__code").iterator(chunk_size=CHUNK)
    ):
        yield {"pledge": code, "gift": gift}


def pledges_are_not_income() -> Iterator[Row]:
    """Pledges that stand in the books: only the gifts that come for them may."""
    codes = list(Pledge.objects.values_list("code", flat=True))
    for kind in EntryKind.values:
        for source in entry_ids(kind, codes):
            yield {"pledge": source, "kind": kind}


def custody_and_entries() -> Iterator[Row]:
    """What was taken in custody or passed on without its entry, entries without it, or other amounts."""
    taken = dict(Custody.objects.values_list("code", "amount"))
    yield from _compare(taken, books.amounts_by_source(EntryKind.CUSTODIAL_IN.value, "custodial_assets"))
    done = HandOver.objects.filter(state=HandOverState.DONE).values_list("code", "amount")
    booked = books.amounts_by_source(EntryKind.CUSTODIAL_OUT.value, "custodial_assets")
    yield from _compare({code: -amount for code, amount in done}, booked)


def custody_and_books() -> Iterator[Row]:
    """Books whose 1801 is not their 2601, and hosts whose 1801 is not what the register says is held."""
    held = queries.custody_by_host(list(Host.objects.values_list("code", flat=True)))
    for host, expected in held.items():
        assets = books.by_book("custodial_assets", host=host)
        debts = books.by_book("custodial_liabilities", host=host)
        for book in sorted({*assets, *debts}):
            if assets.get(book, 0) + debts.get(book, 0):
                yield {"host": host, "book": book, "assets": assets.get(book, 0), "debts": debts.get(book, 0)}
        if sum(assets.values()) != expected or expected < 0:
            yield {"host": host, "register": expected, "books": sum(assets.values())}


def deposits_and_entries() -> Iterator[Row]:
    """Deposits whose gifts do not make up their amount, or whose entry is missing, alone or another."""
    held = Sum("lines__amount", filter=Q(lines__is_standing=True), default=0)
    for code, state, amount, lines in (
        CashDeposit.objects.annotate(held=held).values_list("code", "state", "amount", "held").order_by("pk")
    ):
        if lines != (amount if state == DepositState.BOOKED else 0):
            yield {"code": code, "amount": amount, "gifts": lines}
    ours = dict(CashDeposit.objects.filter(state=DepositState.BOOKED).values_list("code", "amount"))
    yield from _compare(ours, books.amounts_by_source(EntryKind.CASH_DEPOSIT.value, "bank_deposits"))


def cash_in_hand_explained() -> Iterator[Row]:
    """What gifts, refunds and deposits left on the cash account, unless the gifts still in hand add up to it."""
    kinds = (EntryKind.DONATION, EntryKind.REFUND, EntryKind.CASH_DEPOSIT)
    booked = sum(
        fen for kind in kinds for _source, fen in books.amounts_by_source(kind.value, "cash_on_hand")
    )
    in_hand = Donation.objects.filter(state=DonationState.BOOKED, channel=Channel.CASH)
    in_hand = in_hand.exclude(deposits__is_standing=True)
    left = in_hand.aggregate(left=Sum(F("amount") - F("refunded"), default=0))["left"]
    if booked != left:
        yield {"booked": booked, "in_hand": left}


CHECKS = [
    Check(
        "donations.campaign_versions",
        _("募捐方案的每个版本接得上，最后一版就是现在的方案。"),
        queries.broken_versions,
    ),
    Check("donations.donors_and_merges", _("捐赠人的合并与写下的一致。"), queries.misplaced_donors),
    Check(
        "donations.custody_and_entries",
        _("每笔代管、每次转交恰好有一张同样金额的凭证。"),
        custody_and_entries,
    ),
    Check(
        "donations.custody_and_books",
        _("每本账的受托代理资产等于受托代理负债，也等于登记簿上还在代管的。"),
        custody_and_books,
    ),
    Check("donations.pledges_are_whole", _("每份认捐的各期加起来等于认捐的金额。"), pledges_are_whole),
    Check(
        "donations.pledges_and_gifts",
        _("算给认捐的每笔捐赠都已入账，属于同一家慈善会，不超过它自己和认捐的金额。"),
        pledges_and_gifts,
    ),
    Check(
        "donations.pledges_are_not_income",
        _("认捐没有一份记在账上，记账的只有到了的捐赠。"),
        pledges_are_not_income,
    ),
    Check(
        "donations.deposits_and_entries",
        _("每次现金存款等于里面各笔捐款剩下的钱，恰好有一张同样金额的凭证。"),
        deposits_and_entries,
    ),
    Check(
        "donations.cash_in_hand_explained",
        _("账上的捐赠现金等于还没有存银行的现金捐款。"),
        cash_in_hand_explained,
    ),
    Check("donations.batches_are_whole", _("每份入账的名单，笔数和合计等于先前报的。"), batches_are_whole),
    Check(
        "donations.boxes_are_signed_twice",
        _("每次入账的募捐箱都由两个不同的人清点签字，金额和现金捐赠一样。"),
        boxes_are_signed_twice,
    ),
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
    Check("donations.stock_and_books", _("账上的存货等于物资登记里剩下的价值。"), stock_and_books),
    Check(
        "donations.corrections_and_entries",
        _("每次更正恰好有一张凭证，两边金额相抵，捐赠记在最后改到的地方。"),
        corrections_and_entries,
    ),
    Check(
        "donations.months_of_plans",
        _("月捐的每一笔都属于同一位捐赠人，自动扣的月捐在支付机构那边都有对应的一份。"),
        months_of_plans,
    ),
    Check(
        "donations.gifts_and_entries",
        _("每笔已入账的捐赠恰好有一张同样金额的凭证，反过来也是。"),
        gifts_and_entries,
    ),
    Check(
        "donations.refunds_and_entries",
        _("每笔已退的款恰好有一张同样金额的凭证，反过来也是。"),
        refunds_and_entries,
    ),
    Check(
        "donations.refunds_within_gifts", _("每笔捐赠记的已退金额等于它的退款之和。"), refunds_within_gifts
    ),
    Check(
        "donations.provider_money_explained",
        _("账上在途的钱等于每家支付机构、每个平台各自的捐赠减去手续费、退款和转出；谁也没有转出别家的钱。"),
        provider_money_explained,
    ),
    Check(
        "donations.booked_gifts_are_whole",
        _("每笔已入账的捐赠都有日期、付款编号和公示名。"),
        booked_gifts_are_whole,
    ),
    Check(
        "donations.receipts_within_gifts",
        _("有效的捐赠票据不超过那笔捐赠剩下的钱；退过款的票据都列进了待冲红。"),
        receipts_within_gifts,
    ),
]
