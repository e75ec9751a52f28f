"""Fixtures of this room."""

from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tests.grants.house import money, seat_everyone


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    """Keep photographs of the tests apart."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def house(cast: Cast) -> Cast:
    """The cast with a committee of seven and money in the fund."""
    seat_everyone(cast)
    money(cast)
    return cast
