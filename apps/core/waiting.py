"""What waits for a person, as rooms tell it to the desk: one row each, no counts of open votes, nothing personal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

LAST = datetime.max.replace(tzinfo=UTC)
# A deadline nearer than this is told before what has merely waited.
SOON = timedelta(days=7)
BANDS = LATE, DUE, RESTING = "late", "due", "resting"


@dataclass(frozen=True)
class Waiting:
    """One thing to do: its state (as pages draw it), what it is, where it is done, since when, until when.

    `mine` is false for what waits for somebody else. Amounts are fen.
    """

    state: str
    label: str
    title: str
    url: str
    action: str = ""
    words: str = ""
    amount: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    mine: bool = True

    def band(self, now: datetime) -> str:
        """Return whether it is late, due within days, or may wait."""
        if self.until is None or self.until > now + SOON:
            return RESTING
        return LATE if self.until <= now else DUE


def in_order(rows: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """Return what is late, the longest late on top; then what is due within days; then what has waited longest."""

    def place(row: Waiting) -> tuple[int, datetime, datetime, str]:
        band = row.band(now)
        deadline = LAST if band == RESTING else row.until or LAST
        return BANDS.index(band), deadline, row.since or row.until or LAST, row.title

    return sorted(rows, key=place)


def collect(user: Any) -> list[Waiting]:
    """Return what every app's `waiting.py` says waits for or because of a person."""
    found: list[Waiting] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.waiting"
        if (
            config.name.startswith("apps.")
            and name != __name__
            and module_has_submodule(config.module, "waiting")
        ):
            tell: Callable[[Any], list[Waiting]] = import_module(name).waiting_for
            found.extend(tell(user))
    return found
