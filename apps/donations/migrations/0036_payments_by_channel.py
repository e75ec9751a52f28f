"""A payment is known by its channel and number: two providers may give one number to two payments."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("donations", "0035_forget_names_of_plans")]

    operations = [
        migrations.AlterField("donation", "payment_id", models.CharField(max_length=100, null=True)),
        migrations.AddConstraint(
            "donation",
            models.UniqueConstraint(fields=["payment_id", "channel"], name="donation_payment"),
        ),
    ]
