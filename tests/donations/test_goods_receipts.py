"""Fiscal receipts for gifts in kind: only for property with a proved value, at that value, void before anything goes
back."""

import io
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from apps.core import clock, pdf, sheets
from apps.core.models import OutboxMessage
from apps.core.verdicts import Refused
from apps.disclosure.bodies import forget
from apps.donations import permissions, queries, services
from apps.donations.checks.gifts import receipts_within_gifts
from apps.donations.goods import Valuation
from apps.donations.models import FiscalReceipt, InKindGift
from apps.donations.services import OfflineGift
from apps.finance import services as finance
from apps.ledger import queries as books
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.donations.test_goods import fresh, issue, receive, token
from tests.donations.test_receipts import gift_of, number

pytestmark = pytest.mark.django_db
PRICED = Valuation("sale", value=600_00, note="三家超市比价")


def issued(cast: Cast, gift: InKindGift, **changes: Any) -> FiscalReceipt:
    asked = services.request_receipt(gift, name="王建国", by=None)
    return services.issue_receipt(asked, given=number(), by=cast.finance, **changes)


def undo(cast: Cast, gift: InKindGift, quantity: int, cause: str = "returned") -> None:
    asked = services.ask_write_off(
        gift, quantity=quantity, cause=cause, reason="不合用", token=token(), by=cast.finance
    )
    services.release_write_off(asked, by=cast.second_finance)


def test_things_get_a_receipt_at_the_value_they_were_accepted_at(cast: Cast) -> None:
    gift = receive(cast, contact="w@example.org")
    assert gift in queries.things_without_request(cast.host)
    issue(cast, gift, 10)
    row = issued(cast, gift)
    assert (row.amount, row.item, row.fund) == (1_000_01, "大米 30袋", cast.fund)
    letter = OutboxMessage.objects.get(key=f"receipt-issued:{row.code}")
    assert "大米 30袋" in letter.body and queries.goods_key(gift) in letter.body
    with pytest.raises(Refused, match="已经开出"):
        services.request_receipt(gift, name="别人", by=None)
    assert not queries.things_without_request(cast.host)
    assert_books_clean("donations")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"nature": "service", "place": ""}, "服务不是财物"),
        ({"valuation": Valuation("none")}, "第27号第十三条"),
    ],
)
def test_what_is_no_valued_property_gets_none(cast: Cast, changes: dict[str, Any], words: str) -> None:
    gift = receive(cast, **changes)
    for ask in (
        lambda: services.request_receipt(gift, name="王建国", by=cast.finance),
        lambda: services.waive_receipt(gift, by=None),
    ):
        with pytest.raises(Refused, match=words):
            ask()
    assert gift not in queries.things_without_request(cast.host)
    page = Client().get(f"/things/{queries.goods_key(gift)}/")
    assert words in page.content.decode() and "申请票据" not in page.content.decode()


def test_a_price_that_is_no_voucher_needs_the_donors_proof(cast: Cast) -> None:
    gift = receive(cast, valuation=PRICED)
    with pytest.raises(Refused, match="公允价值证明") as caught:
        issued(cast, gift)
    assert caught.value.field == "proof"
    row = issued(cast, gift, proof="出厂价格单 2026-11")
    assert (row.amount, row.proof) == (600_00, "出厂价格单 2026-11")
    FiscalReceipt.objects.update(proof="")
    assert [one["code"] for one in receipts_within_gifts()] == [row.code]


def test_what_goes_back_is_made_void_first_and_what_spoils_is_not(cast: Cast) -> None:
    gift = receive(cast)
    row = issued(cast, gift)
    undo(cast, gift, 1, cause="spoilt")
    for cause in ("returned", "never"):
        with pytest.raises(Refused, match="先把票据冲红"):
            undo(cast, gift, 10, cause=cause)
    void = services.void_receipt(
        row, why="refund", red_batch_code="50010126", red_number="0000000009", by=cast.finance
    )
    undo(cast, gift, 10)
    anew = services.reissue_receipt(void, by=cast.finance)
    assert (anew.amount, anew.item) == (1_000_01 - 1_000_01 * 10 // 30, "大米 20袋")
    assert_books_clean("donations")
    undo(cast, gift, 19)
    assert fresh(gift).undone == 29 and queries.receiptable(fresh(gift)) > 0
    assert_books_clean("donations")


@pytest.mark.parametrize(
    ("cause", "income", "expense"),
    [("spoilt", 1_000_01, 333_33), ("returned", 666_68, 0), ("own", 1_000_01, 333_33), ("never", 666_68, 0)],
)
def test_what_goes_back_lowers_income_unless_it_is_our_own_fault(
    cast: Cast, cause: str, income: int, expense: int
) -> None:
    """财会〔2024〕25号, article 73: thirty bags at ¥1,000.01 came, and ten of them (¥333.33) are no longer there."""
    gift = receive(cast)
    undo(cast, gift, 10, cause=cause)
    host, fund = cast.host.code, cast.fund.code
    booked = {
        account: books.balance(account, host=host, fund=fund)
        for account in ("donation_income", "admin_expense", "inventory")
    }
    assert booked == {"donation_income": -income, "admin_expense": expense, "inventory": 666_68}
    assert books.flows(fund, host=host)["goods"] == 666_68
    assert queries.store_of(cast.fund).left == 666_68
    assert fresh(gift).undone == (0 if cause == "spoilt" else 10)
    forget()
    page = Client().get(f"/f/{fund}/goods/").content.decode()
    assert ("核销 10袋" if cause == "spoilt" else "退回、更正 10袋") in page
    assert_books_clean()


def test_a_write_off_that_waits_and_a_receipt_never_pass_each_other(cast: Cast) -> None:
    gift = receive(cast)
    receipt = services.request_receipt(gift, name="王建国", by=None)
    asked = services.ask_write_off(
        gift, quantity=5, cause="never", reason="记重了", token=token(), by=cast.finance
    )
    with pytest.raises(Refused, match="正在退"):
        services.issue_receipt(receipt, given=number(), by=cast.finance)
    # As if it had been issued between the question and the answer.
    FiscalReceipt.objects.update(
        state="issued", number="1", batch_code="1", issued_on=clock.today(), amount=1_000_01
    )
    with pytest.raises(Refused, match="先把票据冲红"):
        services.release_write_off(asked, by=cast.second_finance)
    assert fresh(gift).left == 30


def test_a_receipt_is_for_exactly_one_gift(cast: Cast) -> None:
    asked = services.request_receipt(receive(cast), name="王建国", by=None)
    for columns in ({"donation": gift_of(cast)}, {"in_kind": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FiscalReceipt.objects.filter(pk=asked.pk).update(**columns)


def test_the_sheet_says_what_was_given_and_takes_the_numbers_back(cast: Cast) -> None:
    rice, cakes = receive(cast), receive(cast, valuation=PRICED, name="月饼", unit="盒", quantity=12)
    for gift in (rice, cakes):
        services.request_receipt(gift, name="王建国", by=None)
    body = finance.export_requests(cast.host, by=cast.finance).read()
    title, *rows = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    cells = [dict(zip(title, row, strict=True)) for row in rows]
    assert [[one[key] for key in ("项目名称", "单位", "数量", "金额（元）")] for one in cells] == [
        ["大米", "袋", 30, 1000.01],
        ["月饼", "盒", 12, 600],
    ]
    for n, one in enumerate(cells, start=1):
        one |= {"票据代码": "50010126", "票据号码": f"{n:010d}", "校验码": "a1b2c3", "开票日期": "2026-11-01"}

    def sent() -> bytes:
        return sheets.xlsx_file([title, *([one[key] for key in title] for one in cells)]).read()

    with pytest.raises(finance.FaultyRows) as caught:
        finance.import_receipts(cast.host, body=sent(), by=cast.finance)
    assert [(fault.row, "公允价值证明" in fault.reason) for fault in caught.value.faults] == [(3, True)]
    cells[1]["公允价值证明"] = "价格单"
    assert finance.import_receipts(cast.host, body=sent(), by=cast.finance) == 2
    assert_books_clean("donations")


def test_erasing_the_donor_forgets_the_request_and_keeps_the_stub(cast: Cast) -> None:
    kept, gift = issued(cast, receive(cast)), receive(cast, token=token())
    asked = services.request_receipt(gift, name="王建国", by=None)
    for row in (gift, kept.gift):
        services.erase_donor(row.donor, by=None)
    asked.refresh_from_db()
    kept.refresh_from_db()
    assert (asked.state, asked.payer, kept.payer) == ("closed", "", "王建国")
    assert Client().get(f"/things/{queries.goods_key(gift)}/").status_code == 404


def test_the_donor_asks_and_waives_by_the_key_alone(cast: Cast) -> None:
    gift, visitor = receive(cast), Client()
    key = queries.goods_key(gift)
    page = visitor.get(f"/things/{key}/")
    assert "noindex" in page.content.decode() and page["Referrer-Policy"] == "same-origin"
    for wrong in (gift.code, key[:-1] + "x", f"{gift.code}-", queries.key_of(gift_of(cast))):
        assert visitor.get(f"/things/{wrong}/").status_code == 404
    assert visitor.post(f"/things/{key}/receipt/", {"waive": "1"}).status_code == 302
    empty = visitor.post(f"/things/{key}/receipt/", {"kind": "person", "name": ""})
    assert empty.status_code == 422
    visitor.post(f"/things/{key}/receipt/", {"kind": "person", "name": "王建国"})
    assert FiscalReceipt.objects.get().state == "requested"
    assert visitor.get(f"/things/{key}/receipt/file/").status_code == 404
    row = services.issue_receipt(FiscalReceipt.objects.get(), given=number(), by=cast.finance)
    assert row.number in visitor.get(f"/things/{key}/").content.decode()
    assert visitor.post(f"/things/{key}/receipt/", {"waive": "1"}).status_code == 422


def test_finance_asks_in_the_donors_place_and_the_auditor_only_looks(cast: Cast) -> None:
    gift, client = receive(cast), Client()
    client.force_login(cast.auditor)
    page = client.get(f"/goods/{gift.code}/receipt/").content.decode()
    assert "王建国" not in page and '<form method="post" class="form"' not in page
    assert client.post(f"/goods/{gift.code}/receipt/", {"kind": "person", "name": "冒名"}).status_code == 422
    assert not permissions.may_request_receipt(cast.stranger, gift)
    client.force_login(cast.finance)
    client.post(f"/goods/{gift.code}/receipt/", {"kind": "person", "name": "王建国"})
    row = FiscalReceipt.objects.get()
    assert row.in_kind == gift and row.asked_by_id == cast.finance.pk
    assert "大米 30袋" in client.get(f"/finance/{cast.host.code}/receipts/{row.code}/").content.decode()
    assert "大米 30袋" in client.get(f"/finance/{cast.host.code}/receipts/").content.decode()
    # A page leads to the receipt only whom that page lets in.
    for user, leads in ((cast.auditor, True), (cast.admin, False)):
        client.force_login(user)
        assert (f"/receipts/{row.code}/" in client.get(f"/goods/{gift.code}/").text) is leads


def test_the_year_lists_things_apart_and_adds_them_to_nothing(client: Client, cast: Cast) -> None:
    rice, gone = receive(cast), receive(cast, name="过期的米")
    service = receive(cast, name="维修", nature="service", place="", valuation=Valuation("reasonable"))
    undo(cast, rice, 10)
    undo(cast, gone, 30)
    InKindGift.objects.filter(pk=service.pk).update(donor=rice.donor)
    InKindGift.objects.filter(pk=gone.pk).update(donor=rice.donor)
    year, things = clock.today().year, rice.donor.in_kind_gifts.all()
    facts = queries.year_facts(rice.donor.donations.all(), things, year)
    assert facts is not None
    (part,) = facts["hosts"]
    assert (part["rows"], part["kinds"], part["names"]) == ([], "2", "王建国")
    assert [row[2:5] for row in part["things"]] == [
        [rice.code, "大米 20袋", "666.68"],
        [service.code, "维修 30袋", "没有计价"],
    ]
    assert pdf.render("gifts_of_year", facts).startswith(b"%PDF-")
    gift = services.record_offline(
        OfflineGift(cast.fund, 50_00, "cash", clock.today(), "Y", donor=rice.donor), by=cast.finance
    )
    facts = queries.year_facts(rice.donor.donations.all(), things, year)
    assert facts is not None
    assert (facts["hosts"][0]["total"], facts["hosts"][0]["kinds"]) == ("50.00", "2")
    assert queries.years_of(rice.donor.donations.none(), things) == [year]
    page = reverse("donations:own_year", args=[queries.key_of(gift), year])
    assert client.get(page).content.startswith(b"%PDF-")
