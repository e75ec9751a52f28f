"""The dated charts of accounts: 2004 until 2025-12-31, and 财会〔2024〕25号 from 2026-01-01.

An account is known by a stable key; its code and name are the chart's of the day.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ChartAccount:
    """An account in one chart. `side` is +1 when the balance normally stands in debit, else −1."""

    key: str
    code: str
    name: str
    kind: str
    side: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and the days on which it is in force; `valid_until` None means still."""

    name: str
    valid_from: date
    valid_until: date | None
    accounts: Mapping[str, ChartAccount]


def _read(name: str, valid_from: date, valid_until: date | None) -> Chart:
    with (Path(__file__).parent / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        accounts = {
            row["key"]: ChartAccount(row["key"], row["code"], row["name"], row["kind"], int(row["side"]))
            for row in csv.DictReader(file)
        }
    return Chart(name, valid_from, valid_until, MappingProxyType(accounts))


CHANGE_DAY = date(2026, 1, 1)
CHART_2004 = _read("2004", date(2005, 1, 1), date(2025, 12, 31))
CHART_2026 = _read("2026", CHANGE_DAY, None)
CHARTS = (CHART_2004, CHART_2026)
# Nothing can be booked on an earlier day.
FIRST_DAY = CHART_2004.valid_from
# The 2026 chart only added accounts, so its keys are all there are.
ACCOUNTS = CHART_2026.accounts


def chart_on(day: date) -> Chart:
    """Return the chart in force on `day`. Raises LookupError before the first one."""
    if day >= CHANGE_DAY:
        return CHART_2026
    if day >= CHART_2004.valid_from:
        return CHART_2004
    raise LookupError(f"no chart of accounts is known for {day}")
