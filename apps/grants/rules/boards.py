"""What a board of grants looks out for, on plain values: shares, splitting, idle months, and which line is worst.

Amounts are integer fen, shares are basis points, rounded down.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

WHOLE_BP = 10_000
ALARMS = ("late", "unproven", "crowded", "split", "idle", "owed")


def share_bp(part: int, whole: int) -> int:
    """Return a part's share of the whole in basis points, rounded down; 0 of nothing."""
    return WHOLE_BP * part // whole if whole > 0 else 0


def percent(basis_points: int) -> str:
    """Return a share as it is written, `37.5%` or `40%`; hundredths are cut off."""
    whole, tenth = divmod(basis_points // 10, 10)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"


def voucher_gap(paid: int, proved: int, tolerance_bp: int) -> int:
    """Return the fen that were paid and that no voucher proves, 0 while they are within a share of what was paid."""
    gap = max(paid - proved, 0)
    return gap if gap * WHOLE_BP > tolerance_bp * paid else 0


def months_between(first: date, last: date) -> int:
    """Return how many whole months lie between two days; 0 when the second is earlier."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return max(months - (last.day < first.day), 0)


@dataclass(frozen=True)
class Award:
    """A grant as splitting looks at it: `whole` is what all funds together granted its project, by which a review
    looks at it."""

    code: str
    payee: int
    amount: int
    day: date
    whole: int = 0
    # A fund that took another in has two grants of one project; the project is looked at once.
    counts: bool = True

    @property
    def weighed(self) -> int:
        """By what a limit looks at it."""
        return max(self.amount, self.whole)


@dataclass(frozen=True)
class Split:
    """Grants of one fund to one payee, each within every limit of `keys` and together above them."""

    payee: int
    codes: tuple[str, ...]
    total: int
    first: date
    last: date
    keys: tuple[str, ...]


def splits(awards: Iterable[Award], *, days: int, limits: Mapping[str, int]) -> list[Split]:
    """Return where several grants of one fund to one payee within `days` stay below a limit that their sum exceeds.

    `limits` are the amounts (fen) up to which a single grant needs no further review, by the key of their clause. One
    set of grants is named once, with every clause it passes under; a set within a larger one of the same clause is not
    named again.
    """
    by_payee: dict[int, list[Award]] = {}
    for award in sorted(awards, key=lambda one: (one.day, one.code)):
        by_payee.setdefault(award.payee, []).append(award)
    found: dict[tuple[str, ...], tuple[list[Award], list[str]]] = {}
    for theirs in by_payee.values():
        for key, limit in limits.items():
            for group in _windows(
                [one for one in theirs if one.counts and one.weighed <= limit], days, limit
            ):
                codes = tuple(one.code for one in group)
                found.setdefault(codes, (group, []))[1].append(key)
    rows = [
        Split(
            group[0].payee,
            codes,
            sum(one.weighed for one in group),
            group[0].day,
            group[-1].day,
            tuple(keys),
        )
        for codes, (group, keys) in found.items()
    ]
    return sorted(rows, key=lambda row: (-row.total, row.codes))


def _windows(awards: Sequence[Award], days: int, limit: int) -> list[list[Award]]:
    """Return the largest runs of at least two awards, none longer than `days`, that add up to more than the limit."""
    found: list[list[Award]] = []
    end = 0
    for start, first in enumerate(awards):
        reached = end
        while end < len(awards) and awards[end].day - first.day <= timedelta(days=days):
            end += 1
        # A run that reaches no further than the one before lies within it.
        group = list(awards[start:end])
        if end > reached and len(group) > 1 and sum(one.weighed for one in group) > limit:
            found.append(group)
    return found


@dataclass(frozen=True)
class Limits:
    """What the rules of one fund say to a board."""

    payee_bp: int
    split_days: int
    idle_months: int
    reviews: Mapping[str, int]


@dataclass
class Line:
    """One fund on a board, in fen. `alarms` are those of `ALARMS` that ring."""

    pk: int
    code: str
    name: str
    grants: int = 0
    live: int = 0
    recent: int = 0
    planned: int = 0
    paid: int = 0
    due: int = 0
    owed: int = 0
    late: int = 0
    late_since: date | None = None
    unproven: int = 0
    unproven_paid: int = 0
    payee: str = ""
    payee_bp: int = 0
    balance: int = 0
    free: int = 0
    idle_months: int = 0
    splits: list[Split] = field(default_factory=list)
    alarms: tuple[str, ...] = ()

    @property
    def left(self) -> int:
        """What was granted and is still to be paid."""
        return self.planned - self.paid

    @property
    def paid_share(self) -> str:
        """The paid part of what was planned, in words; nothing where nothing is planned."""
        return percent(share_bp(self.paid, self.planned)) if self.planned else ""

    @property
    def payee_share(self) -> str:
        """The largest payee's part of the year's grants."""
        return percent(self.payee_bp) if self.payee else ""


def alarms_of(line: Line, limits: Limits) -> tuple[str, ...]:
    """Return which alarms ring for a fund under its rules."""
    rings = {
        "late": line.late > 0,
        "unproven": line.unproven > 0,
        # The only grant of a year is all of it, and says nothing.
        "crowded": line.payee_bp > limits.payee_bp and line.recent > 1,
        "split": bool(line.splits),
        "idle": line.free > 0 and line.idle_months >= limits.idle_months,
        "owed": line.owed > 0,
    }
    return tuple(key for key in ALARMS if rings[key])


def worst_first(lines: Iterable[Line], by: str = "") -> list[Line]:
    """Return lines with the worst first: by one measure, or by how many alarms ring, then how long and how much."""
    never = date.max

    def key(line: Line) -> tuple[int | date | str, ...]:
        late = line.late_since or never
        measures: dict[str, tuple[int | date, ...]] = {
            "late": (-line.late, late),
            "unproven": (-line.unproven_paid, -line.unproven),
            "crowded": (-line.payee_bp,),
            "split": (-sum(row.total for row in line.splits),),
            "idle": (-line.idle_months if line.free > 0 else 0, -line.free),
            "owed": (-line.owed,),
            "left": (-line.left,),
        }
        usual = (-len(line.alarms), late, -line.unproven_paid, -line.owed, -line.left)
        return (*measures.get(by, usual), line.name, line.code)

    return sorted(lines, key=key)
