"""Fiscal receipts: asked for, issued once, never beside a refund, made void and issued anew."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations import queries
from apps.donations.checks.gifts import receipts_within_gifts
from apps.donations.models import Donation, FiscalReceipt
from apps.donations.rules import Giver
from apps.donations.services import (
    OfflineGift,
    ReceiptNumber,
    decline_receipt,
    erase_donor,
    issue_receipt,
    record_offline,
    refund,
    reissue_receipt,
    request_receipt,
    settle_session,
    void_receipt,
    waive_receipt,
)
from apps.donations.services.returns import lock_gift, move_refund
from apps.donations.states import RefundKind
from tests.books import assert_books_clean
from tests.cast import ORGANISATION_USCC, Cast

pytestmark = pytest.mark.django_db


def gift_of(cast: Cast, amount: int = 50_000, key: str = "K1", **changes: Any) -> Donation:
    words: dict[str, Any] = {"name": "王䶮", "name_choice": "anonymous", "contact": "w@example.org"}
    reported = OfflineGift(cast.fund, amount, "bank", clock.today(), key, **(words | changes))
    return record_offline(reported, by=cast.finance)


def number(n: int = 1, **changes: Any) -> ReceiptNumber:
    fields: dict[str, Any] = {
        "batch_code": "50010126",
        "number": f"{n:010d}",
        "check_code": "a1b2c3",
        "day": clock.today(),
    }
    return ReceiptNumber(**(fields | changes))


def issued(cast: Cast, donation: Donation, n: int = 1) -> FiscalReceipt:
    asked = request_receipt(donation, name="王䶮", by=None)
    return issue_receipt(asked, given=number(n), by=cast.finance)


def test_from_the_request_to_the_number(cast: Cast) -> None:
    gift = gift_of(cast)
    asked = request_receipt(gift, name=" 王䶮 ", by=None)
    assert (asked.state, asked.payer, asked.amount) == ("requested", "王䶮", 50_000)
    assert "王䶮" not in asked.payer_sealed
    assert queries.live_receipt(gift) is None
    again = request_receipt(gift, name="王龑", by=None)
    assert (again.pk, again.payer) == (asked.pk, "王龑")
    row = issue_receipt(again, given=number(), by=cast.finance)
    assert (row.state, row.amount, row.issued_on) == ("issued", 50_000, clock.today())
    assert queries.live_receipt(gift) == row
    assert issue_receipt(row, given=number(), by=cast.finance).issued_at == row.issued_at
    with pytest.raises(Refused, match="状态"):
        issue_receipt(row, given=number(2), by=cast.finance)
    with pytest.raises(Refused, match="已经开出"):
        request_receipt(gift, name="别人", by=None)
    assert_books_clean("donations")


def test_an_organisation_needs_a_sound_code(cast: Cast) -> None:
    gift = gift_of(cast)
    for code, words in [
        ("", "要写"),
        ("5150", "18 位"),
        (ORGANISATION_USCC[:-1] + "A", "校验位"),
        ("I" * 18, "字符"),
    ]:
        with pytest.raises(Refused, match=words) as caught:
            request_receipt(gift, name="暖阳公司", kind="organisation", uscc=code, by=None)
        assert caught.value.field == "uscc"
    asked = request_receipt(
        gift, name="暖阳公司", kind="organisation", uscc=f" {ORGANISATION_USCC.lower()} ", by=None
    )
    assert asked.payer_uscc == ORGANISATION_USCC
    with pytest.raises(Refused) as caught:
        request_receipt(gift, name="", by=None)
    assert caught.value.field == "name"


def test_who_may_ask(cast: Cast) -> None:
    gift = gift_of(cast)
    for person in (cast.stranger, cast.auditor, Giver(contact_index="somebody else")):
        with pytest.raises(Refused, match="自己"):
            request_receipt(gift, name="冒名", by=person)
    own = Giver(contact_index=gift.donor.contact_index)
    assert request_receipt(gift, name="王䶮", by=own).state == "requested"
    assert request_receipt(gift, name="王䶮", by=cast.finance).state == "requested"


def test_a_refund_and_a_receipt_never_stand_together(cast: Cast) -> None:
    gift = gift_of(cast)
    row = issued(cast, gift)
    with pytest.raises(Refused, match="先把票据冲红"):
        refund(gift, amount=1_00, why="twice", by=cast.finance)
    void = void_receipt(
        row, why="refund", red_batch_code="50010126", red_number="0000000009", by=cast.finance
    )
    assert (void.state, queries.live_receipt(gift)) == ("void", None)
    refund(gift, amount=20_000, why="twice", by=cast.finance)
    fresh = reissue_receipt(void, by=cast.finance)
    assert reissue_receipt(void, by=cast.finance).pk == fresh.pk
    assert (fresh.amount, fresh.payer, fresh.is_reissue) == (30_000, "王䶮", False)
    with pytest.raises(Refused, match="现在应开 ¥300"):
        issue_receipt(fresh, given=number(2), amount=50_000, by=cast.finance)
    assert issue_receipt(fresh, given=number(2), amount=30_000, by=cast.finance).amount == 30_000
    assert_books_clean("donations")


def test_nothing_is_issued_for_what_was_given_back(cast: Cast) -> None:
    gift = gift_of(cast)
    asked = request_receipt(gift, name="王䶮", by=None)
    refund(gift, amount=50_000, why="twice", by=cast.finance)
    with pytest.raises(Refused, match="不能开票"):
        issue_receipt(asked, given=number(), by=cast.finance)
    assert decline_receipt(asked, reason="已经退款", by=cast.finance).state == "closed"
    with pytest.raises(Refused, match="不能开票"):
        request_receipt(gift, name="王䶮", by=None)


def test_money_that_went_back_without_us_recalls_the_receipt(cast: Cast) -> None:
    gift = gift_of(cast)
    row = issued(cast, gift)
    donation, general = lock_gift(gift.pk)
    dispute = donation.refunds.create(
        code="R-1", amount=50_000, kind=RefundKind.DISPUTE, state="asked", asked_at=clock.now()
    )
    move_refund(dispute, donation, general, "done", by=None)
    assert list(queries.receipts_to_void([cast.host])) == [row]
    assert_books_clean("donations")
    FiscalReceipt.objects.update(recalled_at=None)
    assert list(receipts_within_gifts()) == [{"code": row.code, "receipt": 50_000}]


def test_a_lost_receipt_is_replaced_once(cast: Cast) -> None:
    gift = gift_of(cast)
    void = void_receipt(
        issued(cast, gift), why="lost", red_batch_code="50010126", red_number="0000000008", by=cast.finance
    )
    fresh = reissue_receipt(void, by=cast.finance)
    assert fresh.is_reissue
    second = issue_receipt(fresh, given=number(2), by=cast.finance)
    void = void_receipt(
        second, why="lost", red_batch_code="50010126", red_number="0000000007", by=cast.finance
    )
    with pytest.raises(Refused, match="只补开一次"):
        reissue_receipt(void, by=cast.finance)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"batch_code": "5001012"}, "batch_code"),
        ({"number": "123"}, "number"),
        ({"number": "１２３４５６７８９０"}, "number"),
        ({"check_code": "x y"}, "check_code"),
        ({"day": date(2999, 1, 1)}, "issued_on"),
    ],
)
def test_numbers_have_their_form(cast: Cast, changes: dict[str, Any], field: str) -> None:
    asked = request_receipt(gift_of(cast), name="王䶮", by=None)
    with pytest.raises(Refused) as caught:
        issue_receipt(asked, given=number(**changes), by=cast.finance)
    assert caught.value.field == field
    asked.refresh_from_db()
    assert asked.state == "requested"


def test_a_number_belongs_to_one_receipt(cast: Cast) -> None:
    issued(cast, gift_of(cast))
    asked = request_receipt(gift_of(cast, key="K2"), name="李红", by=None)
    with pytest.raises(Refused, match="另一张") as caught:
        issue_receipt(asked, given=number(), by=cast.finance)
    assert caught.value.field == "number"
    for person in (cast.admin, cast.auditor, cast.stranger):
        with pytest.raises(Refused):
            issue_receipt(asked, given=number(2), by=person)


def test_a_waiver_is_kept_and_may_be_taken_back(cast: Cast) -> None:
    gift = gift_of(cast)
    assert gift in queries.without_request(cast.host)
    waived = waive_receipt(gift, by=None)
    assert (waived.state, gift in queries.without_request(cast.host)) == ("waived", False)
    assert request_receipt(gift, name="王䶮", by=None).pk == waived.pk
    assert waive_receipt(gift, by=None).payer_sealed == ""


def test_erasing_a_donor_forgets_requests_and_keeps_stubs(cast: Cast) -> None:
    kept = issued(cast, gift_of(cast))
    gift = gift_of(cast, key="K2")
    asked = request_receipt(gift, name="王䶮", by=None)
    erase_donor(gift.donor, by=None)
    erase_donor(kept.donation.donor, by=None)
    asked.refresh_from_db()
    kept.refresh_from_db()
    assert (asked.state, asked.payer, kept.payer) == ("closed", "", "王䶮")


def test_due_after_working_days() -> None:
    friday = datetime(2026, 11, 27, 15, 59, tzinfo=UTC)
    assert queries.due_on(friday, 5) == date(2026, 12, 4)
    # A minute later it is Saturday in Shanghai.
    assert queries.due_on(friday + timedelta(minutes=1), 1) == date(2026, 11, 30)


def test_an_unbooked_gift_gets_none(cast: Cast, give: Any) -> None:
    with pytest.raises(Refused, match="到账以后"):
        request_receipt(settle_session(give()), name="王䶮", by=None)
