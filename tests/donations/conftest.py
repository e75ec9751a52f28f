"""The stand-in on a free port, a filed campaign, and short ways to give."""

import itertools
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.donations.models import Campaign, Donation, GivingPlan
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.services import (
    Shown,
    begin_plan,
    booked_balance,
    open_payment,
    open_plan,
    reconcile,
    settle_plan,
    start_gift,
)
from tests.books import assert_books_clean
from tests.cast import HOST_USCC, Cast
from tests.donations.monthly import WORDS, Begin

SECRET = "whsec_test"
CONSENTS = ("provider_abroad",)
Give = Callable[..., Donation]


@pytest.fixture
def stand_in(settings: Any, request: pytest.FixtureRequest) -> Iterator[StandIn]:
    """A running stand-in that the site is configured for; its webhooks are held and go to the site when let go.

    After each test both balances are the same and the books prove themselves, but where a mark of the test says why
    they cannot: `balances_differ`, `books_planted`.
    """

    # One for all deliveries: each new client builds every middleware anew.
    site = Client()

    def send(body: bytes, signature: str) -> int:
        response = site.post(
            "/webhooks/stripe/",
            body,
            content_type="application/json",
            headers={"Stripe-Signature": signature},
        )
        return response.status_code

    settings.STRIPE_WEBHOOK_SECRET = SECRET
    settings.STRIPE_SECRET_KEY = f"sk_test_{secrets.token_hex(4)}"
    with StandIn(secret=SECRET, send=send, held=True) as running:
        settings.STRIPE_API_BASE = running.url
        yield running
        come_home(running, {mark.name for mark in request.node.iter_markers()})


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    """A filed plan in date for all of the host's funds."""
    return file_campaign(cast)


_numbers = itertools.count(1)


def file_campaign(cast: Cast, **changes: Any) -> Campaign:
    today = clock.today()
    fields: dict[str, Any] = {
        "code": f"C-{next(_numbers)}",
        "host": cast.host,
        "name": "社区互助",
        "filing_number": f"{HOST_USCC}A{next(_numbers):05d}",
        "purpose": "社区公益",
        "use_of_money": "社区项目",
        "beneficiaries": "居民",
        "cost": "零",
        "surplus": "转入同类项目",
        "responsible": "何玲",
        "contact": "023-00000000",
        "bank_account": "演示银行 0000",
        "starts_on": today - timedelta(days=30),
        "ends_on": today + timedelta(days=30),
    }
    return Campaign.objects.create(**(fields | changes))


@pytest.fixture
def give(cast: Cast, campaign: Campaign, stand_in: StandIn) -> Give:
    """Begin an online gift and open its payment page."""

    def begin(amount: int = 10_000, **changes: Any) -> Donation:
        words: dict[str, Any] = {
            "amount": amount,
            "channel": "stripe",
            "name_choice": "anonymous",
            "form_token": secrets.token_hex(16),
            "shown": Shown(amount=True),
            "consents": CONSENTS,
        }
        donation = start_gift(changes.pop("fund", cast.fund), **(words | changes))
        if donation.channel == "stripe":
            open_payment(donation)
        return donation

    return begin


@pytest.fixture
def begin(cast: Cast, campaign: Campaign, stand_in: StandIn) -> Begin:
    """Begin a monthly gift; by card its page is open."""

    def do(**changes: Any) -> GivingPlan:
        words = WORDS | {"form_token": secrets.token_hex(16)} | changes
        plan = begin_plan(words.pop("fund", cast.fund), **words)
        if plan.rail == "card":
            open_plan(plan)
        return plan

    return do


@pytest.fixture
def running(begin: Begin, stand_in: StandIn) -> GivingPlan:
    """A monthly gift by card whose first month was paid, the return page and not the webhook telling so."""
    plan = begin()
    stand_in.pay(plan.session_id)
    stand_in.webhooks.waiting.clear()
    return settle_plan(plan)


def come_home(stand_in: StandIn, marks: set[str]) -> None:
    """What a test left on the way is found by asking the provider, as in a district; then both say the same."""
    if "django_db" not in marks:
        return
    if "balances_differ" not in marks:
        if booked_balance() != stand_in.balance:
            stand_in.api.faults.clear()
            reconcile()
        assert booked_balance() == stand_in.balance
    if "books_planted" not in marks:
        assert_books_clean()


def agree(stand_in: StandIn) -> None:
    """The books prove themselves, and say the same as the provider about its balance."""
    assert_books_clean()
    assert booked_balance() == stand_in.balance
