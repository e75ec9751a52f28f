"""Monthly giving: by card through the stand-in's subscriptions, or with a letter each month."""

import random
import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import stripe

from apps.core import clock
from apps.core.models import OutboxMessage
from apps.core.verdicts import Refused
from apps.donations import services
from apps.donations.models import Campaign, Donation, GivingPlan, PlanChange, ProviderEvent, plan_code
from apps.donations.providers.base import Declined, Order
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.providers.stripe import Stripe
from apps.donations.queries import plan_of_token, plans_of
from apps.donations.rules import Giver, next_month_day
from apps.donations.states import RefundReason
from apps.funds.services import resume_fund, suspend_fund
from tests.cast import Cast
from tests.donations.conftest import agree

pytestmark = pytest.mark.django_db
Begin = Callable[..., GivingPlan]
WORDS: dict[str, Any] = {
    "amount": 5_000,
    "day": 15,
    "rail": "card",
    "name_choice": "anonymous",
    "contact": "donor@example.org",
    "consents": ("provider_abroad",),
}


@pytest.fixture
def begin(cast: Cast, campaign: Campaign, stand_in: StandIn) -> Begin:
    """Begin a monthly gift; by card its page is open."""

    def do(**changes: Any) -> GivingPlan:
        words = WORDS | {"form_token": secrets.token_hex(16)} | changes
        plan = services.begin_plan(words.pop("fund", cast.fund), **words)
        if plan.rail == "card":
            services.open_plan(plan)
        return plan

    return do


@pytest.fixture
def running(begin: Begin, stand_in: StandIn) -> GivingPlan:
    """A monthly gift by card whose first month was paid, the return page and not the webhook telling so."""
    plan = begin()
    stand_in.pay(plan.session_id)
    stand_in.webhooks.waiting.clear()
    return services.settle_plan(plan)


def told(stand_in: StandIn, **how: Any) -> None:
    stand_in.webhooks.let_go(**how)
    while services.settle():
        pass


def fresh(plan: GivingPlan) -> GivingPlan:
    return GivingPlan.objects.select_related("fund__host", "host", "donor").get(pk=plan.pk)


def subscription(stand_in: StandIn, plan: GivingPlan) -> Any:
    return stand_in.store.things[str(fresh(plan).subscription_id)]


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


class TestByReminder:
    def due(self, plan: GivingPlan) -> Any:
        assert plan.next_on is not None
        return clock.set_to(clock.midnight(plan.next_on) + timedelta(hours=10))

    def test_asks_once_a_month_and_takes_nothing_by_itself(self, begin: Begin, stand_in: StandIn) -> None:
        plan = begin(rail="reminder", day=10)
        assert plan.state == "active"
        assert services.remind() == 0
        with self.due(plan):
            assert [services.remind() for _n in range(3)] == [1, 0, 0]
        letters = OutboxMessage.objects.filter(key__startswith=f"plan:{plan.code}:month")
        assert letters.count() == 1
        assert f"/monthly/{plan.token}/pay/" in letters.get().body
        assert not Donation.objects.exists()
        assert not stand_in.store.all("checkout.session")
        assert fresh(plan).next_on == next_month_day(10, after=plan.next_on or clock.today())

    def test_one_tap_pays_one_month_once(self, begin: Begin, stand_in: StandIn) -> None:
        plan = begin(rail="reminder", day=10)
        gift = services.pay_month(plan)
        services.open_payment(gift)
        assert services.pay_month(plan).code == gift.code
        stand_in.pay(gift.session_id, method="wechat_pay")
        told(stand_in)
        again = services.pay_month(plan)
        assert (again.code, again.state, again.plan_id) == (gift.code, "booked", plan.pk)
        agree(stand_in)

    def test_a_page_that_ran_out_is_followed_by_another(self, begin: Begin, stand_in: StandIn) -> None:
        plan = begin(rail="reminder", day=10)
        gift = services.pay_month(plan)
        services.open_payment(gift)
        stand_in.expire(gift.session_id)
        told(stand_in)
        assert services.pay_month(plan).code != gift.code

    def test_a_stopped_or_paused_one_asks_nothing(self, begin: Begin) -> None:
        plans = [begin(rail="reminder", day=10) for _n in range(2)]
        services.pause_plan(plans[0], by=None)
        services.stop_plan(plans[1], by=None)
        with clock.set_to(clock.now() + timedelta(days=40)):
            assert services.remind() == 0
        for plan in plans:
            with pytest.raises(Refused, match="不用付"):
                services.pay_month(fresh(plan))

    def test_it_needs_an_address(self, begin: Begin) -> None:
        with pytest.raises(Refused) as caught:
            begin(rail="reminder", contact="13800000000")
        assert caught.value.field == "contact"


class TestFunds:
    @pytest.mark.parametrize("rail", ["card", "reminder"])
    def test_a_suspended_fund_pauses_and_tells(
        self, cast: Cast, begin: Begin, stand_in: StandIn, rail: str
    ) -> None:
        plan = begin(rail=rail)
        if rail == "card":
            stand_in.pay(plan.session_id)
            told(stand_in)
        suspend_fund(cast.fund, reason="查账", by=cast.admin)
        assert [services.look_after_plans() for _n in range(2)] == [1, 0]
        services.send_plans()
        assert (fresh(plan).state, fresh(plan).reason) == ("paused", "fund")
        assert OutboxMessage.objects.filter(key__startswith=f"plan:{plan.code}:halted").count() == 1
        with pytest.raises(Refused, match="暂停"):
            services.resume_plan(plan, by=None)
        resume_fund(cast.fund, reason="查完了", by=cast.admin)
        assert services.look_after_plans() == 0
        assert services.resume_plan(plan, by=None).state == "active"
        services.send_plans()
        if rail == "card":
            assert subscription(stand_in, plan)["pause_collection"] is None

    def test_a_campaign_that_ran_out_pauses(self, running: GivingPlan, campaign: Campaign) -> None:
        with clock.set_to(clock.now() + timedelta(days=31)):
            assert services.look_after_plans() == 1
        assert fresh(running).state == "paused"

    def test_a_closed_fund_stops(self, cast: Cast, running: GivingPlan, stand_in: StandIn) -> None:
        type(cast.fund).objects.filter(pk=cast.fund.pk).update(state="closed")
        assert services.look_after_plans() == 1
        services.send_plans()
        assert fresh(running).state == "stopped"
        assert subscription(stand_in, running)["status"] == "canceled"

    def test_an_erased_donor_is_charged_and_written_to_no_more(
        self, running: GivingPlan, stand_in: StandIn
    ) -> None:
        services.erase_donor(running.donor, by=None)
        stand_in.advance(days=31)
        told(stand_in)
        assert set(Donation.objects.values_list("public_name", flat=True)) == {"爱心居民"}
        assert not Donation.objects.filter(shows_amount=True).exists()
        before = OutboxMessage.objects.count()
        assert services.look_after_plans() == 1
        services.send_plans()
        assert subscription(stand_in, running)["status"] == "canceled"
        assert OutboxMessage.objects.count() == before

    def test_a_month_charged_while_suspended_is_booked(
        self, cast: Cast, running: GivingPlan, stand_in: StandIn
    ) -> None:
        suspend_fund(cast.fund, reason="查账", by=cast.admin)
        stand_in.advance(days=31)
        told(stand_in)
        assert Donation.objects.filter(state="booked").count() == 2
        agree(stand_in)


class TestBeginning:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"amount": 0}, "amount"),
            ({"amount": 10**9}, "amount"),
            ({"day": 0}, "day"),
            ({"day": 32}, "day"),
            ({"rail": "wallet"}, "rail"),
            ({"name_choice": "real"}, "name"),
            ({"consents": ()}, "provider_abroad"),
            ({"restriction": "nonsense"}, "restriction"),
            ({"contact": "a\u202eb@x.org"}, "contact"),
        ],
    )
    def test_what_is_refused(self, begin: Begin, changes: dict[str, Any], field: str) -> None:
        with pytest.raises(Refused) as caught:
            begin(**changes)
        assert caught.value.field == field
        assert not GivingPlan.objects.exists()

    def test_the_same_form_twice_is_one(self, begin: Begin, stand_in: StandIn) -> None:
        token = secrets.token_hex(16)
        assert begin(form_token=token).pk == begin(form_token=token).pk
        assert len(stand_in.store.all("checkout.session")) == 1

    def test_only_under_a_filed_plan_in_date(self, begin: Begin, campaign: Campaign) -> None:
        campaign.delete()
        with pytest.raises(Refused, match="备案"):
            begin()

    def test_its_link_opens_it_and_no_other(self, cast: Cast, begin: Begin) -> None:
        plan = begin(by=cast.stranger)
        assert plan_of_token(plan.token) == plan
        assert plan_code(plan.token) == plan.code
        for token in ("", plan.code, plan.token + "x", plan.token.replace("P", "Q", 1), "x" * 500):
            assert plan_of_token(token) is None
        assert list(plans_of(Giver(cast.stranger.pk, ""))) == [plan]
        assert not plans_of(Giver(cast.finance.pk, ""))

    def test_history_is_kept(self, running: GivingPlan) -> None:
        services.change_plan(running, amount=8_000, day=running.day, by=None)
        services.pause_plan(running, by=None)
        services.resume_plan(running, by=None)
        services.stop_plan(running, by=None)
        steps = PlanChange.objects.filter(plan=running).order_by("pk").values_list("what", flat=True)
        assert list(steps) == ["begin", "start", "amount", "pause", "resume", "stop"]


@pytest.mark.parametrize(
    ("day", "after", "expected"),
    [
        (15, date(2026, 1, 1), date(2026, 1, 15)),
        (15, date(2026, 1, 15), date(2026, 2, 15)),
        (31, date(2026, 1, 31), date(2026, 2, 28)),
        (31, date(2028, 2, 1), date(2028, 2, 29)),
        (31, date(2026, 4, 30), date(2026, 5, 31)),
        (1, date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_days_of_months(day: int, after: date, expected: date) -> None:
    assert next_month_day(day, after=after) == expected


def test_the_key_of_a_page_is_the_plans(stand_in: StandIn) -> None:
    provider = Stripe("sk_test_1", stand_in.url)
    moment = datetime.now(UTC) + timedelta(hours=2)
    first = Order("P1", 100, "http://x.test/ok", "http://x.test/no", moment, "zh")
    assert provider.subscriptions.start(first) == provider.subscriptions.start(first)
    other = Order("P1", 200, "http://x.test/ok", "http://x.test/no", moment, "zh")
    with pytest.raises(Declined):
        provider.subscriptions.start(other)
