"""What happened to a fund: its flows, in integer fen by their effect on it."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from apps.core.compiled import asking
from apps.ledger.models import FlowTotal, Unfolded
from apps.ledger.rules import SPENDABLE, Flow, flow_of

# month (2026-11), flow, fen, count
MonthRow = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a fund stands at one moment: fen to spend by restriction, all its flows, and its months as far as they are
    folded. `is_folded` when nothing waits, so that the months add up to the flows."""

    spendable: dict[str, int]
    flows: dict[str, int]
    months: list[MonthRow]
    is_folded: bool


def position(fund: str, *, host: str) -> Position:
    """Return where a fund stands, in one statement, so that its figures are of one moment and add up.

    Its flows are the folded totals plus the entries that still wait to be folded.
    """
    accounts = ", ".join(f"'{account}'" for account in SPENDABLE)
    with asking() as cursor:
        cursor.execute(
            "SELECT 'money', restriction, '', amount, 0 FROM ledger_balance"
            f" WHERE fund = %s AND host = %s AND account_id IN ({accounts})"
            " UNION ALL SELECT 'month', month, flow, amount, count FROM ledger_flowtotal"
            " WHERE fund = %s AND host = %s"
            " UNION ALL SELECT 'waiting', COALESCE(o.kind, e.kind), p.account_id,"
            " CAST(SUM(p.amount) AS bigint), 0 FROM ledger_unfolded u"
            # SQLite keeps the order of a CROSS JOIN: the queue is short, a fund's history is long.
            " CROSS JOIN ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id"
            " LEFT JOIN ledger_entry o ON o.id = e.reverses_id"
            " WHERE p.entry_id = u.entry_id AND p.fund = %s AND p.host = %s GROUP BY 2, 3",
            [fund, host] * 3,
        )
        rows: list[tuple[str, str, str, int, int]] = cursor.fetchall()
    spendable: defaultdict[str, int] = defaultdict(int)
    found = dict.fromkeys(Flow.values, 0)
    months: list[MonthRow] = []
    is_folded = True
    for what, first, second, amount, count in rows:
        match what:
            case "money":
                spendable[first] += amount
            case "month":
                found[second] += amount
                months.append((first, second, amount, count))
            case _:
                is_folded = False
                flow = flow_of(first, second)
                if flow is not None:
                    found[flow.value] -= amount
    return Position(dict(spendable), found, sorted(months), is_folded)


def flows(fund: str, *, host: str) -> dict[str, int]:
    """Return all flows of the fund, by their effect on it; together they are its net assets."""
    return position(fund, host=host).flows


def waiting_to_fold() -> int:
    """Return how many entries the wider totals don't hold yet."""
    return Unfolded.objects.count()


def flow_totals(funds: Collection[str] | None = None) -> Iterator[tuple[str, str, str, str, int, int]]:
    """Yield (host, fund, month, flow, fen, count) of the named funds, or of all, as far as they are folded."""
    rows = FlowTotal.objects.order_by("fund", "month", "flow")
    if funds is not None:
        rows = rows.filter(fund__in=funds)
    yield from rows.values_list("host", "fund", "month", "flow", "amount", "count").iterator()
