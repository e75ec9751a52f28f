"""Whatever a provider may claim of a payment or a refund: what does not fit the gift waits for a person, unbooked."""

import secrets
from dataclasses import replace
from typing import Any

import pytest

from apps.core import clock
from apps.donations.models import Campaign, Donation, ProviderEvent, Refund
from apps.donations.providers.base import DisputeFact, PaymentFact, RefundFact
from apps.donations.services import start_gift
from apps.donations.services.booking import Unbookable
from apps.donations.services.returns import apply_return
from apps.donations.services.settlement import Case, settle_cases
from apps.ledger import queries as books
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.donations.conftest import CONSENTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def gift(cast: Cast, campaign: Campaign, settings: Any) -> Donation:
    """A gift of ¥100 whose page is open."""
    settings.STRIPE_SECRET_KEY = "sk_test_nobody_is_asked"
    return begun(cast)


def begun(cast: Cast) -> Donation:
    words: dict[str, Any] = {"amount": 10_000, "channel": "stripe", "name_choice": "anonymous"}
    gift = start_gift(cast.fund, form_token=secrets.token_hex(16), consents=CONSENTS, **words)
    Donation.objects.filter(pk=gift.pk).update(session_id=f"cs_{gift.code}")
    gift.refresh_from_db()
    return gift


def fact_of(gift: Donation) -> PaymentFact:
    return PaymentFact(
        session_id=gift.session_id, payment_id=f"pi_{gift.code}", donation=gift.code, status="paid",
        amount=gift.amount, currency="cny", fee=290, paid_at=clock.now(),
    )  # fmt: skip


def told(*facts: PaymentFact) -> list[str]:
    """Settle facts, each with an event of its own; return the reasons with which events were parked."""
    cases = []
    for fact in facts:
        words = {"provider": "stripe", "kind": "checkout.session.completed", "received_at": clock.now()}
        event = ProviderEvent.objects.create(event_id=secrets.token_hex(8), **words)
        cases.append(Case(fact, (event.pk,)))
    settle_cases(cases)
    assert not ProviderEvent.objects.filter(state="new").exists()
    return list(ProviderEvent.objects.filter(state="parked").values_list("reason", flat=True))


ODD = [
    *[({"currency": word}, "币种") for word in ("CNY", "rmb", "cnh", "xxx", "jpy", "kwd", "usd", "")],
    ({"settled_in": "usd"}, "币种"),
    *[({"amount": fen}, "金额对不上") for fen in (0, -1, 9_999, 10_001, 2**63, 10**40)],
    ({"fee": 10_001}, "手续费"),
    ({"fee": -1}, "手续费"),
    ({"donation": "NOSUCH"}, "NOSUCH"),
    ({"donation": "1 OR 1=1"}, "1 OR 1=1"),
    ({"session_id": "cs_of_another_site"}, "对不上"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "word"), ODD, ids=[str(changes) for changes, _word in ODD])
def test_what_does_not_fit_is_parked_with_a_sentence(gift: Donation, changes: Any, word: str) -> None:
    (reason,) = told(replace(fact_of(gift), **changes))
    assert word in reason and reason.endswith("。")
    gift.refresh_from_db()
    assert (gift.state, books.balance("provider_money", host=gift.host.code)) == ("started", 0)


def test_metadata_changed_to_another_gifts_code_books_neither(cast: Cast, gift: Donation) -> None:
    other = begun(cast)
    reasons = told(replace(fact_of(gift), donation=other.code))
    assert len(reasons) == 1 and other.code in reasons[0]
    assert set(Donation.objects.values_list("state", flat=True)) == {"started"}


def test_a_second_payment_of_a_booked_gift_waits_for_a_person(gift: Donation) -> None:
    fact = fact_of(gift)
    assert told(fact) == []
    (reason,) = told(replace(fact, payment_id="pi_second"))
    assert f"pi_{gift.code}" in reason and reason.endswith("。")
    assert books.balance("provider_money", host=gift.host.code) == 9_710
    assert_books_clean()


def back(**changes: Any) -> RefundFact:
    return replace(RefundFact("re_1", "pi", "", 1_000, "cny", "done"), **changes)


def objection(**changes: Any) -> DisputeFact:
    return replace(DisputeFact("dp_1", "pi", 1_000, "cny", 1_000, 0), **changes)


@pytest.mark.parametrize(
    ("fact", "word"),
    [
        (back(amount=0), "分"), (back(amount=-1_000), "分"), (back(amount=10_001), "超过"),
        (back(currency="usd"), "币种"), (back(currency=""), "币种"),
        (objection(withdrawn=10_001), "超过"), (objection(withdrawn=-1), "分"), (objection(currency="usd"), "币种"),
    ],
)  # fmt: skip
def test_a_return_that_makes_no_sense_changes_nothing(
    gift: Donation, fact: RefundFact | DisputeFact, word: str
) -> None:
    told(fact_of(gift))
    with pytest.raises(Unbookable, match=word):
        apply_return(replace(fact, payment_id=f"pi_{gift.code}"), channel="stripe", by=None)
    assert not Refund.objects.exists()
    assert books.balance("provider_money", host=gift.host.code) == 9_710


def test_a_return_of_a_payment_that_never_came_changes_nothing(gift: Donation) -> None:
    with pytest.raises(Unbookable, match="对应的付款这里没有"):
        apply_return(back(payment_id="pi_unknown", code="R1"), channel="stripe", by=None)
    assert apply_return(back(payment_id="pi_unknown"), channel="stripe", by=None)
    assert not Refund.objects.exists()
