"""Monthly giving: how it begins, the letter of each month, and what becomes of it when a fund or a plan ends."""

import secrets
from datetime import date, timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.core.models import OutboxMessage
from apps.core.verdicts import Refused
from apps.donations import services
from apps.donations.models import Campaign, Donation, GivingPlan, PlanChange, plan_code
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.queries import plan_of_token, plans_of
from apps.donations.rules import Giver, next_month_day
from apps.funds.services import resume_fund, suspend_fund
from tests.cast import Cast
from tests.donations.conftest import agree
from tests.donations.monthly import Begin, fresh, subscription, told

pytestmark = pytest.mark.django_db


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

    def test_a_month_that_was_paid_as_it_began_is_not_asked_for(self, begin: Begin) -> None:
        plan = begin(rail="reminder", day=28)
        first = plan.next_on or clock.today()
        # Begun on the first of that month, and paid at once.
        with clock.set_to(clock.midnight(first.replace(day=1)) + timedelta(hours=10)):
            gift = services.pay_month(plan)
        Donation.objects.filter(pk=gift.pk).update(state="pending")
        with self.due(plan):
            assert services.remind() == 0
        assert fresh(plan).next_on == next_month_day(28, after=first)
        assert not OutboxMessage.objects.filter(key__startswith=f"plan:{plan.code}:month").exists()

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

    @pytest.mark.books_planted("a fund that holds money is closed behind its verbs")
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
