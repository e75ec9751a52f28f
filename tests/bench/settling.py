"""Settling gifts from one inbox, against pgbench with one function call per gift that does the same writes and
triggers."""

import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from django.db import connection
from django.test import override_settings

from apps.donations.providers.base import PaymentFact
from apps.donations.services import settle
from tests.bench.measure import interleaved, report

CLIENTS = 4
FUNCTION = """
CREATE SEQUENCE IF NOT EXISTS bench_gift_number;
CREATE OR REPLACE FUNCTION bench_gift(first bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint := first + nextval('bench_gift_number');
    gift donations_donation; cost bigint; book text; held text; entry bigint; event bigint;
BEGIN
    SELECT * INTO STRICT gift FROM donations_donation
        WHERE id = wanted FOR NO KEY UPDATE;
    SELECT code INTO STRICT book FROM funds_fund WHERE id = gift.fund_id;
    SELECT code INTO STRICT held FROM donations_donor WHERE id = gift.donor_id;
    cost := gift.amount * 29 / 1000;
    SELECT id INTO STRICT event FROM donations_providerevent
        WHERE provider = 'stripe' AND event_id = 'evt_' || gift.code FOR NO KEY UPDATE;
    UPDATE donations_providerevent SET state = 'done', handled_at = clock_timestamp() WHERE id = event;
    UPDATE donations_donation SET state = 'booked', booked_at = clock_timestamp(), payment_id = 'pi_' || code,
        fee = cost, day = current_date WHERE id = gift.id;
    INSERT INTO ledger_entry (kind, source, host, period_id, day, memo, posted_at)
        SELECT 'donation', gift.code, 'H-SETTLE', id, current_date, '', clock_timestamp() FROM ledger_period
        WHERE host = 'H-SETTLE' AND month = date_trunc('month', current_date) AND NOT is_closed FOR SHARE
        RETURNING id INTO STRICT entry;
    INSERT INTO ledger_posting (entry_id, account_id, host, fund, restriction, project, donor, amount) VALUES
        (entry, 'donation_income', 'H-SETTLE', book, gift.restriction, '', held, -gift.amount),
        (entry, 'provider_money', 'H-SETTLE', book, gift.restriction, '', held, gift.amount - cost),
        (entry, 'fundraising_expense', 'H-SETTLE', book, gift.restriction, '', held, cost);
    INSERT INTO ledger_balance (account_id, host, fund, restriction, amount) VALUES
        ('donation_income', 'H-SETTLE', book, gift.restriction, -gift.amount),
        ('fundraising_expense', 'H-SETTLE', book, gift.restriction, cost),
        ('provider_money', 'H-SETTLE', book, gift.restriction, gift.amount - cost)
        ON CONFLICT (fund, restriction, account_id, host)
        DO UPDATE SET amount = ledger_balance.amount + excluded.amount;
    INSERT INTO ledger_unfolded (entry_id) VALUES (entry);
    INSERT INTO core_auditevent (at, verb, subject_kind, subject_code, facts)
        VALUES (clock_timestamp(), 'book_gift', 'donations.donation', gift.code,
                jsonb_build_object('amount', gift.amount, 'fee', cost, 'channel', 'stripe'));
    -- The version of the whole site is left out: one row for all would only hold the clients up.
    INSERT INTO core_contentversion (key, version) VALUES ('fund:' || book, 1)
        ON CONFLICT (key) DO UPDATE SET version = core_contentversion.version + 1;
END $$;
"""
PLACES = """
INSERT INTO divisions_division (code, name, level) VALUES ('50', '重庆市', 1) ON CONFLICT DO NOTHING;
INSERT INTO funds_host (code, name, uscc, division_id, licence, contact, address)
    VALUES ('H-SETTLE', 'bench', 'S', '50', '', '', '');
INSERT INTO funds_fund (code, host_id, division_id, kind, state, name, purpose, agreement, opened_on, suspended_for)
    SELECT 'S' || n, h.id, '50', 'community', 'open', 'S' || n, '', '', date '2024-01-01', ''
    FROM generate_series(1, 100) n, funds_host h WHERE h.code = 'H-SETTLE';
INSERT INTO donations_donor (code, kind, name_sealed, contact_sealed, contact_index, name_index, created_at)
    VALUES ('D-SETTLE', 'person', '', '', '', '', now());
INSERT INTO ledger_period (host, month, is_closed)
    VALUES ('H-SETTLE', date_trunc('month', current_date), false) ON CONFLICT DO NOTHING;
"""
GIFTS = """
INSERT INTO donations_donation (code, host_id, fund_id, restriction, donor_id, channel, state, amount, fee, refunded,
        name_choice, public_name, shows_amount, message, dedication_kind, dedication_sealed, public_dedication,
        handler, wish, session_id, started_at)
    SELECT 'SG' || n, f.host_id, f.id, f.code || '-G', d.id, 'stripe', 'started', 5000, 0, 0, 'anonymous', '', true, '',
        '', '', '', '', '',
        'cs_SG' || n, now()
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) n JOIN funds_fund f ON f.code = 'S' || (1 + n %% 100),
        donations_donor d WHERE d.code = 'D-SETTLE' ORDER BY n RETURNING id
"""
EVENTS = """
INSERT INTO donations_providerevent (provider, event_id, kind, object_id, state, reason, received_at)
    SELECT 'stripe', 'evt_SG' || n, 'checkout.session.completed', 'cs_SG' || n, 'new', '', now()
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) n ORDER BY n
"""
_made = 0


class AtOnce:
    """A provider in the place of Stripe that answers at once, in this process: every gift was paid."""

    name = "stripe"

    def is_open(self) -> bool:
        """Whether gifts can be paid like this now."""
        return True

    def account(self) -> "AtOnce":
        """It tells of payments by itself."""
        return self

    def look_up(self, _kind: str, session: str) -> list[PaymentFact]:
        """Return what was paid on a page."""
        code = session.removeprefix("cs_")
        return [PaymentFact(session, f"pi_{session}", code, "paid", 5000, "cny", fee=145)]


def _make(count: int) -> int:
    """Write gifts that wait and their events; return the first gift's id."""
    global _made
    bounds = {"first": _made + 1, "last": _made + count}
    _made += count
    with connection.cursor() as cursor:
        cursor.execute(GIFTS, bounds)
        first: int = min(row[0] for row in cursor.fetchall())
        cursor.execute(EVENTS, bounds)
        cursor.execute("ANALYZE donations_donation, donations_providerevent")
    return first


def _by_pgbench(count: int) -> float:
    """Return gifts a second, one function call each, from four clients."""
    first = _make(count)
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE bench_gift_number MINVALUE 0 RESTART WITH 0")
    where = connection.settings_dict
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "gift.sql"
        script.write_text(f"SELECT bench_gift({first});\n")
        command = [
            str(Path(os.environ["PG_PROGRAMS"]) / "pgbench"), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2",
            "-t", str(count // CLIENTS), "-f", str(script), "-h", where["HOST"], "-U", where["USER"], where["NAME"],
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None or "number of failed transactions: 0" not in done.stdout:
        sys.exit(f"pgbench: {done.stdout}{done.stderr}")
    return float(found[1])


def _work(_worker: int) -> int:
    """Do what the task does, over a connection of its own."""
    connection.close()
    total = 0
    while settled := settle():
        total += settled
    return total


def _settled(count: int, workers: int) -> float:
    """Return gifts a second, settled from one inbox by this many workers."""
    _make(count)
    connection.close()
    started = time.perf_counter()
    if workers == 1:
        settled = _work(0)
    else:
        with ProcessPoolExecutor(workers) as pool:
            settled = sum(pool.map(_work, range(workers)))
    taken = time.perf_counter() - started
    if settled != count:
        sys.exit(f"{settled} of {count} gifts were settled")
    return count / taken


@override_settings(PAYMENT_WAYS=["tests.bench.settling.AtOnce"])
def measure(*, full: bool) -> None:
    """Both do their share in turns; every gift is booked exactly once, and the balances prove it."""
    count = 40_000 if full else 8_000
    with connection.cursor() as cursor:
        cursor.execute(PLACES)
        cursor.execute(FUNCTION)
        # What the measure of webhooks brought is nobody's gift.
        cursor.execute("UPDATE donations_providerevent SET state = 'done' WHERE state = 'new'")
    limit, one, two = interleaved(
        [lambda: _by_pgbench(count), lambda: _settled(count, 1), lambda: _settled(count, 2)]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT -sum(amount) FROM ledger_balance"
            " WHERE host = 'H-SETTLE' AND account_id = 'donation_income'),"
            " (SELECT sum(amount) FROM donations_donation WHERE state = 'booked' AND session_id LIKE 'cs_SG%')"
        )
        booked, given = cursor.fetchone()
    if booked != given or given != _made * 5000:
        sys.exit(f"the books hold {booked}, {given} was given")
    report("settling gifts from one inbox, one worker", one, limit, unit="gifts/s", at_least=2.0)
    report("settling gifts from one inbox, two workers", two, limit, unit="gifts/s", at_least=2.0)
