"""Cash taken to the bank: gifts, counted boxes and what things were sold for on one slip, undone while no bank line
proves it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from apps.core import audit, clock, money, versions
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, rules
from apps.donations.models import CashDeposit, DepositedGift, Donation, GoodsMove
from apps.donations.services.offline import check_arrival_day
from apps.donations.states import DEPOSIT_MOVES, DepositState
from apps.funds.models import Fund, Host
from apps.funds.queries import heir_of
from apps.ledger import queries as books
from apps.ledger.rules import Draft, EntryKind, Line
from apps.ledger.services import hold_months, post, reverse
from apps.users.models import User

SLIP_LIMIT, HANDLER_LIMIT, MOST_GIFTS = 40, 60, 2_000


@verb
def deposit_cash(
    host: Host,
    *,
    gifts: Collection[str] = (),
    sales: Collection[str] = (),
    total: int,
    slip: str,
    day: date,
    handler: str,
    token: str,
    by: User | None,
) -> CashDeposit:
    """Record that cash was paid into the bank on one slip, and move it from cash to bank: gifts, and what things were
    sold for (moves of goods), by their codes.

    `total` is what the bank's slip says, in fen: they must make it up, or nothing is recorded. A day in a closed
    month is booked today. The same form records one deposit. Raises `Refused` naming the field.
    """
    permissions.may_handle_money(by, host).require()
    codes, sold = sorted(set(gifts)), sorted(set(sales))
    key = rules.gift_key(token, host.code, slip, day, total, *codes, *sold)
    known = CashDeposit.objects.filter(form_token=key).first()
    if known is not None:
        return known
    slip = clean_text(slip, field="slip", limit=SLIP_LIMIT)
    handler = clean_text(handler, field="handler", limit=HANDLER_LIMIT)
    if not slip:
        raise Refused(_("请写银行存款回单上的编号。"), "slip")
    if not handler:
        raise Refused(_("请写谁去存的。"), "handler")
    check_arrival_day(day)
    if CashDeposit.objects.filter(host=host, slip=slip, state=DepositState.BOOKED).exists():
        raise Refused(_("这张回单已经登记过了。"), "slip")
    hold_months([(host.code, day)])
    rows = _taken(host, codes, sold, day)
    _check_total(rows, total)
    deposit = CashDeposit.objects.create(
        code=new_code("K", 10),
        host=host,
        day=day,
        amount=total,
        slip=slip,
        handler=handler,
        recorded_at=clock.now(),
        recorded_by_id=by.pk if by else None,
        form_token=key,
    )
    DepositedGift.objects.bulk_create(
        [DepositedGift(deposit=deposit, **row.column, amount=row.left) for row in rows]
    )
    booked_on = clock.today() if books.is_closed(host.code, day) else day
    draft = Draft(EntryKind.CASH_DEPOSIT.value, deposit.code, host.code, booked_on, _lines(host, rows))
    post(draft, by=by)
    audit.record(by, "deposit_cash", deposit, total=total, count=len(rows))
    versions.bump("site", *sorted({f"fund:{row.fund.code}" for row in rows}))
    return deposit


@dataclass(frozen=True, slots=True)
class Cash:
    """Cash in the drawer: what is left of a gift, or what things were sold for."""

    column: dict[str, Donation | GoodsMove]
    fund: Fund
    restriction: str
    left: int
    day: date | None


def _of_gift(gift: Donation) -> Cash:
    return Cash({"donation": gift}, gift.fund, gift.restriction, gift.left, gift.day)


def _of_sale(sale: GoodsMove) -> Cash:
    return Cash({"sale": sale}, sale.gift.fund, sale.gift.restriction, sale.proceeds, sale.day)


def _of_line(line: DepositedGift) -> Cash:
    if line.sale is not None:
        return _of_sale(line.sale)
    if line.donation is None:
        raise AssertionError(f"line {line.pk} of a deposit is for no cash")
    return _of_gift(line.donation)


def _taken(host: Host, gifts: Collection[str], sales: Collection[str], day: date) -> list[Cash]:
    """Lock what was ticked and return it. Raises `Refused` when something is not cash that is still in hand."""
    wanted = len(gifts) + len(sales)
    if not 0 < wanted <= MOST_GIFTS:
        raise Refused(_("请勾选这次存了哪些现金，一次最多 2,000 笔。"), "gifts")
    locked = Donation.objects.select_for_update(no_key=True, of=("self",)).filter(host=host, code__in=gifts)
    list(locked.order_by("pk"))
    sold = GoodsMove.objects.select_for_update(no_key=True, of=("self",)).filter(code__in=sales)
    list(sold.order_by("pk"))
    rows = [_of_gift(row) for row in queries.cash_in_hand(host).filter(code__in=gifts)]
    rows += [_of_sale(row) for row in queries.sales_in_hand(host).filter(code__in=sales)]
    if len(rows) != wanted:
        raise Refused(_("有的现金已经存过或者退掉了，请刷新页面再选。"), "gifts")
    if any(row.day and row.day > day for row in rows):
        raise Refused(_("存款的日子不能比收到现金的日子早。"), "day")
    return rows


def _check_total(rows: Collection[Cash], total: int) -> None:
    found = sum(row.left for row in rows)
    if type(total) is not int or total != found:
        raise Refused(
            _("勾选的现金一共 ¥%(sum)s，和回单上的 ¥%(total)s 不一样，请再核对。")
            % {"sum": money.written(found), "total": money.written(total)},
            "total",
        )


def _lines(host: Host, rows: Collection[Cash]) -> list[Line]:
    """Return a pair of lines for each book. Raises `Refused` when a book has less cash than it should."""
    there = books.by_book("cash_on_hand", host=host.code)
    lines = []
    for (fund, restriction), fen in sorted(_by_book(rows).items()):
        if there.get((fund, restriction), 0) < fen:
            raise Refused(_("账上这个基金的库存现金没有这么多，请先查清现金用到哪里了。"), "gifts")
        lines.append(Line("bank_deposits", fen, fund, restriction))
        lines.append(Line("cash_on_hand", -fen, fund, restriction))
    return lines


def _by_book(rows: Iterable[Cash]) -> dict[tuple[str, str], int]:
    """Return how much of the cash each book holds now."""
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        book = heir_of(row.fund, row.restriction)
        sums[book.fund.code, book.restriction] += row.left
    return dict(sums)


@verb
def undo_deposit(deposit: CashDeposit, *, by: User | None) -> CashDeposit:
    """Take a deposit back that was written down wrongly: its entry is reversed and the cash is in hand again.

    Undone again it changes nothing. Raises `Refused` when one of its gifts was refunded since. Whether a bank line
    proves the deposit already is for the caller to look at.
    """
    deposit = lock_row(CashDeposit, "host", pk=deposit.pk)
    permissions.may_handle_money(by, deposit.host).require()
    if deposit.state == DepositState.UNDONE:
        return deposit
    check_move(DEPOSIT_MOVES, deposit.state, DepositState.UNDONE.value, what=_("这次存款"))
    locked = Donation.objects.select_for_update(no_key=True, of=("self",)).filter(deposits__deposit=deposit)
    list(locked.order_by("pk"))
    lines = list(deposit.lines.select_related("donation__fund", "sale__gift__fund"))
    rows = [_of_line(line) for line in lines]
    if any(row.left != line.amount for row, line in zip(rows, lines, strict=True)):
        raise Refused(_("这次存款里有的捐款后来退过，不能撤销；请写一张更正的凭证。"))
    entry = books.entry_of(EntryKind.CASH_DEPOSIT.value, deposit.code)
    if entry is None:
        raise AssertionError(f"deposit {deposit.code} has no entry")
    then = {(one.fund, one.restriction): one.amount for one in entry.lines if one.amount > 0}
    if then != _by_book(rows):
        raise Refused(_("这次存款里有的捐款后来改到别的基金了，不能撤销；请写一张更正的凭证。"))
    reverse(entry.id, source=f"deposit:{deposit.code}", day=clock.today(), by=by)
    deposit.lines.update(is_standing=False)
    deposit.state, deposit.undone_at = DepositState.UNDONE, clock.now()
    deposit.undone_by_id = by.pk if by else None
    deposit.save(update_fields=["state", "undone_at", "undone_by_id"])
    audit.record(by, "undo_deposit", deposit, total=deposit.amount)
    versions.bump("site", *sorted({f"fund:{row.fund.code}" for row in rows}))
    return deposit
