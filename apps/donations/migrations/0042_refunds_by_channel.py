"""A refund is known by its channel and number, as a payment is: two providers may give one number to two refunds."""

from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def copy_channels(apps, schema_editor):
    refunds, gifts = apps.get_model("donations", "Refund"), apps.get_model("donations", "Donation")
    of_gift = gifts.objects.filter(pk=OuterRef("donation_id")).values("channel")[:1]
    refunds.objects.update(channel=Subquery(of_gift))


class Migration(migrations.Migration):
    dependencies = [("donations", "0041_fewer_indexes_on_gifts")]

    operations = [
        migrations.AddField("refund", "channel", models.CharField(max_length=10, default="")),
        migrations.RunPython(copy_channels, migrations.RunPython.noop),
        migrations.AlterField("refund", "channel", models.CharField(max_length=10)),
        migrations.AlterField("refund", "provider_id", models.CharField(max_length=100, null=True)),
        migrations.AddConstraint(
            "refund",
            models.UniqueConstraint(fields=["provider_id", "channel"], name="refund_of_provider"),
        ),
        migrations.AddConstraint(
            "refund",
            models.CheckConstraint(
                condition=Q(provider_id=None) | ~Q(channel=""), name="refund_says_whose_number"
            ),
        ),
    ]
