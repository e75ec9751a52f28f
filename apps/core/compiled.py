"""Queries of busy pages: written with the ORM, turned into SQL once, then asked again and again with other values.

Django builds a queryset and its SQL anew each time, which takes several times as long as the database's answer. Where
a page asks the same question for every visitor, the question is written with `Param` where a value will stand:

    _by_code = Compiled(lambda: Fund.objects.select_related("host").filter(code=Param("code")))
    fund = _by_code.first(code="F-1")

What comes back is what the queryset would give: instances with what they were joined with, or `values_list` rows.
Nothing of a day or a language may stand in the queryset itself, nor a `prefetch_related`.
"""

import copy
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Expression, QuerySet

from apps.core.sets import array_text

Row = TypeVar("Row")


def asking() -> CursorWrapper:
    """Return a cursor for a statement that is asked again and again; PostgreSQL then plans it once per connection."""
    return _cursor_of(connections[DEFAULT_DB_ALIAS])


def _cursor_of(own: Any) -> CursorWrapper:
    cursor: Callable[[], CursorWrapper] = own.prepared_cursor if own.vendor == "postgresql" else own.cursor
    return cursor()


class Param(Expression):
    """The place of a value in a compiled query: `code=Param("code")`."""

    allowed_default = False

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Stand among the SQL's parameters until the query is asked."""
        return "%s", [self]

    def written(self, value: Any) -> Any:
        """Return a value as the database takes it. Raises ValueError for None, which SQL compares in another way."""
        if value is None:
            raise ValueError(f"{self.name}: nothing is looked for by another query")
        if isinstance(value, datetime):
            return connection.ops.adapt_datetimefield_value(value)
        return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


class Params(Param):
    """The place of any number of values: `code__in=Params("codes", "text")`."""

    def __init__(self, name: str, kind: Literal["text", "bigint"]) -> None:
        super().__init__(name)
        self.kind = kind

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Be a subquery over one parameter, however many values it holds."""
        if connection.vendor == "postgresql":
            return f"(SELECT unnest(%s::{self.kind}[]))", [self]
        return "(SELECT value FROM json_each(%s))", [self]

    def written(self, value: Any) -> Any:
        """Return the values as one parameter."""
        values = list(value)
        return array_text(values) if connection.vendor == "postgresql" else json.dumps(values)


class _But:
    """Something as it is, but for a few attributes."""

    def __init__(self, thing: Any, **attributes: Any) -> None:
        self._thing = thing
        self.__dict__.update(attributes)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._thing, name)


class Compiled(Generic[Row]):
    """A question that is compiled when it is first asked. `build` returns it as a queryset with `Param`s."""

    def __init__(self, build: Callable[[], QuerySet[Any, Row]]) -> None:
        self._build = build
        self._ready: tuple[Any, Any, str, Sequence[Any], Any] | None = None

    def _compiled(self) -> tuple[Any, Any, str, Sequence[Any], Any]:
        """Return (queryset, compiler, SQL, its parameters, the converters of its columns)."""
        if self._ready is None:
            queryset: Any = self._build()
            compiler = queryset.query.get_compiler(using=queryset.db)
            sql, parameters = compiler.as_sql()
            columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
            self._ready = queryset, compiler, sql, parameters, compiler.get_converters(columns)
        return self._ready

    def __call__(self, **values: Any) -> Iterator[Row]:
        """Ask with these values and yield the rows. Raises KeyError when one is missing."""
        queryset, compiler, sql, parameters, converters = self._compiled()
        asked = [part.written(values[part.name]) if isinstance(part, Param) else part for part in parameters]
        ready = copy.copy(compiler)
        # Each thread has its own connection; the rest was worked out once.
        own = connections[DEFAULT_DB_ALIAS]
        ready.connection = _But(own, cursor=lambda: _cursor_of(own))
        ready.as_sql = lambda: (sql, asked)
        ready.get_converters = lambda _columns: converters
        query = _But(queryset.query, get_compiler=lambda *_args, **_options: ready)
        rows: Iterator[Row] = iter(queryset._iterable_class(_But(queryset, query=query)))
        return rows

    def rows(self, **values: Any) -> list[Row]:
        """Return all rows."""
        return list(self(**values))

    def first(self, **values: Any) -> Row | None:
        """Return the first row, or None."""
        return next(self(**values), None)
