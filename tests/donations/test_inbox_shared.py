"""Several workers at one inbox: each event is asked about and booked by one of them, and none is left by a dead one."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from apps.donations import services
from apps.donations.models import Campaign, Donation, ProviderEvent
from apps.donations.providers.base import Fact, RefundFact, Told, Unavailable
from apps.donations.services import inbox, settlement
from apps.donations.services.asking import ask_all
from apps.ledger import queries as books
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.crowd import at_once
from tests.donations.test_races import no_errors
from tests.donations.test_second_provider import Whole, brought, give
from tests.donations.test_second_provider import whole as whole

GIFTS = 12
ANSWERS = {1: "one", 2: "two"}
Lay = Callable[..., list[Donation]]


@pytest.fixture
def lay(client: Client, cast: Cast, campaign: Campaign, whole: Whole, monkeypatch: pytest.MonkeyPatch) -> Lay:
    """Pay gifts, and lay the event of each in the inbox, where nobody looks by itself."""
    monkeypatch.setattr(services.webhooks.jobs, "hint", lambda _name: None)

    def begin(count: int = 1) -> list[Donation]:
        gifts = [give(client, cast) for _number in range(count)]
        for gift in gifts:
            whole.pay(gift)
            assert brought(Told(f"evt_{gift.code}", "page", gift.session_id, True)) == 200
        return gifts

    return begin


@pytest.fixture
def asked(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the provider was asked about each object."""
    counts: Counter[str] = Counter()

    def look_up(kind: str, object_id: str) -> list[Fact]:
        counts[object_id] += 1
        return Whole.look_up(whole, kind, object_id)

    monkeypatch.setattr(whole, "look_up", look_up)
    return counts


def states() -> dict[str, int]:
    return dict(Counter(ProviderEvent.objects.values_list("state", flat=True)))


def test_each_is_asked_about_once_and_a_fault_of_the_program_is_raised() -> None:
    def ask(number: int) -> str:
        if number > 2:
            raise Unavailable(str(number))
        return ANSWERS[number]

    found = ask_all([1, 2, 3, 1, *range(3, 40)], ask)
    assert set(found) == set(range(1, 40))
    assert {key: answer for key, answer in found.items() if isinstance(answer, str)} == ANSWERS
    with pytest.raises(IndexError):
        ask_all(range(40), ["nothing"].__getitem__)


def test_nothing_is_asked_when_the_time_is_over() -> None:
    at_once = Barrier(8)

    def ask(number: int) -> int:
        at_once.wait(10)
        time.sleep(0.06)
        return number

    assert set(ask_all(range(40), ask, within=timedelta(seconds=0.05))) == set(range(8))
    assert ask_all(range(40), ask, within=timedelta(0)) == {}


class TestOnPostgres:
    pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

    def two_workers(self, monkeypatch: pytest.MonkeyPatch) -> int:
        """Let two workers settle half of what there is each; neither asks before both know what they ask about."""
        gate = Barrier(2)

        def together(*words: Any, **options: Any) -> Any:
            gate.wait(10)
            return ask_all(*words, **options)

        monkeypatch.setattr(settlement, "ask_all", together)
        found = at_once(*[lambda: services.settle(GIFTS // 2)] * 2)
        no_errors(found)
        return sum(found)

    def test_two_workers_share_one_inbox(
        self, lay: Lay, asked: Counter[str], cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gifts = lay(GIFTS)
        assert self.two_workers(monkeypatch) == GIFTS
        assert asked == {gift.session_id: 1 for gift in gifts}
        assert states() == {"done": GIFTS}
        assert books.balance("provider_money", host=cast.host.code) == sum(gift.amount for gift in gifts)
        assert not ProviderEvent.objects.exclude(held_until=None).exists()
        assert_books_clean()

    def test_who_only_looks_for_free_events_takes_none_from_the_one_who_holds_them(
        self, lay: Lay, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lay()
        looked, asking = Event(), Event()

        def look() -> None:
            asking.wait(10)
            with transaction.atomic():
                # PostgreSQL locks a row before it sees that it was changed meanwhile, until the statement is committed.
                list(ProviderEvent.objects.select_for_update(no_key=True))
                looked.set()
                time.sleep(0.1)

        def slowly(*words: Any, **options: Any) -> Any:
            asking.set()
            looked.wait(10)
            return ask_all(*words, **options)

        monkeypatch.setattr(settlement, "ask_all", slowly)
        assert at_once(services.settle, look) == [1, None]

    def test_without_holding_both_ask_about_the_same(
        self, lay: Lay, asked: Counter[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lay(GIFTS)

        def unheld(channel: str, limit: int, **_words: Any) -> list[inbox.Held]:
            rows = ProviderEvent.objects.filter(provider=channel, state="new").order_by("pk")[:limit]
            return [inbox.Held(row.pk, row.kind, row.object_id) for row in rows]

        monkeypatch.setattr(settlement.inbox, "hold", unheld)
        assert self.two_workers(monkeypatch) == GIFTS // 2
        assert len(asked) == GIFTS // 2 and set(asked.values()) == {2}


@pytest.mark.django_db
@pytest.mark.both_databases
class TestHolding:
    def test_what_a_dead_worker_held_is_taken_when_its_time_is_over(
        self, lay: Lay, asked: Counter[str]
    ) -> None:
        (gift,) = lay()
        with clock.set_to(clock.now()):
            until = clock.now() + inbox.HELD
            assert len(inbox.hold("whole", 500, until=until)) == 1
            # Another one comes meanwhile, and is not held up.
            lay()
            assert services.settle() == 1
            assert gift.session_id not in asked
            with clock.set_to(until):
                assert services.settle() == 1
        assert asked[gift.session_id] == 1
        assert states() == {"done": 2}

    def test_what_cannot_be_answered_now_is_free_at_once_and_not_counted(
        self, lay: Lay, whole: Whole, asked: Counter[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (gift, _sound) = lay(2)
        whole.back["r1"] = RefundFact("r1", f"pay-{gift.code}", "", gift.amount, "cny", "done")
        assert brought(Told("evt_r1", "refund", "r1", True)) == 200
        answer = whole.look_up

        def away(payment_id: str) -> Any:
            raise Unavailable(payment_id)

        def partly(kind: str, object_id: str) -> list[Fact]:
            return away("") if object_id == gift.session_id else answer(kind, object_id)

        with monkeypatch.context() as patch:
            patch.setattr(whole, "look_up", partly)
            # The refund can only be booked when its payment is.
            patch.setattr(whole, "of_payment", away)
            assert [services.settle(), services.settle()] == [1, 0]
        assert set(ProviderEvent.objects.values_list("state", "held_until")) == {
            ("new", None),
            ("done", None),
        }
        assert services.settle() == 2
        assert states() == {"done": 3}
        assert Donation.objects.get(pk=gift.pk).refunded == gift.amount

    def test_a_set_takes_as_many_statements_as_one_gift(self, lay: Lay) -> None:
        counts = []
        for gifts in (1, 1, 4):
            lay(gifts)
            with CaptureQueriesContext(connection) as asked:
                assert services.settle() == gifts
            counts.append(len(asked))
        # The very first one also makes the month.
        assert counts[1] == counts[2]

    def test_a_worker_that_fails_holds_nothing_any_more(
        self, lay: Lay, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lay()

        def fail(*_words: Any, **_options: Any) -> Any:
            raise RuntimeError("the ground shook")

        with monkeypatch.context() as patch:
            patch.setattr(settlement, "ask_all", fail)
            with pytest.raises(RuntimeError):
                services.settle()
        assert services.settle() == 1

    def test_what_was_not_asked_about_in_time_waits_for_the_next_run(
        self, lay: Lay, asked: Counter[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gifts = lay(3)
        with monkeypatch.context() as patch:
            patch.setattr(inbox, "HELD", timedelta(0))
            assert services.settle() == 0
        assert not asked
        assert set(ProviderEvent.objects.values_list("state", "held_until")) == {("new", None)}
        assert services.settle() == len(gifts)

    def test_a_slow_worker_does_not_free_what_another_took_after_it(self, lay: Lay) -> None:
        lay()
        with clock.set_to(clock.now()):
            slow = clock.now() + inbox.HELD
            held = inbox.hold("whole", 500, until=slow)
        with clock.set_to(slow):
            assert inbox.hold("whole", 500, until=slow + inbox.HELD) == held
            inbox.let_go(held, until=slow)
            assert services.settle() == 0
