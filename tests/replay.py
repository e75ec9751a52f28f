"""What many tests begin with is written once in a process by the rooms' own verbs; then its rows are put back.

A committee, money and a carried vote take a quarter of a second to write and a few milliseconds to put back.
"""

import pickle
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import IntegrityError, connection, transaction

from apps.core import clock
from apps.disclosure import bodies

Beginning = TypeVar("Beginning")
# Of each table, its rows as PostgreSQL writes them.
Rows = dict[str, set[str]]


class _Otherwise(Exception):
    """The rows are not those that were found when it was written."""


@dataclass(frozen=True)
class _Written:
    """What a call changed, and what it returned."""

    gone: Rows
    come: Rows
    returned: bytes

    def put_back(self) -> None:
        """Write the rows, stepping over triggers the way a restore does. Raises _Otherwise or IntegrityError."""
        new = (
            f"INSERT INTO {name} SELECT * FROM unnest({_texts(rows)}::{name}[])"
            for name, rows in self.come.items()
        )
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for name, rows in self.gone.items():
                cursor.execute(f"DELETE FROM {name} AS one WHERE one::text = ANY({_texts(rows)})")
                if cursor.rowcount != len(rows):
                    raise _Otherwise
            cursor.execute("; ".join([*new, "SET LOCAL session_replication_role = DEFAULT"]))


def replayed(make: Callable[..., Beginning]) -> Callable[..., Beginning]:
    """Call `make` once in this process; after that, put back the rows that it wrote and return a copy of its answer.

    For what tests begin with: `make` takes nothing or the cast, and nothing else stands before it. It is called where
    its ids are taken or rows are not as they were, and on SQLite, which cannot step over its triggers.
    """
    kept: dict[object, _Written] = {}

    @wraps(make)
    def begin(*casts: Any) -> Beginning:
        if connection.vendor != "postgresql":
            return make(*casts)
        # Moments that it wrote are past in whichever time a test lives.
        lived_in = (*(cast.fund.pk for cast in casts), *clock._set_to[-1:])
        if (written := kept.get(lived_in)) is not None:
            with suppress(IntegrityError, _Otherwise):
                written.put_back()
                # The same codes and versions come again: what a process knows of them is another test's.
                bodies.forget()
                cache.clear()
                again: Beginning = pickle.loads(written.returned)
                return again
            return make(*casts)
        before = _rows()
        made = make(*casts)
        written = _difference(before, _rows(), pickle.dumps(made))
        # Of a table that is added to, what stood there before is not put back.
        if casts or not before.keys() & written.come.keys():
            kept[lived_in] = written
        return made

    return begin


def _rows() -> Rows:
    """Return everything in the database."""
    found: Rows = {}
    names = [connection.ops.quote_name(name) for name in connection.introspection.table_names()]
    each = (f"SELECT '{name}', one::text FROM {name} AS one" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each))
        for name, row in cursor.fetchall():
            found.setdefault(name, set()).add(row)
    return found


def _difference(before: Rows, after: Rows, returned: bytes) -> _Written:
    """Return what leads from one to the other."""
    return _Written(_more(before, after), _more(after, before), returned)


def _more(these: Rows, those: Rows) -> Rows:
    """Return the rows that only the first have."""
    return {name: more for name, rows in sorted(these.items()) if (more := rows - those.get(name, set()))}


def _texts(rows: set[str]) -> str:
    """Return rows as an array of SQL, in the order of their ids, as far as texts have it."""
    return connection.ops.compose_sql("%s::text[]", [sorted(rows, key=lambda row: (len(row), row))])
