"""Corrections, and the history of monthly gifts, are facts: the database refuses to change or delete them."""

from django.db import migrations

from apps.core import triggers

TABLES = ("donations_correction", "donations_planchange")


def keep(apps, schema_editor):
    for table in TABLES:
        triggers.keep(schema_editor, table)


def let_go(apps, schema_editor):
    for table in TABLES:
        triggers.let_go(schema_editor, table)


class Migration(migrations.Migration):
    dependencies = [("donations", "0010_corrections")]
    operations = [migrations.RunPython(keep, let_go)]
