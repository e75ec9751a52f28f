"""Live invariants: each app lists its own in `checks.py` as `CHECKS`; `manage.py check_books` runs them all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

Row = dict[str, Any]
# How many offending rows are worth showing; one is already too many.
MAX_ROWS = 50


@dataclass(frozen=True, slots=True)
class Check:
    """An invariant: its name, the sentence that states it, and a query for the rows that break it."""

    name: str
    sentence: str | Promise
    rows: Callable[[], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken invariant with the first rows that break it."""

    name: str
    sentence: str
    rows: list[Row]


def collect() -> list[Check]:
    """Return the checks of every installed app of this project, in the order of the apps."""
    found: list[Check] = []
    for config in apps.get_app_configs():
        if config.name.startswith("apps.") and module_has_submodule(config.module, "checks"):
            found.extend(getattr(import_module(f"{config.name}.checks"), "CHECKS", []))
    return found


def run(checks: Iterable[Check]) -> list[Violation]:
    """Run the checks and return those that are broken."""
    broken = []
    for check in checks:
        rows = [row for row, _number in zip(check.rows(), range(MAX_ROWS), strict=False)]
        if rows:
            broken.append(Violation(check.name, str(check.sentence), rows))
    return broken
