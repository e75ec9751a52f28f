"""Gifts in kind: valued by the rules, kept apart from money, never more out than in."""

from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations import queries, services
from apps.donations.checks import goods
from apps.donations.goods import Valuation, booked_value, part_value
from apps.donations.models import Campaign, Donor, GoodsMove, InKindGift, WriteOff
from apps.donations.services import GoodsGift
from apps.funds.models import Fund
from apps.ledger import queries as books
from tests.books import assert_books_clean
from tests.cast import Cast

RICE = Valuation("voucher", voucher=1_000_01)
_tokens = count(1)


def token() -> str:
    return f"token-of-a-form-{next(_tokens):06d}"


def receive(cast: Cast, **changes: Any) -> InKindGift:
    """Take in 30 bags of rice worth ¥1,000.01."""
    words: dict[str, Any] = {
        "fund": cast.fund,
        "nature": "goods",
        "name": "大米",
        "quantity": 30,
        "unit": "袋",
        "valuation": RICE,
        "day": clock.today(),
        "token": token(),
        "place": "社区仓库",
        "donor_name": "王建国",
        "contact": "13912345678",
        "name_choice": "masked",
    }
    return services.receive_goods(GoodsGift(**(words | changes)), by=cast.finance)


def issue(cast: Cast, gift: InKindGift, quantity: int, **changes: Any) -> GoodsMove:
    words: dict[str, Any] = {
        "beneficiaries": "elderly",
        "people": 3,
        "receipt": "签-01",
        "day": clock.today(),
        "token": token(),
    }
    return services.issue_goods(gift, quantity=quantity, by=cast.finance, **(words | changes))


def fresh(gift: InKindGift) -> InKindGift:
    return InKindGift.objects.select_related("fund", "host").get(pk=gift.pk)


@pytest.mark.parametrize(
    ("nature", "said", "value"),
    [
        ("goods", Valuation("voucher", voucher=300_00), 300_00),
        ("goods", Valuation("voucher", value=300_00, voucher=300_00), 300_00),
        ("goods", Valuation("sale", value=250_00, note="综合市场当日价"), 250_00),
        (
            "goods",
            Valuation("sale", value=250_00, voucher=900_00, note="发票虚高", voucher_is_off=True),
            250_00,
        ),
        ("goods", Valuation("reasonable", value=1, note="二手，按八成新"), 1),
        ("goods", Valuation("none"), 0),
        ("service", Valuation("voucher", voucher=80_00), 80_00),
        ("service", Valuation("sale", value=80_00, note="同类服务价"), 0),
        ("service", Valuation("none"), 0),
    ],
)
def test_the_voucher_counts_first_then_fair_value(nature: str, said: Valuation, value: int) -> None:
    assert booked_value(nature, said) == value


@pytest.mark.parametrize(
    ("nature", "said", "field"),
    [
        ("goods", Valuation("voucher"), "voucher"),
        ("goods", Valuation("voucher", value=1, voucher=2), "value"),
        ("goods", Valuation("voucher", voucher=2, voucher_is_off=True), "basis"),
        ("goods", Valuation("sale", value=5, voucher=9, note="x"), "basis"),
        ("goods", Valuation("sale", note="x"), "value"),
        ("goods", Valuation("sale", value=5), "note"),
        ("goods", Valuation("none", value=5), "value"),
        ("goods", Valuation("guess", value=5), "basis"),
        ("goods", Valuation("sale", value=-5, note="x"), "value"),
        ("goods", Valuation("sale", value=10**12, note="x"), "value"),
        ("hours", Valuation("none"), "nature"),
    ],
)
def test_other_valuations_are_refused(nature: str, said: Valuation, field: str) -> None:
    with pytest.raises(Refused) as refused:
        booked_value(nature, said)
    assert refused.value.field == field


@pytest.mark.parametrize("value", [0, 1, 2, 100_01, 999_999_999])
@pytest.mark.parametrize("parts", [[1] * 7, [3, 3, 1], [7], [2, 5]])
def test_parts_of_a_value_add_up(value: int, parts: list[int]) -> None:
    gone, found = 0, []
    for part in parts:
        found.append(part_value(value, 7, gone, part))
        gone += part
    assert sum(found) == value
    assert min(found) >= 0
    with pytest.raises(ValueError):
        part_value(value, 7, 7, 1)


def test_things_are_income_in_kind_and_never_money(cast: Cast) -> None:
    gift = receive(cast)
    fund, host = cast.fund.code, cast.host.code
    assert gift.public_name == "王**"
    assert books.inventory(fund, host=host) == 1_000_01
    assert books.fund_balance(fund, host=host) == 0
    flows = books.flows(fund, host=host)
    assert (flows["goods"], flows["donated"], sum(flows.values())) == (1_000_01, 0, 1_000_01)
    assert queries.received(cast.fund)[1] == 0
    assert_books_clean()


def test_handing_out_is_a_restricted_expense_of_the_same_purpose(cast: Cast) -> None:
    gift = receive(cast)
    first, second = issue(cast, gift, 10), issue(cast, gift, 20)
    assert first.value + second.value == 1_000_01
    fund, host = cast.fund.code, cast.host.code
    spent = books.balance("programme_expense", host=host, fund=fund, restriction=cast.restriction)
    assert spent == 1_000_01
    assert books.inventory(fund, host=host) == 0
    flows = books.flows(fund, host=host)
    assert (flows["goods"], flows["spent"]) == (0, 0)
    assert fresh(gift).left == 0
    assert_books_clean()


def test_what_is_sold_is_money_and_what_it_cost_is_not(cast: Cast) -> None:
    gift = receive(cast)
    services.sell_goods(
        gift,
        quantity=15,
        proceeds=400_00,
        channel="cash",
        day=clock.today(),
        token=token(),
        note="临期，卖给粮店",
        by=cast.finance,
    )
    fund, host = cast.fund.code, cast.host.code
    assert books.fund_balance(fund, host=host) == 400_00
    flows = books.flows(fund, host=host)
    assert (flows["other"], flows["goods"], flows["donated"], flows["spent"]) == (400_00, 500_01, 0, 0)
    assert queries.store_of(cast.fund).left == 500_01
    assert_books_clean()


def test_two_people_write_off(cast: Cast) -> None:
    gift = receive(cast)
    asked = services.ask_write_off(gift, quantity=4, reason="受潮", token=token(), by=cast.finance)
    with pytest.raises(Refused):
        services.release_write_off(asked, by=cast.finance)
    with pytest.raises(Refused):
        services.release_write_off(asked, by=cast.stranger)
    assert fresh(gift).left == 30
    assert list(queries.write_offs_to_release([cast.host], cast.second_finance)) == [asked]
    assert not queries.write_offs_to_release([cast.host], cast.finance)
    services.release_write_off(asked, by=cast.second_finance)
    assert fresh(gift).left == 26
    assert books.balance("admin_expense", host=cast.host.code) == 1_000_01 * 4 // 30
    with pytest.raises(Refused):
        services.release_write_off(asked, by=cast.second_finance)
    again = services.ask_write_off(gift, quantity=4, reason="受潮", token=token(), by=cast.finance)
    services.reject_write_off(again, by=cast.finance)
    assert fresh(gift).left == 26
    assert_books_clean()


def test_a_write_off_waits_in_vain_when_the_things_are_gone(cast: Cast) -> None:
    gift = receive(cast)
    asked = services.ask_write_off(gift, quantity=30, reason="受潮", token=token(), by=cast.finance)
    issue(cast, gift, 1)
    with pytest.raises(Refused) as refused:
        services.release_write_off(asked, by=cast.second_finance)
    assert refused.value.field == "quantity"
    assert WriteOff.objects.get().state == "waiting"
    assert_books_clean()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": 31}, "quantity"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": -1}, "quantity"),
        ({"people": 0}, "people"),
        ({"receipt": "  "}, "receipt"),
        ({"beneficiaries": "friends"}, "beneficiaries"),
        ({"note": "\u202e"}, "note"),
        ({"day": date(2026, 11, 22)}, "day"),
        ({"day": date(2026, 11, 20)}, "day"),
    ],
)
def test_what_must_not_be_handed_out(cast: Cast, changes: dict[str, Any], field: str) -> None:
    gift = receive(cast)
    quantity = changes.pop("quantity", 1)
    with pytest.raises(Refused) as refused:
        issue(cast, gift, quantity, **changes)
    assert refused.value.field == field
    assert (GoodsMove.objects.count(), fresh(gift).left) == (0, 30)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "米" * 61}, "name"),
        ({"name": "米\u0000"}, "name"),
        ({"unit": ""}, "unit"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 10**18}, "quantity"),
        ({"quantity": True}, "quantity"),
        ({"place": ""}, "place"),
        ({"expires_on": date(2026, 11, 20)}, "expires_on"),
        ({"day": date(2030, 1, 1)}, "day"),
        ({"name_choice": "real"}, "name_choice"),
        ({"name_choice": "masked", "donor_name": ""}, "name"),
        ({"restriction": "F-XJZ-G"}, "restriction"),
    ],
)
def test_what_must_not_be_taken_in(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        receive(cast, **changes)
    assert refused.value.field == field
    assert not InKindGift.objects.exists()
    assert not Donor.objects.exists()


def test_one_form_is_one_gift_and_one_issue(cast: Cast) -> None:
    word = token()
    gift = receive(cast, token=word)
    assert receive(cast, token=word) == gift
    word = token()
    assert issue(cast, gift, 2, token=word) == issue(cast, gift, 2, token=word)
    assert fresh(gift).left == 28
    assert_books_clean()


def test_services_without_an_invoice_are_shown_but_never_booked(cast: Cast) -> None:
    haircut = receive(
        cast, nature="service", name="义剪", unit="次", place="", valuation=Valuation("none"), quantity=40
    )
    fund, host = cast.fund.code, cast.host.code
    assert (haircut.value, books.flows(fund, host=host)["goods"]) == (0, 0)
    audit = receive(cast, nature="service", name="审计", unit="次", place="", quantity=1)
    assert audit.value == 1_000_01
    assert books.balance("programme_expense", host=host) == 1_000_01
    assert books.inventory(fund, host=host) == 0
    with pytest.raises(Refused):
        issue(cast, audit, 1)
    assert_books_clean()


def test_expired_things_are_not_handed_out(cast: Cast) -> None:
    gift = receive(cast, expires_on=clock.today() + timedelta(days=3))
    assert queries.goes_bad(gift)
    with clock.set_to(clock.now() + timedelta(days=4)):
        with pytest.raises(Refused) as refused:
            issue(cast, gift, 1)
        assert refused.value.field == "day"


def test_nobody_else_touches_the_store(cast: Cast) -> None:
    gift = receive(cast)
    for stranger in (cast.stranger, cast.auditor, cast.admin, cast.secretary):
        with pytest.raises(Refused):
            services.issue_goods(
                gift,
                quantity=1,
                beneficiaries="elderly",
                people=1,
                receipt="x",
                day=clock.today(),
                token=token(),
                by=stranger,
            )


def test_an_erased_donor_is_anonymous_in_the_store(cast: Cast) -> None:
    gift = receive(cast)
    services.erase_donor(gift.donor, by=None)
    assert fresh(gift).public_name == "爱心居民"
    assert_books_clean()


def test_moves_are_never_changed(cast: Cast) -> None:
    move = issue(cast, receive(cast), 1)
    for statement in ("UPDATE donations_goodsmove SET quantity = 2", "DELETE FROM donations_goodsmove"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert GoodsMove.objects.get() == move


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"issued": 2}, "stock_and_moves"),
        ({"value": 5}, "gifts_in_kind_and_entries"),
        ({"basis": "none"}, "gifts_in_kind_and_entries"),
        ({"quantity": 40}, "stock_and_books"),
    ],
)
def test_the_checks_see_a_changed_register(cast: Cast, change: dict[str, Any], check: str) -> None:
    issue(cast, receive(cast), 1)
    assert not list(getattr(goods, check)())
    InKindGift.objects.update(**change)
    assert list(getattr(goods, check)())


def test_things_stay_with_their_fund(cast: Cast) -> None:
    receive(cast)
    assert queries.goods_left(cast.fund)
    assert not queries.goods_left(Fund.objects.get(code=cast.other_fund.code))


def test_things_count_for_a_campaign_beside_its_money_and_never_in_it(
    cast: Cast, campaign: Campaign, client: Client
) -> None:
    page = f"/c/{campaign.code}/"
    assert "另收到物资" not in client.get(page).text
    rice = receive(cast, campaign=campaign)
    receive(cast, campaign=campaign, name="理发", nature="service", unit="次", valuation=Valuation("none"))
    receive(cast)
    assert queries.raised(campaign) == (0, 0) and queries.raised_in_kind(campaign) == (2, 1_000_01)
    assert "另收到物资" in client.get(page).text
    shown = client.get(f"{page}goods/").text
    assert "王*" in shown and "理发" in shown and "1,000.01" in shown
    told = services.Told("progress", clock.today(), 0, "还没有用")
    report = services.publish_campaign_report(campaign, told, by=cast.admin)
    assert (report.received, report.things, report.things_value) == (0, 2, 1_000_01)
    asked = services.ask_write_off(
        rice, quantity=30, cause="own", reason="尺码不合", token=token(), by=cast.finance
    )
    services.release_write_off(asked, by=cast.second_finance)
    assert queries.raised_in_kind(campaign) == (1, 0)
    with pytest.raises(Refused) as refused:
        receive(cast, campaign=campaign, day=campaign.starts_on - timedelta(days=1))
    assert refused.value.field == "campaign"
    assert_books_clean()
