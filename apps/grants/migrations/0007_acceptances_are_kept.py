"""What was judged at an acceptance only ever comes; the database refuses to change or delete it."""

from django.db import migrations

from apps.core.triggers import keep, let_go

TABLES = ("grants_acceptance", "grants_acceptanceitem")


def lay(apps, schema_editor):
    for table in TABLES:
        keep(schema_editor, table)


def lift(apps, schema_editor):
    for table in TABLES:
        let_go(schema_editor, table)


class Migration(migrations.Migration):
    dependencies = [("grants", "0006_acceptance_checklist")]
    operations = [migrations.RunPython(lay, lift)]
