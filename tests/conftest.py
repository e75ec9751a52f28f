"""Fixtures that every test may use; the cast is in `tests/cast.py`."""

import os
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

from tests.cast import Cast, make_cast

settings.register_profile(
    "house",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    print_blob=True,
)
settings.load_profile("house")

# Rows that migrations wrote; emptying a database between committing tests keeps them.
REFERENCE_TABLES = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "ledger_account",
    "ledger_chartcode",
}
DATABASE_FIXTURES = {"db", "transactional_db"}
# Their queries write SQL by database and have no tests beneath the pages.
PAGES_WITH_SQL_OF_THEIR_OWN = {"disclosure", "desk"}
ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--machine-runs", type=int, default=200, help="examples per state machine")
    parser.addoption("--machine-steps", type=int, default=30, help="steps per example of a state machine")
    parser.addoption("--full", action="store_true", help="the full sizes instead of the gate's")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs PostgreSQL on SQLite, and on PostgreSQL what another database cannot change.

    That is: tests that never ask the database, and forms and buttons of the workbench, whose verbs and queries are
    tried there by themselves.
    """
    left_out = [item for item in items if not _runs_here(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _runs_here(item)]


def _runs_here(item: pytest.Item) -> bool:
    if "postgres" in item.keywords:
        return ON_POSTGRES
    if not ON_POSTGRES or "browser" in item.keywords:
        return True
    asks = item.get_closest_marker("django_db") is not None or DATABASE_FIXTURES & set(
        getattr(item, "fixturenames", ())
    )
    room = item.path.parent.name
    return bool(asks) and ("pages" not in item.path.stem or room in PAGES_WITH_SQL_OF_THEIR_OWN)


def _empty_tables(_case: TransactionTestCase) -> None:
    """Empty all tables after a committing test. Append-only triggers refuse that to everyone, so the session steps
    over triggers the way a restore does."""
    tables = [name for name in connection.introspection.table_names() if name not in REFERENCE_TABLES]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE " + ", ".join(connection.ops.quote_name(name) for name in tables))
        cursor.execute("SET session_replication_role = DEFAULT")


if ON_POSTGRES:
    TransactionTestCase._fixture_teardown = _empty_tables  # type: ignore[method-assign]


@pytest.fixture
def full(request: pytest.FixtureRequest) -> bool:
    """Whether the full sizes were asked for."""
    return bool(request.config.getoption("--full"))


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """The people, host and funds that most tests need."""
    yield make_cast()
