import csv
from pathlib import Path

from django.db import migrations, models

FILES = Path(__file__).parents[1] / "calendar"


def load(apps, _schema_editor):
    """Write the days of the notices for 2025 and 2026."""
    rows = apps.get_model("core", "CalendarDay")
    for year in (2025, 2026):
        with (FILES / f"{year}.csv").open(encoding="utf-8", newline="") as file:
            rows.objects.bulk_create(
                [
                    rows(day=row["day"], is_work=row["is_work"] == "1", note=row["note"])
                    for row in csv.DictReader(file)
                ]
            )


class Migration(migrations.Migration):

    dependencies = [("core", "0002_letterbox")]

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="日期")),
                ("is_work", models.BooleanField(verbose_name="上班")),
                ("note", models.CharField(blank=True, max_length=40, verbose_name="说明")),
            ],
            options={"verbose_name": "调休和放假的日子", "verbose_name_plural": "调休和放假的日子"},
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
