"""Folding entries into flow totals: from an append-only queue, apart from booking."""

from collections import defaultdict
from dataclasses import dataclass

from django.db import connection

from apps.core.sets import rows_source
from apps.core.verbs import verb
from apps.ledger.models import Posting
from apps.ledger.rules import EntryKind, flow_of

TOTAL_COLUMNS = (
    ("fund", "text"),
    ("month", "text"),
    ("flow", "text"),
    ("host", "text"),
    ("amount", "bigint"),
    ("count", "bigint"),
)


@dataclass(frozen=True, slots=True)
class FoldedRow:
    """What a batch of entries did to one fund in one month: fen by its effect on the fund, and how many entries.

    A reversal takes its original's entry out of the count.
    """

    host: str
    fund: str
    month: str
    flow: str
    amount: int
    count: int


@verb
def take_unfolded(limit: int) -> list[FoldedRow]:
    """Take up to `limit` entries from the queue, fold them into the funds' flow totals and return what they add.

    Call it inside the transaction that keeps the result: a rollback puts the entries back.
    """
    skip = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            # Chosen once: as a plain subquery PostgreSQL may choose anew for each row, and so take more than the limit.
            "WITH chosen AS MATERIALIZED"
            f" (SELECT entry_id FROM ledger_unfolded ORDER BY entry_id LIMIT %s{skip})"
            " DELETE FROM ledger_unfolded WHERE entry_id IN (SELECT entry_id FROM chosen) RETURNING entry_id",
            [limit],
        )
        taken = [entry_id for (entry_id,) in cursor.fetchall()]
    rows = _fold(taken)
    _add_to_totals(rows)
    return rows


def _fold(entry_ids: list[int]) -> list[FoldedRow]:
    """Add up the flows of the entries, in the order of the totals' keys."""
    effects: defaultdict[tuple[int, bool, str, str, str, str], int] = defaultdict(int)
    postings = Posting.objects.filter(entry_id__in=entry_ids).values_list(
        "entry_id",
        "entry__kind",
        "entry__reverses__kind",
        "entry__day",
        "host",
        "fund",
        "account_id",
        "amount",
    )
    for entry_id, kind, reversed_kind, day, host, fund, account, amount in postings.iterator():
        flow = flow_of(reversed_kind or kind, account)
        if flow is not None:
            back = kind == EntryKind.REVERSAL
            effects[entry_id, back, fund, f"{day:%Y-%m}", flow.value, host] -= amount
    amounts: defaultdict[tuple[str, ...], int] = defaultdict(int)
    counts: defaultdict[tuple[str, ...], int] = defaultdict(int)
    for (_entry_id, back, *key), effect in effects.items():
        if effect:
            amounts[tuple(key)] += effect
            counts[tuple(key)] += -1 if back else 1
    return [
        FoldedRow(host, fund, month, flow, amount, counts[fund, month, flow, host])
        for (fund, month, flow, host), amount in sorted(amounts.items())
    ]


def _add_to_totals(rows: list[FoldedRow]) -> None:
    if not rows:
        return
    source, values = rows_source(
        TOTAL_COLUMNS, [(row.fund, row.month, row.flow, row.host, row.amount, row.count) for row in rows]
    )
    names = ", ".join(name for name, _kind in TOTAL_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_flowtotal ({names}) SELECT {names} FROM {source} WHERE true ORDER BY ordinal"
            " ON CONFLICT (fund, month, flow, host) DO UPDATE SET"
            " amount = ledger_flowtotal.amount + excluded.amount, count = ledger_flowtotal.count + excluded.count",
            values,
        )
