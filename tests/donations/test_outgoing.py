"""Every call to the payment provider, cut off before or after the work was done and made again: nothing is doubled."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.donations.providers import stripe as by_stripe
from apps.donations.providers.base import Order, PaymentFact, Unavailable
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.providers.stripe import Stripe
from tests.donations.outgoing import importers, outgoing

START = datetime.now(UTC).replace(microsecond=0)
NEXT = START + timedelta(days=40)
Seen = Counter[tuple[str, str, int]]
_numbers = itertools.count(1)


class World:
    """A provider with a patient client, and one that gives up at once."""

    def __init__(self, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stand_in = stand_in
        self.patient = Stripe("sk_test_1", stand_in.url)
        with monkeypatch.context() as hasty:
            hasty.setattr(by_stripe, "TIMEOUT", (5.0, 0.1))
            hasty.setattr(by_stripe, "RETRIES", 0)
            self.hasty = Stripe("sk_test_1", stand_in.url)

    def order(self) -> Order:
        words = ("http://x.test/ok", "http://x.test/no", datetime.now(UTC) + timedelta(hours=2), "zh")
        return Order(f"CODE{next(_numbers)}", 10_000, *words)

    def page(self) -> str:
        return self.patient.start(self.order()).session_id

    def paid(self) -> PaymentFact:
        session = self.page()
        self.stand_in.pay(session)
        return self.patient.fetch(session)

    def refunded(self) -> str:
        return str(self.stand_in.refund(self.paid().payment_id, 1_000)["id"])

    def charge(self) -> str:
        return str(self.stand_in.store.things[self.refunded()]["charge"])

    def dispute(self) -> str:
        return str(self.stand_in.dispute(self.paid().payment_id)["id"])

    def plan_page(self) -> str:
        return self.patient.subscriptions.start(self.order()).session_id

    def monthly(self) -> str:
        session = self.plan_page()
        self.stand_in.pay(session)
        return str(self.stand_in.store.things[session]["subscription"])

    def invoice(self) -> str:
        return str(self.stand_in.store.things[self.monthly()]["latest_invoice"])

    def monthly_payment(self) -> str:
        return self.patient.subscriptions.payment(self.invoice()).payment_id

    def paid_out(self) -> datetime:
        self.paid()
        self.stand_in.pay_out(100)
        return START

    def seen(self) -> Seen:
        """Everything the provider keeps, without ids: objects with their state and amount, events by kind."""
        return Counter(
            (
                thing["object"],
                str(thing.get("type") or thing.get("status")),
                int(thing.get("amount") or thing.get("amount_total") or thing.get("unit_amount") or 0),
            )
            for thing in self.stand_in.store.things.values()
        )


Prepare = Callable[[World], Any]
Act = Callable[[Stripe, Any], Any]


@dataclass(frozen=True)
class Row:
    """How one call is brought about. `moves`: it changes something; `keyed`: by a key, else by the state it finds."""

    method: str
    path: str
    before: Prepare
    act: Act
    moves: bool = False
    keyed: bool = False


def steer(provider: Stripe, subscription: Any) -> Any:
    return provider.subscriptions.steer(subscription, amount=8_000, is_paused=True, shift_to=NEXT, key="k1")


def give_back(provider: Stripe, fact: Any) -> Any:
    return provider.refund(fact.payment_id, amount=1_000, code=f"R-{fact.donation}")


ROWS: dict[str, Row] = {
    "Stripe.start: checkout.sessions.create": Row(
        "POST", "/v1/checkout/sessions", World.order, lambda p, x: p.start(x), moves=True, keyed=True
    ),
    "Stripe.close: checkout.sessions.expire": Row(
        "POST", "/v1/checkout/sessions/", World.page, lambda p, x: p.close(x), moves=True
    ),
    "Stripe.refund: refunds.create": Row(
        "POST", "/v1/refunds", World.paid, give_back, moves=True, keyed=True
    ),
    "Subscriptions.start: checkout.sessions.create": Row(
        "POST", "/v1/checkout/sessions", World.order, lambda p, x: p.subscriptions.start(x),
        moves=True, keyed=True,
    ),
    "Subscriptions.steer: subscriptions.update": Row(
        "POST", "/v1/subscriptions/", World.monthly, steer, moves=True, keyed=True
    ),
    "Subscriptions.stop: subscriptions.cancel": Row(
        "DELETE", "/v1/subscriptions/", World.monthly, lambda p, x: p.subscriptions.stop(x), moves=True
    ),
    "Subscriptions.close: checkout.sessions.expire": Row(
        "POST", "/v1/checkout/sessions/", World.plan_page, lambda p, x: p.subscriptions.close(x), moves=True
    ),
    "Stripe.fetch: checkout.sessions.retrieve": Row(
        "GET", "/v1/checkout/sessions/", World.page, lambda p, x: p.fetch(x)
    ),
    "Stripe.of_payment: checkout.sessions.list": Row(
        "GET", "/v1/checkout/sessions", World.paid, lambda p, x: p.of_payment(x.payment_id)
    ),
    "Stripe.look_up: refunds.retrieve": Row(
        "GET", "/v1/refunds/", World.refunded, lambda p, x: p.look_up("refund.updated", x)
    ),
    "Stripe.look_up: refunds.list": Row(
        "GET", "/v1/refunds", World.charge, lambda p, x: p.look_up("charge.refunded", x)
    ),
    "Stripe.look_up: disputes.retrieve": Row(
        "GET", "/v1/disputes/", World.dispute, lambda p, x: p.look_up("charge.dispute.created", x)
    ),
    "Stripe._session: checkout.sessions.retrieve": Row(
        "GET", "/v1/checkout/sessions/", World.page, lambda p, x: p.look_up("checkout.session.completed", x)
    ),
    "Stripe.refund: refunds.list": Row("GET", "/v1/refunds", World.paid, give_back, moves=True),
    "Stripe.events: events.list": Row("GET", "/v1/events", World.paid_out, lambda p, x: list(p.events(x))),
    "Stripe.payouts: payouts.list": Row(
        "GET", "/v1/payouts", World.paid_out, lambda p, x: list(p.payouts(x))
    ),
    "Stripe.balance: balance.retrieve": Row("GET", "/v1/balance", World.paid, lambda p, x: p.balance()),
    "Subscriptions.fetch: checkout.sessions.retrieve": Row(
        "GET", "/v1/checkout/sessions/", World.plan_page, lambda p, x: p.subscriptions.fetch(x)
    ),
    "Subscriptions.of_payment: invoice_payments.list": Row(
        "GET", "/v1/invoice_payments", World.monthly_payment, lambda p, x: p.of_payment(x)
    ),
    "Subscriptions.payments: invoices.list": Row(
        "GET", "/v1/invoices", World.monthly, lambda p, x: p.subscriptions.payments(x)
    ),
    "Subscriptions._subscription: subscriptions.retrieve": Row(
        "GET", "/v1/subscriptions/", World.monthly, lambda p, x: p.subscriptions.plan(x)
    ),
    "Subscriptions._invoice: invoices.retrieve": Row(
        "GET", "/v1/invoices/", World.invoice, lambda p, x: p.look_up("invoice.paid", x)
    ),
    "Subscriptions._payment: payment_intents.retrieve": Row(
        "GET", "/v1/payment_intents/", World.invoice, lambda p, x: p.subscriptions.payment(x)
    ),
}  # fmt: skip
# Refused before the work; done and the line cut; done and no answer until the client's time is over; done and told 500.
WAYS = [(0, False), (0, True), (-1, True), (500, True)]


@pytest.fixture(scope="module")
def running() -> Iterator[StandIn]:
    """One stand-in for all rows; each row looks only at what it changed itself."""
    with StandIn(secret="whsec_test", held=True) as stand_in:
        yield stand_in


def test_every_outgoing_call_has_its_row() -> None:
    found = outgoing()
    assert len(found) == len(set(found)), "one function makes the same call twice: give it a name of its own"
    assert set(found) == ROWS.keys(), "a call to the provider needs a row that repeats it after a time-out"
    asks = {name for name in importers() if not name.startswith("donations/providers/")}
    assert not asks, f"only the providers' own files use their clients: {asks}"


@pytest.mark.parametrize("name", ROWS)
def test_a_call_cut_off_and_made_again_is_made_once(
    name: str, running: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, world = ROWS[name], World(running, monkeypatch)
    thing = row.before(world)
    before = world.seen()
    expected = row.act(world.patient, thing)
    wanted = world.seen() - before
    assert bool(wanted) == row.moves
    for status, after in WAYS if row.moves else WAYS[:2]:
        thing = row.before(world) if row.moves else thing
        before, asked = world.seen(), len(running.api.keyed)
        running.fail(row.path, status, after=after, method=row.method)
        with pytest.raises(Unavailable):
            row.act(world.hasty, thing)
        running.api.faults.clear()
        again = row.act(world.patient, thing)
        assert world.seen() - before == wanted, (status, after)
        assert row.act(world.patient, thing) == again
        assert world.seen() - before == wanted, (status, after)
        if not row.moves:
            assert again == expected
        if row.keyed:
            keys = {key for method, path, key in running.api.keyed[asked:] if method == row.method}
            assert len(keys) == 1 and "" not in keys
