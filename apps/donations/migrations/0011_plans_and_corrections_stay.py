"""Corrections, and the history of monthly gifts, are facts: the database refuses to change or delete them."""

from django.db import migrations

from apps.donations.migrations import _append_only

TABLES = ("donations_correction", "donations_planchange")


def keep(apps, schema_editor):
    for table in TABLES:
        _append_only.keep(schema_editor, table)


def let_go(apps, schema_editor):
    for table in TABLES:
        _append_only.let_go(schema_editor, table)


class Migration(migrations.Migration):
    dependencies = [("donations", "0010_corrections")]
    operations = [migrations.RunPython(keep, let_go)]
