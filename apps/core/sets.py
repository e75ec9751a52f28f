"""Writing many rows in one statement, the same way on PostgreSQL and SQLite."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection


def rows_source(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """Return a SQL table expression named `rows`, and its parameters.

    `columns` are (name, PostgreSQL type) pairs; on SQLite, values travel as one JSON array, so they must be numbers,
    text, booleans or None (dates and times as ISO text). Use as `INSERT … SELECT … FROM {source}`: the statement is the
    same for any number of rows, so `compiled.asking` has PostgreSQL plan it once.
    """
    if connection.vendor == "postgresql":
        arrays = ", ".join(f"%s::{kind}[]" for _name, kind in columns)
        names = ", ".join(f'"{name}"' for name, _kind in columns)
        values: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
        return f"unnest({arrays}) WITH ORDINALITY AS rows({names}, ordinal)", [
            array_text(column) for column in values
        ]
    picks = ", ".join(
        f"json_extract(value, '$[{i}]') AS \"{name}\"" for i, (name, _kind) in enumerate(columns)
    )
    text = json.dumps([list(row) for row in rows], ensure_ascii=False, default=str)
    return f"(SELECT {picks}, key AS ordinal FROM json_each(%s)) AS rows", [text]


def array_text(values: Sequence[Any]) -> str:
    """Return an array in PostgreSQL's own writing; some five times faster than adapting each element."""
    kinds = set(map(type, values))
    if kinds <= {int, date}:
        return "{" + ",".join(map(str, values)) + "}"
    if kinds == {str}:
        joined = '","'.join(values)
        # Nothing to escape when the only quotation marks are those between the elements.
        if "\\" not in joined and joined.count('"') == 2 * (len(values) - 1):
            return '{"' + joined + '"}'
    return "{" + ",".join([_element(value) for value in values]) + "}"


def _element(value: Any) -> str:
    if type(value) is int:
        return str(value)
    if value is None:
        return "NULL"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
