"""Many at once, and people with a database prompt: what only a real PostgreSQL can show."""

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core import clock
from apps.core.checks import run
from apps.core.verdicts import Refused
from apps.ledger import queries, services
from apps.ledger.checks import CHECKS
from apps.ledger.rules import Draft, Line
from apps.ledger.services import calendar
from tests.books import assert_books_clean

HOST, LIMIT, MAY = "H-QJ", "G", date(2026, 5, 8)
FUNDS = ("F-A", "F-B", "F-C")
JULY = datetime(2026, 7, 1, tzinfo=UTC)
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def gift(source: str, amount: int = 100, fund: str = "F-A", day: date = MAY) -> Draft:
    lines = [Line("provider_money", amount, fund, LIMIT), Line("donation_income", -amount, fund, LIMIT)]
    return Draft("donation", source, HOST, day, lines)


def in_thread(work: Callable[[], object]) -> object:
    try:
        with clock.set_to(JULY):
            return work()
    finally:
        connection.close()


@pytest.fixture(autouse=True)
def in_july() -> Iterator[None]:
    with clock.set_to(JULY):
        yield


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as executor:
        yield executor


def test_eight_clients_with_overlapping_sets_book_each_gift_once(pool: ThreadPoolExecutor) -> None:
    everything = [gift(f"D{n}", n, FUNDS[n % 3]) for n in range(1, 601)]

    def settle(seed: int) -> dict[str, int]:
        dice, ids = random.Random(seed), {}
        for _set in range(15):
            some = dice.sample(everything, 60)
            ids |= dict(zip([draft.source for draft in some], services.post_many(some), strict=True))
        return ids

    answers = list(pool.map(lambda seed: in_thread(lambda: settle(seed)), range(8)))
    ids: dict[str, int] = {}
    for answer in answers:
        assert isinstance(answer, dict)
        for source, entry_id in answer.items():
            assert ids.setdefault(source, entry_id) == entry_id
    booked = [draft for draft in everything if draft.source in ids]
    assert len(set(ids.values())) == len(booked) > 500
    for fund in FUNDS:
        expected = sum(draft.lines[0].amount for draft in booked if draft.lines[0].fund == fund)
        assert queries.fund_balance(fund, host=HOST) == expected
    assert_books_clean("ledger")


def test_every_entry_is_folded_once_by_four_workers(pool: ThreadPoolExecutor) -> None:
    services.post_many([gift(f"D{n}", n, FUNDS[n % 3]) for n in range(1, 401)])

    def fold() -> int:
        total = 0
        while rows := services.take_unfolded(7):
            total += sum(row.amount for row in rows)
        return total

    parts = list(pool.map(lambda _n: in_thread(fold), range(4)))
    assert sum(part for part in parts if isinstance(part, int)) == sum(range(1, 401))
    assert queries.waiting_to_fold() == 0
    assert_books_clean("ledger")


def test_a_fold_that_fails_puts_its_entries_back() -> None:
    services.post(gift("D1"))
    with pytest.raises(RuntimeError), transaction.atomic():
        services.take_unfolded(10)
        raise RuntimeError
    assert queries.waiting_to_fold() == 1
    assert_books_clean("ledger")


def test_two_reversals_at_once_book_one(pool: ThreadPoolExecutor) -> None:
    booked = services.post(gift("D1"))
    start = threading.Barrier(6)

    def reverse(number: int) -> bool:
        start.wait()
        try:
            services.reverse(booked.pk, source=f"R{number}", day=MAY)
        except Refused:
            return False
        return True

    assert sum(map(bool, pool.map(lambda n: in_thread(lambda: reverse(n)), range(6)))) == 1
    assert queries.fund_balance("F-A", host=HOST) == 0
    assert_books_clean("ledger")


def close_while_a_gift_is_being_booked(pool: ThreadPoolExecutor) -> bool:
    """Close May in one client while another has booked a gift and not yet committed; return whether it waited."""
    services.post(gift("D0"))
    booked, go_on = threading.Event(), threading.Event()

    def book() -> None:
        with transaction.atomic():
            services.post(gift("D1", fund="F-B"))
            booked.set()
            assert go_on.wait(10)

    booking = pool.submit(in_thread, book)
    assert booked.wait(10)
    closing = pool.submit(in_thread, lambda: services.close_month(HOST, MAY, by=None))
    try:
        closing.result(timeout=1)
        waited = False
    except TimeoutError:
        waited = True
    go_on.set()
    booking.result(10)
    closing.result(10)
    return waited


def test_closing_waits_for_the_gift_being_booked(pool: ThreadPoolExecutor) -> None:
    assert close_while_a_gift_is_being_booked(pool)
    assert queries.balance("net_restricted", host=HOST) == -200
    assert_books_clean("ledger")


def test_control_without_the_shared_lock_a_closed_month_keeps_income(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "SHARED", "")
    assert not close_while_a_gift_is_being_booked(pool)
    assert {violation.name for violation in run(CHECKS)} == {"ledger.closed_is_closed"}


def test_booking_and_closing_at_once_never_leave_a_half_closed_month(pool: ThreadPoolExecutor) -> None:
    services.post(gift("D", day=date(2026, 1, 1)))

    def book(number: int) -> int:
        kept = 0
        for turn in range(40):
            try:
                services.post(gift(f"D{number}-{turn}", day=date(2026, 1 + turn % 6, 3)))
                kept += 1
            except Refused:
                pass
        return kept

    def close() -> int:
        for month in range(1, 7):
            while True:
                try:
                    services.close_month(HOST, date(2026, month, 1), by=None)
                    break
                except Refused:
                    services.close_month(HOST, date(2026, month - 1, 1), by=None)
        return 0

    jobs = [pool.submit(in_thread, lambda n=n: book(n)) for n in range(6)] + [pool.submit(in_thread, close)]
    kept = sum(job.result(60) for job in jobs)  # type: ignore[misc]
    assert queries.fund_balance("F-A", host=HOST) == 100 * (kept + 1)
    assert_books_clean("ledger")


def test_an_earlier_month_cannot_open_while_a_later_one_closes(pool: ThreadPoolExecutor) -> None:
    made, go_on = threading.Event(), threading.Event()

    def book_earlier() -> None:
        with transaction.atomic():
            services.post(gift("D1", day=date(2026, 4, 30)))
            made.set()
            assert go_on.wait(10)

    booking = pool.submit(in_thread, book_earlier)
    assert made.wait(10)
    closing = pool.submit(in_thread, lambda: services.close_month(HOST, MAY, by=None))
    go_on.set()
    booking.result(10)
    with pytest.raises(Refused, match="2026-04"):
        closing.result(10)
    assert_books_clean("ledger")


ENTRY = (
    "INSERT INTO ledger_entry (kind, source, host, period_id, day, memo, posted_at)"
    " SELECT kind, 'X', host, period_id, day, memo, now() FROM ledger_entry LIMIT 1 RETURNING id"
)
LINES = "INSERT INTO ledger_posting (entry_id, account_id, host, fund, restriction, project, donor, amount) VALUES "
ATTACKS = {
    "unbalanced": [("bank_deposits", "F-A", "", 5), ("donation_income", "F-A", "", -4)],
    "across funds": [("bank_deposits", "F-A", "", 5), ("donation_income", "F-B", "", -5)],
    "across restrictions": [("bank_deposits", "F-A", "G", 5), ("donation_income", "F-A", "", -5)],
    "zero": [("bank_deposits", "F-A", "", 0), ("donation_income", "F-A", "", 0)],
    "lone": [("bank_deposits", "F-A", "", 5)],
    "unknown account": [("bank", "F-A", "", 5), ("donation_income", "F-A", "", -5)],
    "no lines": [],
}


def add_lines(entry_id: int, lines: list[tuple[str, str, str, int]], host: str = HOST) -> None:
    values = ", ".join(["(%s, %s, %s, %s, %s, '', '', %s)"] * len(lines))
    flat = [
        value
        for account, fund, limit, amount in lines
        for value in (entry_id, account, host, fund, limit, amount)
    ]
    with connection.cursor() as cursor:
        cursor.execute(LINES + values, flat)


def new_entry() -> int:
    with connection.cursor() as cursor:
        cursor.execute(ENTRY)
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("lines", ATTACKS.values(), ids=ATTACKS.keys())
def test_raw_sql_cannot_book_a_bad_entry(lines: list[tuple[str, str, str, int]]) -> None:
    services.post(gift("D1"))
    with pytest.raises(IntegrityError), transaction.atomic():
        entry_id = new_entry()
        if lines:
            add_lines(entry_id, lines)
    assert queries.entry_of("donation", "X") is None
    assert_books_clean("ledger")


def test_raw_sql_cannot_book_for_another_host_nor_add_lines_later_nor_in_two_steps() -> None:
    old = services.post(gift("D1")).pk
    even = [("bank_deposits", "F-A", "", 5), ("donation_income", "F-A", "", -5)]
    with pytest.raises(IntegrityError), transaction.atomic():
        add_lines(new_entry(), even, host="H-OTHER")
    with pytest.raises(IntegrityError), transaction.atomic():
        add_lines(old, even)
    with pytest.raises(IntegrityError), transaction.atomic():
        entry_id = new_entry()
        add_lines(entry_id, even)
        add_lines(entry_id, even)
    assert_books_clean("ledger")


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_posting"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET host = host", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_raw_sql_cannot_change_or_remove_what_is_booked(table: str, deed: str) -> None:
    services.post(gift("D1"))
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(deed.format(table))
    assert_books_clean("ledger")


def test_raw_sql_cannot_book_in_a_closed_month_nor_in_another() -> None:
    services.post(gift("D1"))
    with (
        pytest.raises(IntegrityError, match="open month"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(ENTRY.replace("day, memo, now()", "day + 31, memo, now()"))
    services.close_month(HOST, MAY, by=None)
    with pytest.raises(IntegrityError, match="open month"), transaction.atomic():
        new_entry()
    assert_books_clean("ledger")
