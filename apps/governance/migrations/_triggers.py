"""Triggers of this room in migrations.

SQLite makes a table anew for most changes of its columns, which drops its triggers and trips over those of other tables
that speak of it. A migration that changes a table therefore lifts all triggers first and lays them back at its end:
`RunPython(lift, lay)` as the first operation and `RunPython(lay, lift)` as the last. PostgreSQL keeps its own.
"""

from typing import Any

from apps.core import triggers

_lifted: dict[str, str] = {}


def lift(_apps: Any, schema_editor: Any) -> None:
    """Drop this room's triggers on SQLite and remember their text."""
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'governance_%'")
        found = dict(cursor.fetchall())
    _lifted.update(found)
    for name in found:
        schema_editor.execute(f"DROP TRIGGER {name}")


def lay(_apps: Any, schema_editor: Any) -> None:
    """Lay back what was lifted."""
    for name in list(_lifted):
        schema_editor.execute(_lifted.pop(name))


def make(schema_editor: Any, name: str, table: str, event: str, condition: str, sentence: str) -> None:
    """Make a trigger of this room that refuses an `event` on a `table` under a condition, with a sentence."""
    triggers.refuse(
        schema_editor, f"governance_{name}", table=table, event=event, condition=condition, sentence=sentence
    )


def drop(schema_editor: Any, name: str) -> None:
    """Drop a trigger made so."""
    triggers.drop(schema_editor, f"governance_{name}")
