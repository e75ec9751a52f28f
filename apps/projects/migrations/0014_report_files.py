import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_calendar_days'),
        ('projects', '0013_questions_are_fixed'),
    ]

    operations = [
        migrations.CreateModel(
            name='EvidenceDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('released_at', models.DateTimeField(null=True)),
                ('released_by_id', models.BigIntegerField(null=True)),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='projects.evidence')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
            ],
        ),
        migrations.CreateModel(
            name='SentFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=100)),
                ('sent_at', models.DateTimeField(db_index=True)),
                ('sent_by_id', models.BigIntegerField()),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sent_files', to='projects.project')),
            ],
            options={
                'indexes': [models.Index(fields=['sent_by_id', 'project'], name='sent_file_by_sender')],
                'constraints': [models.UniqueConstraint(fields=('report', 'key'), name='file_sent_once')],
            },
        ),
    ]
