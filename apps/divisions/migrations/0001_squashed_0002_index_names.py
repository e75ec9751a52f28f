import django.db.models.deletion
from apps.core.squashed import CreateModels, steps_of
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('divisions', '0001_initial'),
        ('divisions', '0002_index_names'),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='Division',
                    fields=[
                        ('code', models.CharField(max_length=12, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=60)),
                        ('level', models.PositiveSmallIntegerField(choices=[(1, 'Province'), (2, 'City'), (3, 'County'), (4, 'Town'), (5, 'Village')])),
                        ('valid_from', models.DateField(blank=True, null=True)),
                        ('closed_on', models.DateField(blank=True, null=True)),
                        ('successor', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='divisions.division')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['level', 'code'], name='division_by_level')],
                    },
                ),
            ]
        ),
        # Laws of the database and rows that come with it, each by the migration that made it.
        *steps_of(
            'divisions',
            '0002_index_names',
        ),
    ]
