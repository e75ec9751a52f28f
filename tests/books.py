"""After a test that moved money, the books must still prove themselves."""

from apps.core.checks import collect, run


def assert_books_clean() -> None:
    """Run every invariant of every app and fail with the rows that break one."""
    broken = run(collect())
    assert not broken, "\n".join(f"{violation.name}: {violation.rows}" for violation in broken)
