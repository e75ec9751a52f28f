"""Many at once, on a real PostgreSQL: each in a thread with a connection of its own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import Context
from threading import Barrier
from typing import Any
from unittest import mock

from django.db import connection
from django.db.models import QuerySet

from apps.core import locking
from apps.core.verdicts import Refused

# In seconds, for all to have a connection.
PATIENCE = 60
# Threads and their connections serve one test after the other: PostgreSQL has to learn the tables anew for each new
# connection, which takes longer than most of what is asked over it.
_threads = ThreadPoolExecutor(max_workers=100, thread_name_prefix="crowd")


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run calls that begin at the same moment; return what each returned or raised."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        connection.ensure_connection()
        gate.wait(PATIENCE)
        try:
            return call()
        except Exception as error:
            return error

    # What a call leaves in its context, such as a language, is gone with it.
    turns = [_threads.submit(Context().run, run, call) for call in calls]
    return [turn.result() for turn in turns]


def errors(found: list[Any]) -> list[Exception | None]:
    """Return for each of the calls what it raised, or nothing."""
    return [one if isinstance(one, Exception) else None for one in found]


def passed(found: list[Any]) -> list[bool]:
    """Return for each of the calls whether it was not refused; any other error is raised."""
    for error in errors(found):
        if error is not None and not isinstance(error, Refused):
            raise error
    return [error is None for error in errors(found)]


@contextmanager
def unlocked() -> Iterator[None]:
    """Take row locks off: what verbs lock is only read. For controls, which fail then."""
    locking.question.cache_clear()
    try:
        with mock.patch.object(QuerySet, "select_for_update", lambda rows, *_args, **_options: rows.all()):
            yield
    finally:
        locking.question.cache_clear()
