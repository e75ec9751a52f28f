"""Refunds that finance decides on: for a reason the law knows, by two people when large, never past what is left."""

from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.core.models import AuditEvent, OutboxMessage
from apps.core.verdicts import Refused
from apps.core.waiting import collect
from apps.donations.models import Donation, Refund
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.services import (
    OfflineGift,
    record_offline,
    refund,
    reject_refund,
    release_refund,
    send_refunds,
    settle,
    settle_session,
)
from apps.donations.states import RefundReason
from apps.funds.queries import effective_rules
from apps.ledger import queries as books
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.donations.conftest import Give, agree

pytestmark = pytest.mark.django_db
LARGE = 100_001


@pytest.fixture
def large(give: Give, stand_in: StandIn) -> Donation:
    """A booked gift of ¥3,000 by card; a refund above ¥1,000 needs two people."""
    gift = give(300_000)
    stand_in.pay(gift.session_id)
    return settle_session(gift)


def by_bank(cast: Cast, amount: int = 300_000) -> Donation:
    reported = OfflineGift(cast.fund, amount, "bank", clock.today(), "K1", name_choice="anonymous")
    return record_offline(reported, by=cast.finance)


def test_the_law_wants_a_reason(cast: Cast, large: Donation) -> None:
    with pytest.raises(Refused, match="为什么") as caught:
        refund(large, amount=100, why="regret", by=cast.finance)
    assert caught.value.field == "why"
    with pytest.raises(Refused, match="不能随意要回") as caught:
        refund(large, amount=100, why=RefundReason.OTHER, by=cast.finance)
    assert caught.value.field == "reason"
    row = refund(large, amount=100, why=RefundReason.TWICE, by=cast.finance)
    assert (row.why, row.reason, row.state) == ("twice", "", "asked")


def test_a_large_refund_takes_two_people(cast: Cast, large: Donation, stand_in: StandIn) -> None:
    row = refund(large, amount=LARGE, why=RefundReason.TWICE, by=cast.finance)
    assert row.state == "waiting"
    assert send_refunds() == send_refunds(row.code) == 0
    assert not stand_in.store.all("refund")
    with pytest.raises(Refused, match="另一位财务"):
        release_refund(row, by=cast.finance)
    for person in (cast.admin, cast.auditor, cast.stranger):
        with pytest.raises(Refused):
            release_refund(row, by=person)
    released = release_refund(row, by=cast.second_finance)
    assert released.state == "asked"
    assert release_refund(row, by=cast.second_finance).decided_at == released.decided_at
    send_refunds(row.code)
    send_refunds(row.code)
    row.refresh_from_db()
    large.refresh_from_db()
    assert (row.state, large.refunded, row.decided_by_id) == ("done", LARGE, cast.second_finance.pk)
    assert len(stand_in.store.all("refund")) == 1
    told = OutboxMessage.objects.get(key__startswith=f"refund-release:{row.code}")
    assert told.address == cast.second_finance.email
    assert AuditEvent.objects.filter(verb="release_refund", by_id=cast.second_finance.pk).count() == 1
    agree(stand_in)


def test_the_limit_itself_takes_one(cast: Cast, large: Donation) -> None:
    limit = effective_rules(cast.fund)["refund_second_fen"]
    assert limit.value == LARGE - 1
    assert "无全国规定" in str(limit.source)
    assert refund(large, amount=LARGE - 1, why=RefundReason.AMOUNT, by=cast.finance).state == "asked"


def test_parts_of_a_large_refund_take_two_as_well(cast: Cast, large: Donation) -> None:
    assert refund(large, amount=LARGE - 2, why=RefundReason.AMOUNT, by=cast.finance).state == "asked"
    assert refund(large, amount=1, why=RefundReason.AMOUNT, by=cast.finance).state == "asked"
    assert refund(large, amount=1, why=RefundReason.AMOUNT, by=cast.finance).state == "waiting"


def test_a_waiting_refund_counts_as_under_way(cast: Cast, large: Donation, stand_in: StandIn) -> None:
    row = refund(large, amount=250_000, why=RefundReason.TWICE, by=cast.finance)
    with pytest.raises(Refused, match=r"500\.00"):
        refund(large, amount=50_001, why=RefundReason.TWICE, by=cast.finance)
    assert reject_refund(row, by=cast.second_finance).state == "rejected"
    assert reject_refund(row, by=cast.second_finance).state == "rejected"
    with pytest.raises(Refused, match="不用再复核"):
        release_refund(row, by=cast.second_finance)
    assert refund(large, amount=300_000, why=RefundReason.TWICE, by=cast.finance).state == "waiting"
    agree(stand_in)


def test_what_happened_meanwhile_is_seen_at_the_release(
    cast: Cast, large: Donation, stand_in: StandIn
) -> None:
    row = refund(large, amount=200_000, why=RefundReason.TWICE, by=cast.finance)
    stand_in.webhooks.waiting.clear()
    made = stand_in.refund(str(large.payment_id), 150_000)
    stand_in.webhooks.let_go()
    settle()
    assert made["status"] == "succeeded"
    with pytest.raises(Refused, match="最多还能退"):
        release_refund(row, by=cast.second_finance)
    assert Refund.objects.get(pk=row.pk).state == "waiting"
    agree(stand_in)


def test_who_asked_may_withdraw(cast: Cast, large: Donation) -> None:
    row = refund(large, amount=LARGE, why=RefundReason.TWICE, by=cast.finance)
    assert reject_refund(row, by=cast.finance).decided_by_id is None


def test_by_bank_it_is_booked_when_released(cast: Cast) -> None:
    gift = by_bank(cast)
    row = refund(gift, amount=300_000, why=RefundReason.IMPOSSIBLE, by=cast.finance)
    assert books.balance("bank_deposits", host=cast.host.code) == 300_000
    assert release_refund(row, by=cast.second_finance).state == "done"
    assert books.balance("bank_deposits", host=cast.host.code) == 0
    assert_books_clean()


def test_it_waits_on_the_desk_of_the_other(cast: Cast, large: Donation) -> None:
    refund(large, amount=LARGE, why=RefundReason.TWICE, by=cast.finance)

    def waits(user: Any) -> list[str]:
        return [row.words for row in collect(user) if row.label == "待复核"]

    assert waits(cast.second_finance) == ["重复付款"]
    assert waits(cast.finance) == waits(cast.admin) == []


def test_what_the_provider_declines_is_told_in_its_words(
    cast: Cast, large: Donation, stand_in: StandIn
) -> None:
    row = refund(large, amount=100_000, why=RefundReason.TWICE, by=cast.finance)
    stand_in.refund(str(large.payment_id), 250_000)
    send_refunds(row.code)
    row.refresh_from_db()
    assert (row.state, "greater than unrefunded" in row.failure) == ("failed", True)
    assert OutboxMessage.objects.filter(key__startswith=f"refund-failed:{row.code}").count() == 2


class TestPages:
    def test_asked_by_one_released_by_another(self, cast: Cast, large: Donation, client: Client) -> None:
        client.force_login(cast.finance)
        address = f"/gifts/{large.code}/"
        shown = client.get(address).content.decode()
        assert "重复付款" in shown
        assert "¥1,000.00 的要另一位财务复核" in shown
        token = shown.split('name="token" value="')[1].split('"')[0]
        words = {"amount": "2000", "why": "twice", "reason": "", "token": token}
        assert client.post(address, words).status_code == 302
        assert client.post(address, words).status_code == 302
        row = Refund.objects.get()
        shown = client.get(address).content.decode()
        assert "要由另一位财务复核" in shown
        assert f"/gifts/refunds/{row.code}/release/" not in shown
        refused = client.post(f"/gifts/refunds/{row.code}/release/")
        assert refused.status_code == 400
        assert "要由另一位财务复核" in refused.content.decode()
        client.force_login(cast.second_finance)
        assert f"/gifts/refunds/{row.code}/release/" in client.get(address).content.decode()
        assert "要处理的 1" in client.get("/gifts/refunds/").content.decode()
        assert client.post(f"/gifts/refunds/{row.code}/release/").status_code == 302
        assert send_refunds(row.code) == 1
        row.refresh_from_db()
        assert row.state == "done"

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ({"amount": "5000", "why": "twice"}, "最多还能退 ¥3,000.00"),
            ({"amount": "1", "why": "other"}, "请写明为什么退款"),
            ({"amount": "１e3", "why": "twice"}, "金额"),
            ({"amount": "1", "why": "nonsense"}, "nonsense"),
        ],
    )
    def test_bad_forms(
        self, cast: Cast, large: Donation, client: Client, words: dict[str, str], said: str
    ) -> None:
        client.force_login(cast.finance)
        answer = client.post(f"/gifts/{large.code}/", words | {"token": "a" * 20})
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not Refund.objects.exists()

    def test_another_hosts_refund_is_not_found(self, cast: Cast, large: Donation, client: Client) -> None:
        row = refund(large, amount=LARGE, why=RefundReason.TWICE, by=cast.finance)
        client.force_login(cast.stranger)
        for act in ("release", "reject"):
            assert client.post(f"/gifts/refunds/{row.code}/{act}/").status_code == 404
        assert client.get("/gifts/refunds/").status_code == 404
