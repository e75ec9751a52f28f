"""Live invariants of the ledger, each as a query for the rows that break it."""

from collections import defaultdict

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from apps.core.checks import Check, Row
from apps.ledger import charts, queries
from apps.ledger.models import ChartCode, Entry, FlowTotal
from apps.ledger.rules import flow_of


def _rows(sql: str) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def unbalanced_entries() -> list[Row]:
    """Entries that don't sum to zero in every book."""
    return _rows(
        "SELECT entry_id, host, fund, restriction, SUM(amount) AS off FROM ledger_posting"
        " GROUP BY entry_id, host, fund, restriction HAVING SUM(amount) <> 0"
    )


def lone_entries() -> list[Row]:
    """Entries with fewer than two lines."""
    return _rows(
        "SELECT e.id AS entry_id, COUNT(p.id) AS lines FROM ledger_entry e"
        " LEFT JOIN ledger_posting p ON p.entry_id = e.id GROUP BY e.id HAVING COUNT(p.id) < 2"
    )


def zero_postings() -> list[Row]:
    """Lines of nothing."""
    return _rows("SELECT id AS posting_id, entry_id FROM ledger_posting WHERE amount = 0")


def stray_balances() -> list[Row]:
    """Balance rows that differ from their postings, either of which may be missing."""
    key = "fund, restriction, account_id, host"
    return _rows(
        f"SELECT {key}, SUM(cached) AS cached, SUM(booked) AS booked FROM"
        f" (SELECT {key}, amount AS cached, 0 AS booked FROM ledger_balance"
        f" UNION ALL SELECT {key}, 0, amount FROM ledger_posting) AS both_sides"
        f" GROUP BY {key} HAVING SUM(cached) <> SUM(booked)"
    )


def foreign_postings() -> list[Row]:
    """Lines without their entry or account, or of another host; entries outside their period."""
    strangers = _rows(
        "SELECT p.id AS posting_id, p.entry_id, p.account_id, p.host, e.host AS entry_host FROM ledger_posting p"
        " LEFT JOIN ledger_entry e ON e.id = p.entry_id LEFT JOIN ledger_account a ON a.key = p.account_id"
        " WHERE e.id IS NULL OR a.key IS NULL OR e.host <> p.host"
    )
    homeless = _rows(
        "SELECT e.id AS entry_id, e.host, e.day FROM ledger_entry e LEFT JOIN ledger_period p ON p.id = e.period_id"
        " WHERE p.id IS NULL OR p.host <> e.host"
    )
    misplaced = Entry.objects.exclude(
        day__year=F("period__month__year"), day__month=F("period__month__month")
    ).values("id", "host", "day", "period__month")
    return [*strangers, *homeless, *map(dict, misplaced)]


def crooked_reversals() -> list[Row]:
    """Reversals that are not the mirror image of their originals."""
    lines = "account_id, fund, restriction, project, donor"
    return _rows(
        f"SELECT reversal_id, {lines}, SUM(amount) AS off FROM"
        f" (SELECT r.id AS reversal_id, {lines}, amount FROM ledger_entry r"
        " JOIN ledger_posting p ON p.entry_id = r.id OR p.entry_id = r.reverses_id"
        " WHERE r.reverses_id IS NOT NULL) AS pairs"
        f" GROUP BY reversal_id, {lines} HAVING SUM(amount) <> 0"
    )


def late_entries() -> list[Row]:
    """Entries booked in a month after it was closed."""
    return _rows(
        "SELECT e.id AS entry_id, e.host, e.posted_at, p.closed_at FROM ledger_entry e"
        " JOIN ledger_period p ON p.id = e.period_id WHERE p.is_closed AND e.posted_at > p.closed_at"
    )


def half_closed_months() -> list[Row]:
    """Closed months with income or expense left, and open months before a closed one."""
    left = _rows(
        "SELECT d.host, d.month, p.account_id, p.fund, p.restriction, SUM(p.amount) AS left_over"
        " FROM ledger_period d JOIN ledger_entry e ON e.period_id = d.id"
        " JOIN ledger_posting p ON p.entry_id = e.id JOIN ledger_account a ON a.key = p.account_id"
        " WHERE d.is_closed AND (a.kind IN ('income', 'expense') OR a.key = 'prior_years')"
        " GROUP BY d.host, d.month, p.account_id, p.fund, p.restriction HAVING SUM(p.amount) <> 0"
    )
    gaps = _rows(
        "SELECT a.host, a.month FROM ledger_period a WHERE NOT a.is_closed AND EXISTS"
        " (SELECT 1 FROM ledger_period b WHERE b.host = a.host AND b.is_closed AND b.month > a.month)"
    )
    return left + gaps


def stray_flows() -> list[Row]:
    """Flow totals that differ from the entries folded into them."""
    booked: defaultdict[tuple[str, str, str, str], int] = defaultdict(int)
    for row in _rows(
        "SELECT p.host, p.fund, d.month, COALESCE(o.kind, e.kind) AS kind, p.account_id, SUM(p.amount) AS total"
        " FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id JOIN ledger_period d ON d.id = e.period_id"
        " LEFT JOIN ledger_entry o ON o.id = e.reverses_id"
        " WHERE NOT EXISTS (SELECT 1 FROM ledger_unfolded u WHERE u.entry_id = e.id)"
        " GROUP BY p.host, p.fund, d.month, COALESCE(o.kind, e.kind), p.account_id"
    ):
        flow = flow_of(row["kind"], row["account_id"])
        if flow is not None:
            booked[row["host"], row["fund"], str(row["month"])[:7], flow.value] -= int(row["total"])
    kept: defaultdict[tuple[str, str, str, str], int] = defaultdict(int)
    for *key, amount in FlowTotal.objects.values_list("host", "fund", "month", "flow", "amount"):
        host, fund, month, flow_name = key
        kept[host, fund, month, flow_name] = amount
    names = ("host", "fund", "month", "flow")
    return [
        dict(zip(names, key, strict=True), booked=booked[key], kept=kept[key])
        for key in sorted({*booked, *kept})
        if booked[key] != kept[key]
    ]


def chart_gaps() -> list[Row]:
    """Accounts whose codes, names or dates in the database differ from the charts."""

    columns = ("code", "name", "valid_from", "valid_until", "account__kind", "account__side")
    stored = {
        (chart, account): tuple(facts)
        for chart, account, *facts in ChartCode.objects.values_list("chart", "account_id", *columns)
    }
    wanted = {
        (chart.name, key): (a.code, a.name, chart.valid_from, chart.valid_until, a.kind, a.side)
        for chart in charts.CHARTS
        for key, a in chart.accounts.items()
    }
    return [
        {"chart": key[0], "account": key[1], "stored": stored.get(key), "wanted": wanted.get(key)}
        for key in sorted({*stored, *wanted})
        if stored.get(key) != wanted.get(key)
    ]


def conversion_gaps() -> list[Row]:
    """Accounts whose balance at 2025-12-31 is not the same by both charts."""
    hosts = Entry.objects.filter(day__lt=charts.CHANGE_DAY).order_by("host").values_list("host", flat=True)
    return [
        {"host": host, "account": row.key, "old": row.old_amount, "new": row.new_amount}
        for host in hosts.distinct()
        for row in queries.conversion_proof(host)
        if not row.holds
    ]


CHECKS = [
    Check("ledger.entries_balanced", _("每张凭证在每个基金、每种限定用途内借贷相等。"), unbalanced_entries),
    Check("ledger.entries_have_lines", _("每张凭证至少两行。"), lone_entries),
    Check("ledger.no_zero_lines", _("没有金额为零的分录。"), zero_postings),
    Check("ledger.balances_are_sums", _("每个余额等于它的分录之和。"), stray_balances),
    Check("ledger.one_host_per_entry", _("分录与凭证同属一家慈善会，凭证在它的账期内。"), foreign_postings),
    Check("ledger.reversals_mirror", _("每张冲销凭证与原凭证金额相反、其余相同。"), crooked_reversals),
    Check("ledger.closed_stays_closed", _("结账之后，该月没有再记账。"), late_entries),
    Check(
        "ledger.closed_is_closed",
        _("已结账的月份收入费用全部结转，之前的月份也都已结账。"),
        half_closed_months,
    ),
    Check("ledger.flows_are_sums", _("每个收支合计等于它的分录之和。"), stray_flows),
    Check("ledger.chart_complete", _("会计科目齐全，与科目表一致。"), chart_gaps),
    Check("ledger.conversion_holds", _("2026-01-01 新旧制度衔接前后各科目余额相等。"), conversion_gaps),
]
