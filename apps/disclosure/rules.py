"""Quarters in Shanghai's calendar, when their reports are owed, and the sums a report must keep. Plain values only."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

# Days after a quarter's end by which its report is to be out. 慈善法第七十九条 asks for a report at least every three
# months and names no day; a month for closing the books is the house's own default.
GRACE_DAYS = 31
FORMAT = "charityfund-report-1"
_NAME = re.compile(r"(20\d{2})-Q([1-4])", re.ASCII)
# What belongs to one version of a report and not to the books.
OWN_TO_A_VERSION = frozenset({"version", "explanation", "corrects"})
# Which way a flow goes in the school sum, whatever its sign this time.
INWARD_FLOWS = ("donated", "seed", "goods", "other")


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of a year."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        """The quarter after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def previous(self) -> "Quarter":
        """The quarter before it."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def due_on(self) -> date:
        """The last day on which its report is in time."""
        return self.last_day + timedelta(days=GRACE_DAYS)

    def has_ended(self, today: date) -> bool:
        """Whether it is over on a day."""
        return today > self.last_day


def read_quarter(text: str) -> Quarter | None:
    """Return the quarter written as `2026-Q3`, or None."""
    match = _NAME.fullmatch(text)
    return Quarter(int(match.group(1)), int(match.group(2))) if match else None


def quarter_of(day: date) -> Quarter:
    """Return the quarter a day lies in."""
    return Quarter(day.year, (day.month + 2) // 3)


def ended_quarters(since: date, today: date) -> Iterator[Quarter]:
    """Yield the quarters that are over by `today`, from the one `since` lies in, oldest first."""
    quarter = quarter_of(since)
    while quarter.has_ended(today):
        yield quarter
        quarter = quarter.next


def days_late(quarter: Quarter, today: date) -> int:
    """Return by how many days a report not yet out is late; 0 while it is in time."""
    return max((today - quarter.due_on).days, 0)


def adds_up(money: Mapping[str, Any]) -> bool:
    """Whether a report's sum holds: opening + every flow + what is no money = closing, and so for its restrictions."""
    flows: Mapping[str, int] = money["flows"]
    total: int = money["opening"] + sum(flows.values()) + money["not_money"]
    closing: int = money["closing"]
    parts: list[dict[str, int]] = money["restrictions"]
    return (
        total == closing
        and sum(part["opening"] for part in parts) == money["opening"]
        and sum(part["closing"] for part in parts) == closing
    )


def facts_only(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a report says about the books, without what is its version's own."""
    return {key: value for key, value in content.items() if key not in OWN_TO_A_VERSION}
