"""Every read of the books. Amounts are integer fen, days are accounting days in Asia/Shanghai."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Max, Min, Q, Sum

from apps.ledger import charts
from apps.ledger.models import Balance, Entry, FlowTotal, Period, Posting, Unfolded
from apps.ledger.rules import SPENDABLE, EntryKind, Flow, flow_of


@dataclass(frozen=True, slots=True)
class BookLine:
    """How one entry moved a fund's spendable money, and what there was after it."""

    day: date
    kind: str
    source: str
    memo: str
    amount: int
    balance: int
    entry_id: int
    project: str
    donor: str


@dataclass(frozen=True, slots=True)
class BookedLine:
    """A line of a booked entry, with the account's code and name on its day."""

    account: str
    code: str
    name: str
    fund: str
    restriction: str
    project: str
    donor: str
    amount: int

    @property
    def debit(self) -> int:
        """The amount when it stands in debit, else 0."""
        return max(self.amount, 0)

    @property
    def credit(self) -> int:
        """The amount when it stands in credit, else 0."""
        return max(-self.amount, 0)


@dataclass(frozen=True, slots=True)
class BookedEntry:
    """A booked entry as its voucher shows it."""

    id: int
    kind: str
    source: str
    host: str
    day: date
    memo: str
    posted_at: datetime
    posted_by_id: int | None
    reverses_id: int | None
    reversed_by_id: int | None
    lines: tuple[BookedLine, ...]

    @property
    def kind_label(self) -> str:
        """The kind in the reader's language."""
        return str(EntryKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """One line of the voucher export."""

    entry_id: int
    day: date
    kind: str
    source: str
    memo: str
    number: int
    line: BookedLine


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
    def holds(self) -> bool:
        """Whether the account has a code in both charts and the same balance by both."""
        return bool(self.old_code and self.new_code) and self.old_amount == self.new_amount


def account_code(key: str, day: date) -> str:
    """Return the account's code on `day`, such as 5201 for `admin_expense` in 2025. Raises LookupError."""
    return charts.chart_on(day).accounts[key].code


def spendable(fund: str, *, host: str) -> dict[str, int]:
    """Return what the fund has to spend, by restriction: cash, bank and provider money less payables."""
    found: defaultdict[str, int] = defaultdict(int)
    for restriction, amount in _spendable_rows(fund, host):
        found[restriction] += amount
    return dict(found)


def fund_balance(fund: str, *, host: str) -> int:
    """Return what the fund has to spend, whatever its restriction: one indexed query over its balance rows."""
    return sum(amount for _restriction, amount in _spendable_rows(fund, host))


def _spendable_rows(fund: str, host: str) -> list[tuple[str, int]]:
    """Read the few balance rows by hand: this is asked more than anything else."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT restriction, amount FROM ledger_balance"
            " WHERE fund = %s AND host = %s AND account_id IN (%s, %s, %s, %s)",
            [fund, host, *SPENDABLE],
        )
        return [(restriction, amount) for restriction, amount in cursor.fetchall()]


def fund_balances(funds: list[str], *, host: str) -> dict[str, int]:
    """Return what each of the funds has to spend, in one query."""
    found = dict.fromkeys(funds, 0)
    rows = Balance.objects.filter(fund__in=funds, host=host, account__in=SPENDABLE)
    for fund, amount in rows.values_list("fund", "amount"):
        found[fund] += amount
    return found


def balance(account: str, *, host: str, fund: str | None = None, restriction: str | None = None) -> int:
    """Return the balance of one account, of the whole host or of one fund or one of its restrictions."""
    rows = Balance.objects.filter(account=account, host=host)
    if fund is not None:
        rows = rows.filter(fund=fund)
    if restriction is not None:
        rows = rows.filter(restriction=restriction)
    return sum(rows.values_list("amount", flat=True))


def inventory(fund: str, *, host: str) -> int:
    """Return the value of the things the fund holds."""
    return balance("inventory", host=host, fund=fund)


def fund_lines(fund: str, *, host: str, before_id: int | None = None, limit: int = 50) -> list[BookLine]:
    """Return how entries moved the fund's spendable money, newest first, with the balance after each.

    `before_id` is the last entry of the page before. One statement, so the lines and the balance they add up to are of
    the same moment.
    """
    accounts = ", ".join(f"'{account}'" for account in SPENDABLE)
    own, newest = "fund = %s AND host = %s", 2**63 - 1 if before_id is None else before_id
    moved = f"SUM(CASE WHEN account_id IN ({accounts}) THEN amount ELSE 0 END)"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.day, e.kind, e.source, e.memo, m.amount, m.entry_id, m.project, m.donor,"
            f" (SELECT COALESCE({moved}, 0) FROM ledger_balance WHERE {own})"
            f" - (SELECT COALESCE({moved}, 0) FROM ledger_posting WHERE {own} AND entry_id >= %s)"
            f" FROM (SELECT entry_id, {moved} AS amount, MAX(project) AS project, MAX(donor) AS donor"
            f" FROM ledger_posting WHERE {own} AND entry_id < %s GROUP BY entry_id HAVING {moved} <> 0"
            " ORDER BY entry_id DESC LIMIT %s) AS m"
            " JOIN ledger_entry e ON e.id = m.entry_id ORDER BY m.entry_id DESC",
            [fund, host, fund, host, newest, fund, host, newest, limit],
        )
        rows = cursor.fetchall()
    lines, after = [], int(rows[0][8]) if rows else 0
    for day, kind, source, memo, amount, entry_id, project, donor, _top in rows:
        booked_on = day if isinstance(day, date) else date.fromisoformat(day)
        lines.append(BookLine(booked_on, kind, source, memo, int(amount), after, entry_id, project, donor))
        after -= int(amount)
    return lines


def flows(fund: str, *, host: str) -> dict[str, int]:
    """Return all flows of the fund, by their effect on it; together they are its net assets.

    Folded totals plus the entries that still wait to be folded, in one statement.
    """
    found = dict.fromkeys(Flow.values, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT flow, '', SUM(amount) FROM ledger_flowtotal WHERE fund = %s AND host = %s GROUP BY flow"
            " UNION ALL SELECT COALESCE(o.kind, e.kind), p.account_id, SUM(p.amount) FROM ledger_unfolded u"
            # SQLite keeps the order of a CROSS JOIN: the queue is short, a fund's history is long.
            " CROSS JOIN ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id"
            " LEFT JOIN ledger_entry o ON o.id = e.reverses_id"
            " WHERE p.entry_id = u.entry_id AND p.fund = %s AND p.host = %s GROUP BY 1, 2",
            [fund, host, fund, host],
        )
        for kind, account, amount in cursor.fetchall():
            if not account:
                found[kind] += int(amount)
                continue
            flow = flow_of(kind, account)
            if flow is not None:
                found[flow.value] -= int(amount)
    return found


def waiting_to_fold() -> int:
    """Return how many entries the wider totals don't hold yet."""
    return Unfolded.objects.count()


def monthly_flows(fund: str, *, host: str) -> list[tuple[str, str, int, int]]:
    """Return (month, flow, fen, count) of the fund, oldest first, as far as it is folded."""
    rows = FlowTotal.objects.filter(fund=fund, host=host).order_by("month", "flow")
    return list(rows.values_list("month", "flow", "amount", "count"))


def flow_totals(funds: Collection[str] | None = None) -> Iterator[tuple[str, str, str, str, int, int]]:
    """Yield (host, fund, month, flow, fen, count) of the named funds, or of all, as far as they are folded."""
    rows = FlowTotal.objects.order_by("fund", "month", "flow")
    if funds is not None:
        rows = rows.filter(fund__in=funds)
    yield from rows.values_list("host", "fund", "month", "flow", "amount", "count").iterator()


def entry(entry_id: int) -> BookedEntry | None:
    """Return a booked entry with its lines, or None."""
    return _booked(Entry.objects.filter(pk=entry_id).first())


def entry_of(kind: str, source: str) -> BookedEntry | None:
    """Return the entry that booked `source`, or None."""
    return _booked(Entry.objects.filter(kind=kind, source=source).first())


def _booked(found: Entry | None) -> BookedEntry | None:
    if found is None:
        return None
    accounts = charts.chart_on(found.day).accounts
    return BookedEntry(
        found.pk,
        found.kind,
        found.source,
        found.host,
        found.day,
        found.memo,
        found.posted_at,
        found.posted_by_id,
        found.reverses_id,
        found.reversals.values_list("pk", flat=True).first(),
        tuple(_line(posting, accounts[posting.account_id]) for posting in found.postings.order_by("id")),
    )


def _line(posting: Posting, account: charts.ChartAccount) -> BookedLine:
    return BookedLine(
        account.key,
        account.code,
        account.name,
        posting.fund,
        posting.restriction,
        posting.project,
        posting.donor,
        posting.amount,
    )


def voucher_lines(host: str, first_day: date, last_day: date) -> Iterator[VoucherLine]:
    """Yield every line booked from `first_day` to `last_day`, by day and entry; each entry's lines count from 1."""
    rows = (
        Posting.objects.filter(entry__host=host, entry__day__gte=first_day, entry__day__lte=last_day)
        .select_related("entry")
        .order_by("entry__day", "entry_id", "id")
    )
    current, number = None, 0
    for posting in rows.iterator(chunk_size=2000):
        booked = posting.entry
        number = number + 1 if booked.pk == current else 1
        current = booked.pk
        account = charts.chart_on(booked.day).accounts[posting.account_id]
        yield VoucherLine(
            booked.pk, booked.day, booked.kind, booked.source, booked.memo, number, _line(posting, account)
        )


def sums(
    host: str, *, until: date, since: date | None = None, closing: bool = True, fund: str | None = None
) -> dict[tuple[str, bool], int]:
    """Return the sums of postings by (account key, restricted or not) over accounting days, both ends included.

    `closing=False` leaves closing entries out, as an activity statement needs.
    """
    rows = Posting.objects.filter(entry__host=host, entry__day__lte=until)
    if since is not None:
        rows = rows.filter(entry__day__gte=since)
    if fund is not None:
        rows = rows.filter(fund=fund)
    if not closing:
        rows = rows.exclude(entry__kind=EntryKind.CLOSING)
    found: defaultdict[tuple[str, bool], int] = defaultdict(int)
    for account, restriction, total in rows.values_list("account", "restriction").annotate(t=Sum("amount")):
        found[account, bool(restriction)] += total
    return dict(found)


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
    found = Entry.objects.filter(host=host).aggregate(first=Min("day"), last=Max("day"))
    return (found["first"], found["last"]) if found["first"] else None


def is_closed(host: str, day: date) -> bool:
    """Whether the month of `day` is closed: it is, or a later one is."""
    return Period.objects.filter(host=host, month__gte=day.replace(day=1), is_closed=True).exists()


def periods(host: str) -> list[tuple[date, bool, datetime | None]]:
    """Return (first day of the month, closed or not, when) of the host's months, newest first."""
    return list(
        Period.objects.filter(host=host).order_by("-month").values_list("month", "is_closed", "closed_at")
    )


def by_book(account: str, *, host: str) -> dict[tuple[str, str], int]:
    """Return the balance of one account in every book of the host, by (fund, restriction), zero ones left out."""
    rows = Balance.objects.filter(account=account, host=host).exclude(amount=0)
    return {(fund, code): amount for fund, code, amount in rows.values_list("fund", "restriction", "amount")}


def amounts_by_source(kind: str, account: str) -> Iterator[tuple[str, int]]:
    """Yield (source, fen on `account`) of every entry of a kind, by source; an entry without such a line has 0.

    Reversed entries are left out together with what they booked.
    """
    rows = (
        Entry.objects.filter(kind=kind, reversals=None)
        .values_list("source")
        .annotate(total=Sum("postings__amount", filter=Q(postings__account=account), default=0))
        .order_by("source")
    )
    yield from rows.iterator(chunk_size=5000)
