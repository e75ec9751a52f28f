"""A connection that the server closed is noticed before the next request, without asking the server each time."""

import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


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


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_ended_is_opened_anew(client: Client) -> None:
    connection.ensure_connection()
    assert connection.is_usable()
    _end_connection()
    assert not connection.is_usable()
    connection.close()
    _end_connection()
    connection.health_check_enabled, connection.health_check_done = True, False
    with CaptureQueriesContext(connection), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    assert connection.is_usable()
