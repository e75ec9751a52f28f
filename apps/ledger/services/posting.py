"""Booking in sets: a fixed number of statements for any number of entries."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import Model, Sum
from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.compiled import asking
from apps.core.locking import lock_row
from apps.core.sets import rows_source
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.ledger import rules
from apps.ledger.models import Balance, Entry, Posting
from apps.ledger.rules import Conflict, Draft, EntryKind, Line, flow_of
from apps.ledger.services.calendar import month_of, open_periods

Key = tuple[str, str]

ENTRY_COLUMNS = (
    ("kind", "text"),
    ("source", "text"),
    ("host", "text"),
    ("period_id", "bigint"),
    ("day", "date"),
    ("memo", "text"),
    ("reverses_id", "bigint"),
)
POSTING_COLUMNS = (
    ("entry_id", "bigint"),
    ("account_id", "text"),
    ("host", "text"),
    ("fund", "text"),
    ("restriction", "text"),
    ("project", "text"),
    ("donor", "text"),
    ("amount", "bigint"),
)
BALANCE_COLUMNS = (
    ("fund", "text"),
    ("restriction", "text"),
    ("account_id", "text"),
    ("host", "text"),
    ("amount", "bigint"),
)


@verb
def post_many(drafts: Sequence[Draft], *, by: Model | None = None) -> list[int]:
    """Book a set of entries and return their ids, one per draft, in order.

    A draft whose (kind, source) is already booked with the same lines gives the old id and books nothing. Raises
    `Conflict` if it is booked with other lines, `BadDraft` for a draft no book may hold, `Refused` for a closed month.
    """
    if not drafts:
        return []
    wanted = _distinct(drafts)
    periods = open_periods({(draft.host, month_of(draft.day)) for draft in wanted.values()})
    bookable = {key: draft for key, draft in wanted.items() if (draft.host, month_of(draft.day)) in periods}
    fresh = _insert_entries(sorted(bookable), bookable, periods, by)
    if fresh:
        booked = [(entry_id, wanted[key]) for key, entry_id in fresh.items()]
        _insert_postings(booked)
        _queue(booked)
        _add_to_balances([draft for _entry_id, draft in booked])
    ids = fresh
    if len(fresh) < len(wanted):
        ids = fresh | _already_booked({key: draft for key, draft in wanted.items() if key not in fresh})
    return [ids[draft.key] for draft in drafts]


@verb
def post(draft: Draft, *, by: Model | None = None) -> Entry:
    """Book one entry: a set of one. Raises as `post_many`."""
    return Entry.objects.get(pk=post_many([draft], by=by)[0])


@verb
def reverse(entry_id: int, *, source: str, day: date, by: Model | None = None, memo: str = "") -> Entry:
    """Book the mirror image of an entry on `day`, once; the entry itself stays.

    Raises `Refused` if it is already reversed under another source, or is a reversal or a closing.
    """
    entry = lock_row(Entry, pk=entry_id)
    if entry.kind in {EntryKind.REVERSAL, EntryKind.CLOSING, EntryKind.CONVERSION}:
        raise Refused(_("冲销和结转的凭证不能再冲销，请另记一张。"))
    earlier = Entry.objects.filter(reverses=entry).first()
    if earlier is not None and earlier.source != source:
        raise Refused(_("这张凭证已经冲销过了。"))
    lines = rules.mirrored(lines_of([entry.pk])[entry.pk])
    kind = EntryKind.REVERSAL.value
    mirror = post(Draft(kind, source, entry.host, day, lines, memo or entry.memo, entry.pk), by=by)
    if earlier is None:
        audit.record(by, "reverse_entry", entry, reversal=mirror.pk)
    return mirror


@verb
def lift_restriction(
    host: str, fund: str, restriction: str, *, source: str, day: date, by: Model | None = None, memo: str = ""
) -> Entry:
    """Make what is left of restricted money unrestricted: its time and purpose limits are gone or withdrawn.

    The caller holds the fund's lock. Raises `Refused` when nothing is left.
    """
    booked = Entry.objects.filter(kind=EntryKind.LIFTING, source=source).first()
    if booked is not None:
        return booked
    month = month_of(day)
    open_periods({(host, month)})
    rows = Balance.objects.select_for_update(no_key=True).filter(
        host=host, fund=fund, restriction__in=["", restriction]
    )
    ordered = rows.order_by("fund", "restriction", "account", "host")
    book = {row.account_id: row.amount for row in ordered if row.restriction == restriction}
    income = dict(
        Posting.objects.filter(host=host, fund=fund, restriction=restriction)
        .filter(entry__day__gte=month, entry__day__lte=day)
        .exclude(entry__kind=EntryKind.CLOSING)
        .values_list("account")
        .annotate(total=Sum("amount"))
    )
    lines = rules.lifting_lines(fund, restriction, book, income)
    if not lines:
        raise Refused(_("这笔限定用途的钱已经没有结余，不用解除限定。"))
    entry = post(Draft(EntryKind.LIFTING.value, source, host, day, lines, memo), by=by)
    audit.record(by, "lift_restriction", entry, fund=fund, restriction=restriction)
    return entry


def _distinct(drafts: Sequence[Draft]) -> dict[Key, Draft]:
    """Check every draft and return one per key. Raises `BadDraft`, or `Conflict` inside the set."""
    wanted: dict[Key, Draft] = {}
    for draft in drafts:
        rules.check_draft(draft)
        twin = wanted.setdefault(draft.key, draft)
        if twin is not draft and not _same(twin, draft.host, draft.lines):
            raise Conflict(f"{draft.key} stands twice in one set with other lines")
    return wanted


def _same(draft: Draft, host: str, lines: Sequence[Line]) -> bool:
    return draft.host == host and rules.same_lines(draft.lines, lines)


def _insert_entries(
    keys: Sequence[Key],
    drafts: dict[Key, Draft],
    periods: dict[tuple[str, date], int],
    by: Model | None,
) -> dict[Key, int]:
    """Insert in the order of the keys, so that two sets never wait for each other; return the ids of the new ones."""
    if not keys:
        return {}
    rows = [
        (
            kind,
            source,
            draft.host,
            periods[draft.host, month_of(draft.day)],
            draft.day,
            draft.memo[: rules.MAX_MEMO],
            draft.reverses,
        )
        for kind, source in keys
        for draft in (drafts[kind, source],)
    ]
    source, values = rows_source(ENTRY_COLUMNS, rows)
    names = ", ".join(name for name, _kind in ENTRY_COLUMNS)
    present, moment = clock.in_sql()
    with asking() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_entry ({names}, posted_at, posted_by_id)"
            f" SELECT {names}, {present}, %s FROM {source} WHERE true ORDER BY ordinal"
            " ON CONFLICT (kind, source) DO NOTHING RETURNING id, kind, source",
            [*moment, getattr(by, "pk", None), *values],
        )
        return {(kind, source): entry_id for entry_id, kind, source in cursor.fetchall()}


def _insert_postings(booked: Sequence[tuple[int, Draft]]) -> None:
    rows = [
        (
            entry_id,
            line.account,
            draft.host,
            line.fund,
            line.restriction,
            line.project,
            line.donor,
            line.amount,
        )
        for entry_id, draft in booked
        for line in draft.lines
    ]
    source, values = rows_source(POSTING_COLUMNS, rows)
    names = ", ".join(name for name, _kind in POSTING_COLUMNS)
    with asking() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_posting ({names}) SELECT {names} FROM {source} ORDER BY ordinal",
            values,
        )


def _add_to_balances(drafts: Sequence[Draft]) -> None:
    """Upsert the balance rows in the order of their keys: the last locks of every transaction."""
    sums: defaultdict[tuple[str, str, str, str], int] = defaultdict(int)
    for draft in drafts:
        for line in draft.lines:
            sums[line.fund, line.restriction, line.account, draft.host] += line.amount
    rows = [(*key, amount) for key, amount in sorted(sums.items()) if amount]
    if not rows:
        return
    source, values = rows_source(BALANCE_COLUMNS, rows)
    names = ", ".join(name for name, _kind in BALANCE_COLUMNS)
    with asking() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_balance ({names}) SELECT {names} FROM {source} WHERE true ORDER BY ordinal"
            " ON CONFLICT (fund, restriction, account_id, host)"
            " DO UPDATE SET amount = ledger_balance.amount + excluded.amount",
            values,
        )


def _queue(booked: Sequence[tuple[int, Draft]]) -> None:
    """Lay the entries that have a flow in the queue of the wider totals."""
    rows = [
        (entry_id,)
        for entry_id, draft in booked
        if any(flow_of(draft.kind, line.account) for line in draft.lines)
    ]
    if rows:
        source, values = rows_source((("entry_id", "bigint"),), rows)
        with asking() as cursor:
            cursor.execute(
                f"INSERT INTO ledger_unfolded (entry_id) SELECT entry_id FROM {source} ORDER BY ordinal",
                values,
            )


def _already_booked(drafts: dict[Key, Draft]) -> dict[Key, int]:
    """Return the ids of drafts that stand in the books. Raises `Conflict` or, for one that doesn't, `Refused`."""
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for kind, source in drafts:
        by_kind[kind].append(source)
    entries = {
        (entry.kind, entry.source): entry
        for kind, sources in by_kind.items()
        for entry in Entry.objects.filter(kind=kind, source__in=sources)
    }
    lines = lines_of([entry.pk for entry in entries.values()])
    for key, draft in drafts.items():
        entry = entries.get(key)
        if entry is None:
            raise Refused(
                _("%(month)s 的账已经结了，不能再记；请记到还没结账的月份。")
                % {"month": f"{draft.day:%Y-%m}"},
                "day",
            )
        if not _same(draft, entry.host, lines[entry.pk]):
            raise Conflict(f"{key} is already booked as entry {entry.pk} with other lines")
    return {key: entry.pk for key, entry in entries.items()}


def lines_of(entry_ids: Sequence[int]) -> dict[int, list[Line]]:
    """Return the lines of each entry, in the order they were booked."""
    found: dict[int, list[Line]] = {entry_id: [] for entry_id in entry_ids}
    rows = Posting.objects.filter(entry_id__in=entry_ids).order_by("id")
    for entry_id, account, amount, fund, restriction, project, donor in rows.values_list(
        "entry_id", "account_id", "amount", "fund", "restriction", "project", "donor"
    ):
        found[entry_id].append(Line(account, amount, fund, restriction, project, donor))
    return found
