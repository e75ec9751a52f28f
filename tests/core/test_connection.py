"""A connection that the server closed is noticed before the next request, without asking the server each time."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core.compiled import asking
from apps.core.models import ContentVersion


def _end_connection() -> None:
    """What a restart of the server does to a connection."""
    other = connection.copy()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        time.sleep(0.2)
    finally:
        other.close()


CURSORS: list[Callable[[], Any]] = [connection.cursor, lambda: connection.prepared_cursor()]  # type: ignore[attr-defined]


@pytest.mark.postgres
@pytest.mark.parametrize("cursor_of", CURSORS)
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_ended_is_opened_anew(cursor_of: Callable[[], Any]) -> None:
    connection.ensure_connection()
    assert connection.is_usable()
    _end_connection()
    assert not connection.is_usable()
    connection.close()
    _end_connection()
    connection.health_check_enabled, connection.health_check_done = True, False
    with CaptureQueriesContext(connection), cursor_of() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    assert connection.is_usable()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_busy_statements_are_planned_once_and_outlive_a_rolled_back_transaction() -> None:
    ContentVersion.objects.create(key="site", version=7)

    def ask() -> Any:
        with asking() as cursor:
            cursor.execute("SELECT version FROM core_contentversion WHERE key = %s", ["site"])
            return cursor.fetchone()

    for _turn in range(8):
        assert ask() == (7,)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT SUM(generic_plans + custom_plans) FROM pg_prepared_statements WHERE statement LIKE %s",
            ["SELECT version FROM core_contentversion%"],
        )
        assert cursor.fetchone() == (8,)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ask()
        raise ZeroDivisionError
    assert ask() == (7,)
    connection.close()
    assert ask() == (7,)
