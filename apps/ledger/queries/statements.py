"""The books over days and months: sums, the trial balance, the change of charts, what is closed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.db.models import QuerySet, Subquery, Sum

from apps.core.compiled import Compiled, Param
from apps.ledger import charts
from apps.ledger.models import Entry, Period, Posting
from apps.ledger.rules import EntryKind


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One account of a trial balance; the amount is positive in debit, negative in credit."""

    key: str
    code: str
    name: str
    kind: str
    side: int
    amount: int

    @property
    def debit(self) -> int:
        """The balance when it stands in debit, else 0."""
        return max(self.amount, 0)

    @property
    def credit(self) -> int:
        """The balance when it stands in credit, else 0."""
        return max(-self.amount, 0)


@dataclass(frozen=True, slots=True)
class ConversionRow:
    """One account on both sides of 2026-01-01: its code and balance by the chart of 2004 and by that of 2026."""

    key: str
    old_code: str
    old_amount: int
    new_code: str
    new_amount: int

    @property
    def name(self) -> str:
        """What the account is called in the newest chart."""
        return charts.ACCOUNTS[self.key].name

    @property
    def holds(self) -> bool:
        """Whether the account has a code in both charts and the same balance by both."""
        return bool(self.old_code and self.new_code) and self.old_amount == self.new_amount


def sums(
    host: str, *, until: date, since: date | None = None, closing: bool = True, fund: str | None = None
) -> dict[tuple[str, bool], int]:
    """Return the sums of postings by (account key, restricted or not) over accounting days, both ends included.

    `closing=False` leaves closing entries out, as an activity statement needs.
    """
    asked = {"host": host, "until": until, "since": since, "fund": fund}
    given = {name: value for name, value in asked.items() if value is not None}
    found: defaultdict[tuple[str, bool], int] = defaultdict(int)
    for account, restriction, total in _sums("since" in given, "fund" in given, closing)(**given):
        found[account, bool(restriction)] += total
    return dict(found)


@cache
def _sums(has_since: bool, has_fund: bool, closing: bool) -> Compiled[tuple[str, str, int]]:
    """Return the question of `sums` in one of its forms."""

    def build() -> QuerySet[Posting, tuple[str, str, int]]:
        rows = Posting.objects.filter(entry__host=Param("host"), entry__day__lte=Param("until"))
        if has_since:
            rows = rows.filter(entry__day__gte=Param("since"))
        if has_fund:
            rows = rows.filter(fund=Param("fund"))
        if not closing:
            rows = rows.exclude(entry__kind=EntryKind.CLOSING)
        return rows.values_list("account", "restriction").annotate(total=Sum("amount"))

    return Compiled(build)


def trial_balance(host: str, day: date) -> list[TrialRow]:
    """Return the balance of every account that has one at the end of `day`, in the order of the chart of that day."""
    totals: defaultdict[str, int] = defaultdict(int)
    for (key, _restricted), amount in sums(host, until=day).items():
        totals[key] += amount
    return [
        TrialRow(account.key, account.code, account.name, account.kind, account.side, totals[account.key])
        for account in charts.chart_on(day).accounts.values()
        if totals[account.key]
    ]


def conversion_proof(host: str) -> list[ConversionRow]:
    """Return each account's balance at the end of 2025-12-31, added up once by the codes of the chart of 2004 and once
    by those of 2026. The conversion holds when both amounts of every row agree and no row lacks a code."""
    old, new = (_totals_by_code(host, chart.name) for chart in (charts.CHART_2004, charts.CHART_2026))
    return [
        ConversionRow(key, *old.get(key, ("", 0)), *new.get(key, ("", 0)))
        for key in charts.ACCOUNTS
        if key in old or key in new
    ]


def _totals_by_code(host: str, chart: str) -> dict[str, tuple[str, int]]:
    """Return {account key: (code, fen)} of the books before the change of charts, through one chart's codes."""
    rows = (
        Posting.objects.filter(
            entry__host=host, entry__day__lt=charts.CHANGE_DAY, account__codes__chart=chart
        )
        .values_list("account", "account__codes__code")
        .annotate(total=Sum("amount"))
    )
    return {key: (code, total) for key, code, total in rows if total}


def first_and_last_day(host: str) -> tuple[date, date] | None:
    """Return the first and last accounting day of the host's books, or None when they are empty."""
    return _ends.first(host=host)


def _first_and_last() -> QuerySet[Entry, tuple[date, date]]:
    entries = Entry.objects.filter(host=Param("host")).order_by()
    days = entries.values("day")
    # Each end by its own look into the index: SQLite reads every entry when MIN and MAX are asked for together.
    return entries.values_list(Subquery(days.order_by("day")[:1]), Subquery(days.order_by("-day")[:1]))[:1]


_ends = Compiled(_first_and_last)


_closed: Compiled[int] = Compiled(
    lambda: Period.objects.filter(host=Param("host"), month__gte=Param("month"), is_closed=True).values_list(
        "pk", flat=True
    )[:1]
)


def is_closed(host: str, day: date) -> bool:
    """Whether the month of `day` is closed: it is, or a later one is."""
    return _closed.first(host=host, month=day.replace(day=1)) is not None


def periods(host: str) -> list[tuple[date, bool, datetime | None]]:
    """Return (first day of the month, closed or not, when) of the host's months, newest first."""
    return list(
        Period.objects.filter(host=host).order_by("-month").values_list("month", "is_closed", "closed_at")
    )
