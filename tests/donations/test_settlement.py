"""From the payment page to the books, by webhook, return page and reconciliation."""

from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.models import OutboxMessage
from apps.donations.models import Donation, ProviderEvent
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.services import expire, reconcile, settle, settle_session
from apps.ledger import queries as books
from apps.ledger.services import close_month
from tests.cast import Cast
from tests.donations.conftest import Give, agree

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_a_paid_gift_is_booked_with_its_fee(cast: Cast, give: Give, stand_in: StandIn) -> None:
    gift = give(10_000)
    stand_in.pay(gift.session_id)
    stand_in.webhooks.let_go()
    assert Donation.objects.get().state == "started"
    assert settle() == 1
    gift.refresh_from_db()
    assert (gift.state, gift.fee, gift.restriction) == ("booked", 290, cast.restriction)
    assert gift.day == clock.today()
    assert books.spendable(cast.fund.code, host=cast.host.code) == {cast.restriction: 9_710}
    assert books.flows(cast.fund.code, host=cast.host.code)["donated"] == 10_000
    agree(stand_in)


def test_every_repetition_books_once(give: Give, stand_in: StandIn) -> None:
    gift = give()
    stand_in.pay(gift.session_id)
    stand_in.webhooks.let_go(copies=lambda event: 3)
    settle_session(gift)
    settle()
    settle_session(Donation.objects.get())
    settle()
    reconcile()
    assert Donation.objects.get().state == "booked"
    assert ProviderEvent.objects.filter(kind="checkout.session.completed").count() == 1
    agree(stand_in)


def test_the_return_page_alone_is_enough(give: Give, stand_in: StandIn) -> None:
    gift = give(contact="donor@example.org")
    stand_in.pay(gift.session_id, method="alipay")
    settle_session(gift)
    stand_in.webhooks.let_go()
    settle()
    assert Donation.objects.get().state == "booked"
    assert OutboxMessage.objects.count() == 1
    agree(stand_in)


def test_a_delayed_payment_is_booked_when_it_succeeds(give: Give, stand_in: StandIn) -> None:
    good, bad = give(5_000), give(7_000)
    for gift in (good, bad):
        stand_in.pay(gift.session_id, method="wechat_pay", delayed="succeed")
    stand_in.webhooks.let_go()
    settle()
    assert list(Donation.objects.order_by("amount").values_list("state", flat=True)) == ["pending"] * 2
    assert stand_in.balance == 0
    stand_in.finish_payment(good.session_id, paid=True)
    stand_in.finish_payment(bad.session_id, paid=False)
    stand_in.webhooks.let_go()
    settle()
    assert list(Donation.objects.order_by("amount").values_list("state", flat=True)) == ["booked", "failed"]
    agree(stand_in)


def test_success_without_completed_is_booked(give: Give, stand_in: StandIn) -> None:
    gift = give()
    stand_in.pay(gift.session_id, method="alipay", delayed="succeed")
    stand_in.finish_payment(gift.session_id, paid=True)
    stand_in.webhooks.let_go(only=["checkout.session.async_payment_succeeded"])
    settle()
    assert Donation.objects.get().state == "booked"
    agree(stand_in)


def test_expired_pages_and_late_completions(give: Give, stand_in: StandIn) -> None:
    gift, paid = give(), give()
    stand_in.expire(gift.session_id)
    stand_in.webhooks.let_go()
    settle()
    gift.refresh_from_db()
    assert gift.state == "expired"
    # An old `expired` that comes after the gift was paid changes nothing, as the present fact is asked for.
    Donation.objects.filter(pk=paid.pk).update(state="expired")
    stand_in.pay(paid.session_id)
    stand_in.webhooks.let_go()
    settle()
    paid.refresh_from_db()
    assert paid.state == "booked"
    agree(stand_in)


def test_a_payment_begun_in_time_books_after_the_campaign(give: Give, stand_in: StandIn) -> None:
    gift = give()
    gift.campaign.ends_on = gift.campaign.starts_on
    gift.campaign.save()
    stand_in.pay(gift.session_id)
    settle_session(gift)
    assert Donation.objects.get().state == "booked"


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("amount_total", 9_999, "9999"),
        ("currency", "usd", "usd"),
        ("metadata", {"donation": "NOSUCH"}, "NOSUCH"),
    ],
)
@pytest.mark.balances_differ("what does not match waits for a person")
def test_what_does_not_match_is_parked_not_booked(
    field: str, value: object, word: str, give: Give, stand_in: StandIn
) -> None:
    gift, sound = give(), give()
    stand_in.store.things[gift.session_id][field] = value
    for row in (gift, sound):
        stand_in.pay(row.session_id)
    stand_in.webhooks.let_go()
    settle()
    gift.refresh_from_db()
    sound.refresh_from_db()
    assert (gift.state, sound.state) == ("started", "booked")
    parked = ProviderEvent.objects.get(state="parked")
    assert word in parked.reason
    assert books.balance("provider_money", host=gift.host.code) == 9_710


@pytest.mark.balances_differ("the bad one waits for a person")
def test_one_bad_event_does_not_hold_up_the_set(give: Give, stand_in: StandIn) -> None:
    gifts = [give(1_000 + n) for n in range(9)]
    for gift in gifts:
        stand_in.pay(gift.session_id)
    # A payment that another gift already has: the database refuses the set.
    intent = stand_in.store.things[gifts[4].session_id]["payment_intent"]
    other = give(7_700)
    Donation.objects.filter(pk=other.pk).update(payment_id=intent)
    stand_in.webhooks.let_go()
    settle()
    assert Donation.objects.filter(state="booked").count() == 8
    assert ProviderEvent.objects.filter(state="parked").count() == 1


@pytest.mark.balances_differ("the provider also collects for another site")
def test_foreign_payments_are_answered_and_left_alone(give: Give, stand_in: StandIn) -> None:
    gift = give()
    stand_in.store.things[gift.session_id].update(metadata={}, client_reference_id="other-app")
    Donation.objects.filter(pk=gift.pk).update(session_id="")
    stand_in.pay(gift.session_id)
    stand_in.webhooks.let_go()
    settle()
    event = ProviderEvent.objects.get(kind="checkout.session.completed")
    assert (event.state, event.reason) == ("done", "not a payment of this site")
    assert Donation.objects.get().state == "started"


def test_an_event_before_the_session_is_known_still_books(give: Give, stand_in: StandIn) -> None:
    gift = give()
    Donation.objects.filter(pk=gift.pk).update(session_id="")
    stand_in.pay(gift.session_id)
    stand_in.webhooks.let_go()
    settle()
    after = Donation.objects.get()
    assert (after.state, after.session_id) == ("booked", gift.session_id)
    agree(stand_in)


def test_while_the_provider_is_away_events_wait(give: Give, stand_in: StandIn) -> None:
    gift = give()
    stand_in.pay(gift.session_id)
    stand_in.webhooks.let_go()
    stand_in.fail("/v1/checkout", 500, times=3)
    assert settle() == 0
    assert ProviderEvent.objects.filter(state="new").count() == 1
    assert settle() == 1
    agree(stand_in)


def test_lost_webhooks_are_found_by_reconciliation(give: Give, stand_in: StandIn) -> None:
    gifts = [give(2_000 + n) for n in range(5)]
    for gift in gifts:
        stand_in.pay(gift.session_id)
    stand_in.webhooks.let_go(copies=lambda event: 0)
    found = reconcile()
    assert found is not None
    assert (found.lost_events, found.difference) == (5, 0)
    assert Donation.objects.filter(state="booked").count() == 5
    agree(stand_in)


def test_open_gifts_are_asked_again_even_without_events(give: Give, stand_in: StandIn) -> None:
    gift = give()
    stand_in.pay(gift.session_id)
    for event in stand_in.store.all("event"):
        del stand_in.store.things[event["id"]]
    Donation.objects.update(started_at=clock.now() - timedelta(minutes=5))
    found = reconcile()
    assert found is not None
    assert (found.lost_events, found.asked_again, found.difference) == (0, 1, 0)
    agree(stand_in)


def test_what_was_never_paid_is_closed_and_books_when_it_comes(give: Give, stand_in: StandIn) -> None:
    gift = give()
    Donation.objects.update(started_at=clock.now() - timedelta(hours=30), session_id="")
    assert expire() == 1
    stand_in.pay(gift.session_id)
    reconcile()
    assert Donation.objects.get().state == "booked"
    agree(stand_in)


def test_a_gift_paid_in_a_closed_month_is_booked_today(cast: Cast, give: Give, stand_in: StandIn) -> None:
    gift = give()
    stand_in.pay(gift.session_id)
    with clock.set_to(clock.now() + timedelta(days=40)):
        close_month(cast.host.code, gift.started_at.date(), by=None)
        settle_session(gift)
        assert Donation.objects.get().day == clock.today()
    agree(stand_in)
