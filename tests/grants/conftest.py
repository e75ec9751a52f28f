"""Fixtures of this room."""

from pathlib import Path
from typing import Any

import pytest

from apps.grants.models import Grant
from tests.cast import Cast
from tests.grants.house import at_work, awarded, money, seat_everyone
from tests.replay import replayed


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    """Keep photographs of the tests apart."""
    settings.MEDIA_ROOT = tmp_path


@replayed
def _house(cast: Cast) -> Cast:
    seat_everyone(cast)
    money(cast)
    return cast


@pytest.fixture
def house(cast: Cast) -> Cast:
    """The cast with a committee of seven and money in the fund."""
    return _house(cast)


_at_work = replayed(at_work)
_awarded = replayed(awarded)


@pytest.fixture
def grant(house: Cast) -> Grant:
    """A grant whose notice is over; the organisation's account is on record."""
    found = _at_work(house)
    house.organisation.refresh_from_db()
    return found


@pytest.fixture
def in_notice(house: Cast) -> Grant:
    """A grant in its public notice; the organisation's account is on record."""
    found = _awarded(house)
    house.organisation.refresh_from_db()
    return found
