"""Monthly giving by card, through the subscriptions of the stand-in."""

import random
from datetime import UTC, datetime, timedelta

import pytest
import stripe

from apps.core import clock
from apps.core.models import OutboxMessage
from apps.donations import services
from apps.donations.models import Campaign, Donation, GivingPlan, ProviderEvent
from apps.donations.providers.base import Declined, Order
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.providers.stripe import Stripe
from apps.donations.states import RefundReason
from tests.cast import Cast
from tests.donations.conftest import agree
from tests.donations.monthly import Begin, fresh, subscription, told

pytestmark = pytest.mark.django_db


class TestByCard:
    def test_each_paid_month_is_one_gift(self, begin: Begin, stand_in: StandIn) -> None:
        plan = begin()
        stand_in.pay(plan.session_id)
        told(stand_in)
        stand_in.advance(days=62)
        told(stand_in)
        gifts = list(Donation.objects.filter(plan=plan))
        assert [(row.state, row.amount, row.fee) for row in gifts] == [("booked", 5_000, 145)] * 3
        assert len({row.payment_id for row in gifts}) == 3
        plan = fresh(plan)
        assert (plan.state, plan.subscription_id is not None) == ("active", True)
        assert not ProviderEvent.objects.exclude(state="done").exists()
        agree(stand_in)

    @pytest.mark.parametrize("seed", range(4))
    def test_events_in_any_order_any_number_of_times(
        self, begin: Begin, stand_in: StandIn, seed: int
    ) -> None:
        plan = begin()
        stand_in.pay(plan.session_id)
        stand_in.advance(days=31)
        told(stand_in, copies=lambda event: 3, shuffled=random.Random(seed))
        assert fresh(plan).state == "active"
        assert Donation.objects.filter(plan=plan, state="booked").count() == 2
        agree(stand_in)

    def test_return_page_and_webhook_are_one_gift(self, running: GivingPlan, stand_in: StandIn) -> None:
        assert (running.state, Donation.objects.get().state) == ("active", "booked")
        assert OutboxMessage.objects.filter(key=f"plan:{running.code}:started").count() == 1
        agree(stand_in)

    @pytest.mark.parametrize(
        "lost", [["invoice.paid"], ["checkout.session.completed"], ["customer.subscription.created"]]
    )
    def test_the_first_month_needs_no_particular_event(
        self, begin: Begin, stand_in: StandIn, lost: list[str]
    ) -> None:
        plan = begin()
        stand_in.pay(plan.session_id)
        told(stand_in, copies=lambda event: 0 if event["type"] in lost else 1)
        assert fresh(plan).state == "active"
        assert Donation.objects.filter(plan=plan, state="booked").count() == 1
        agree(stand_in)

    def test_lost_months_are_found_however_old(self, running: GivingPlan, stand_in: StandIn) -> None:
        stand_in.advance(days=62)
        stand_in.webhooks.waiting.clear()
        for row in [row for row in stand_in.store.things.values() if row["object"] == "event"]:
            del stand_in.store.things[row["id"]]
        with clock.set_to(clock.now() + timedelta(days=63)):
            found = services.reconcile()
        assert found is not None
        assert (found.difference, Donation.objects.filter(state="booked").count()) == (0, 3)
        agree(stand_in)

    def test_a_card_that_fails_and_works_again(self, running: GivingPlan, stand_in: StandIn) -> None:
        stand_in.set_card(str(running.subscription_id), works=False)
        stand_in.advance(days=31)
        told(stand_in)
        assert fresh(running).state == "past_due"
        assert OutboxMessage.objects.filter(key__startswith=f"plan:{running.code}:past-due").count() == 1
        assert Donation.objects.count() == 1
        stand_in.set_card(str(running.subscription_id), works=True)
        stand_in.advance(days=3)
        told(stand_in)
        assert fresh(running).state == "active"
        assert Donation.objects.filter(state="booked").count() == 2
        agree(stand_in)

    def test_a_card_that_never_works_again_ends_it(self, running: GivingPlan, stand_in: StandIn) -> None:
        stand_in.set_card(str(running.subscription_id), works=False)
        stand_in.advance(days=31)
        told(stand_in)
        stand_in.advance(days=20)
        told(stand_in)
        plan = fresh(running)
        assert (plan.state, plan.reason, Donation.objects.count()) == ("stopped", "unpaid", 1)
        assert OutboxMessage.objects.filter(key=f"plan:{plan.code}:stopped").count() == 1
        agree(stand_in)

    def test_paused_takes_nothing_resumed_goes_on(self, running: GivingPlan, stand_in: StandIn) -> None:
        services.pause_plan(running, by=None)
        assert services.send_plans() == 1
        stand_in.advance(days=62)
        told(stand_in)
        assert (fresh(running).state, Donation.objects.count()) == ("paused", 1)
        services.resume_plan(running, by=None)
        services.send_plans()
        stand_in.advance(days=31)
        told(stand_in)
        assert (fresh(running).state, Donation.objects.count()) == ("active", 2)
        agree(stand_in)

    def test_another_amount_from_the_next_month(self, running: GivingPlan, stand_in: StandIn) -> None:
        services.change_plan(running, amount=8_000, day=running.day, by=None)
        services.send_plans()
        told(stand_in)
        assert Donation.objects.get().amount == 5_000
        stand_in.advance(days=31)
        told(stand_in)
        assert sorted(Donation.objects.values_list("amount", flat=True)) == [5_000, 8_000]
        assert fresh(running).amount == 8_000
        agree(stand_in)

    def test_another_day(self, running: GivingPlan, stand_in: StandIn) -> None:
        other = 1 + running.day % 28
        services.change_plan(running, amount=5_000, day=other, by=None)
        wanted = fresh(running).next_on
        services.send_plans()
        told(stand_in)
        plan = fresh(running)
        assert (plan.next_on, plan.shift_on) == (wanted, None)
        ends = subscription(stand_in, plan)["items"]["data"][0]["current_period_end"]
        assert clock.day_of(datetime.fromtimestamp(ends, UTC)) == wanted
        stand_in.advance(days=32)
        told(stand_in)
        assert Donation.objects.filter(state="booked").count() == 2
        agree(stand_in)

    def test_stopped_is_stopped_at_the_provider(self, running: GivingPlan, stand_in: StandIn) -> None:
        services.stop_plan(running, by=None)
        services.stop_plan(running, by=None)
        services.send_plans()
        assert subscription(stand_in, running)["status"] == "canceled"
        told(stand_in)
        stand_in.advance(days=62)
        told(stand_in)
        plan = fresh(running)
        assert (plan.state, plan.reason, Donation.objects.count()) == ("stopped", "donor", 1)
        assert services.send_plans() == 0
        agree(stand_in)

    def test_ended_at_the_provider_is_ended_here(self, running: GivingPlan, stand_in: StandIn) -> None:
        stand_in.cancel(str(running.subscription_id))
        told(stand_in)
        plan = fresh(running)
        assert (plan.state, plan.reason) == ("stopped", "provider")

    def test_paid_on_a_page_that_was_given_up(self, begin: Begin, stand_in: StandIn) -> None:
        plan = begin()
        services.stop_plan(plan, by=None)
        stand_in.pay(plan.session_id)
        services.send_plans()
        told(stand_in)
        services.send_plans()
        assert subscription(stand_in, plan)["status"] == "canceled"
        assert fresh(plan).state == "stopped"
        assert Donation.objects.filter(plan=plan, state="booked").count() == 1
        agree(stand_in)

    @pytest.mark.parametrize("after", [False, True])
    def test_an_answer_lost_on_the_way_changes_once(
        self, running: GivingPlan, stand_in: StandIn, after: bool
    ) -> None:
        services.change_plan(running, amount=8_000, day=running.day, by=None)
        stand_in.fail("/v1/subscriptions/", 500, after=after, times=9)
        assert services.send_plans() == 0
        stand_in.api.faults.clear()
        assert services.send_plans() == 1
        assert services.send_plans() == 0
        prices = stand_in.store.all("price", unit_amount=8_000)
        assert len(prices) == 1
        told(stand_in)
        assert fresh(running).amount == 8_000

    def test_a_month_can_be_refunded_and_disputed(
        self, cast: Cast, running: GivingPlan, stand_in: StandIn
    ) -> None:
        gift = Donation.objects.get()
        row = services.refund(gift, amount=2_000, why=RefundReason.AMOUNT, by=cast.finance)
        assert services.send_refunds(row.code) == 1
        told(stand_in)
        raised = stand_in.dispute(str(gift.payment_id))
        told(stand_in)
        gift.refresh_from_db()
        assert gift.refunded == 5_000
        stand_in.decide(raised["id"], won=True)
        told(stand_in)
        gift.refresh_from_db()
        assert gift.refunded == 2_000
        agree(stand_in)

    def test_a_refund_before_its_month_books_both(self, running: GivingPlan, stand_in: StandIn) -> None:
        stand_in.advance(days=31)
        stand_in.webhooks.waiting.clear()
        payment = stand_in.store.all("payment_intent")[0]["id"]
        stand_in.refund(payment, 1_000)
        told(stand_in)
        assert Donation.objects.get(payment_id=payment).refunded == 1_000
        agree(stand_in)

    @pytest.mark.balances_differ("the provider also collects for another site")
    def test_a_plan_that_is_not_ours_is_left_alone(self, stand_in: StandIn, campaign: Campaign) -> None:
        provider = Stripe("sk_test_1", stand_in.url)
        moment = clock.now() + timedelta(hours=2)
        order = Order("PNOBODY", 100, "http://x.test/ok", "http://x.test/no", moment, "zh")
        stand_in.pay(provider.subscriptions.start(order).session_id)
        told(stand_in)
        assert not Donation.objects.exists()
        assert {row.state for row in ProviderEvent.objects.filter(kind="invoice.paid")} == {"parked"}

    def test_a_first_month_that_was_never_paid(self, begin: Begin, stand_in: StandIn) -> None:
        plan = begin()
        with clock.set_to(clock.now() + timedelta(hours=26)):
            assert services.close_unstarted() == 1
        services.send_plans()
        assert stand_in.store.things[plan.session_id]["status"] == "expired"
        told(stand_in)
        assert (fresh(plan).state, fresh(plan).reason) == ("stopped", "unstarted")

    def test_wallets_take_no_subscription(self, stand_in: StandIn) -> None:
        client = stripe.StripeClient("sk_test_1", base_addresses={"api": stand_in.url})
        with pytest.raises(stripe.InvalidRequestError, match="Wallets"):
            client.v1.checkout.sessions.create(
                {
                    "mode": "subscription",
                    "allowed_payment_method_types": ["alipay"],
                    "success_url": "http://x.test/ok",
                    "cancel_url": "http://x.test/no",
                    "line_items": [
                        {
                            "price_data": {
                                "currency": "cny",
                                "unit_amount": 100,
                                "recurring": {"interval": "month"},
                                "product_data": {"name": "x"},
                            }
                        }
                    ],
                }
            )


def test_the_key_of_a_page_is_the_plans(stand_in: StandIn) -> None:
    provider = Stripe("sk_test_1", stand_in.url)
    moment = datetime.now(UTC) + timedelta(hours=2)
    first = Order("P1", 100, "http://x.test/ok", "http://x.test/no", moment, "zh")
    assert provider.subscriptions.start(first) == provider.subscriptions.start(first)
    other = Order("P1", 200, "http://x.test/ok", "http://x.test/no", moment, "zh")
    with pytest.raises(Declined):
        provider.subscriptions.start(other)
