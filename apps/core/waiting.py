"""What waits for a person, as rooms tell it to the desk: one row each, no counts of open votes, nothing personal."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

LAST = datetime.max.replace(tzinfo=UTC)


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

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        """What is due first comes first; then what has waited longest."""
        return (self.until or LAST, self.since or LAST, self.title)


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
