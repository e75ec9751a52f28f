"""Fixtures of this room."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    """Keep photographs of the tests apart."""
    settings.MEDIA_ROOT = tmp_path
