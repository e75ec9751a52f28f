"""After a test that moved money, the books must still prove themselves."""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any

import psycopg
from django.db import connection

from apps.core import clock
from apps.core.checks import Check, Violation, collect, run

Statement = tuple[str, list[Any]]
Key = tuple[str, date]
# By the name of a check and the day: what it asks while it finds nothing; and what many checks ask, in one statement.
_asked: dict[Key, list[Statement]] = {}
_together: dict[tuple[Key, ...], Statement] = {}
_every = cache(collect)
# How SQLite is given a moment.
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:")
# As many statements as a session of PostgreSQL keeps its plans of.
PREPARED = 200


def assert_books_clean(*rooms: str) -> None:
    """Run the invariants of every app, or of some, and fail with the rows that break one.

    A room's own tests may stop at its own: the ledger's, say, know no funds.
    """
    violations = violations_of([check for check in _every() if check.name.startswith(rooms or "")])
    assert not violations, "\n".join(f"{violation.name}: {violation.rows}" for violation in violations)


def violations_of(checks: list[Check]) -> list[Violation]:
    """Return what breaks invariants.

    Building a check's SQL takes ten times as long as the database's answer, and hundreds of tests ask the same. So what
    a check asks is kept once it was seen to get not a single row for any of its statements: while they give no row
    again, its code would go the same way and find nothing. Those of all checks are asked at once, and only those that
    get a row now are run.
    """
    day = clock.day_of(clock.near())
    known = tuple((check.name, day) for check in checks if (check.name, day) in _asked)
    gives_rows = dict(zip(known, _row(_all_of(known)) or (), strict=True)) if known else {}
    suspects = [check for check in checks if gives_rows.get((check.name, day), True)]
    return [violation for check in suspects if (violation := _broken(check, day)) is not None]


def _broken(check: Check, day: date) -> Violation | None:
    """Return what breaks an invariant. Keep what it asks if it only reads, whatever the hour, and gets no row."""
    statements: list[Statement] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        statements.append((sql, list(params or ())))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        violations = run([check])
    # What depends on the hour is asked anew.
    keeps = all(
        sql.lstrip(" (\n").startswith(("SELECT", "WITH")) and not any(map(_tells_the_hour, params))
        for sql, params in statements
    )
    if not violations and keeps and not any(map(_row, statements)):
        _asked[check.name, day] = statements
    return violations[0] if violations else None


def _all_of(known: tuple[Key, ...]) -> Statement:
    """Return one statement whose row tells of each of these checks whether anything that it asks gives a row."""
    if known not in _together:
        each = [" OR ".join(f"EXISTS ({sql})" for sql, _params in _asked[key]) or "1 = 0" for key in known]
        sql = f"SELECT {', '.join(each)}"
        params = [value for key in known for _sql, values in _asked[key] for value in values]
        _together[known] = (
            (connection.ops.compose_sql(sql, params), [])
            if connection.vendor == "postgresql"
            else (sql, params)
        )
    return _together[known]


def _tells_the_hour(value: Any) -> bool:
    return isinstance(value, datetime) or bool(isinstance(value, str) and MOMENT.match(value))


def _row(statement: Statement) -> tuple[Any, ...] | None:
    """Return a statement's first row, if it gives one."""
    if connection.vendor == "postgresql" and not statement[1]:
        # Asked before, and not planned again, which takes PostgreSQL longer than to answer.
        connection.ensure_connection()
        connection.connection.prepared_max = PREPARED
        return psycopg.Cursor(connection.connection).execute(statement[0], prepare=True).fetchone()
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
