"""check_books finds every kind of damage, and says which invariant it broke."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.core import checks, clock
from apps.ledger import services
from apps.ledger.checks import CHECKS
from apps.ledger.rules import Draft, Line
from tests.books import assert_books_clean
from tests.cast import Cast

HOST, FUND, LIMIT = "H-QJ", "F-BBT", "F-BBT-G"


def sql(*statements: str) -> Callable[[], None]:
    def damage() -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    return damage


def books_with_a_closed_april() -> None:
    with clock.set_to(datetime(2026, 5, 20, tzinfo=UTC)):
        for number, day in enumerate((date(2025, 12, 3), date(2026, 4, 3), date(2026, 5, 3)), 1):
            lines = [Line("bank_deposits", 500, FUND, LIMIT), Line("donation_income", -500, FUND, LIMIT)]
            services.post(Draft("donation", f"D{number}", HOST, day, lines))
        services.close_month(HOST, date(2025, 12, 1), by=None)
        services.close_month(HOST, date(2026, 4, 1), by=None)
        entry = services.post(Draft("donation", "D9", HOST, date(2026, 5, 4), lines))
        services.reverse(entry.pk, source="R9", day=date(2026, 5, 4))
        services.take_unfolded(2)


UNGUARDED = {
    "ledger.balances_are_sums": sql(
        "UPDATE ledger_balance SET amount = amount + 1 WHERE account_id = 'bank_deposits'"
    ),
    "ledger.flows_are_sums": sql("UPDATE ledger_flowtotal SET amount = amount + 1"),
    "ledger.chart_complete": sql(
        "UPDATE ledger_chartcode SET code = '9999' WHERE account_id = 'relics' AND chart = '2026'"
    ),
    "ledger.closed_stays_closed": sql(
        "UPDATE ledger_period SET closed_at = '2026-01-01T00:00:00Z' WHERE is_closed"
    ),
    "ledger.closed_is_closed": sql("UPDATE ledger_period SET is_closed = NOT is_closed"),
    "ledger.conversion_holds": sql(
        "DELETE FROM ledger_chartcode WHERE account_id = 'bank_deposits' AND chart = '2026'"
    ),
}
GUARDED = {
    "ledger.entries_balanced": sql(
        "UPDATE ledger_posting SET amount = amount + 1 WHERE id = (SELECT MIN(id) FROM ledger_posting)"
    ),
    "ledger.entries_have_lines": sql(
        "DELETE FROM ledger_posting WHERE entry_id = (SELECT MAX(id) FROM ledger_entry)"
    ),
    "ledger.one_host_per_entry": sql(
        "UPDATE ledger_entry SET host = 'H-X' WHERE id = (SELECT MAX(id) FROM ledger_entry)"
    ),
    "ledger.reversals_mirror": sql(
        "UPDATE ledger_posting SET fund = 'F-X' WHERE entry_id = (SELECT MAX(id) FROM ledger_entry)"
    ),
    "ledger.no_zero_lines": sql(
        "ALTER TABLE ledger_posting DROP CONSTRAINT posting_not_zero", "UPDATE ledger_posting SET amount = 0"
    ),
}


def broken_by(damage: Callable[[], None]) -> set[str]:
    books_with_a_closed_april()
    assert checks.run(CHECKS) == []
    damage()
    return {violation.name for violation in checks.run(CHECKS)}


@pytest.mark.django_db
@pytest.mark.parametrize("name", UNGUARDED)
def test_damage_to_what_is_derived_is_found(name: str) -> None:
    assert name in broken_by(UNGUARDED[name])


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("name", GUARDED)
def test_damage_by_someone_who_stepped_over_the_triggers_is_found(name: str) -> None:
    def damage() -> None:
        sql("SET CONSTRAINTS ALL IMMEDIATE", "SET session_replication_role = replica")()
        GUARDED[name]()
        sql("SET session_replication_role = DEFAULT")()

    assert name in broken_by(damage)


def test_every_invariant_has_its_damage() -> None:
    assert {check.name for check in CHECKS} == {*UNGUARDED, *GUARDED}


def test_the_command_is_silent_about_clean_books_and_fails_on_damaged_ones(cast: Cast) -> None:
    lines = [Line("bank_deposits", 500, cast.general.code), Line("other_income", -500, cast.general.code)]
    services.post(Draft("interest", "I1", cast.host.code, date(2026, 5, 4), lines))
    assert_books_clean()
    out = StringIO()
    call_command("check_books", stdout=out)
    assert "✗" not in out.getvalue()
    UNGUARDED["ledger.balances_are_sums"]()
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("check_books", stdout=out)
    assert refusal.value.returncode == 1
    assert "✗ ledger.balances_are_sums" in out.getvalue()
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("check_books", "--json", stdout=out)
    found = {broken["name"]: broken["rows"] for broken in json.loads(out.getvalue())["broken"]}
    assert found["ledger.balances_are_sums"][0]["account_id"] == "bank_deposits"
