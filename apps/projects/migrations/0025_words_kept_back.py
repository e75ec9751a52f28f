"""Words of reports and of visits can be kept back on a ground; the database lets a record of the work change in nothing
else. SQLite forgot the laws of occasions when their table was made anew."""

from django.db import migrations, models

from apps.core.triggers import drop, keep, let_go, refuse

GROUNDS = [
    ("person", "能认出别人：姓名、电话、住址"),
    ("private", "病情、家事等私事"),
    ("insult", "辱骂、威胁"),
    ("off_topic", "和这个项目没有关系"),
]
NOTE = ("id", "project_id", "kind", "seen_on", "words", "is_public", "written_at", "written_by_id")
ACTIVITY = (
    "id", "code", "project_id", "held_on", "words", "persons", "volunteers", "minutes", "recorded_at", "recorded_by_id",
)  # fmt: skip


def _changed(schema_editor, columns):
    distinct = "IS DISTINCT FROM" if schema_editor.connection.vendor == "postgresql" else "IS NOT"
    return " OR ".join(f"NEW.{name} {distinct} OLD.{name}" for name in columns)


def lift(apps, schema_editor):
    let_go(schema_editor, "projects_worknote")


def lay(apps, schema_editor):
    refuse(
        schema_editor, "projects_worknote_changed", table="projects_worknote", event="UPDATE",
        condition=f"({_changed(schema_editor, NOTE)})", sentence="what was seen of the work stays as it was written",
    )  # fmt: skip
    refuse(
        schema_editor, "projects_worknote_deleted", table="projects_worknote", event="DELETE",
        sentence="what was seen of the work is never deleted",
    )  # fmt: skip
    if schema_editor.connection.vendor == "postgresql":
        return
    for name in ("projects_activity_changed", "projects_activity_deleted"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
    refuse(
        schema_editor, "projects_activity_changed", table="projects_activity", event="UPDATE",
        condition=f"({_changed(schema_editor, ACTIVITY)} OR OLD.struck_at IS NOT NULL)",
        sentence="a record of the work is only ever struck out",
    )  # fmt: skip
    refuse(
        schema_editor, "projects_activity_deleted", table="projects_activity", event="DELETE",
        sentence="a record of the work is never deleted",
    )  # fmt: skip


def lift_again(apps, schema_editor):
    drop(schema_editor, "projects_worknote_changed")
    drop(schema_editor, "projects_worknote_deleted")


def keep_again(apps, schema_editor):
    keep(schema_editor, "projects_worknote")


class Migration(migrations.Migration):
    dependencies = [("projects", "0024_volunteers_alone")]
    operations = [
        migrations.RunPython(lift, keep_again),
        migrations.AddField(
            model_name="evidence",
            name="withheld_for",
            field=models.CharField(blank=True, choices=GROUNDS, max_length=12),
        ),
        migrations.AddField(
            model_name="worknote",
            name="withheld_for",
            field=models.CharField(blank=True, choices=GROUNDS, max_length=12),
        ),
        migrations.RunPython(lay, lift_again),
    ]
