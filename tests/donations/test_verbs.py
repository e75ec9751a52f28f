"""Bank transfers, records, payouts, names, exports: the verbs that other rooms call."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given, strategies

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations import queries, rules
from apps.donations.models import Consent, Donation
from apps.donations.providers.bank import new_reference, references_in
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.resources import DonationResource
from apps.donations.rules import Giver
from apps.donations.services import (
    OfflineGift,
    Transfer,
    book_payout,
    booked_balance,
    choose_name,
    erase_donor,
    expire,
    receive_transfers,
    record_many,
    record_offline,
    settle_session,
    start_gift,
)
from apps.ledger import queries as books
from tests.books import assert_books_clean
from tests.cast import HOST_USCC, Cast
from tests.donations.conftest import Give, agree

TODAY = clock.today


@given(strategies.integers(0, 5))
def test_a_reference_is_found_however_the_bank_writes_it(_n: int) -> None:
    code = new_reference()
    wide = "".join(chr(ord(mark) + 0xFEE0) if mark != "-" else mark for mark in code)
    for memo in (code, code.lower(), code.replace("-", ""), code.replace("-", " "), f"捐款{code}谢谢", wide):
        assert references_in(memo) == [code], memo
    assert references_in(f"A{code}") == []
    assert references_in(f"{code}9") == []


def test_ordinary_memos_hold_no_reference() -> None:
    for memo in ("", "捐款", "转账 ABC-DEFG", "20261121", "TEL 13800005678", "百步梯社区慈善基金"):
        assert references_in(memo) == []


@pytest.mark.parametrize(
    ("text", "ok"),
    [
        (f"{HOST_USCC}A26001", True),
        (f"{HOST_USCC}A2600", False),
        (f"{HOST_USCC}a26001", False),
        (f"I{HOST_USCC[1:]}A26001", False),
        (f"{HOST_USCC}A２6001", False),
        ("", False),
    ],
)
def test_filing_numbers(text: str, ok: bool) -> None:
    assert rules.is_filing_number(text) is ok


@pytest.mark.parametrize(
    ("name", "choice", "organisation", "shown"),
    [
        ("张三丰", "real", False, "张三丰"),
        ("张三丰", "masked", False, "张**"),
        ("欧阳雪", "masked", False, "欧阳*"),
        ("重庆演示食品有限公司", "masked", True, "重庆**有限公司"),
        ("张三丰", "anonymous", False, "爱心居民"),
        ("", "anonymous", False, "爱心居民"),
    ],
)
def test_what_the_public_sees(name: str, choice: str, organisation: bool, shown: str) -> None:
    assert rules.public_name(name, choice, is_organisation=organisation) == shown


@given(
    amount=strategies.integers(1, 10**10),
    fee=strategies.integers(0, 10**6),
    short=strategies.integers(0, 10**10),
)
def test_lines_always_balance(amount: int, fee: int, short: int) -> None:
    fee, short = min(fee, amount), min(short, amount)
    lines = rules.gift_lines("F", "R", "D", account="provider_money", amount=amount, fee=fee)
    assert sum(line.amount for line in lines) == 0
    for general in ("G", "F"):
        back = rules.refund_lines(
            "F", "R", "D", account="provider_money", amount=amount, fee=fee, short=short, general=general
        )
        totals: dict[tuple[str, str], int] = {}
        for line in back:
            key = (line.fund, line.restriction)
            totals[key] = totals.get(key, 0) + line.amount
        assert not any(totals.values())
        assert all(line.amount for line in back)
        paid = sum(line.amount for line in back if line.account == "provider_money")
        assert paid == -(amount + fee)


@pytest.mark.django_db
class TestVerbs:
    def test_a_transfer_is_booked_at_what_arrived(self, cast: Cast, give: Give) -> None:
        gift = give(10_000, channel="bank", consents=())
        assert gift.reference is not None
        lines = [
            Transfer(gift.reference, 12_000, TODAY(), "line-1"),
            Transfer(gift.reference, 500, TODAY(), "line-2"),
            Transfer("ZZZ-9999", 700, TODAY(), "line-3"),
        ]
        first = receive_transfers(cast.host, lines, by=cast.finance)
        again = receive_transfers(cast.host, lines, by=cast.finance)
        assert {key: row.pk for key, row in first.items()} == {key: row.pk for key, row in again.items()}
        assert sorted(first) == ["line-1", "line-2"]
        gift.refresh_from_db()
        assert (gift.state, gift.amount) == ("booked", 12_000)
        assert books.balance("bank_deposits", host=cast.host.code) == 12_500
        with pytest.raises(Refused):
            receive_transfers(cast.host, lines, by=cast.auditor)
        assert_books_clean()

    def test_an_announced_transfer_expires_and_still_books(self, cast: Cast, give: Give) -> None:
        gift = give(10_000, channel="bank", consents=())
        Donation.objects.update(started_at=clock.now() - timedelta(days=31))
        assert expire() == 1
        receive_transfers(cast.host, [Transfer(str(gift.reference), 10_000, TODAY(), "x")], by=None)
        assert Donation.objects.get().state == "booked"

    def test_many_records_are_one_set(self, cast: Cast, django_assert_max_num_queries: Any) -> None:
        day = TODAY()
        gifts = [
            OfflineGift(cast.fund, 100 + n, "bank", day, f"k{n}", name="王五", name_choice="masked")
            for n in range(300)
        ]
        with django_assert_max_num_queries(40):
            rows = record_many([*gifts, gifts[0]], by=cast.finance)
        assert rows[0] == rows[-1]
        assert Donation.objects.filter(state="booked").count() == 300
        assert record_many(gifts[:2], by=cast.finance)[0] == rows[0]
        assert_books_clean()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"amount": 0}, "amount"),
            ({"amount": -5}, "amount"),
            ({"amount": 10**12}, "amount"),
            ({"channel": "stripe"}, "channel"),
            ({"day": date(2999, 1, 1)}, "day"),
            ({"restriction": "F-XJZ-G"}, "restriction"),
            ({"name_choice": "real", "name": "张三"}, "name_choice"),
            ({"name_choice": "masked"}, "name"),
            ({"name": "a" + "\u0301" * 9}, "name"),
        ],
    )
    def test_what_must_not_be_recorded(self, cast: Cast, changes: dict[str, Any], field: str) -> None:
        words: dict[str, Any] = {
            "fund": cast.fund, "amount": 100, "channel": "cash", "day": TODAY(), "key": "k",
        }  # fmt: skip
        with pytest.raises(Refused) as refused:
            record_offline(OfflineGift(**(words | changes)), by=cast.finance)
        assert refused.value.field == field
        assert Donation.objects.count() == 0

    def test_only_finance_records(self, cast: Cast) -> None:
        for person in (cast.admin, cast.auditor, cast.stranger):
            with pytest.raises(Refused):
                record_offline(OfflineGift(cast.fund, 1, "cash", TODAY(), "k"), by=person)

    def test_a_payout_moves_every_books_share(self, cast: Cast, give: Give, stand_in: StandIn) -> None:
        for amount, fund in ((10_000, cast.fund), (20_001, cast.other_fund)):
            gift = give(amount, fund=fund)
            stand_in.pay(gift.session_id)
            settle_session(gift)
        sent = stand_in.pay_out(7_777)
        for _twice in range(2):
            moved = book_payout(cast.host, amount=7_777, payout_id=sent["id"], day=TODAY(), by=cast.finance)
            assert moved == 7_777
        assert books.balance("bank_deposits", host=cast.host.code) == 7_777
        assert books.balance("bank_deposits", host=cast.host.code, fund=cast.fund.code) > 0
        with pytest.raises(Refused):
            book_payout(cast.host, amount=10**9, payout_id="po_2", day=TODAY(), by=cast.finance)
        with pytest.raises(Refused):
            book_payout(cast.host, payout_id="po_3", day=TODAY(), by=cast.auditor)
        agree(stand_in)
        rest = booked_balance()
        stand_in.pay_out(rest)
        assert book_payout(cast.host, payout_id="po_4", day=TODAY(), by=cast.finance) == rest
        agree(stand_in)

    def test_a_name_is_taken_back_and_a_donor_erased(self, cast: Cast, give: Give, stand_in: StandIn) -> None:
        words = {"name": "张三丰", "contact": "z@example.org", "by": cast.stranger}
        gift = give(name_choice="real", consents=("provider_abroad", "publish_name"), **words)
        other = give(name_choice="masked", **words)
        assert gift.donor_id == other.donor_id
        stand_in.pay(gift.session_id)
        settle_session(gift)
        assert gift.public_name == "张三丰"
        with pytest.raises(Refused):
            choose_name(gift, name_choice="masked", consents=(), by=cast.chair)
        with pytest.raises(Refused):
            choose_name(other, name_choice="real", consents=(), by=cast.stranger)
        changed = choose_name(gift, name_choice="masked", consents=(), by=cast.stranger)
        assert changed.public_name == "张**"
        assert Consent.objects.get(purpose="publish_name").withdrawn_at is not None
        assert [row.code for row in queries.gifts_of(Giver(cast.stranger.pk))] == [other.code, gift.code]
        donor = erase_donor(gift.donor, by=cast.stranger)
        assert queries.donor_name(donor) == queries.donor_contact(donor) == ""
        assert set(Donation.objects.values_list("public_name", flat=True)) == {"爱心居民"}
        assert not queries.gifts_of(Giver(cast.stranger.pk)).exists()
        agree(stand_in)

    def test_rolls_show_public_facts_only(self, cast: Cast, give: Give, stand_in: StandIn) -> None:
        for number in range(5):
            gift = give(1_000 + number, name="张三丰", name_choice="masked", message=f"加油{number}")
            stand_in.pay(gift.session_id)
            settle_session(gift)
        give()
        first = queries.roll(cast.fund, limit=3)
        second = queries.roll(cast.fund, limit=3, before=first[-1][0])
        assert [row.amount for _key, row in [*first, *second]] == [1_004, 1_003, 1_002, 1_001, 1_000]
        assert {row.public_name for row in queries.latest(cast.host)} == {"张**"}
        assert queries.received(cast.fund) == (5, 5_010)
        assert "三丰" not in str(first)

    def test_special_purposes_and_wrong_ones(self, cast: Cast, give: Give) -> None:
        cast.fund.restrictions.create(code="R-OLD", purpose="适老改造", until=TODAY() - timedelta(days=1))
        cast.fund.restrictions.create(code="R-NEW", purpose="儿童书屋")
        assert give(restriction="R-NEW").restriction == "R-NEW"
        for code in ("R-OLD", "F-XJZ-G", "", "x"):
            with pytest.raises(Refused):
                give(restriction=code)

    def test_exports_hold_what_finance_needs(self, cast: Cast) -> None:
        record_offline(
            OfflineGift(cast.fund, 123_456, "cash", TODAY(), "k", name="张三丰", name_choice="masked"),
            by=cast.finance,
        )
        table = DonationResource().export(Donation.objects.select_related("fund", "donor"))
        row = table.dict[0]
        assert (row["捐赠人"], row["公示名"], str(row["金额（元）"])) == ("张三丰", "张**", "1234.56")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", row["入账时间"])

    def test_without_a_campaign_no_public_gift_begins(self, cast: Cast, stand_in: StandIn) -> None:
        with pytest.raises(Refused, match="备案"):
            start_gift(
                cast.fund,
                amount=100,
                channel="bank",
                name_choice="anonymous",
                form_token="t" * 20,
            )

    def test_the_house_check_runs_clean(self, cast: Cast) -> None:
        record_offline(OfflineGift(cast.fund, 100, "cash", TODAY(), "k"), by=None)
        call_command("check_books")
        Donation.objects.update(amount=101)
        with pytest.raises(AssertionError, match=r"donations\.gifts_and_entries"):
            assert_books_clean()
