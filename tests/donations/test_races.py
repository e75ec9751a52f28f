"""Many at once: copies of one event, return page against webhook, double submits, refunds of one gift."""

import json
import math
import random
import secrets
import time
from typing import Any

import pytest
from django.test import Client

from apps.core import clock, jobs
from apps.core.verdicts import Refused
from apps.donations.models import Donation, ProviderEvent, Refund
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.services import reconcile, refund, refunds, send_refunds, settle, settle_session, webhooks
from apps.funds.models import Fund
from apps.ledger.rules import Draft, Line
from apps.ledger.services import post
from tests.cast import Cast
from tests.core.test_jobs import broken_broker
from tests.crowd import at_once
from tests.donations.conftest import Give, agree
from tests.donations.test_pages import URL, fields

on_postgres = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
COMPLETED = ["checkout.session.completed"]


def no_errors(found: list[Any]) -> None:
    assert [row for row in found if isinstance(row, Exception)] == []


class TestOnPostgres:
    pytestmark = on_postgres

    def test_a_set_that_is_booked_counts_though_the_broker_is_out_of_order(
        self, give: Give, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gifts = [give() for _turn in range(3)]
        for gift in gifts:
            stand_in.pay(gift.session_id)
        monkeypatch.setattr(jobs, "current_app", broken_broker())
        # The inbox has sent its hint, as it were, and none has come of it.
        monkeypatch.setattr(jobs, "_planned", {"donations.settle": math.inf})
        stand_in.webhooks.let_go()
        assert settle() == len(gifts)
        assert Donation.objects.filter(state="booked").count() == len(gifts)

    def test_one_event_twenty_times_in_parallel(self, give: Give, stand_in: StandIn) -> None:
        for _turn in range(3):
            gift = give()
            stand_in.pay(gift.session_id)
            event = next(row for row in stand_in.webhooks.waiting if row["type"] in COMPLETED)
            stand_in.webhooks.waiting.clear()
            deliveries = [lambda event=event: stand_in.webhooks.deliver(event)] * 20
            found = at_once(*deliveries, settle, settle)
            assert found[:20] == [True] * 20
            no_errors(found)
            at_once(settle, settle)
        assert ProviderEvent.objects.filter(kind__in=COMPLETED).count() == 3
        assert Donation.objects.filter(state="booked").count() == 3
        agree(stand_in)

    def test_the_return_page_races_the_webhook(self, give: Give, stand_in: StandIn) -> None:
        for _turn in range(5):
            gift = give(contact="donor@example.org")
            stand_in.pay(gift.session_id)
            stand_in.webhooks.let_go(only=COMPLETED)
            fresh = [
                Donation.objects.select_related("fund", "host", "donor").get(pk=gift.pk) for _n in range(2)
            ]
            no_errors(at_once(settle, settle, *[lambda row=row: settle_session(row) for row in fresh]))
        settle()
        assert Donation.objects.filter(state="booked").count() == 5
        assert ProviderEvent.objects.filter(state="done", kind__in=COMPLETED).count() == 5
        agree(stand_in)

    def test_a_storm_of_events(
        self, give: Give, stand_in: StandIn, full: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # The broker loses every message; only sweeps and the reconciliation are left.
        monkeypatch.setattr(webhooks.jobs, "kick", lambda *_names: None)
        number = 500
        for seed in range(5 if full else 1):
            _storm(number, seed, give(), stand_in, parallel=True)
        assert Donation.objects.filter(state="booked").count() == number * (5 if full else 1)
        agree(stand_in)

    def test_ten_submits_of_one_form_are_one_payment(
        self, cast: Cast, campaign: Any, stand_in: StandIn
    ) -> None:
        for _turn in range(3):
            stand_in.store.things.clear()
            words = fields(cast)
            found = at_once(*[lambda words=words: Client().post(URL, words)] * 10)
            no_errors(found)
            assert {answer.status_code for answer in found} == {302}
            assert len({answer.headers["Location"] for answer in found}) == 1
            assert len(stand_in.store.all("checkout.session")) == 1
        assert Donation.objects.count() == 3

    def test_refunds_of_one_gift_never_exceed_it(self, cast: Cast, give: Give, stand_in: StandIn) -> None:
        gift = _booked(give, stand_in)
        found = at_once(*[lambda: refund(gift, amount=4_000, reason="错", by=cast.finance)] * 10)
        assert len([row for row in found if isinstance(row, Refund)]) == 2, found
        assert {type(row) for row in found} == {Refund, Refused}
        no_errors(at_once(*[send_refunds] * 2, *[lambda: send_refunds(Refund.objects.first().code)] * 4))
        for code in Refund.objects.values_list("code", flat=True):
            send_refunds(code)
        gift.refresh_from_db()
        assert gift.refunded == 8_000

    def test_without_the_locks_refunds_do_exceed_it(
        self, cast: Cast, give: Give, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gift = _booked(give, stand_in)

        def unlocked(pk: int) -> tuple[Donation, Fund]:
            return Donation.objects.select_related("fund", "host", "donor").get(pk=pk), cast.general

        def slowly(*_names: Any, **_facts: Any) -> None:
            time.sleep(0.3)

        monkeypatch.setattr(refunds, "lock_gift", unlocked)
        monkeypatch.setattr(refunds.audit, "record", slowly)
        found = at_once(*[lambda: refund(gift, amount=4_000, reason="错", by=cast.finance)] * 10)
        assert len([row for row in found if isinstance(row, Refund)]) > 2

    def test_refund_events_race_the_refund_itself(self, cast: Cast, give: Give, stand_in: StandIn) -> None:
        _house_money(cast)
        for _turn in range(5):
            gift = _booked(give, stand_in)
            row = refund(gift, amount=10_000, reason="错", by=cast.finance)
            no_errors(
                at_once(
                    lambda row=row: send_refunds(row.code),
                    lambda row=row: send_refunds(row.code),
                    lambda: (time.sleep(0.02), stand_in.webhooks.let_go(), settle()),
                    lambda: (time.sleep(0.04), settle()),
                )
            )
            stand_in.webhooks.let_go()
            settle()
        assert Refund.objects.count() == len(stand_in.store.all("refund")) == 5
        assert set(Refund.objects.values_list("state", flat=True)) == {"done"}
        assert not ProviderEvent.objects.filter(state="parked").exists()
        agree(stand_in)


@pytest.mark.django_db
def test_a_storm_of_events_one_after_the_other(give: Give, stand_in: StandIn) -> None:
    _storm(80, 7, give(), stand_in, parallel=False)
    assert Donation.objects.filter(state="booked").count() == 80
    agree(stand_in)


def _booked(give: Give, stand_in: StandIn) -> Donation:
    gift = give()
    stand_in.pay(gift.session_id)
    stand_in.webhooks.waiting.clear()
    return settle_session(gift)


def _house_money(cast: Cast) -> None:
    general = cast.general.code
    lines = [Line("bank_deposits", 50_000, general), Line("net_unrestricted", -50_000, general)]
    post(Draft("opening", f"house-{secrets.token_hex(4)}", cast.host.code, clock.today(), lines))


def _many(number: int, first: Donation, stand_in: StandIn) -> list[Donation]:
    """Return that many gifts with their pages: the first one, and copies of it with other codes and amounts."""
    made = [first]
    pattern = json.dumps(stand_in.store.things[first.session_id])
    for turn in range(1, number):
        copy = Donation.objects.get(pk=first.pk)
        copy.pk, copy.form_token, copy.amount, copy.code = (
            None,
            None,
            1_000 + turn,
            secrets.token_hex(5).upper(),
        )
        copy.session_id = f"cs_test_{secrets.token_hex(12)}"
        page = json.loads(pattern.replace(first.code, copy.code)) | {"id": copy.session_id}
        stand_in.store.put(page | {"amount_total": copy.amount})
        made.append(copy)
    Donation.objects.bulk_create(made[1:])
    return made


def _storm(number: int, seed: int, first: Donation, stand_in: StandIn, *, parallel: bool) -> None:
    """Deliver each event one to five times in random order, some in parallel, one in twenty never; then reconcile."""
    dice = random.Random(seed)
    for gift in _many(number, first, stand_in):
        stand_in.pay(gift.session_id, method=dice.choice(["card", "alipay", "wechat_pay"]))
    events = [row for row in stand_in.webhooks.waiting if row["type"] in COMPLETED]
    stand_in.webhooks.waiting.clear()
    turns = [row for row in events if dice.random() >= 0.05 for _copy in range(dice.randint(1, 5))]
    dice.shuffle(turns)

    def run(part: list[Any]) -> None:
        for place, event in enumerate(part):
            stand_in.webhooks.deliver(event)
            if place % 100 == 50:
                settle()

    if parallel:
        no_errors(at_once(*[lambda part=turns[n::4]: run(part) for n in range(4)]))
    else:
        run(turns)
    while settle():
        pass
    found = reconcile()
    assert found is not None
    assert found.difference == 0, f"seed {seed}"
