"""A second provider that tells, is asked, pays out and takes monthly gifts, in one file: no verb knows one by name."""

import itertools
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.donations import services
from apps.donations.models import Campaign, Donation, GivingPlan, ProviderEvent, Refund
from apps.donations.providers import registry
from apps.donations.providers.base import (
    BadEvent,
    Fact,
    Order,
    PaymentFact,
    PayoutFact,
    PlanFact,
    RefundFact,
    Started,
    Told,
    Unavailable,
)
from apps.donations.queries import held_by_providers, silences
from apps.donations.services.plans.following import follow_plan
from apps.donations.services.settlement import Case, settle_cases
from apps.finance.rules.matching import BankLine, own_candidates
from apps.finance.services import match_lines
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.donations.monthly import WORDS
from tests.donations.test_providers import Tiny, form
from tests.finance.test_matching import bring

pytestmark = pytest.mark.django_db
WHOLE = "tests.donations.test_second_provider.Whole"
URL = "/webhooks/whole/"


class Months:
    """Its monthly payments."""

    def __init__(self, whole: "Whole") -> None:
        self.whole = whole
        self.kept: dict[str, PlanFact] = {}
        self.paid: dict[str, list[PaymentFact]] = {}

    def start(self, order: Order) -> Started:
        url = f"https://whole.example/{order.code}"
        page = PlanFact(order.code, "open", "", f"page-{order.code}", order.amount, url=url)
        self.kept.setdefault(order.code, page)
        return Started(page.session_id, url)

    def take(self, code: str) -> None:
        """Take a month, the first one on the page."""
        sub = f"sub-{code}"
        plan = replace(self.kept[code], status="active", subscription_id=sub, next_at=clock.now())
        self.kept[code], months = plan, self.paid.setdefault(sub, [])
        number = f"{code}-{len(months)}"
        months.append(
            PaymentFact(
                f"bill-{number}", f"pay-{number}", "", "paid", plan.amount, "cny", 10, plan=code,
                paid_at=clock.now(),
            )
        )  # fmt: skip

    def fetch(self, session_id: str) -> list[Fact]:
        plan = self.plan(session_id.replace("page", "sub"))
        return [plan, *self.paid.get(plan.subscription_id, [])]

    def close(self, session_id: str) -> None:
        self._end(session_id.removeprefix("page-"))

    def plan(self, subscription_id: str) -> PlanFact:
        return self.kept[subscription_id.removeprefix("sub-")]

    def payments(self, subscription_id: str) -> list[PaymentFact]:
        return self.paid[subscription_id]

    def steer(
        self, subscription_id: str, *, amount: int, is_paused: bool, shift_to: datetime | None, key: str
    ) -> PlanFact:
        now = replace(self.plan(subscription_id), amount=amount, status="paused" if is_paused else "active")
        self.kept[now.plan] = now
        return now

    def stop(self, subscription_id: str) -> PlanFact:
        return self._end(subscription_id.removeprefix("sub-"))

    def _end(self, code: str) -> PlanFact:
        self.kept[code] = replace(self.kept[code], status="ended")
        return self.kept[code]


class Whole(Tiny):
    """A way of paying with an account behind it."""

    name = "whole"
    label = "大钱包"
    payout_words, payout_id = "大钱包结算", r"\bW[0-9]{6}\b"

    def __init__(self) -> None:
        super().__init__()
        self.subscriptions = Months(self)
        self.said: list[Told] = []

    def account(self) -> "Whole":  # type: ignore[override]
        return self

    def read_event(self, body: bytes, headers: Mapping[str, str]) -> Told:
        if headers.get("X-Seal") != "good":
            raise BadEvent("unsealed")
        return Told(**json.loads(body), matters=True)

    def paid(self) -> list[PaymentFact]:
        months = itertools.chain.from_iterable(self.subscriptions.paid.values())
        return [*(page for page in self.pages.values() if page.status == "paid"), *months]

    def of_payment(self, payment_id: str) -> PaymentFact | None:
        return next((fact for fact in self.paid() if fact.payment_id == payment_id), None)

    def look_up(self, kind: str, object_id: str) -> list[Fact]:
        return [self.pages[object_id]] if kind == "page" else [self.back[object_id]]

    def events(self, since: datetime) -> Iterator[Told]:
        yield from self.said

    def payouts(self, since: datetime) -> Iterator[PayoutFact]:
        yield from ()

    def balance(self) -> int:
        return sum(fact.amount - fact.fee for fact in self.paid()) - sum(
            fact.amount for fact in self.back.values()
        )


@pytest.fixture
def whole(settings: Any) -> Whole:
    settings.PAYMENT_WAYS = [WHOLE, *settings.PAYMENT_WAYS]
    registry._made.cache_clear()
    way = registry.way_of("whole")
    assert isinstance(way, Whole)
    return way


def give(client: Client, cast: Cast) -> Donation:
    client.post(f"/give/{cast.fund.code}/", form(cast, channel="whole"))
    return Donation.objects.latest("pk")


def brought(told: Told, seal: str = "good", url: str = URL) -> int:
    body = json.dumps({"event_id": told.event_id, "kind": told.kind, "object_id": told.object_id})
    return Client().post(url, body, "application/json", headers={"X-Seal": seal}).status_code


def test_what_it_brings_is_believed_when_it_is_sealed_and_it_says_so_again(
    client: Client, cast: Cast, campaign: Campaign, whole: Whole
) -> None:
    gift = give(client, cast)
    told = Told("evt_1", "page", gift.session_id, True)
    assert [brought(told, "bad"), brought(told, url="/webhooks/nobody/"), brought(told)] == [400, 400, 200]
    ProviderEvent.objects.create(
        provider="stripe", event_id="evt_1", kind="x", object_id="y", received_at=clock.now()
    )
    services.settle()
    gift.refresh_from_db()
    assert gift.state == "started"
    whole.pay(gift)
    assert brought(replace(told, event_id="evt_2")) == 200
    assert services.settle() == 1
    gift.refresh_from_db()
    assert gift.state == "booked"
    # Another provider's event waits for the one who told it.
    assert ProviderEvent.objects.get(provider="stripe").state == "new"
    assert_books_clean()


def test_what_it_did_not_bring_is_fetched_noticed_and_both_balances_agree(
    client: Client, cast: Cast, campaign: Campaign, whole: Whole
) -> None:
    gift = give(client, cast)
    whole.pay(gift)
    whole.said.append(Told("evt_1", "page", gift.session_id, True))
    found = services.reconcile()
    assert found is not None
    assert (found.lost_events, found.difference, found.provider_balance) == (1, 0, 5_000)
    with clock.set_to(clock.now() + timedelta(hours=7)):
        assert [one.channel for one in silences()] == ["whole"]
    whole.back["r1"] = RefundFact("r1", f"pay-{gift.code}", "", 2_000, "cny", "done")
    assert brought(Told("evt_2", "refund", "r1", True)) == 200
    services.settle()
    gift.refresh_from_db()
    assert (gift.refunded, silences()) == (2_000, [])
    assert services.booked_balance("whole") == whole.balance() == 3_000
    assert_books_clean()


def test_a_number_that_another_provider_gave_too_is_another_payment(
    client: Client, cast: Cast, campaign: Campaign, whole: Whole
) -> None:
    gift, other = give(client, cast), give(client, cast)
    for one, number in ((gift, "pay-1"), (other, "pay-2")):
        whole.pay(one)
        whole.pages[one.session_id] = replace(whole.pages[one.session_id], payment_id=number)
    services.settle_session(gift)
    Donation.objects.filter(pk=gift.pk).update(channel="stripe", payment_id="pay-2")
    whole.back["r1"] = RefundFact("r1", "pay-2", "", 2_000, "cny", "done")
    assert brought(Told("evt_1", "refund", "r1", True)) == 200
    services.settle()
    other.refresh_from_db()
    assert (other.state, other.payment_id, other.refunded) == ("booked", "pay-2", 2_000)


def test_a_refunds_number_that_another_provider_gave_too_is_another_refund(
    client: Client, cast: Cast, campaign: Campaign, whole: Whole
) -> None:
    gift, other = give(client, cast), give(client, cast)
    for one in (gift, other):
        whole.pay(one)
        services.settle_session(one)
    Donation.objects.filter(pk=gift.pk).update(channel="stripe")
    for one, channel in ((gift, "stripe"), (other, "whole")):
        back = RefundFact("r1", f"pay-{one.code}", "", 2_000, "cny", "asked")
        assert services.returns.apply_return(back, channel=channel, by=None) == ""
    rows = Refund.objects.order_by("pk").values_list("donation", "channel", "provider_id")
    assert list(rows) == [(gift.pk, "stripe", "r1"), (other.pk, "whole", "r1")]


def test_one_that_cannot_answer_holds_up_no_other(
    client: Client, cast: Cast, campaign: Campaign, whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_away(*_asked: Any) -> Any:
        raise Unavailable("away")

    gift = give(client, cast)
    whole.pay(gift)
    whole.said.append(Told("evt_1", "page", gift.session_id, True))
    broken = Whole()
    for name in ("events", "balance", "ask"):
        monkeypatch.setattr(broken, name, is_away)
    monkeypatch.setattr(registry, "accounts", lambda: [("broken", broken), ("whole", whole)])
    with pytest.raises(Unavailable):
        services.reconcile()
    gift.refresh_from_db()
    assert gift.state == "booked"
    assert ProviderEvent.objects.get().state == "done"


def begun(cast: Cast) -> GivingPlan:
    words = WORDS | {"form_token": secrets.token_hex(16), "consents": ()}
    return services.begin_plan(cast.fund, **words)


def test_a_monthly_gift_from_its_page_to_its_end(cast: Cast, campaign: Campaign, whole: Whole) -> None:
    plan = begun(cast)
    assert plan.channel == "whole"
    assert services.open_plan(plan) == services.open_plan(plan) == f"https://whole.example/{plan.code}"
    whole.subscriptions.take(plan.code)
    plan = services.settle_plan(plan)
    assert plan.state == "active"
    whole.subscriptions.take(plan.code)
    GivingPlan.objects.update(next_on=clock.today() - timedelta(days=3))
    found = services.reconcile()
    assert found is not None and found.difference == 0
    gifts = Donation.objects.filter(plan=plan)
    assert [(gift.state, gift.channel, gift.fee) for gift in gifts] == [("booked", "whole", 10)] * 2
    plan.refresh_from_db()
    services.change_plan(plan, amount=8_000, day=plan.day, by=None)
    assert services.send_plans() == 1
    assert whole.subscriptions.kept[plan.code].amount == 8_000
    services.stop_plan(plan, by=None)
    services.send_plans()
    assert whole.subscriptions.kept[plan.code].status == "ended"
    assert_books_clean()


def test_no_provider_speaks_for_anothers_months_or_refunds(
    client: Client, cast: Cast, campaign: Campaign, whole: Whole
) -> None:
    plan = begun(cast)
    services.open_plan(plan)
    whole.subscriptions.take(plan.code)
    with pytest.raises(services.Unbookable, match="这里没有"):
        follow_plan(whole.subscriptions.plan(f"sub-{plan.code}"), channel="stripe")
    settle_cases([Case(whole.paid()[0], channel="stripe")])
    assert not Donation.objects.exists()
    gift = give(client, cast)
    whole.pay(gift)
    services.settle_session(gift)
    fact = RefundFact("r1", f"pay-{gift.code}", "", 2_000, "cny", "done")
    assert services.returns.apply_return(fact, channel="stripe", by=None) == "not a payment of this site"


def test_its_payout_is_known_on_the_bank_statement_and_clears_its_own_balance(
    client: Client, cast: Cast, campaign: Campaign, whole: Whole
) -> None:
    gift = give(client, cast)
    whole.pay(gift)
    services.settle_session(gift)
    (line,) = bring(cast, "2026-11-21,,50.00,某公司,大钱包结算 W123456,L1")
    (match,) = match_lines(cast.host, by=cast.finance)
    assert (match.line, match.subject_kind, match.subject_code) == (line, "payout", "W123456")
    assert held_by_providers(cast.host) == {"whole": 0}
    assert_books_clean()


def test_banks_name_each_provider_in_its_own_words(whole: Whole) -> None:
    lines = {
        "大钱包结算 W123456": "W123456",
        "STRIPE PAYOUT po_1abcdefg": "po_1abcdefg",
        "stripe": "L1",
        "捐款 W123456": "",
    }
    for memo, code in lines.items():
        found = own_candidates(BankLine(5_000, "", memo, "L1"), registry.payers())
        assert [one.code for one in found] == ([code] if code else []), memo
