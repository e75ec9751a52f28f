import django.db.models.deletion
from apps.core.squashed import CreateModels, steps_of
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('disclosure', '0001_initial'),
        ('disclosure', '0002_frozen_laws'),
    ]

    initial = True

    dependencies = [
        ('funds', '0001_initial'),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='PeriodReport',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='funds.fund')),
                        ('quarter', models.CharField(help_text='2026-Q3', max_length=7)),
                        ('version', models.PositiveIntegerField(default=1)),
                        ('state', models.CharField(choices=[('draft', '草稿'), ('published', '已公布')], default='draft', max_length=10)),
                        ('content', models.TextField(help_text='RFC 8785 JSON')),
                        ('sha256', models.CharField(max_length=64)),
                        ('explanation', models.CharField(blank=True, max_length=500)),
                        ('drafted_at', models.DateTimeField()),
                        ('drafted_by_id', models.BigIntegerField(null=True)),
                        ('published_at', models.DateTimeField(null=True)),
                        ('published_by_id', models.BigIntegerField(null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('fund', 'quarter', 'version'), name='report_version_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='report_published_says_when')],
                    },
                ),
            ]
        ),
        # Laws of the database and rows that come with it, each by the migration that made it.
        *steps_of(
            'disclosure',
            '0002_frozen_laws',
        ),
    ]
