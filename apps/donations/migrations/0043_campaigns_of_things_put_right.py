"""For which campaign things count is put right as for money. SQLite makes the table anew and forgets its triggers."""

from django.db import migrations, models
from django.db.models.deletion import PROTECT

from apps.core import triggers

TABLE = "donations_campaigncorrection"


def keep(apps, schema_editor):
    triggers.keep(schema_editor, TABLE)


def let_go(apps, schema_editor):
    triggers.let_go(schema_editor, TABLE)


class Migration(migrations.Migration):
    dependencies = [("donations", "0042_refunds_by_channel")]

    operations = [
        migrations.RunPython(let_go, keep),
        migrations.AlterField(
            "campaigncorrection",
            "donation",
            models.ForeignKey("donations.donation", PROTECT, null=True, related_name="campaign_corrections"),
        ),
        migrations.AddField(
            "campaigncorrection",
            "things",
            models.ForeignKey("donations.inkindgift", PROTECT, null=True, related_name="campaign_corrections"),
        ),
        migrations.AddConstraint(
            "campaigncorrection",
            models.CheckConstraint(
                condition=models.Q(donation__isnull=False, things=None)
                | models.Q(donation=None, things__isnull=False),
                name="campaign_correction_of_one_gift",
            ),
        ),
        migrations.RunPython(keep, let_go),
    ]
