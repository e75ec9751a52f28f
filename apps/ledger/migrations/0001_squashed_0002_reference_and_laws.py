import django.db.models.deletion
from apps.core.squashed import CreateModels, steps_of
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('ledger', '0001_initial'),
        ('ledger', '0002_reference_and_laws'),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='Account',
                    fields=[
                        ('key', models.CharField(max_length=40, primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('asset', '资产'), ('liability', '负债'), ('net_assets', '净资产'), ('income', '收入'), ('expense', '费用')], max_length=12)),
                        ('side', models.SmallIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name='FlowTotal',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('host', models.CharField(max_length=20)),
                        ('fund', models.CharField(max_length=20)),
                        ('month', models.CharField(help_text='2026-11', max_length=7)),
                        ('flow', models.CharField(max_length=12)),
                        ('amount', models.BigIntegerField(default=0)),
                        ('count', models.BigIntegerField(default=0)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('fund', 'month', 'flow', 'host'), name='flow_total_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Period',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('host', models.CharField(max_length=20)),
                        ('month', models.DateField(help_text='the first day of the month')),
                        ('is_closed', models.BooleanField(default=False)),
                        ('closed_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('host', 'month'), name='period_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Entry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=40)),
                        ('source', models.CharField(max_length=80)),
                        ('host', models.CharField(max_length=20)),
                        ('period', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='ledger.period')),
                        ('day', models.DateField(help_text='accounting day in Asia/Shanghai')),
                        ('memo', models.CharField(blank=True, max_length=200)),
                        ('reverses', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversals', to='ledger.entry')),
                        ('posted_at', models.DateTimeField()),
                        ('posted_by_id', models.BigIntegerField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['host', 'day', 'id'], name='entry_by_day')],
                        'constraints': [models.UniqueConstraint(fields=('kind', 'source'), name='entry_once'), models.UniqueConstraint(condition=models.Q(('reverses__isnull', False)), fields=('reverses',), name='entry_reversed_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Unfolded',
                    fields=[
                        ('entry', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='ledger.entry')),
                    ],
                ),
                migrations.CreateModel(
                    name='Posting',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('entry', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='ledger.entry')),
                        ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account')),
                        ('host', models.CharField(max_length=20)),
                        ('fund', models.CharField(max_length=20)),
                        ('restriction', models.CharField(blank=True, max_length=24)),
                        ('project', models.CharField(blank=True, max_length=20)),
                        ('donor', models.CharField(blank=True, max_length=20)),
                        ('amount', models.BigIntegerField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['fund', 'entry'], name='posting_by_fund')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='posting_not_zero')],
                    },
                ),
                migrations.CreateModel(
                    name='Balance',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account')),
                        ('host', models.CharField(max_length=20)),
                        ('fund', models.CharField(max_length=20)),
                        ('restriction', models.CharField(blank=True, max_length=24)),
                        ('amount', models.BigIntegerField(default=0)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('fund', 'restriction', 'account', 'host'), name='balance_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ChartCode',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='ledger.account')),
                        ('chart', models.CharField(max_length=4)),
                        ('code', models.CharField(max_length=10)),
                        ('name', models.CharField(max_length=60)),
                        ('valid_from', models.DateField()),
                        ('valid_until', models.DateField(null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('chart', 'code'), name='chart_code_once'), models.UniqueConstraint(fields=('chart', 'account'), name='chart_account_once')],
                    },
                ),
            ]
        ),
        # Laws of the database and rows that come with it, each by the migration that made it.
        *steps_of(
            'ledger',
            '0002_reference_and_laws',
        ),
    ]
