"""Donors of things have what the public sees changed on their word too, and any donor may ask to be erased."""

from django.db import migrations, models
from django.db.models.deletion import PROTECT

from apps.core import triggers

TABLE = "donations_donorinstruction"
KEPT = (
    "code",
    "donation_id",
    "things_id",
    "asker",
    "checked",
    "told_on",
    "name_choice",
    "shows_amount",
    "drops_message",
    "hides_dedication",
    "erases",
    "opens",
    "written_at",
    "by_id",
)


def lift(apps, schema_editor):
    """SQLite makes the table anew and would forget the triggers; PostgreSQL's know the old columns."""
    for name in ("stays", "no_delete"):
        triggers.drop(schema_editor, f"{TABLE}_{name}")


def lay(apps, schema_editor, kept=KEPT):
    """Nothing of an instruction changes but that its paper goes."""
    same = "IS DISTINCT FROM" if schema_editor.connection.vendor == "postgresql" else "IS NOT"
    others = " OR ".join(f"NEW.{column} {same} OLD.{column}" for column in kept)
    triggers.refuse(
        schema_editor,
        f"{TABLE}_stays",
        table=TABLE,
        event="UPDATE",
        condition=f"{others} OR NEW.document_id IS NOT NULL",
        sentence="what a donor asked for is not changed afterwards",
    )
    triggers.refuse(
        schema_editor,
        f"{TABLE}_no_delete",
        table=TABLE,
        event="DELETE",
        sentence="what a donor asked for is not deleted",
    )


def lay_as_before(apps, schema_editor):
    lay(apps, schema_editor, kept=[column for column in KEPT if column not in {"things_id", "erases"}])


class Migration(migrations.Migration):
    dependencies = [("donations", "0038_things_of_campaigns")]

    operations = [
        migrations.RunPython(lift, lay_as_before),
        migrations.AlterField(
            "donorinstruction",
            "donation",
            models.ForeignKey("donations.donation", PROTECT, null=True, related_name="instructions"),
        ),
        migrations.AddField(
            "donorinstruction",
            "things",
            models.ForeignKey("donations.inkindgift", PROTECT, null=True, related_name="instructions"),
        ),
        migrations.AddField("donorinstruction", "erases", models.BooleanField(default=False)),
        migrations.AddConstraint(
            "donorinstruction",
            models.CheckConstraint(
                condition=models.Q(donation__isnull=False, things=None)
                | models.Q(donation=None, things__isnull=False),
                name="instruction_of_one_gift",
            ),
        ),
        migrations.RunPython(lay, lift),
    ]
