"""Fixtures that every test may use; the cast is in `tests/cast.py`."""

import gc
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from apps.core import clock
from tests.cast import Cast, make_cast
from tests.migrated import sqlite_template
from tests.replay import replayed

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
# Their queries have no tests beneath the pages, so that the pages are tried where a district runs.
ROOMS_OF_PAGES = {"disclosure", "desk"}
# They ask through the ORM only, so that the gate tries their verbs on one database.
ROOMS_WITHOUT_SQL = {
    "funds",
    "registry",
    "projects",
    "donations",
    "governance",
    "grants",
    "seeding",
    "finance",
}
ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
cast_again = replayed(make_cast)
# A Saturday noon in Shanghai, at which tests live: what they find must not depend on the day they run.
PRESENT = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--machine-runs", type=int, default=200, help="examples per state machine")
    parser.addoption("--machine-steps", type=int, default=30, help="steps per example of a state machine")
    parser.addoption("--full", action="store_true", help="the full sizes instead of the gate's")
    parser.addoption("--gate", action="store_true", help="leave out what the other database's run tries")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs PostgreSQL on SQLite and, in the gate, what the other database's run tries.

    The gate tries on SQLite what never asks the database, forms and buttons of the workbench, state machines and the
    rooms that write SQL; on PostgreSQL, where a district runs, every verb and query, public pages and races.
    """
    gate = config.getoption("--gate")
    left_out = [item for item in items if not _runs_here(item, gate=gate)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _runs_here(item, gate=gate)]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was collected lives until the end: rubbish is not looked for in it."""
    gc.collect()
    gc.freeze()


def _runs_here(item: pytest.Item, *, gate: bool) -> bool:
    if "postgres" in item.keywords:
        return ON_POSTGRES
    if "browser" in item.keywords or not gate:
        return True
    asks = item.get_closest_marker("django_db") is not None or DATABASE_FIXTURES & set(
        getattr(item, "fixturenames", ())
    )
    room, topic = item.path.parent.name, item.path.stem
    is_dear = "dear" in item.keywords
    if ON_POSTGRES:
        return bool(asks) and not is_dear and ("pages" not in topic or room in ROOMS_OF_PAGES)
    verbs = room in ROOMS_WITHOUT_SQL and "pages" not in topic and "machine" not in topic
    left_out = asks and (verbs or room in ROOMS_OF_PAGES)
    return not left_out or is_dear or "both_databases" in item.keywords


def _copy_migrated() -> None:
    with closing(sqlite3.connect(sqlite_template())) as migrated:
        migrated.backup(connection.connection)


def _empty_tables(_case: TransactionTestCase) -> None:
    """Make the database as migrations left it after a committing test. Append-only triggers refuse that to everyone, so
    on PostgreSQL the session steps over triggers the way a restore does."""
    if not ON_POSTGRES:
        connection.ensure_connection()
        _copy_migrated()
        return
    names = [name for name in connection.introspection.table_names() if name not in REFERENCE_TABLES]
    tables = [connection.ops.quote_name(name) for name in names]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(filled)
        # Few of two hundred tables have rows, and to truncate one takes longer than to delete them.
        rows = "; ".join(f"DELETE FROM {name}" for (name,) in cursor.fetchall())
        cursor.execute(
            f"SET session_replication_role = replica; {rows}; SET session_replication_role = DEFAULT"
        )


TransactionTestCase._fixture_teardown = _empty_tables  # type: ignore[method-assign]  # for every committing test


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Give each test process its copy of a migrated database: in memory on SQLite, of `TEST_TEMPLATE` on PostgreSQL."""
    with django_db_blocker.unblock():
        creation = connection.creation
        name = creation._get_test_db_name()
        if ON_POSTGRES:
            creation._create_test_db(verbosity=0, autoclobber=True)
        connection.close()
        connection.settings_dict["NAME"] = django_settings.DATABASES["default"]["NAME"] = name
        connection.ensure_connection()
        if not ON_POSTGRES:
            _copy_migrated()
    yield
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture(autouse=True)
def present(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold the clock at one moment, but not where others read theirs: races, processes, the payment stand-in."""
    reads_another = {"postgres", "browser", "real_clock"} & set(request.node.keywords)
    if reads_another or "stand_in" in request.fixturenames:
        yield
        return
    with clock.set_to(PRESENT):
        yield


@pytest.fixture
def full(request: pytest.FixtureRequest) -> bool:
    """Whether the full sizes were asked for."""
    return bool(request.config.getoption("--full"))


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """The people, host and funds that most tests need."""
    yield cast_again()
