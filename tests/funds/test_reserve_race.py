"""Fifty concurrent approvals of 100 against 1,000: ten with the fund's lock, more without it."""

import time

import pytest

from apps.funds import queries, services
from apps.funds.models import Fund
from apps.funds.services import promises
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.funds.money import give
from tests.funds.race import approvals

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PAUSE = 0.02


@pytest.fixture(autouse=True)
def slow_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a gap between reading what is available and promising it, with and without the lock."""
    real = queries.available

    def slowly(fund: Fund) -> dict[str, int]:
        figures = real(fund)
        time.sleep(PAUSE)
        return figures

    monkeypatch.setattr(promises.queries, "available", slowly)


def approve(fund: Fund) -> int:
    return approvals(
        lambda number: services.reserve(
            fund, amounts={"": 100_00}, source_kind="test", source_code=f"G{number}", by=None
        )
    )


def test_with_the_lock_exactly_ten_are_approved(cast: Cast) -> None:
    give(cast.fund, 1_000_00)
    assert approve(cast.fund) == 10
    assert queries.available(cast.fund) == {"": 0}
    assert_books_clean()


def test_without_the_lock_too_many_are_approved(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        promises, "lock_fund", lambda code: Fund.objects.select_related("host").get(code=code)
    )
    give(cast.fund, 1_000_00)
    assert approve(cast.fund) > 10
    assert queries.available(cast.fund)[""] < 0
    with pytest.raises(AssertionError, match=r"funds\.overpromised"):
        assert_books_clean()
