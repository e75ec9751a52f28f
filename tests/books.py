"""After a test that moved money, the books must still prove themselves."""

from apps.core.checks import collect, run


def assert_books_clean(room: str = "") -> None:
    """Run the invariants of every app, or of one, and fail with the rows that break one.

    A room's own tests may stop at its own: the ledger's, say, know no funds.
    """
    broken = run(check for check in collect() if check.name.startswith(room))
    assert not broken, "\n".join(f"{violation.name}: {violation.rows}" for violation in broken)
