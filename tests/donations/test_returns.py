"""Refunds and disputes: from finance, from the provider's own pages, in any order, with too little money left."""

import secrets
from datetime import timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.core.models import OutboxMessage
from apps.core.verdicts import Refused
from apps.donations.models import Donation, ProviderEvent, Refund
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.services import (
    OfflineGift,
    reconcile,
    record_offline,
    refund,
    repay_advance,
    send_refunds,
    settle,
    settle_session,
)
from apps.funds.queries import available
from apps.ledger import queries as books
from apps.ledger.rules import Draft, Line
from apps.ledger.services import post
from tests.cast import Cast
from tests.donations.conftest import Give, agree

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house_money(cast: Cast) -> None:
    """The host's own free money, out of which a provider's fee on a returned gift is paid."""
    general = cast.general.code
    lines = [Line("bank_deposits", 50_000, general), Line("net_unrestricted", -50_000, general)]
    post(Draft("opening", "house", cast.host.code, clock.today(), lines))


@pytest.fixture
def gift(give: Give, stand_in: StandIn) -> Donation:
    """A booked card gift of ¥100 whose own events were never delivered."""
    return booked(give, stand_in)


def booked(give: Give, stand_in: StandIn, amount: int = 10_000, **how: Any) -> Donation:
    donation = give(amount)
    stand_in.pay(donation.session_id, **how)
    stand_in.webhooks.waiting.clear()
    return settle_session(donation)


def ask(donation: Donation, amount: int, by: Any = None) -> Refund:
    return refund(donation, amount=amount, reason="付错了", by=by)


def told(stand_in: StandIn) -> None:
    stand_in.webhooks.let_go()
    settle()


def test_a_refund_goes_out_and_comes_into_the_books(cast: Cast, gift: Donation, stand_in: StandIn) -> None:
    row = ask(gift, 4_000, cast.finance)
    assert row.state == "asked"
    assert send_refunds(row.code) == 1
    row.refresh_from_db()
    gift.refresh_from_db()
    assert (row.state, row.short, gift.refunded) == ("done", 0, 4_000)
    told(stand_in)
    assert Refund.objects.count() == 1
    assert books.spendable(cast.fund.code, host=cast.host.code) == {cast.restriction: 5_710}
    agree(stand_in)


def test_over_refund_is_impossible(cast: Cast, gift: Donation, stand_in: StandIn) -> None:
    ask(gift, 6_000, cast.finance)
    for amount in (4_001, 10_000, 0, -5):
        with pytest.raises(Refused):
            ask(gift, amount, cast.finance)
    ask(gift, 4_000, cast.finance)
    with pytest.raises(Refused):
        ask(gift, 1, cast.finance)
    for code in Refund.objects.values_list("code", flat=True):
        send_refunds(code)
    gift.refresh_from_db()
    assert gift.left == 0
    agree(stand_in)


def test_only_finance_refunds_only_what_is_booked(cast: Cast, gift: Donation, give: Give) -> None:
    for person in (cast.auditor, cast.admin, cast.stranger):
        with pytest.raises(Refused):
            ask(gift, 1, person)
    with pytest.raises(Refused):
        ask(give(), 1, cast.finance)
    with pytest.raises(Refused, match="为什么"):
        refund(gift, amount=1, reason=" ", by=cast.finance)


def test_the_form_sent_twice_refunds_once(cast: Cast, gift: Donation) -> None:
    key = secrets.token_hex(16)
    rows = {refund(gift, amount=10, reason="错", key=key, by=cast.finance).code for _n in range(3)}
    assert len(rows) == Refund.objects.count() == 1


@pytest.mark.parametrize("succeeded", [True, False])
def test_a_wallet_refund_ends_later(cast: Cast, give: Give, stand_in: StandIn, succeeded: bool) -> None:
    gift = booked(give, stand_in, method="alipay")
    row = ask(gift, 10_000, cast.finance)
    send_refunds(row.code)
    told(stand_in)
    row.refresh_from_db()
    assert row.state == "asked"
    assert row.provider_id is not None
    stand_in.finish_refund(row.provider_id, succeeded=succeeded)
    told(stand_in)
    row.refresh_from_db()
    gift.refresh_from_db()
    assert (row.state, gift.refunded) == (("done", 10_000) if succeeded else ("failed", 0))
    agree(stand_in)
    if not succeeded:
        again = ask(gift, 10_000, cast.finance)
        assert again.code != row.code


def test_a_refund_that_fails_after_it_succeeded_is_taken_back(
    cast: Cast, gift: Donation, stand_in: StandIn
) -> None:
    row = ask(gift, 10_000, cast.finance)
    send_refunds(row.code)
    row.refresh_from_db()
    assert row.provider_id is not None
    stand_in.finish_refund(row.provider_id, succeeded=False)
    told(stand_in)
    row.refresh_from_db()
    gift.refresh_from_db()
    assert (row.state, gift.refunded) == ("failed", 0)
    assert books.spendable(cast.fund.code, host=cast.host.code) == {cast.restriction: 9_710}
    agree(stand_in)


def test_a_refund_made_at_the_provider_is_found(gift: Donation, stand_in: StandIn) -> None:
    stand_in.refund(str(gift.payment_id), 2_500)
    stand_in.webhooks.let_go(copies=lambda event: 3)
    settle()
    row = Refund.objects.get()
    assert (row.state, row.amount, row.asked_by_id) == ("done", 2_500, None)
    agree(stand_in)


def test_a_refund_before_its_payment_books_both(give: Give, stand_in: StandIn) -> None:
    donation = give()
    stand_in.pay(donation.session_id)
    stand_in.webhooks.waiting.clear()
    intent = stand_in.store.things[donation.session_id]["payment_intent"]
    stand_in.refund(intent, 10_000)
    told(stand_in)
    donation.refresh_from_db()
    assert (donation.state, donation.refunded) == ("booked", 10_000)
    agree(stand_in)


def test_each_refund_event_alone_is_enough(give: Give, stand_in: StandIn) -> None:
    for kind in ("refund.created", "refund.updated", "charge.refund.updated", "charge.refunded"):
        gift = booked(give, stand_in)
        stand_in.refund(str(gift.payment_id), 1_000)
        told_as = next(row for row in stand_in.webhooks.waiting if row["type"] == "refund.created")
        told_as["type"] = kind if kind != "charge.refunded" else told_as["type"]
        stand_in.webhooks.let_go(only=[kind])
        stand_in.webhooks.waiting.clear()
        settle()
        gift.refresh_from_db()
        assert gift.refunded == 1_000, kind
    agree(stand_in)


def test_a_lost_answer_is_asked_for_not_given_twice(cast: Cast, gift: Donation, stand_in: StandIn) -> None:
    row = ask(gift, 10_000, cast.finance)
    stand_in.fail("/v1/refunds", 500, after=True, times=9)
    assert send_refunds(row.code) == 0
    row.refresh_from_db()
    assert row.state == "asked"
    stand_in.api.faults.clear()
    stand_in.api.keys.forget(f"refund-{row.code}")
    Refund.objects.update(asked_at=clock.now() - timedelta(days=2))
    assert send_refunds() == 1
    assert len(stand_in.store.all("refund")) == 1
    agree(stand_in)


def test_a_refund_the_provider_declines_is_closed(cast: Cast, gift: Donation, stand_in: StandIn) -> None:
    row = ask(gift, 6_000, cast.finance)
    stand_in.refund(str(gift.payment_id), 5_000)
    send_refunds(row.code)
    row.refresh_from_db()
    assert row.state == "failed"
    told(stand_in)
    gift.refresh_from_db()
    assert gift.refunded == 5_000
    agree(stand_in)


def spend(cast: Cast, amount: int) -> None:
    fund, code = cast.fund.code, cast.restriction
    lines = [Line("programme_expense", amount, fund, code), Line("bank_deposits", -amount, fund, code)]
    post(Draft("grant_payment", secrets.token_hex(4), cast.host.code, clock.today(), lines))


@pytest.mark.books_planted("what was spent has no grant")
def test_what_the_fund_cannot_pay_becomes_a_receivable(cast: Cast, gift: Donation, stand_in: StandIn) -> None:
    spend(cast, 9_000)
    assert available(cast.fund)[cast.restriction] == 710
    row = ask(gift, 10_000, cast.finance)
    send_refunds(row.code)
    row.refresh_from_db()
    assert (row.state, row.short) == ("done", 9_290)
    assert available(cast.fund)[cast.restriction] == 0
    assert books.balance("receivables", host=cast.host.code, fund=cast.general.code) == 9_290
    assert books.balance("receivables", host=cast.host.code) == 0
    assert OutboxMessage.objects.filter(subject="退款超过了基金的余额").count() == 2
    assert booked_at_provider(cast) == stand_in.balance
    assert repay_advance(cast.fund, restriction=cast.restriction, by=cast.finance) == 0
    record_offline(OfflineGift(cast.fund, 5_000, "bank", clock.today(), "later"), by=cast.finance)
    assert repay_advance(cast.fund, restriction=cast.restriction, by=cast.finance) == 5_000
    assert books.balance("receivables", host=cast.host.code, fund=cast.general.code) == 4_290
    assert available(cast.fund)[cast.restriction] == 0


def booked_at_provider(cast: Cast) -> int:
    return books.balance("provider_money", host=cast.host.code)


def test_offline_refunds_are_booked_at_once(cast: Cast) -> None:
    gift = record_offline(OfflineGift(cast.fund, 5_000, "cash", clock.today(), "k1"), by=cast.finance)
    row = ask(gift, 2_000, cast.finance)
    assert row.state == "done"
    assert books.balance("cash_on_hand", host=cast.host.code) == 3_000


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute_takes_the_money_until_it_is_won(
    cast: Cast, gift: Donation, stand_in: StandIn, won: bool
) -> None:
    raised = stand_in.dispute(str(gift.payment_id), fee=500)
    told(stand_in)
    row = Refund.objects.get()
    assert (row.kind, row.state, row.amount, row.fee) == ("dispute", "done", 10_000, 500)
    assert booked_at_provider(cast) == stand_in.balance
    assert OutboxMessage.objects.count() == 2
    with pytest.raises(Refused):
        ask(gift, 1, cast.finance)
    stand_in.decide(raised["id"], won=won)
    told(stand_in)
    row.refresh_from_db()
    gift.refresh_from_db()
    assert (row.state, gift.refunded) == (("failed", 0) if won else ("done", 10_000))
    assert booked_at_provider(cast) == stand_in.balance


def test_a_dispute_won_after_lost_and_after_a_part_refund(
    cast: Cast, gift: Donation, stand_in: StandIn
) -> None:
    row = ask(gift, 3_000, cast.finance)
    send_refunds(row.code)
    raised = stand_in.dispute(str(gift.payment_id))
    stand_in.decide(raised["id"], won=False)
    told(stand_in)
    gift.refresh_from_db()
    assert gift.refunded == 10_000
    stand_in.decide(raised["id"], won=True)
    told(stand_in)
    gift.refresh_from_db()
    assert gift.refunded == 3_000
    agree(stand_in)


def test_a_dispute_and_a_refund_cross(cast: Cast, gift: Donation, stand_in: StandIn) -> None:
    row = ask(gift, 10_000, cast.finance)
    raised = stand_in.dispute(str(gift.payment_id))
    send_refunds(row.code)
    told(stand_in)
    row.refresh_from_db()
    assert row.state == "failed"
    stand_in.decide(raised["id"], won=True)
    found = reconcile()
    assert found is not None
    assert found.difference == 0
    agree(stand_in)


@pytest.mark.balances_differ("what makes no sense waits for a person")
def test_more_than_the_gift_is_parked(gift: Donation, stand_in: StandIn) -> None:
    stand_in.refund(str(gift.payment_id), 10_000)
    for row in stand_in.store.all("refund"):
        row["amount"] = 20_000
    told(stand_in)
    assert set(ProviderEvent.objects.filter(kind__contains="refund").values_list("state", flat=True)) == {
        "parked"
    }
    assert Refund.objects.count() == 0
