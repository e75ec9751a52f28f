"""The database lets a record of the work be struck out once, and nothing else; notes only ever come."""

from django.db import migrations

from apps.core.triggers import drop, keep, let_go, refuse

KEPT = {
    "projects_expense": ("id", "code", "project_id", "line_id", "paid_on", "payee", "amount", "voucher_id"),
    "projects_activity": (
        "id", "code", "project_id", "held_on", "words", "persons", "volunteers", "minutes",
    ),
}  # fmt: skip
BOTH = ("recorded_at", "recorded_by_id")


def lay(apps, schema_editor):
    distinct = "IS DISTINCT FROM" if schema_editor.connection.vendor == "postgresql" else "IS NOT"
    for table, columns in KEPT.items():
        changed = " OR ".join(f"NEW.{name} {distinct} OLD.{name}" for name in (*columns, *BOTH))
        refuse(
            schema_editor, f"{table}_changed", table=table, event="UPDATE",
            condition=f"({changed} OR OLD.struck_at IS NOT NULL)",
            sentence="a record of the work is only ever struck out",
        )  # fmt: skip
        refuse(
            schema_editor, f"{table}_deleted", table=table, event="DELETE",
            sentence="a record of the work is never deleted",
        )  # fmt: skip
    keep(schema_editor, "projects_worknote")


def lift(apps, schema_editor):
    for table in KEPT:
        drop(schema_editor, f"{table}_changed")
        drop(schema_editor, f"{table}_deleted")
    let_go(schema_editor, "projects_worknote")


class Migration(migrations.Migration):
    dependencies = [("projects", "0008_doing")]
    operations = [migrations.RunPython(lay, lift)]
