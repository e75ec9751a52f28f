"""Ways of paying behind one interface: what a new one needs, shown by a tiny one that is nobody's."""

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations.models import Campaign, Consent, Donation, GivingPlan, Refund
from apps.donations.providers import registry
from apps.donations.providers.base import Order, PaymentFact, RefundFact, Started, Way
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.services import refund, send_refunds, settle_session, start_gift
from apps.donations.services.reconciling import ask_open_gifts, expire
from apps.donations.services.settlement import Case, settle_cases
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.donations.conftest import Give

pytestmark = pytest.mark.django_db
TINY = "tests.donations.test_providers.Tiny"


class Tiny:
    """A way of paying that keeps its payments in a dictionary."""

    name = "tiny"
    label = "小钱包"
    hint = "点一下就付"
    consents: tuple[str, ...] = ()
    least, most = 1, 100_000
    has_page = gives_back = True
    wechat_hint = "微信里也能付"
    payout_words, payout_id = "小钱包结算", r"\bT[0-9]{6}\b"
    is_running = True

    def __init__(self) -> None:
        self.pages: dict[str, PaymentFact] = {}
        self.back: dict[str, RefundFact] = {}

    def is_open(self) -> bool:
        return self.is_running

    def start(self, order: Order) -> Started:
        page = PaymentFact(f"tiny-{order.code}", "", order.code, "open", order.amount, "cny")
        self.pages.setdefault(page.session_id, page)
        return Started(page.session_id, f"https://tiny.example/{order.code}")

    def ask(self, session_id: str) -> PaymentFact | None:
        return self.pages.get(session_id)

    def close(self, session_id: str) -> None:
        self.pages[session_id] = replace(self.pages[session_id], status="expired")

    def refund(self, payment_id: str, *, amount: int, code: str) -> RefundFact:
        made = RefundFact(f"back-{code}", payment_id, code, amount, "cny", "done")
        return self.back.setdefault(code, made)

    def account(self) -> None:
        """It tells nothing by itself."""

    def pay(self, gift: Donation) -> None:
        page = self.pages[gift.session_id]
        self.pages[gift.session_id] = PaymentFact(
            page.session_id, f"pay-{gift.code}", gift.code, "paid", page.amount, "cny", paid_at=clock.now()
        )


@pytest.fixture
def tiny(settings: Any) -> Tiny:
    """The tiny way, registered first and empty."""
    settings.PAYMENT_WAYS = [TINY, *settings.PAYMENT_WAYS]
    registry._made.cache_clear()
    way = registry.way_of("tiny")
    assert isinstance(way, Tiny)
    return way


def form(cast: Cast, **changes: Any) -> dict[str, Any]:
    words = {
        "preset": "5000",
        "restriction": cast.restriction,
        "name_choice": "anonymous",
        "channel": "tiny",
        "token": secrets.token_hex(16),
    }
    return words | changes


def give_by(client: Client, cast: Cast) -> Donation:
    answer = client.post(f"/give/{cast.fund.code}/", form(cast))
    gift = Donation.objects.latest("pk")
    assert answer.headers["Location"] == f"https://tiny.example/{gift.code}"
    return gift


def test_the_form_offers_what_the_registry_lists(
    client: Client, cast: Cast, campaign: Campaign, tiny: Tiny, settings: Any
) -> None:
    page = client.get(f"/give/{cast.fund.code}/").content.decode()
    assert page.index("小钱包") < page.index("银行转账")
    assert 'value="stripe"' not in page
    tiny.is_running = False
    assert "小钱包" not in client.get(f"/give/{cast.fund.code}/").content.decode()
    with pytest.raises(Refused, match="没有开通"):
        start_gift(cast.fund, amount=100, channel="tiny", name_choice="anonymous", form_token="t" * 20)


def test_a_gift_from_the_form_to_the_books_and_back(
    client: Client, cast: Cast, campaign: Campaign, tiny: Tiny
) -> None:
    gift = give_by(client, cast)
    assert "正在入账" in client.get(f"/give/{gift.code}/done/").content.decode()
    tiny.pay(gift)
    assert "已入账" in client.get(f"/give/{gift.code}/done/").content.decode()
    assert_books_clean()
    gift.refresh_from_db()
    asked = refund(gift, amount=2_000, reason="付多了", by=None)
    send_refunds(asked.code)
    send_refunds(asked.code)
    assert (Refund.objects.get().state, len(tiny.back)) == ("done", 1)
    assert_books_clean()


def test_what_the_return_page_missed_is_asked_again(
    client: Client, cast: Cast, campaign: Campaign, tiny: Tiny
) -> None:
    gift = give_by(client, cast)
    tiny.pay(gift)
    Donation.objects.update(started_at=clock.now() - timedelta(minutes=5))
    assert ask_open_gifts() == 1
    gift.refresh_from_db()
    assert gift.state == "booked"


def test_a_page_that_was_never_opened_expires(cast: Cast, campaign: Campaign, tiny: Tiny) -> None:
    start_gift(cast.fund, amount=100, channel="tiny", name_choice="anonymous", form_token="t" * 20)
    assert expire() == 0
    Donation.objects.update(started_at=clock.now() - timedelta(days=2))
    assert expire() == 1


def test_no_provider_speaks_for_gifts_of_another(
    client: Client, cast: Cast, campaign: Campaign, tiny: Tiny
) -> None:
    gift = give_by(client, cast)
    tiny.pay(gift)
    fact = tiny.ask(gift.session_id)
    assert fact is not None
    settle_cases([Case(fact)])
    gift.refresh_from_db()
    assert gift.state == "started"
    assert settle_session(gift).state == "booked"


def test_a_way_names_the_consents_it_needs(
    client: Client, cast: Cast, campaign: Campaign, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiny, "consents", ("provider_abroad",))
    url = f"/give/{cast.fund.code}/"
    assert client.post(url, form(cast)).status_code == 422
    assert client.post(url, form(cast, provider_abroad="on")).status_code == 302
    assert set(Consent.objects.values_list("purpose", flat=True)) == {"provider_abroad"}
    monkeypatch.setattr(tiny, "consents", ())
    assert "provider_abroad" not in client.get(url).content.decode()


def test_its_limits_are_said_in_a_sentence(
    client: Client, cast: Cast, campaign: Campaign, tiny: Tiny
) -> None:
    answer = client.post(f"/give/{cast.fund.code}/", form(cast, preset="other", amount="1000.01"))
    assert (answer.status_code, Donation.objects.count()) == (422, 0)
    assert "一次最多捐 ¥1,000.00" in answer.content.decode()


def test_every_registered_way_keeps_the_interface(give: Give, stand_in: StandIn) -> None:
    names = [way.name for way in registry.registered()]
    assert names == ["stripe", "bank"]
    assert len(set(names)) == len(names)
    longest = Donation._meta.get_field("channel").max_length or 0
    purposes = set(Consent.Purpose.values)
    for way in registry.registered():
        checked: Way = way
        assert len(checked.name) <= longest
        assert set(checked.consents) <= purposes
        assert 0 < checked.least <= checked.most
        assert checked.has_page or not checked.gives_back


def test_without_subscriptions_months_are_asked_for_and_paid_by_hand(
    client: Client, cast: Cast, campaign: Campaign, tiny: Tiny, settings: Any
) -> None:
    settings.PAYMENT_WAYS = [TINY]
    address = f"/give/{cast.fund.code}/monthly/"
    shown = client.get(address).content.decode()
    assert 'value="reminder"' in shown and 'value="card"' not in shown
    typed = form(cast, rail="reminder", day="10", contact="a@example.org")
    assert client.post(address, typed | {"rail": "card"}).status_code == 422
    assert client.post(address, typed).status_code == 302
    plan = GivingPlan.objects.get()
    paid = client.post(f"/monthly/{plan.token}/pay/")
    gift = Donation.objects.get()
    assert (gift.plan, gift.channel) == (plan, "tiny")
    assert paid.headers["Location"] == f"https://tiny.example/{gift.code}"
    tiny.is_running = False
    assert 'value="reminder"' not in client.get(address).content.decode()
