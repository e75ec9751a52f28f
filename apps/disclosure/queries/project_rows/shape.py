"""What a figure and its rows are: whole numbers, how they are written, and how the rows come to the figure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.money import written
from apps.core.templatetags.parts import grouped

Write = Callable[[int], str]


class Rule(Enum):
    """How rows come to their figure: added up; the last one stands; their average in tenths; the second of the first in
    percent."""

    SUM = "sum"
    LAST = "last"
    AVERAGE = "average"
    PERCENT = "percent"


def yuan(fen: int) -> str:
    """Return fen as `¥1,234.56`."""
    return f"{'−' if fen < 0 else ''}¥{written(abs(fen))}"


def counted(unit: str) -> Write:
    """Return what writes a count with its unit."""
    return lambda count: f"{'−' if count < 0 else ''}{grouped(abs(count))} {unit}"


def tenths(value: int) -> str:
    """Return tenths of a star as `4.7 / 5`."""
    return f"{value // 10}.{value % 10} / 5"


def stars(value: int) -> str:
    """Return one reply's stars as `4 / 5`."""
    return f"{value} / 5"


def percent(value: int) -> str:
    """Return whole percent."""
    return f"{value}%"


def hours(minutes: int) -> str:
    """Return minutes as hours with one decimal, cut off, `12.5`."""
    whole, rest = divmod(minutes * 10 // 60, 10)
    return _("%(hours)s 小时") % {"hours": f"{whole}.{rest}" if rest else str(whole)}


def entry_url(fund: str, entry: int | None) -> str:
    """Return the page of a booked entry; empty without one."""
    return reverse("disclosure:entry", args=[fund, entry]) if entry else ""


def rows_url(code: str, what: str, number: int = 0) -> str:
    """Return the page of the rows of one figure of a project; `number` is that of its line, indicator, fund or
    clawback."""
    return reverse("disclosure:project_rows", args=[code, f"{what}-{number}" if number else what])


@dataclass(frozen=True)
class Row:
    """One row: what it is, its part of the figure, when, and where it opens."""

    title: str
    value: int
    note: str = ""
    day: date | None = None
    url: str = ""
    word: str = ""


@dataclass(frozen=True)
class Rows:
    """A figure with its rows; `how` says how they come to the figure where they are not simply added."""

    title: str
    value: int
    rows: tuple[Row, ...]
    write: Write
    how: str = ""
    rule: Rule = Rule.SUM
    write_row: Write | None = None

    @property
    def figure(self) -> str:
        """The figure as it is written."""
        return self.write(self.value)

    @property
    def adds_up(self) -> bool:
        """Whether the rows make the figure."""
        return made_of([row.value for row in self.rows], self.rule) == self.value

    def written(self, row: Row) -> str:
        """Return a row's part of the figure as it is written."""
        return (self.write_row or self.write)(row.value)


def made_of(values: Sequence[int], rule: Rule) -> int:
    """Return what values come to; 0 of none."""
    if not values:
        return 0
    match rule:
        case Rule.LAST:
            return values[-1]
        case Rule.AVERAGE:
            return (20 * sum(values) + len(values)) // (2 * len(values))
        case Rule.PERCENT:
            return 100 * values[1] // values[0] if values[0] else 0
    return sum(values)
