"""Postings by the million, written past the triggers as a restore would."""

from django.db import connection

ENTRIES = """
INSERT INTO ledger_entry (kind, source, host, period_id, day, memo, posted_at)
SELECT 'donation', 'B' || %(start)s + n, 'H-BENCH', p.id, p.month + (n %% 28)::int, '', now()
FROM generate_series(1, %(entries)s) n
JOIN (SELECT id, month, row_number() OVER (ORDER BY month) - 1 AS place FROM ledger_period WHERE host = 'H-BENCH') p
  ON p.place = n %% 24
"""
POSTINGS = """
INSERT INTO ledger_posting (entry_id, account_id, host, fund, restriction, project, donor, amount)
SELECT e.id, line.account, 'H-BENCH', 'B' || e.id %% %(funds)s, 'R' || e.id %% %(funds)s, '', '', line.amount
FROM ledger_entry e, (VALUES ('bank_deposits', 100), ('donation_income', -100)) line(account, amount)
WHERE e.host = 'H-BENCH' AND NOT EXISTS (SELECT FROM ledger_posting p WHERE p.entry_id = e.id)
"""
BALANCES = """
INSERT INTO ledger_balance (account_id, host, fund, restriction, amount)
SELECT account_id, host, fund, restriction, sum(amount) FROM ledger_posting WHERE host = 'H-BENCH'
GROUP BY account_id, host, fund, restriction
ON CONFLICT (fund, restriction, account_id, host) DO UPDATE SET amount = excluded.amount
"""


def make_postings(postings: int, *, funds: int) -> None:
    """Write this many postings of invented gifts over `funds` funds and 24 months, with their balance rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO ledger_period (host, month, is_closed)"
            " SELECT 'H-BENCH', (date '2024-12-01' + n * interval '1 month')::date, false FROM generate_series(0, 23) n"
            " ON CONFLICT DO NOTHING"
        )
        cursor.execute("SELECT count(*) FROM ledger_entry WHERE host = 'H-BENCH'")
        have: int = cursor.fetchone()[0]
        missing = postings // 2 - have
        if missing > 0:
            numbers = {"start": have, "entries": missing, "funds": funds}
            cursor.execute(ENTRIES, numbers)
            cursor.execute(POSTINGS, numbers)
            cursor.execute(BALANCES)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE ledger_posting, ledger_balance, ledger_entry")
