"""For which campaign a gift counts is put right by a fact of its own, which the database keeps."""

from django.db import migrations, models
from django.db.models.deletion import PROTECT

from apps.core import triggers

TABLE = "donations_campaigncorrection"


def keep(apps, schema_editor):
    triggers.keep(schema_editor, TABLE)


def let_go(apps, schema_editor):
    triggers.let_go(schema_editor, TABLE)


class Migration(migrations.Migration):
    dependencies = [("donations", "0039_instructions_about_things")]

    operations = [
        migrations.CreateModel(
            "CampaignCorrection",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True)),
                ("reason", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField()),
                ("made_by_id", models.BigIntegerField(null=True)),
                (
                    "donation",
                    models.ForeignKey("donations.donation", PROTECT, related_name="campaign_corrections"),
                ),
                (
                    "from_campaign",
                    models.ForeignKey("donations.campaign", PROTECT, null=True, related_name="+"),
                ),
                ("to_campaign", models.ForeignKey("donations.campaign", PROTECT, null=True, related_name="+")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["donation", "id"], name="campaign_correction_of_gift"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(from_campaign=None, to_campaign__isnull=False)
                        | models.Q(from_campaign__isnull=False, to_campaign=None)
                        | models.Q(from_campaign__isnull=False, to_campaign__isnull=False)
                & ~models.Q(from_campaign=models.F("to_campaign")),
                        name="campaign_correction_changes",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(reason=""), name="campaign_correction_says_why"
                    ),
                ],
            },
        ),
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
                    ("campaign", "捐款改了募捐活动"),
                    ("month", "问这个月的月捐付不付"),
                    ("plan", "月捐停下来了"),
                    ("pledge_soon", "认捐的一期快到了"),
                    ("pledge_late", "认捐的一期还没有收到"),
                ],
            ),
        ),
        migrations.RunPython(keep, let_go),
    ]
