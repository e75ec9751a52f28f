"""Gifts in kind may count for a campaign, beside its money, and its reports tell of them."""

from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    dependencies = [("donations", "0037_texts_about_promises")]

    operations = [
        migrations.AddField(
            "inkindgift",
            "campaign",
            models.ForeignKey("donations.campaign", PROTECT, null=True, related_name="in_kind_gifts"),
        ),
        # Without a default, so that SQLite adds the columns and keeps the table's triggers.
        migrations.AddField("campaignreport", "things", models.PositiveIntegerField(null=True)),
        migrations.AddField("campaignreport", "things_value", models.BigIntegerField(null=True)),
    ]
