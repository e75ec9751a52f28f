"""Gifts that were booked together are read newest first without sorting all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("donations", "0044_events_are_held")]

    operations = [
        migrations.RemoveIndex("donation", "donation_roll"),
        migrations.RemoveIndex("donation", "donation_latest"),
        migrations.AddIndex(
            "donation",
            models.Index(fields=["fund", "state", "booked_at", "id"], name="donation_roll"),
        ),
        migrations.AddIndex(
            "donation",
            models.Index(fields=["host", "state", "booked_at", "id"], name="donation_latest"),
        ),
    ]
