"""An index that finds the start of a name: by pattern on PostgreSQL, whose collation would hide it, plain elsewhere."""

from django.db import migrations


def index_names(apps, schema_editor):
    kind = " text_pattern_ops" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"CREATE INDEX division_by_name ON divisions_division (name{kind})")


def drop_index(apps, schema_editor):
    schema_editor.execute("DROP INDEX division_by_name")


class Migration(migrations.Migration):
    dependencies = [("divisions", "0001_initial")]
    operations = [migrations.RunPython(index_names, drop_index)]
