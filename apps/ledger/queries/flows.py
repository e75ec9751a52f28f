"""What happened to a fund: its flows, in integer fen by their effect on it."""

from collections.abc import Collection, Iterator

from django.db import connection

from apps.ledger.models import FlowTotal, Unfolded
from apps.ledger.rules import Flow, flow_of


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
