"""Motions that are not decided yet name who wrote the application they are about."""

from django.db import migrations
from django.db.models import OuterRef, Subquery

UNDECIDED = ("draft", "party_review", "noticed", "open")


def name_applicants(apps, _schema_editor):
    Motion = apps.get_model("governance", "Motion")
    Project = apps.get_model("projects", "Project")
    GrantChange = apps.get_model("grants", "GrantChange")
    undecided = Motion.objects.filter(state__in=UNDECIDED, applicant_id=None)
    wrote = Project.objects.filter(code=OuterRef("subject_code")).values("created_by_id")
    undecided.filter(subject_kind="project").update(applicant_id=Subquery(wrote))
    of_change = GrantChange.objects.filter(code=OuterRef("subject_code")).values("grant__project__created_by_id")
    undecided.filter(subject_kind="grant_change").update(applicant_id=Subquery(of_change))


class Migration(migrations.Migration):

    dependencies = [
        ("grants", "0010_instalments_on_milestones"),
        ("governance", "0010_applicants"),
        ("projects", "0023_occasion_words"),
    ]

    operations = [migrations.RunPython(name_applicants, migrations.RunPython.noop)]
