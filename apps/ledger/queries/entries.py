"""Single entries: a fund's lines with their running balance, the voucher page, the voucher export."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Q, Sum

from apps.core.compiled import asking
from apps.ledger import charts
from apps.ledger.models import Entry, Posting
from apps.ledger.rules import SPENDABLE, EntryKind


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


def fund_lines(fund: str, *, host: str, before_id: int | None = None, limit: int = 50) -> list[BookLine]:
    """Return how entries moved the fund's spendable money, newest first, with the balance after each.

    `before_id` is the last entry of the page before. One statement, so the lines and the balance they add up to are of
    the same moment.
    """
    accounts = ", ".join(f"'{account}'" for account in SPENDABLE)
    own, newest = "fund = %s AND host = %s", 2**63 - 1 if before_id is None else before_id
    moved = f"SUM(CASE WHEN account_id IN ({accounts}) THEN amount ELSE 0 END)"
    with asking() as cursor:
        cursor.execute(
            "SELECT e.day, e.kind, e.source, e.memo, m.amount, m.entry_id, m.project, m.donor,"
            f" (SELECT COALESCE({moved}, 0) FROM ledger_balance WHERE {own})"
            f" - (SELECT COALESCE({moved}, 0) FROM ledger_posting WHERE {own} AND entry_id >= %s)"
            f" FROM (SELECT entry_id, {moved} AS amount, MAX(project) AS project, MAX(donor) AS donor"
            f" FROM ledger_posting WHERE {own} AND entry_id < %s GROUP BY entry_id HAVING {moved} <> 0"
            f" ORDER BY entry_id DESC LIMIT {int(limit)}) AS m"
            " JOIN ledger_entry e ON e.id = m.entry_id ORDER BY m.entry_id DESC",
            [fund, host, fund, host, newest, fund, host, newest],
        )
        rows = cursor.fetchall()
    lines, after = [], int(rows[0][8]) if rows else 0
    for day, kind, source, memo, amount, entry_id, project, donor, _top in rows:
        booked_on = day if isinstance(day, date) else date.fromisoformat(day)
        lines.append(BookLine(booked_on, kind, source, memo, int(amount), after, entry_id, project, donor))
        after -= int(amount)
    return lines


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


def amounts_by_source(
    kind: str, account: str, *, funds: Collection[str] | None = None, starts_with: str = ""
) -> Iterator[tuple[str, int]]:
    """Yield (source, fen on `account`) of every entry of a kind, by source; an entry without such a line has 0.

    `funds` (codes) counts only their lines; `starts_with` leaves out other sources. Reversed entries are left out
    together with what they booked.
    """
    counted = Q(postings__account=account)
    if funds is not None:
        counted &= Q(postings__fund__in=funds)
    rows = (
        Entry.objects.filter(kind=kind, reversals=None, source__startswith=starts_with)
        .values_list("source")
        .annotate(total=Sum("postings__amount", filter=counted, default=0))
        .order_by("source")
    )
    yield from rows.iterator(chunk_size=5000)


def total_of(kinds: Collection[str], account: str) -> int:
    """Return the fen on `account` of all entries of some kinds together; reversed ones are left out with what they
    booked."""
    rows = Posting.objects.filter(account=account, entry__kind__in=kinds, entry__reversals=None)
    total: int = rows.aggregate(total=Sum("amount", default=0))["total"]
    return total


def amounts_of(kind: str, account: str, sources: Collection[str]) -> dict[str, int]:
    """Return the fen on `account` of the entries that booked these sources, by source. One query; reversed entries are
    left out."""
    rows = (
        Entry.objects.filter(kind=kind, reversals=None, source__in=list(sources))
        .values_list("source")
        .annotate(total=Sum("postings__amount", filter=Q(postings__account=account), default=0))
    )
    return dict(rows)


def last_entry(host: str) -> int:
    """Return the id of the host's latest entry; 0 while its books are empty."""
    return Entry.objects.filter(host=host).aggregate(last=Max("pk"))["last"] or 0


def entries_after(funds: Collection[str], *, host: str, entry_id: int) -> Iterator[tuple[int, str, str]]:
    """Yield (entry, kind, fund) of every later entry with a line on one of the funds."""
    rows = Posting.objects.filter(fund__in=list(funds), host=host, entry_id__gt=entry_id)
    yield from rows.values_list("entry_id", "entry__kind", "fund").distinct().order_by("entry_id")
