"""A project that several funds pay together has a grant of each."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grants", "0002_objections"), ("projects", "0004_joint_funding")]
    operations = [
        migrations.AlterField(
            model_name="grant",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="projects.project"
            ),
        ),
    ]
