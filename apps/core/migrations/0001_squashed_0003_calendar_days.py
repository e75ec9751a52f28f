from apps.core.squashed import CreateModels, steps_of
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('core', '0001_initial'),
        ('core', '0002_letterbox'),
        ('core', '0003_calendar_days'),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='CalendarDay',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('day', models.DateField(unique=True, verbose_name='日期')),
                        ('is_work', models.BooleanField(verbose_name='上班')),
                        ('note', models.CharField(blank=True, max_length=40, verbose_name='说明')),
                    ],
                    options={
                        'verbose_name': '调休和放假的日子',
                        'verbose_name_plural': '调休和放假的日子',
                    },
                ),
                migrations.CreateModel(
                    name='ContentVersion',
                    fields=[
                        ('key', models.CharField(max_length=60, primary_key=True, serialize=False)),
                        ('version', models.BigIntegerField(default=1)),
                    ],
                ),
                migrations.CreateModel(
                    name='StoredFile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('content_type', models.CharField(max_length=60)),
                        ('sha256', models.CharField(max_length=64)),
                        ('size', models.PositiveIntegerField()),
                        ('width', models.PositiveIntegerField(default=0)),
                        ('height', models.PositiveIntegerField(default=0)),
                        ('is_public', models.BooleanField(default=False)),
                        ('stored_at', models.DateTimeField()),
                        ('stored_by_id', models.BigIntegerField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='AuditEvent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(db_index=True)),
                        ('by_id', models.BigIntegerField(null=True)),
                        ('verb', models.CharField(max_length=60)),
                        ('subject_kind', models.CharField(max_length=60)),
                        ('subject_code', models.CharField(max_length=60)),
                        ('facts', models.JSONField(default=dict)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['subject_kind', 'subject_code', 'at'], name='audit_by_subject')],
                    },
                ),
                migrations.CreateModel(
                    name='MailWish',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('address', models.EmailField(max_length=254, unique=True)),
                        ('quiet_from', models.PositiveSmallIntegerField(null=True)),
                        ('quiet_until', models.PositiveSmallIntegerField(null=True)),
                        ('summary_at', models.PositiveSmallIntegerField(null=True)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('quiet_from', None), ('quiet_until', None)), models.Q(('quiet_from__lt', 1440), ('quiet_until__lt', 1440)), _connector='OR'), name='quiet_hours_are_whole'), models.CheckConstraint(condition=models.Q(('summary_at', None), ('summary_at__lt', 1440), _connector='OR'), name='summary_in_a_day')],
                    },
                ),
                migrations.CreateModel(
                    name='OutboxMessage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=120, unique=True)),
                        ('address', models.EmailField(max_length=254)),
                        ('subject', models.CharField(max_length=200)),
                        ('body', models.TextField()),
                        ('topic', models.CharField(blank=True, max_length=60)),
                        ('path', models.CharField(blank=True, help_text='the page where it is done', max_length=200)),
                        ('until', models.DateTimeField(null=True)),
                        ('laid_at', models.DateTimeField()),
                        ('due_at', models.DateTimeField(help_text='when to try next')),
                        ('sent_at', models.DateTimeField(null=True)),
                        ('way', models.CharField(blank=True, choices=[('', 'waiting'), ('alone', 'alone'), ('summary', 'in a summary'), ('overtaken', 'overtaken by a later letter')], max_length=10)),
                        ('read_at', models.DateTimeField(null=True)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('error', models.CharField(blank=True, max_length=120)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('sent_at', None)), fields=['due_at'], name='outbox_waiting'), models.Index(fields=['address', '-id'], name='outbox_by_address'), models.Index(condition=models.Q(('read_at', None)), fields=['address'], name='outbox_unread')],
                    },
                ),
            ]
        ),
        # Laws of the database and rows that come with it, each by the migration that made it.
        *steps_of(
            'core',
            '0003_calendar_days',
        ),
    ]
