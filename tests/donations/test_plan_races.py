"""Monthly gifts and large refunds, many hands at once, on a real PostgreSQL."""

import secrets
import time
from typing import Any

import pytest

from apps.core.verdicts import Refused
from apps.donations import services
from apps.donations.models import Campaign, Donation, GivingPlan, Refund
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.services import refunds
from apps.donations.states import RefundReason
from tests.cast import Cast
from tests.crowd import at_once
from tests.donations.conftest import Give, agree
from tests.donations.monthly import WORDS, Begin, fresh, told
from tests.donations.test_races import no_errors

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_webhook_return_page_and_reconciliation_at_once(begin: Begin, stand_in: StandIn) -> None:
    for _turn in range(3):
        plan = begin()
        stand_in.pay(plan.session_id)
        stand_in.webhooks.let_go(copies=lambda event: 2)
        rows = [fresh(plan) for _n in range(2)]
        found = at_once(
            services.settle,
            services.settle,
            services.reconcile,
            *[lambda row=row: services.settle_plan(row) for row in rows],
        )
        no_errors(found)
        told(stand_in)
        assert fresh(plan).state == "active"
        assert Donation.objects.filter(plan=plan, state="booked").count() == 1
    agree(stand_in)


def test_months_of_many_events_at_once(begin: Begin, stand_in: StandIn) -> None:
    plan = begin()
    stand_in.pay(plan.session_id)
    stand_in.advance(days=93)
    events = [row for row in stand_in.webhooks.waiting if row["type"] == "invoice.paid"]
    stand_in.webhooks.waiting.clear()
    deliveries = [lambda event=event: stand_in.webhooks.deliver(event) for event in events for _n in range(3)]
    no_errors(at_once(*deliveries, services.settle, services.settle))
    no_errors(at_once(services.settle, services.settle))
    while services.settle():
        pass
    assert Donation.objects.filter(plan=plan, state="booked").count() == 4
    agree(stand_in)


def test_ten_submits_of_one_form_are_one_plan(cast: Cast, campaign: Campaign, stand_in: StandIn) -> None:
    words = WORDS | {"form_token": secrets.token_hex(16)}
    found = at_once(*[lambda: services.open_plan(services.begin_plan(cast.fund, **words))] * 10)
    no_errors(found)
    assert len(set(found)) == GivingPlan.objects.count() == len(stand_in.store.all("checkout.session")) == 1


def test_ten_taps_pay_one_month(begin: Begin, stand_in: StandIn) -> None:
    plan = begin(rail="reminder")
    found = at_once(*[lambda: services.open_payment(services.pay_month(fresh(plan)))] * 10)
    no_errors(found)
    assert len(set(found)) == Donation.objects.count() == len(stand_in.store.all("checkout.session")) == 1


def test_change_stop_and_a_payment_at_once(begin: Begin, stand_in: StandIn) -> None:
    plan = begin()
    stand_in.pay(plan.session_id)
    told(stand_in)
    found = at_once(
        lambda: services.stop_plan(fresh(plan), by=None),
        lambda: services.pause_plan(fresh(plan), by=None),
        lambda: services.change_plan(fresh(plan), amount=9_000, day=plan.day, by=None),
        services.send_plans,
        services.send_plans,
    )
    assert {type(row) for row in found if isinstance(row, Exception)} <= {Refused}
    services.send_plans()
    told(stand_in)
    services.send_plans()
    assert fresh(plan).state == "stopped"
    assert [row["status"] for row in stand_in.store.all("subscription")] == ["canceled"]
    agree(stand_in)


def _large(give: Give, stand_in: StandIn) -> Donation:
    gift = give(300_000)
    stand_in.pay(gift.session_id)
    stand_in.webhooks.waiting.clear()
    return services.settle_session(gift)


def test_a_large_refund_released_by_many_goes_out_once(cast: Cast, give: Give, stand_in: StandIn) -> None:
    gift = _large(give, stand_in)
    row = services.refund(gift, amount=200_000, why=RefundReason.TWICE, by=cast.finance)
    found = at_once(
        *[lambda: services.release_refund(row, by=cast.second_finance)] * 5,
        *[lambda: services.reject_refund(row, by=cast.second_finance)] * 2,
    )
    assert {type(one) for one in found} <= {Refund, Refused}
    no_errors(at_once(*[lambda: services.send_refunds(row.code)] * 4))
    row.refresh_from_db()
    assert row.state in {"done", "rejected"}
    assert len(stand_in.store.all("refund")) == (row.state == "done")
    agree(stand_in)


def test_large_and_small_refunds_at_once_never_exceed_the_gift(
    cast: Cast, give: Give, stand_in: StandIn
) -> None:
    gift = _large(give, stand_in)
    found = at_once(
        *[lambda: services.refund(gift, amount=150_000, why=RefundReason.TWICE, by=cast.finance)] * 6,
        *[lambda: services.refund(gift, amount=100_000, why=RefundReason.TWICE, by=cast.finance)] * 6,
    )
    made = [row for row in found if isinstance(row, Refund)]
    assert 0 < sum(row.amount for row in made) <= 300_000
    assert {type(row) for row in found} == {Refund, Refused}


def test_without_the_lock_large_refunds_do_exceed_it(
    cast: Cast, give: Give, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    gift = _large(give, stand_in)

    def unlocked(pk: int) -> Any:
        return Donation.objects.select_related("fund", "host", "donor").get(pk=pk), cast.general

    monkeypatch.setattr(refunds, "lock_gift", unlocked)
    monkeypatch.setattr(refunds.audit, "record", lambda *_names, **_facts: time.sleep(0.3))
    found = at_once(*[lambda: services.refund(gift, amount=150_000, why="twice", by=cast.finance)] * 6)
    assert sum(row.amount for row in found if isinstance(row, Refund)) > 300_000
