"""Folding booked entries into the divisions' totals, by a worker, in batches.

The ledger's queue of unfolded entries is emptied in the same transaction that adds to the totals, so that an entry is
counted once whatever is interrupted. Every fold bumps the content versions of what it changed.
"""

from collections.abc import Mapping
from dataclasses import astuple
from itertools import islice

from django.db import connection

from apps.core import clock, versions
from apps.core.locking import lock_row
from apps.core.sets import rows_source
from apps.core.verbs import verb
from apps.funds.models import DivisionTotal, FoldMark
from apps.funds.queries.totals import TotalKey, widened
from apps.ledger import queries as ledger_queries
from apps.ledger import services as ledger

# Flows that a rebuilding holds in memory at a time.
PART = 20_000
# Entries per transaction; a batch holds the fold's lock and, on SQLite, the database for well under 0.2 s.
BATCH = 200
_COLUMNS = [
    ("division", "text"),
    ("parent", "text"),
    ("host", "text"),
    ("month", "text"),
    ("flow", "text"),
    ("amount", "bigint"),
    ("count", "bigint"),
]


def fold_totals() -> int:
    """Fold everything booked and not yet in the totals; return how many entries were taken. Safe to run any time."""
    folded = 0
    while batch := _fold_batch():
        folded += batch
    return folded


@verb
def _fold_batch() -> int:
    """Fold one batch under the fold's lock and return how many entries it had; with none left, note the moment."""
    mark = _lock()
    begun = clock.now()
    waiting = ledger_queries.waiting_to_fold()
    if not waiting:
        mark.folded_at = begun
        mark.save(update_fields=["folded_at"])
        return 0
    rows = ledger.take_unfolded(BATCH)
    changes = widened(astuple(row) for row in rows)
    _add(changes)
    keys = {f"money:{row.fund}" for row in rows} | {f"division:{key[0]}" for key in changes}
    versions.bump(*keys, "site")
    return min(waiting, BATCH)


def _lock() -> FoldMark:
    FoldMark.objects.get_or_create(pk=1)
    return lock_row(FoldMark, pk=1)


def _add(changes: Mapping[TotalKey, tuple[int, int]]) -> None:
    """Add to the totals in one statement, rows in the order of their keys."""
    if not changes:
        return
    source, parameters = rows_source(_COLUMNS, [(*key, *change) for key, change in sorted(changes.items())])
    table = connection.ops.quote_name(DivisionTotal._meta.db_table)
    names = "division, parent, host, month, flow, amount, count"
    # Only constants stand in the statement; the values are parameters.
    statement = f"""
        INSERT INTO {table} ({names}) SELECT {names} FROM {source} WHERE true ORDER BY ordinal
        ON CONFLICT (division, month, flow, host) DO UPDATE
        SET amount = {table}.amount + excluded.amount, count = {table}.count + excluded.count
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@verb
def rebuild_totals() -> int:
    """Throw the totals away and make them again from the postings already folded; return how many rows there are."""
    _lock()
    DivisionTotal.objects.all().delete()
    keys = {"site"}
    flows = ledger_queries.flow_totals()
    while part := list(islice(flows, PART)):
        changes = widened(part)
        _add(changes)
        keys.update(f"division:{key[0]}" for key in changes)
    versions.bump(*keys)
    return DivisionTotal.objects.count()
