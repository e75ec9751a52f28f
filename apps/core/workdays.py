"""Working days (工作日): Mondays to Fridays, but for the days that the State Council moves each year.

The table of moved days (`CalendarDay`) begins with the notices of the General Office of the State Council for 2025
(12 November 2024) and 2026 (4 November 2025); the operator adds a later year when its notice is out
(`manage.py load_holidays`, or the admin). A year without one is counted by weekdays alone, and pages say so.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

from apps.core.models import CalendarDay

WEEKEND = 5


def is_work(day: date, moved: Mapping[date, bool]) -> bool:
    """Return whether a day is worked; `moved` says so for the days that differ from their weekday, or repeat it."""
    return moved.get(day, day.weekday() < WEEKEND)


def after(day: date, count: int, moved: Mapping[date, bool]) -> date:
    """Return the `count`-th working day after a day; the day itself when `count` is 0."""
    while count:
        day += timedelta(days=1)
        count -= is_work(day, moved)
    return day


def moved_days() -> dict[date, bool]:
    """Return every day of the table, and whether it is worked."""
    return dict(CalendarDay.objects.values_list("day", "is_work"))


def known_until(moved: Iterable[date]) -> int | None:
    """Return the last year whose notice the table holds; None while it is empty."""
    return max((day.year for day in moved), default=None)


def read_days(path: Path) -> list[tuple[date, bool, str]]:
    """Return the rows (day, whether it is worked, why) of a file with the columns day, is_work (0 or 1) and note.

    Raises ValueError naming the row that cannot be read.
    """
    found = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            try:
                worked = {"0": False, "1": True}[row["is_work"].strip()]
                found.append((date.fromisoformat(row["day"].strip()), worked, (row.get("note") or "")[:40]))
            except (KeyError, ValueError, AttributeError, TypeError) as error:
                raise ValueError(f"row {number}: {row}") from error
    return found


def load_days(path: Path) -> int:
    """Write the rows of a file into the table, replacing days that are there, and return how many."""
    rows = read_days(path)
    for day, worked, note in rows:
        CalendarDay.objects.update_or_create(day=day, defaults={"is_work": worked, "note": note})
    return len(rows)
