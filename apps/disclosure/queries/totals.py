"""The folded totals of places: one sum on top, rows below that add up to it to the fen."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q, Sum

from apps.core.templatetags.charts import Month
from apps.funds.models import DivisionTotal, Fund, Host, Reservation
from apps.funds.queries.totals import folded_at, funds_with_totals
from apps.ledger import queries as ledger
from apps.ledger.rules import Flow

__all__ = [
    "NOTHING",
    "Flows",
    "Row",
    "by_month",
    "chart_months",
    "folded_at",
    "host_area",
    "months_back",
    "of_children",
    "of_funds",
    "of_months",
    "received_of_children",
    "reserved",
]


@dataclass(frozen=True)
class Flows:
    """What happened to some money, by flow, each with its effect on it; together they are what there is now."""

    amounts: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    def of(self, flow: str) -> int:
        """Return one flow in fen."""
        return self.amounts.get(flow, 0)

    @property
    def received(self) -> int:
        """Gifts less what was given back."""
        return self.of(Flow.DONATED) + self.of(Flow.REFUNDED)

    @property
    def donated(self) -> int:
        """Gifts as they came."""
        return self.of(Flow.DONATED)

    @property
    def refunded(self) -> int:
        """What was given back, with the sign of its effect."""
        return self.of(Flow.REFUNDED)

    @property
    def given_back(self) -> int:
        """What was given back, as a positive figure."""
        return -self.of(Flow.REFUNDED)

    @property
    def seed(self) -> int:
        """Money moved between funds of one host."""
        return self.of(Flow.SEED)

    @property
    def seed_out(self) -> int:
        """What was moved to other funds of the host, as a positive figure."""
        return -self.of(Flow.SEED)

    @property
    def used(self) -> int:
        """What was used, channel fees included, as a positive figure."""
        return self.spent + self.fees

    @property
    def spent(self) -> int:
        """What was used for projects, as a positive figure."""
        return -self.of(Flow.SPENT)

    @property
    def fees(self) -> int:
        """What payment channels took, as a positive figure."""
        return -self.of(Flow.FEE)

    @property
    def other(self) -> int:
        """Everything else: opening balances, interest, write-offs."""
        return self.of(Flow.OTHER)

    @property
    def goods(self) -> int:
        """The value of the things there are: what came in kind less what was handed out, sold or lost. Never money."""
        return self.of(Flow.GOODS)

    @property
    def now(self) -> int:
        """What there is now, in money."""
        return sum(amount for flow, amount in self.amounts.items() if flow != Flow.GOODS)

    @property
    def gifts(self) -> int:
        """How many gifts there were."""
        return self.counts.get(Flow.DONATED, 0)

    def __sub__(self, other: "Flows") -> "Flows":
        keys = set(self.amounts) | set(other.amounts)
        return Flows({key: self.of(key) - other.of(key) for key in keys})


@dataclass(frozen=True)
class Row:
    """One row of a place's table: a place below it, one of its own funds, or what belongs to others."""

    name: str
    flows: Flows
    division: str = ""
    fund: str = ""
    recent: tuple[int, ...] = ()


NOTHING = Flows()


def by_month(division: str, host: str = "") -> dict[str, Flows]:
    """Return a division's totals by month, and for all time under the empty month. One query."""
    rows = DivisionTotal.objects.filter(division=division, host=host)
    return _grouped(rows.values_list("month", "flow", "amount", "count"))


def of_children(division: str) -> dict[str, Flows]:
    """Return the all-time totals of the divisions one level below. One query."""
    rows = DivisionTotal.objects.filter(parent=division, month="", host="").exclude(division=division)
    return _grouped(rows.values_list("division", "flow", "amount", "count"))


def received_of_children(division: str, months: list[str]) -> dict[str, tuple[int, ...]]:
    """Return what the divisions one level below received in each of the months. One query."""
    rows = DivisionTotal.objects.filter(
        parent=division, month__in=months, host="", flow__in=(Flow.DONATED, Flow.REFUNDED)
    ).exclude(division=division)
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(months))
    for code, month, amount in rows.values_list("division", "month", "amount"):
        found[code][months.index(month)] += amount
    return {code: tuple(amounts) for code, amounts in found.items()}


def of_funds(funds: Iterable[Fund]) -> list[tuple[Fund, Flows]]:
    """Return each fund with its flows as far as they are folded, which is as far as the places' totals go."""
    return [
        (
            row.fund,
            Flows(
                {flow: total.amount for flow, total in row.flows.items()},
                {flow: total.count for flow, total in row.flows.items()},
            ),
        )
        for row in funds_with_totals(funds)
    ]


def of_months(rows: Sequence[ledger.MonthRow]) -> dict[str, Flows]:
    """Return a fund's flows by month, and for all of its months under the empty one."""
    found = _grouped([*rows, *(("", flow, amount, count) for _month, flow, amount, count in rows)])
    found.setdefault("", NOTHING)
    return found


def _grouped(rows: Iterable[tuple[str, str, int, int]]) -> dict[str, Flows]:
    amounts: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    counts: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, flow, amount, count in rows:
        amounts[key][flow] += amount
        counts[key][flow] += count
    return {key: Flows(dict(amounts[key]), dict(counts[key])) for key in amounts}


def months_back(last: str, count: int) -> list[str]:
    """Return `count` months ending with `last` (`2026-11`), oldest first."""
    year, month = map(int, last.split("-"))
    found = []
    for _step in range(count):
        found.append(f"{year:04d}-{month:02d}")
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found[::-1]


def chart_months(totals: Mapping[str, Flows], last: str, count: int = 12) -> list[Month]:
    """Return what a months chart shows: received, and used including channel fees, as positive figures."""
    return [
        Month(
            month=month,
            received=max(totals.get(month, NOTHING).received, 0),
            used=max(totals.get(month, NOTHING).spent + totals.get(month, NOTHING).fees, 0),
        )
        for month in months_back(last, count)
    ]


def reserved(funds: Q) -> tuple[int, int]:
    """Return (fen, how many) of what the funds have promised and not paid yet. One query."""
    found = Reservation.objects.filter(funds, remaining__gt=0).aggregate(
        amount=Sum("remaining"), things=Count("source_code", distinct=True)
    )
    return found["amount"] or 0, found["things"]


def host_area(division: str) -> Host | None:
    """Return the host whose area begins at exactly this division, with its excluded parts."""
    return Host.objects.filter(division_id=division).prefetch_related("excluded").order_by("code").first()
