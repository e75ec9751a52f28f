"""Triggers of this room in migrations.

SQLite makes a table anew for most changes of its columns, which drops its triggers and trips over those of other tables
that speak of it. A migration that changes a table therefore lifts all triggers first and lays them back at its end:
`RunPython(lift, lay)` as the first operation and `RunPython(lay, lift)` as the last. PostgreSQL keeps its own.
"""

from typing import Any

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
    """Make a trigger that refuses an `event` on a `table` under a condition, with a sentence, on either database."""
    message = sentence.replace("'", "''")
    if schema_editor.connection.vendor == "postgresql":
        row = "OLD" if event == "DELETE" else "NEW"
        schema_editor.execute(
            f"CREATE FUNCTION governance_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{message}' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER governance_{name} BEFORE {event} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION governance_{name}()"
        )
    else:
        schema_editor.execute(
            f"CREATE TRIGGER governance_{name} BEFORE {event} ON {table} FOR EACH ROW WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


def drop(schema_editor: Any, name: str) -> None:
    """Drop a trigger made so."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP FUNCTION governance_{name}() CASCADE")
    else:
        schema_editor.execute(f"DROP TRIGGER governance_{name}")
