"""Fixtures of this room."""

import pytest

from apps.governance.models import Motion
from tests.cast import Cast
from tests.governance.house import make_committee, open_motion, put_money
from tests.replay import replayed


@replayed
def _house(cast: Cast) -> Cast:
    make_committee(cast)
    put_money(cast)
    return cast


@pytest.fixture
def house(cast: Cast) -> Cast:
    """The cast with a committee of seven and money in the fund."""
    return _house(cast)


@pytest.fixture
def motion(house: Cast) -> Motion:
    """An open motion."""
    return open_motion(house)
