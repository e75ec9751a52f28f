"""The stand-in answers the real client as Stripe would, in the shapes Stripe publishes."""

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

import pytest
import stripe
from django.core.management import CommandError, call_command
from stripe.params import RefundCreateParams, SubscriptionUpdateParams
from stripe.params.checkout import SessionCreateParams

from apps.donations.providers.base import Declined, Order, PaymentFact, Unavailable
from apps.donations.providers.stand_in import returns, sessions, subscriptions
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.providers.stripe import Stripe
from tests.donations.conftest import SECRET

SHAPES = json.loads((Path(__file__).parent / "stripe_shapes.json").read_text())["shapes"]
READ = {
    "checkout.session": "id url status payment_status amount_total currency metadata payment_intent",
    "payment_intent": "id status latest_charge metadata",
    "charge": "id created balance_transaction payment_intent amount",
    "balance_transaction": "id fee amount net currency",
    "refund": "id payment_intent amount currency status metadata",
    "dispute": "id payment_intent amount currency balance_transactions",
    "payout": "id amount currency arrival_date status",
    "customer": "id",
    "product": "id name",
    "price": "id product unit_amount currency recurring",
    "subscription": "id status items metadata latest_invoice currency",
    "invoice": "id status amount_paid currency parent status_transitions",
    "invoice_payment": "id invoice payment status",
    "event": "id type data livemode object created",
    "balance": "available pending",
}


def order(code: str = "GIFT1", amount: int = 10_000) -> Order:
    return Order(
        code,
        amount,
        "http://x.test/ok",
        "http://x.test/no",
        datetime.now(UTC) + timedelta(hours=2),
        "zh-hans",
    )


@pytest.fixture
def provider(stand_in: StandIn) -> Stripe:
    return Stripe("sk_test_1", stand_in.url)


def paid(stand_in: StandIn, provider: Stripe, **how: Any) -> PaymentFact:
    started = provider.start(order(**{k: how.pop(k) for k in ("code", "amount") if k in how}))
    stand_in.pay(started.session_id, **how)
    return provider.fetch(started.session_id)


def test_every_object_has_the_published_shape(stand_in: StandIn, provider: Stripe) -> None:
    fact = paid(stand_in, provider)
    provider.refund(fact.payment_id, amount=1_000, code="R1")
    stand_in.dispute(paid(stand_in, provider, code="GIFT2").payment_id)
    stand_in.pay_out(100)
    stand_in.pay(provider.subscriptions.start(order("PLAN1")).session_id)
    with urlopen(
        Request(f"{stand_in.url}/v1/balance", headers={"Authorization": "Bearer sk_test_1"})
    ) as answer:
        balance = json.load(answer)
    seen = set()
    for thing in [*stand_in.store.things.values(), balance]:
        shape = SHAPES[thing["object"]]
        seen.add(thing["object"])
        public = {name: value for name, value in thing.items() if not name.startswith("_")}
        assert public.keys() <= shape.keys() | {"failure_reason", "failure_balance_transaction"}
        for name in READ[thing["object"]].split():
            known, ours = shape[name], type(public[name]).__name__
            nullable = known == "NoneType" or name in {"url", "payment_intent"}
            assert ours == known or nullable, f"{thing['object']}.{name} is {ours}, Stripe has {known}"
    assert seen == set(READ)


def test_it_knows_no_parameter_that_the_client_does_not() -> None:
    assert SessionCreateParams.__annotations__.keys() >= sessions.KNOWN
    assert SubscriptionUpdateParams.__annotations__.keys() >= subscriptions.KNOWN
    assert RefundCreateParams.__annotations__.keys() >= returns.KNOWN


def test_a_payment_and_its_facts(stand_in: StandIn, provider: Stripe) -> None:
    fact = paid(stand_in, provider, method="wechat_pay")
    assert (fact.status, fact.amount, fact.fee, fact.currency, fact.donation) == (
        "paid",
        10_000,
        290,
        "cny",
        "GIFT1",
    )
    assert provider.of_payment(fact.payment_id) == fact
    assert provider.of_payment("pi_unknown") is None
    assert provider.balance() == stand_in.balance == 9_710


def test_one_order_is_one_page(stand_in: StandIn, provider: Stripe) -> None:
    first = order()
    assert provider.start(first) == provider.start(first)
    other = Order("GIFT1", 5, first.success_url, first.cancel_url, first.expires_at, "zh")
    with pytest.raises(Declined, match="same parameters"):
        provider.start(other)


def test_twenty_at_once_are_one_page(stand_in: StandIn, provider: Stripe) -> None:
    first, found = order(), set()
    turns = [threading.Thread(target=lambda: found.add(provider.start(first).session_id)) for _n in range(20)]
    for turn in turns:
        turn.start()
    for turn in turns:
        turn.join()
    assert len(found) == 1


@pytest.mark.parametrize("status", [0, 500, 429, 409])
@pytest.mark.parametrize("after", [False, True])
def test_a_fault_is_survived_or_told_and_never_doubles(
    stand_in: StandIn, provider: Stripe, status: int, after: bool
) -> None:
    stand_in.fail("/v1/checkout", status, after=after, times=1)
    try:
        provider.start(order())
    except Unavailable:
        assert status == 429
        provider.start(order())
    assert len({row["id"] for row in stand_in.store.all("checkout.session")}) == 1


def test_refunds_are_given_once_even_when_the_key_is_forgotten(stand_in: StandIn, provider: Stripe) -> None:
    fact = paid(stand_in, provider)
    first = provider.refund(fact.payment_id, amount=4_000, code="R1")
    stand_in.api.keys.forget("refund-R1")
    assert provider.refund(fact.payment_id, amount=4_000, code="R1") == first
    with pytest.raises(Declined, match="greater than unrefunded"):
        provider.refund(fact.payment_id, amount=6_001, code="R2")
    assert stand_in.balance == 10_000 - 290 - 4_000


def test_wallet_refunds_answer_later(stand_in: StandIn, provider: Stripe) -> None:
    fact = paid(stand_in, provider, method="alipay")
    asked = provider.refund(fact.payment_id, amount=10_000, code="R1")
    assert asked.status == "asked"
    stand_in.finish_refund(asked.refund_id, succeeded=False)
    found = provider.look_up("refund.failed", asked.refund_id)
    assert [getattr(row, "status", "") for row in found] == ["failed"]
    assert stand_in.balance == 9_710


def test_the_page_is_unmistakably_a_test_and_leads_back(stand_in: StandIn, provider: Stripe) -> None:
    class Stay(HTTPRedirectHandler):
        def redirect_request(self, *args: Any) -> None:
            return None

    started = provider.start(order())
    with urlopen(started.url) as answer:
        page = answer.read().decode()
    for word in ("测试收银台", "TEST CHECKOUT", "支付宝", "WeChat Pay", "CNY 100.00"):
        assert word in page
    opener = build_opener(Stay)

    def press(choice: str) -> str:
        try:
            opener.open(started.url, urlencode({"choice": choice}).encode())
        except Exception as error:
            return str(getattr(error, "headers", {}).get("Location") or getattr(error, "code", ""))
        return ""

    assert press("cancel") == "http://x.test/no"
    assert "declined" in press("card_declined")
    assert provider.fetch(started.session_id).status == "open"
    assert press("delayed_ok") == "http://x.test/ok"
    assert provider.fetch(started.session_id).status == "pending"
    assert press("card_ok") == "400"


def test_lists_page_through_everything(stand_in: StandIn, provider: Stripe) -> None:
    for number in range(12):
        paid(stand_in, provider, code=f"G{number}")
    client = stripe.StripeClient("sk_test_1", base_addresses={"api": stand_in.url})
    rows = client.v1.payment_intents.list({"limit": 5})
    assert len(list(rows.auto_paging_iter())) == 12
    moved = client.v1.balance_transactions.list({"limit": 100})
    assert sum(row.net for row in moved.data) == stand_in.balance
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.retrieve("cs_test_nosuch")
    with pytest.raises(stripe.AuthenticationError):
        stripe.StripeClient("pk_wrong", base_addresses={"api": stand_in.url}).v1.balance.retrieve()


def test_what_it_remembers_survives_a_restart(tmp_path: Path, settings: Any) -> None:
    file = tmp_path / "state.json"
    with StandIn(secret=SECRET, held=True, file=file) as first:
        provider = Stripe("sk_test_1", first.url)
        started = provider.start(order())
    with StandIn(secret=SECRET, held=True, file=file) as second:
        second.pay(started.session_id)
        assert Stripe("sk_test_1", second.url).fetch(started.session_id).status == "paid"


def test_production_refuses_it(settings: Any) -> None:
    settings.IS_PRODUCTION = True
    with pytest.raises(RuntimeError):
        StandIn(secret=SECRET)
    with pytest.raises(CommandError):
        call_command("stripe_stand_in")


def test_webhooks_are_tried_again_until_somebody_answers(settings: Any) -> None:
    answers, heard = [500, 0, 200], []
    done = threading.Event()

    def send(body: bytes, signature: str) -> int:
        heard.append(json.loads(body)["id"])
        status = answers[len(heard) - 1]
        if status == 200:
            done.set()
        return status

    with StandIn(secret=SECRET, send=send) as running:
        provider = Stripe("sk_test_1", running.url)
        running.expire(provider.start(order()).session_id)
        assert done.wait(10)
    assert len(heard) == 3
    assert len(set(heard)) == 1
