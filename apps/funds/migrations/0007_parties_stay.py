"""Who is a party to an approval stays one: rows are only added."""

from django.db import migrations

from apps.core import triggers

TABLE = "funds_approvalparty"


def keep(apps, schema_editor):
    triggers.keep(schema_editor, TABLE)


def let_go(apps, schema_editor):
    triggers.let_go(schema_editor, TABLE)


class Migration(migrations.Migration):
    dependencies = [("funds", "0006_approval_parties")]
    operations = [migrations.RunPython(keep, let_go)]
