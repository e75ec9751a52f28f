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
ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--machine-runs", type=int, default=200, help="examples per state machine")
    parser.addoption("--machine-steps", type=int, default=30, help="steps per example of a state machine")
    parser.addoption("--full", action="store_true", help="the full sizes instead of the gate's")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On SQLite leave out what needs PostgreSQL; said once by the runner, which counts it as its own part."""
    if not ON_POSTGRES:
        kept = [item for item in items if "postgres" not in item.keywords]
        config.hook.pytest_deselected(items=[item for item in items if "postgres" in item.keywords])
        items[:] = kept


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
