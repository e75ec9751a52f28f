"""The database lets a final account be decided once, and nothing else; what it asks back only ever comes."""

from django.db import migrations

from apps.core.triggers import drop, keep, let_go, refuse

WRITTEN = (
    "code", "project_id", "number", "paid", "returned", "written_off", "spent", "surplus", "kept", "content_hash",
    "filed_at", "filed_by_id",
)  # fmt: skip
TABLE = "grants_finalaccount"


def lay(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    distinct = "IS DISTINCT FROM" if postgresql else "IS NOT"
    other = " OR ".join(f"NEW.{name} {distinct} OLD.{name}" for name in WRITTEN)
    facts = "NEW.facts::text IS DISTINCT FROM OLD.facts::text" if postgresql else "NEW.facts IS NOT OLD.facts"
    refuse(
        schema_editor, f"{TABLE}_stays", table=TABLE, event="UPDATE",
        condition=f"({other} OR {facts} OR OLD.state <> 'filed')",
        sentence="what a final account says is not rewritten",
    )  # fmt: skip
    refuse(schema_editor, f"{TABLE}_kept", table=TABLE, event="DELETE", sentence="a final account is kept")
    keep(schema_editor, "grants_surplusreturn")


def lift(apps, schema_editor):
    drop(schema_editor, f"{TABLE}_stays")
    drop(schema_editor, f"{TABLE}_kept")
    let_go(schema_editor, "grants_surplusreturn")


class Migration(migrations.Migration):
    dependencies = [("grants", "0008_final_account")]
    operations = [migrations.RunPython(lay, lift)]
