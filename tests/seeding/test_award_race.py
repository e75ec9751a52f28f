"""Fifty concurrent awards against a pot for ten: ten with the programme's lock, more without any lock."""

import time
from datetime import date
from typing import Any

import pytest

from apps.core import clock
from apps.funds.models import Fund
from apps.seeding import queries, services
from apps.seeding.models import Award, Programme
from apps.seeding.services import awards
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.funds.money import give
from tests.funds.race import CROWD, approvals

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
SEED = 1_000_00


@pytest.fixture
def programme(cast: Cast) -> Programme:
    give(cast.general, 100 * SEED)
    today = clock.today()
    return services.open_programme(
        cast.host,
        title="启动资金",
        pot=10 * SEED,
        per_fund=SEED,
        document="决议 3 号",
        opens_on=today,
        closes_on=today,
        by=None,
    )


@pytest.fixture
def crowd(cast: Cast) -> list[Fund]:
    return Fund.objects.bulk_create(
        Fund(
            code=f"F-N{number:02d}",
            host=cast.host,
            division_id="500110001001",
            kind="community",
            name=f"第{number}基金",
            opened_on=date(2026, 1, 1),
        )
        for number in range(CROWD)
    )


@pytest.fixture(autouse=True)
def slow_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a gap between reading what is left of the pot and giving it, with and without the lock."""
    real = queries.given

    def slowly(programme: Programme) -> int:
        amount = real(programme)
        time.sleep(0.02)
        return amount

    monkeypatch.setattr(queries, "given", slowly)


def test_with_the_lock_exactly_ten_funds_are_seeded(programme: Programme, crowd: list[Fund]) -> None:
    assert approvals(lambda number: services.award(programme, fund=crowd[number], by=None)) == 10
    assert queries.viewed(programme).left == 0
    assert_books_clean()


def test_one_fund_asked_for_by_fifty_is_seeded_once(programme: Programme, crowd: list[Fund]) -> None:
    assert approvals(lambda _number: services.award(programme, fund=crowd[0], by=None)) == CROWD
    assert Award.objects.get().amount == SEED
    assert_books_clean()


def test_without_the_locks_the_pot_is_overdrawn(
    programme: Programme, crowd: list[Fund], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlocked(model: Any) -> Any:
        related = ("source__host",) if model is Programme else ("host", "division")
        return lambda code: model.objects.select_related(*related).get(code=code)

    monkeypatch.setattr(awards, "lock_programme", unlocked(Programme))
    monkeypatch.setattr(awards, "lock_fund", unlocked(Fund))
    assert approvals(lambda number: services.award(programme, fund=crowd[number], by=None)) > 10
    assert queries.viewed(programme).left < 0
