"""Roll-ups of a province and of the nation: 60,000 funds in as many villages, 24 months, five million postings."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.core.management import call_command
from django.db import connection

from apps.divisions.models import Division
from apps.funds.queries.totals import child_totals
from apps.funds.services.totals import rebuild_totals
from tests.bench.measure import report
from tests.bench.rows import make_postings

FUNDS = 60_000
LIMIT_MS = 1.0
MAKE_FUNDS = """
INSERT INTO funds_fund (code, host_id, division_id, kind, state, name, purpose, agreement, opened_on, suspended_for)
SELECT 'B' || place, %(host)s, code, 'community', 'open', name, '', '', date '2024-01-01', ''
FROM (SELECT code, name, (row_number() OVER (ORDER BY code)) %% %(every)s AS turn,
             row_number() OVER (ORDER BY code) / %(every)s AS place FROM divisions_division WHERE level = 5) village
WHERE turn = 0 AND place < %(funds)s ON CONFLICT DO NOTHING
"""
MAKE_FLOWS = """
INSERT INTO ledger_flowtotal (host, fund, month, flow, amount, count)
SELECT 'H-BENCH', 'B' || f, to_char(date '2024-12-01' + m * interval '1 month', 'YYYY-MM'), 'donated', 4200, 42
FROM generate_series(1, %(funds)s - 1) f, generate_series(0, %(months)s - 1) m ON CONFLICT DO NOTHING
"""


def sql_milliseconds(work: Callable[[], object], *, times: int = 60) -> float:
    """Return the median time that a call spends in SQL, in milliseconds."""
    taken: list[float] = []

    def clocked(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            taken.append((time.perf_counter() - started) * 1000)

    sums = []
    for _turn in range(times):
        taken.clear()
        with connection.execute_wrapper(clocked):
            work()
        sums.append(sum(taken))
    return median(sums)


def measure(*, full: bool) -> None:
    """The postings are made only at full size; the totals have the same rows either way, by month at full size."""
    if not Division.objects.filter(level=Division.Level.VILLAGE).exists():
        call_command("load_divisions", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO funds_host (code, name, uscc, division_id, licence, contact, address)"
            " SELECT 'H-BENCH', 'bench', '', '50', '', '', '' ON CONFLICT DO NOTHING"
        )
        cursor.execute("SELECT id FROM funds_host WHERE code = 'H-BENCH'")
        host = cursor.fetchone()[0]
        cursor.execute(MAKE_FUNDS, {"host": host, "every": 10, "funds": FUNDS})
        cursor.execute(MAKE_FLOWS, {"funds": FUNDS, "months": 24 if full else 2})
    if full:
        make_postings(5_000_000, funds=FUNDS)
    rebuild_totals()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE funds_divisiontotal")
    for name, code in (("nation", ""), ("province 44", "44")):
        value = sql_milliseconds(lambda code=code: child_totals(code))  # type: ignore[misc]
        report(f"roll-up of the {name}", value, LIMIT_MS, unit="ms", at_most=1.0)
