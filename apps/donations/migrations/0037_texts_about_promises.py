"""Texts about pledges and monthly gifts stand in one table with those about gifts, so that finance's list has them all."""

from django.db import migrations, models
from django.db.models import F
from django.db.models.deletion import PROTECT

ABOUT = ("donation", "things", "pledge", "plan")


def about_one(name):
    return models.Q(**{f"{other}__isnull": other != name for other in ABOUT})


def move(apps, schema_editor):
    old, new = apps.get_model("donations", "PlanText"), apps.get_model("donations", "DonorText")
    rows = old.objects.order_by("pk").values(
        "plan_id", "key", "due_at", "tries", "closed_at", "was_sent", code=F("plan__code")
    )
    new.objects.bulk_create(
        (
            new(
                kind="month" if row["key"].startswith("month:") else "plan",
                code=f"{row['code']}:{row['key']}",
                plan_id=row["plan_id"],
                laid_at=row["due_at"],
                due_at=row["due_at"],
                tries=row["tries"],
                closed_at=row["closed_at"],
                was_sent=row["was_sent"],
            )
            for row in rows.iterator()
        ),
        batch_size=500,
    )
    if schema_editor.connection.vendor == "postgresql":
        # It alters no table whose new rows wait for the check of what they refer to.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("donations", "0036_payments_by_channel")]

    operations = [
        migrations.RemoveConstraint("donortext", "donor_text_of_one_gift"),
        migrations.AddField(
            "donortext",
            "pledge",
            models.ForeignKey("donations.pledge", PROTECT, null=True, related_name="texts"),
        ),
        migrations.AddField(
            "donortext",
            "plan",
            # The old table still has the name by which a plan calls its texts.
            models.ForeignKey("donations.givingplan", PROTECT, null=True, related_name="+"),
        ),
        migrations.AlterField("donortext", "code", models.CharField(max_length=60)),
        migrations.AlterField(
            "donortext",
            "kind",
            models.CharField(
                max_length=12,
                choices=[
                    ("refund", "退款办好了"),
                    ("receipt", "捐赠票据开好了"),
                    ("correction", "捐款改了去处"),
                    ("purpose", "问能不能改用途"),
                    ("month", "问这个月的月捐付不付"),
                    ("plan", "月捐停下来了"),
                    ("pledge_soon", "认捐的一期快到了"),
                    ("pledge_late", "认捐的一期还没有收到"),
                ],
            ),
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel("PlanText"),
        migrations.AlterField(
            "donortext",
            "plan",
            models.ForeignKey("donations.givingplan", PROTECT, null=True, related_name="texts"),
        ),
        migrations.AddConstraint(
            "donortext",
            models.CheckConstraint(
                condition=about_one("donation")
                | about_one("things")
                | about_one("pledge")
                | about_one("plan"),
                name="donor_text_about_one",
            ),
        ),
    ]
