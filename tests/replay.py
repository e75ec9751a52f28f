"""What many tests begin with is written once in a process by the rooms' own verbs; then its rows are put back.

A committee, money and a carried vote take a quarter of a second to write and a few milliseconds to put back.
"""

import pickle
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.db import IntegrityError, connection, transaction

from apps.core import clock

Beginning = TypeVar("Beginning")
# Of each table, its rows as PostgreSQL writes them.
Rows = dict[str, set[str]]


@dataclass(frozen=True)
class _Written:
    """What a call changed, as statements, and what it returned."""

    statements: str
    returned: bytes


def replayed(make: Callable[..., Beginning]) -> Callable[..., Beginning]:
    """Call `make` once in this process; after that, put back the rows that it wrote and return a copy of its answer.

    For what tests begin with: `make` takes nothing or the cast, and finds the same rows each time, as those that it
    builds upon are put back with their ids. It is called where the ids are taken, and on SQLite, which cannot step over
    its triggers.
    """
    kept: dict[object, _Written] = {}

    @wraps(make)
    def begin(*casts: Any) -> Beginning:
        if connection.vendor != "postgresql":
            return make(*casts)
        # Moments that it wrote are past in whichever time a test lives.
        lived_in = (*(cast.fund.pk for cast in casts), *clock._set_to[-1:])
        if (written := kept.get(lived_in)) is not None:
            with suppress(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(written.statements)
                again: Beginning = pickle.loads(written.returned)
                return again
            return make(*casts)
        before = _rows()
        made = make(*casts)
        kept[lived_in] = _Written(_difference(before, _rows()), pickle.dumps(made))
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


def _difference(before: Rows, after: Rows) -> str:
    """Return the statements that lead from one to the other, stepping over triggers the way a restore does."""
    statements = ["SET LOCAL session_replication_role = replica"]
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, set()), after.get(name, set())
        if gone := old - new:
            statements.append(f"DELETE FROM {name} AS one WHERE one::text = ANY({_texts(gone)})")
        if come := new - old:
            statements.append(f"INSERT INTO {name} SELECT * FROM unnest({_texts(come)}::{name}[])")
    return "; ".join([*statements, "SET LOCAL session_replication_role = DEFAULT"])


def _texts(rows: set[str]) -> str:
    """Return rows as an array of SQL, in the order of their ids, as far as texts have it."""
    return connection.ops.compose_sql("%s::text[]", [sorted(rows, key=lambda row: (len(row), row))])
