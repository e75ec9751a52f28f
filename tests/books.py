"""After a test that moved money, the books must still prove themselves."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection

from apps.core import clock
from apps.core.checks import Check, Violation, collect, run

Statement = tuple[str, Any]
# By the name of a check and the day: what it asks while it finds nothing.
_asked: dict[tuple[str, date], list[Statement]] = {}


def assert_books_clean(*rooms: str) -> None:
    """Run the invariants of every app, or of some, and fail with the rows that break one.

    A room's own tests may stop at its own: the ledger's, say, know no funds.
    """
    found = [broken(check) for check in collect() if check.name.startswith(rooms or "")]
    violations = [violation for violation in found if violation is not None]
    assert not violations, "\n".join(f"{violation.name}: {violation.rows}" for violation in violations)


def broken(check: Check) -> Violation | None:
    """Return what breaks an invariant.

    Building a check's SQL takes ten times as long as the database's answer, and hundreds of tests ask the same. So what
    a check asks is kept once it was seen to get not a single row for any of its statements: when they give no row
    again, its code would go the same way and find nothing. Else it is run as it is, and so is one that does more than
    read.
    """
    key = (check.name, clock.day_of(clock.near()))
    if key in _asked and not any(map(_gives_rows, _asked[key])):
        return None
    statements: list[Statement] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        violations = run([check])
    only_reads = all(sql.lstrip(" (\n").startswith(("SELECT", "WITH")) for sql, _params in statements)
    if not violations and only_reads and not any(map(_gives_rows, statements)):
        _asked[key] = statements
    return violations[0] if violations else None


def _gives_rows(statement: Statement) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        return cursor.fetchone() is not None
