"""Cash goes from the donor's hand through the drawer to the bank, and a line of the bank proves it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations import queries
from apps.donations import services as donations
from apps.donations.checks.cash import cash_in_hand_explained, deposits_and_entries
from apps.donations.models import BoxCount, CashDeposit, DepositedGift, Donation, GoodsMove
from apps.donations.queries.cash import deposit_due
from apps.finance import queries as finance
from apps.finance import services
from apps.finance.rules.matching import Clue
from apps.finance.waiting import waiting_for
from apps.ledger import queries as books
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.donations.test_goods import receive, token

pytestmark = pytest.mark.django_db
ADDRESS = "/finance/H-QJ/cash/"


def cash(cast: Cast, amount: int, key: str, *, days_ago: int = 0, **more: Any) -> Donation:
    day = clock.today() - timedelta(days=days_ago)
    fund = more.pop("fund", cast.fund)
    return donations.record_offline(
        donations.OfflineGift(fund, amount, "cash", day, key, **more), by=cast.finance
    )


def pay_in(cast: Cast, *gifts: Donation, **changes: Any) -> CashDeposit:
    words: dict[str, Any] = {
        "gifts": [gift.code for gift in gifts],
        "total": sum(gift.left for gift in gifts),
        "slip": "CK2026112801",
        "day": clock.today(),
        "handler": "财务小李",
        "token": "token-of-a-cash-deposit",
        "by": cast.finance,
    }
    return donations.deposit_cash(cast.host, **(words | changes))


def held(cast: Cast) -> tuple[int, int]:
    """What the books say lies in the drawer and in the bank."""
    return tuple(books.balance(name, host=cast.host.code) for name in ("cash_on_hand", "bank_deposits"))  # type: ignore[return-value]


def line(cast: Cast, row: str) -> Any:
    text = f"交易日期,借方金额,贷方金额,对方户名,摘要,流水号\n{row}\n"
    return services.import_statement(
        cast.host, body=text.encode(), filename="流水.csv", by=cast.finance
    ).lines.get()


def test_several_gifts_and_a_counted_box_go_to_the_bank_on_one_slip(cast: Cast) -> None:
    box = donations.place_box(cast.other_fund, place="社区服务大厅", by=cast.finance)
    count = donations.count_box(
        box, opened_on=clock.today(), total=30_00, token="token-of-a-box-count-01", by=cast.finance
    )
    donations.sign_count(count, total=30_00, by=cast.second_finance)
    boxed = BoxCount.objects.get().donation
    assert boxed is not None
    assert boxed.handler == f"{cast.finance.name}、{cast.second_finance.name}"
    gift = cash(cast, 70_00, "a", handler="网格员老周")
    assert (gift.handler, cash(cast, 1_00, "b").handler) == ("网格员老周", cast.finance.name)
    for _turn in range(2):
        deposit = pay_in(cast, gift, boxed)
    assert held(cast) == (1_00, 100_00)
    assert [row.amount for row in queries.cash_in_hand(cast.host)] == [1_00]
    assert books.by_book("bank_deposits", host=cast.host.code) == {
        (gift.fund.code, gift.restriction): 70_00,
        (boxed.fund.code, boxed.restriction): 30_00,
    }
    assert_books_clean()
    found = line(cast, f"{clock.today()},,100.00,本单位,现金缴存,{deposit.slip}")
    assert finance.suggest_one(found).clue is Clue.ONE
    [match] = services.match_lines(cast.host, by=cast.finance)
    assert (match.subject_kind, match.subject_code) == ("deposit", deposit.code)
    assert held(cast) == (1_00, 100_00)
    with pytest.raises(Refused, match="已经证明"):
        services.undo_deposit(deposit, by=cast.finance)
    assert_books_clean()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"total": 70_01}, "total"),
        ({"gifts": []}, "gifts"),
        ({"gifts": ["NOTHING"]}, "gifts"),
        ({"slip": " "}, "slip"),
        ({"handler": ""}, "handler"),
        ({"slip": "回单\u202e"}, "slip"),
        ({"ago": 3}, "day"),
        ({"ago": -1}, "day"),
    ],
    ids=str,
)
def test_a_slip_that_does_not_agree_moves_nothing(cast: Cast, changes: dict[str, Any], field: str) -> None:
    gift = cash(cast, 70_00, "a", days_ago=1)
    if "ago" in changes:
        changes = {"day": clock.today() - timedelta(days=changes["ago"])}
    with pytest.raises(Refused) as refusal:
        pay_in(cast, gift, **changes)
    assert refusal.value.field == field
    assert held(cast) == (70_00, 0)
    assert not CashDeposit.objects.exists()


def test_a_gift_is_paid_in_once_and_a_wrong_slip_is_undone(cast: Cast) -> None:
    gift = cash(cast, 70_00, "a")
    first = pay_in(cast, gift)
    with pytest.raises(Refused, match="已经存过"):
        pay_in(cast, gift, slip="CK2", token="token-of-another-deposit")
    with pytest.raises(Refused, match="回单已经登记"):
        pay_in(cast, cash(cast, 1_00, "b"), token="token-of-another-deposit")
    for _turn in range(2):
        services.undo_deposit(first, by=cast.finance)
    assert held(cast) == (71_00, 0)
    assert_books_clean()
    pay_in(cast, gift, token="token-of-a-third-deposit")
    assert held(cast) == (1_00, 70_00)
    assert DepositedGift.objects.filter(donation=gift).count() == 2
    assert_books_clean()
    with pytest.raises(Refused):
        pay_in(cast, cash(cast, 2_00, "c"), slip="CK3", by=cast.auditor)


def test_what_was_paid_in_is_given_back_and_moved_out_of_the_bank(cast: Cast) -> None:
    gift, other = cash(cast, 70_00, "a"), cash(cast, 5_00, "b")
    deposit = pay_in(cast, gift)
    refund = donations.refund(gift, amount=20_00, reason="重复捐款", by=cast.finance)
    assert held(cast) == (5_00, 50_00)
    assert_books_clean()
    out = line(cast, f"{clock.today()},20.00,,张三,退捐款 {refund.code},L9")
    services.match_line(out, kind="refund", code=refund.code, by=cast.finance)
    with pytest.raises(Refused, match="退过"):
        services.undo_deposit(deposit, by=cast.finance)
    # A partly refunded gift that is still in hand goes to the bank with what is left.
    donations.refund(other, amount=1_00, reason="重复捐款", by=cast.finance)
    other.refresh_from_db()
    pay_in(cast, other, slip="CK2", token="token-of-another-deposit")
    assert held(cast) == (0, 54_00)
    assert_books_clean()


def test_the_checks_find_cash_that_is_not_there(cast: Cast) -> None:
    deposit = pay_in(cast, cash(cast, 70_00, "a"))
    DepositedGift.objects.update(is_standing=False)
    assert [row["code"] for row in deposits_and_entries()] == [deposit.code]
    assert list(cash_in_hand_explained())


@pytest.mark.parametrize(("ago", "is_late"), [(0, False), (1, False), (2, True), (40, True)])
def test_cash_that_waits_too_long_stands_on_finances_desk(cast: Cast, ago: int, is_late: bool) -> None:
    cash(cast, 70_00, "a", days_ago=ago)
    mine = [row for row in waiting_for(cast.finance) if row.url == ADDRESS]
    assert [(row.amount, row.state) for row in mine] == ([(70_00, "late")] if is_late else [])
    assert not [row for row in waiting_for(cast.auditor) if row.url == ADDRESS]
    day = clock.today()
    assert deposit_due(day, 1) == day + timedelta(days=1)


def test_the_page_records_undoes_and_explains(client: Client, cast: Cast) -> None:
    gift = cash(cast, 70_00, "a", days_ago=5, handler="网格员老周")
    client.force_login(cast.finance)
    page = client.get(ADDRESS).content.decode()
    assert "网格员老周" in page and "没按时存" in page and "¥70.00" in page
    words = {
        "gift": [gift.code],
        "day": clock.today().isoformat(),
        "total": "70.01",
        "slip": "CK1",
        "handler": "小李",
        "token": "token-of-a-cash-page-1",
    }
    wrong = client.post(ADDRESS, words)
    assert wrong.status_code == 422
    assert "不一样" in wrong.content.decode()
    assert client.post(ADDRESS, words | {"total": "70"}).status_code == 302
    deposit = CashDeposit.objects.get()
    assert "等银行流水" in client.get(ADDRESS).content.decode()
    assert "CK1" in client.get(f"/gifts/{gift.code}/").content.decode()
    assert client.post(f"{ADDRESS}{deposit.code}/undo/").status_code == 302
    assert client.post(f"{ADDRESS}NOTHING/undo/").status_code == 404
    assert "已撤销" in client.get(ADDRESS).content.decode()
    client.force_login(cast.auditor)
    assert "登记这次存款" not in client.get(ADDRESS).content.decode()
    assert client.post(f"{ADDRESS}{deposit.code}/undo/").status_code == 400


def sold(cast: Cast, proceeds: int = 60_00, **changes: Any) -> GoodsMove:
    words: dict[str, Any] = {"quantity": 2, "channel": "cash", "day": clock.today(), "note": "快过期了"}
    return donations.sell_goods(
        receive(cast), proceeds=proceeds, token=token(), by=cast.finance, **(words | changes)
    )


def test_what_things_were_sold_for_goes_on_the_slip_and_a_bank_line_proves_it(cast: Cast) -> None:
    gift, sale = cash(cast, 40_00, "a"), sold(cast)
    sold(cast, channel="bank")
    assert list(queries.sales_in_hand(cast.host)) == [sale]
    assert_books_clean()
    with pytest.raises(Refused, match="不一样"):
        pay_in(cast, gift, sales=[sale.code])
    deposit = pay_in(cast, gift, sales=[sale.code], total=100_00)
    assert held(cast) == (0, 160_00) and not queries.sales_in_hand(cast.host)
    with pytest.raises(Refused, match="已经存过"):
        pay_in(cast, sales=[sale.code], total=60_00, slip="CK2", token="token-of-another-slip")
    found = line(cast, f"{clock.today()},,100.00,,现金存款 {deposit.slip},S1")
    services.match_line(found, kind="deposit", code=deposit.code, by=cast.finance)
    assert finance.proved_deposits(cast.host, [deposit.code])
    assert_books_clean()


def test_a_deposit_of_a_sale_is_undone_and_overdue_cash_of_sales_is_told(cast: Cast) -> None:
    sale = sold(cast)
    deposit = pay_in(cast, sales=[sale.code], total=60_00)
    for _twice in range(2):
        donations.undo_deposit(deposit, by=cast.finance)
    assert held(cast) == (60_00, 0) and list(queries.sales_in_hand(cast.host)) == [sale]
    assert_books_clean()
    late = queries.late_cash(cast.host, clock.today() + timedelta(days=9))
    assert late is not None and late[:2] == (1, 60_00)
    client = Client()
    client.force_login(cast.finance)
    assert "变卖 大米 2袋" in client.get(ADDRESS).content.decode()
    sent = {
        "sale": sale.code, "day": clock.today().isoformat(), "total": "60", "slip": "CK3", "handler": "小李",
        "token": token(),
    }  # fmt: skip
    assert client.post(ADDRESS, sent).status_code == 302
    assert CashDeposit.objects.filter(state="booked").get().amount == 60_00
