"""Fifty gifts at once against a pot that covers ten: exactly the pot with the locks, more without them."""

import threading
import time
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.db.models import QuerySet

from apps.core import clock
from apps.donations.models import Donation
from apps.funds.models import Fund
from apps.seeding import queries, services
from apps.seeding.models import Match, MatchTerms, Programme
from apps.seeding.queries import matching as reads
from apps.seeding.services import matching
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.funds.money import give
from tests.funds.race import CROWD, approvals
from tests.seeding.house import gift, gifts, give_back, open_matching

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
GIFT = 100_00
POT = 10 * GIFT


@pytest.fixture
def programme(cast: Cast) -> Programme:
    give(cast.general, 100 * GIFT)
    today = clock.today()
    return open_matching(cast, pot=POT, per_fund=POT, opens_on=today, closes_on=today)


@pytest.fixture(autouse=True)
def slow_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a gap between reading what is left of the pot and giving it, with and without the locks."""
    real = queries.given

    def slowly(programme: Programme) -> int:
        amount = real(programme)
        time.sleep(0.01)
        return amount

    monkeypatch.setattr(queries, "given", slowly)


def test_fifty_gifts_at_once_draw_exactly_the_pot(programme: Programme, cast: Cast) -> None:
    """Each gift's settlement asks for matching after its commit; eager tasks do it in the same thread."""
    today = clock.today()

    def one(number: int) -> object:
        fund = cast.fund if number % 2 else cast.other_fund
        return gift(fund, GIFT, day=today, contact=f"138{number:08d}")

    assert approvals(one) == CROWD
    services.match_gifts()
    assert queries.given(programme) == POT
    assert Match.objects.filter(amount=GIFT).count() == 10
    assert_books_clean()


def test_one_gift_matched_by_fifty_is_matched_once(programme: Programme, cast: Cast) -> None:
    gift(cast.fund, GIFT, day=clock.today())
    assert approvals(lambda _number: services.match_gifts()) == CROWD
    assert Match.objects.get().amount == GIFT
    assert_books_clean()


def test_refunds_and_gifts_at_once(programme: Programme, cast: Cast) -> None:
    today = clock.today()
    early = gifts(cast.fund, GIFT, 10, day=today)

    def one(number: int) -> object:
        if number < 10:
            return give_back(early[number], GIFT // 2)
        return gift(cast.other_fund, GIFT, day=today, contact=f"138{number:08d}")

    assert approvals(one) == CROWD
    services.match_gifts()
    assert queries.given(programme) == POT
    assert_books_clean()


def each_for_itself(monkeypatch: pytest.MonkeyPatch, gifts: list[Donation]) -> Callable[[int], object]:
    """Let every thread see only its own gift, under a number of its own, so that no constraint stands in for a lock."""
    mine = threading.local()
    numbers = count(1000)
    real = reads.waiting_gifts

    def own(programme: Programme, terms: MatchTerms) -> QuerySet[Donation]:
        return real(programme, terms).filter(pk=mine.gift)

    monkeypatch.setattr(reads, "waiting_gifts", own)
    monkeypatch.setattr(reads, "last_number", lambda _programme: next(numbers))

    def one(number: int) -> object:
        mine.gift = gifts[number].pk
        return matching.match_batch(Programme.objects.get().code)

    return one


@pytest.fixture
def booked(programme: Programme, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[Donation]:
    """Gifts that nobody has matched yet."""
    monkeypatch.setattr(services.matching, "BATCH", 0)
    rows = gifts(cast.fund, GIFT, CROWD, day=clock.today())
    monkeypatch.setattr(services.matching, "BATCH", 300)
    return rows


def test_fifty_matchers_with_the_locks(
    programme: Programme, booked: list[Donation], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert approvals(each_for_itself(monkeypatch, booked)) == CROWD
    assert queries.given(programme) == POT


def test_without_the_locks_the_pot_is_overdrawn(
    programme: Programme, booked: list[Donation], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlocked_funds(codes: Any) -> dict[str, Fund]:
        return {fund.code: fund for fund in Fund.objects.select_related("host").filter(code__in=codes)}

    monkeypatch.setattr(
        matching,
        "lock_programme",
        lambda code: Programme.objects.select_related("source__host").get(code=code),
    )
    monkeypatch.setattr(matching, "lock_funds", unlocked_funds)
    approvals(each_for_itself(monkeypatch, booked))
    assert queries.given(programme) > POT
