"""Words of an occasion are read before they are public; what was public before stays so, though nobody had to read it."""

from django.db import migrations, models

from apps.core.triggers import refuse

COLUMNS = (
    "id", "code", "project_id", "held_on", "words", "persons", "volunteers", "minutes", "recorded_at", "recorded_by_id",
)  # fmt: skip
NAMES = "projects_activity_changed", "projects_activity_deleted", "projects_activity_unread", "projects_activity_read"


def lift(apps, schema_editor):
    for name in NAMES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


def lay_as_before(apps, schema_editor):
    lift(apps, schema_editor)
    distinct = "IS DISTINCT FROM" if schema_editor.connection.vendor == "postgresql" else "IS NOT"
    changed = " OR ".join(f"NEW.{name} {distinct} OLD.{name}" for name in COLUMNS)
    refuse(
        schema_editor, "projects_activity_changed", table="projects_activity", event="UPDATE",
        condition=f"({changed} OR OLD.struck_at IS NOT NULL)",
        sentence="a record of the work is only ever struck out",
    )  # fmt: skip
    refuse(
        schema_editor, "projects_activity_deleted", table="projects_activity", event="DELETE",
        sentence="a record of the work is never deleted",
    )  # fmt: skip


def lay(apps, schema_editor):
    lay_as_before(apps, schema_editor)
    refuse(
        schema_editor, "projects_activity_unread", table="projects_activity", event="INSERT",
        condition="NEW.read_at IS NOT NULL", sentence="an occasion is written down before its words are read",
    )  # fmt: skip
    refuse(
        schema_editor, "projects_activity_read", table="projects_activity", event="UPDATE",
        condition="(OLD.read_at IS NULL AND NEW.read_at IS NOT NULL AND NEW.read_by_id IS NULL"
        " OR OLD.read_at IS NOT NULL AND NEW.read_at IS NULL"
        " OR OLD.read_by_id IS NOT NULL AND NEW.read_by_id IS NULL)",
        sentence="words of an occasion are read by somebody, and stay read",
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("projects", "0025_words_kept_back")]
    operations = [
        migrations.RunPython(lift, lay_as_before),
        migrations.AddField("activity", "read_at", models.DateTimeField(null=True)),
        migrations.AddField("activity", "read_by_id", models.BigIntegerField(null=True)),
        migrations.RunSQL("UPDATE projects_activity SET read_at = recorded_at", migrations.RunSQL.noop),
        migrations.AddConstraint(
            "activity",
            models.CheckConstraint(
                condition=models.Q(read_at__isnull=False) | models.Q(read_by_id=None, withheld_for=""),
                name="occasion_read_before_judged",
            ),
        ),
        migrations.RunPython(lay, lift),
    ]
