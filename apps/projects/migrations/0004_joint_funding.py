"""Several funds may pay one project: what each is asked becomes a row of its own."""

import django.db.models.deletion
from django.db import migrations, models


def fill(apps, schema_editor):
    """Every project so far is asked of one fund."""
    project, share = apps.get_model("projects", "Project"), apps.get_model("projects", "Share")
    rows = project.objects.order_by("pk").values_list("pk", "fund_id", "asked")
    share.objects.bulk_create(
        (share(project_id=pk, fund_id=fund, amount=asked) for pk, fund, asked in rows.iterator()), batch_size=500
    )


class Migration(migrations.Migration):
    dependencies = [("funds", "0001_initial"), ("projects", "0003_frozen_reviews")]
    operations = [
        migrations.CreateModel(
            name="Share",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.BigIntegerField()),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="funds.fund"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shares", to="projects.project"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["fund", "project"], name="share_by_fund")],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "fund"), name="share_once"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="share_positive"),
                ],
            },
        ),
        migrations.AlterField(
            model_name="project",
            name="asked",
            field=models.BigIntegerField(help_text="fen asked of all funds together; the sum of the shares"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
