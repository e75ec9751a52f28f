import django.db.models.deletion
from apps.core.squashed import CreateModels
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('finance', '0001_initial'),
        ('finance', '0002_cleanups'),
        ('finance', '0003_platform_files'),
        ('finance', '0004_consent_for_amounts'),
        ('finance', '0005_lists_proved_whole'),
        ('finance', '0006_platform_row_indexes'),
        ('finance', '0007_custody_lines'),
        ('finance', '0008_bounced_payments'),
        ('finance', '0009_deposits_proved'),
        ('finance', '0010_purposes_of_orders'),
        ('finance', '0011_sealed_words'),
        ('finance', '0012_seal_lines_and_files'),
        ('finance', '0013_no_plain_words'),
        ('finance', '0014_guardians_in_orders'),
    ]

    initial = True

    dependencies = [
        ('donations', '0008_platform_gifts'),
        ('funds', '0006_approval_parties'),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='BankStatement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bank_statements', to='funds.host')),
                        ('sha256', models.CharField(max_length=64)),
                        ('filename', models.CharField(max_length=200)),
                        ('encoding', models.CharField(blank=True, max_length=20)),
                        ('opening', models.BigIntegerField(null=True)),
                        ('closing', models.BigIntegerField(null=True)),
                        ('known', models.PositiveIntegerField(default=0)),
                        ('imported_at', models.DateTimeField()),
                        ('imported_by_id', models.BigIntegerField(null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('host', 'sha256'), name='statement_file_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Cleanup',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cleanups', to='funds.fund')),
                        ('step', models.CharField(choices=[('reminded', '提醒了管委会'), ('plan', '管委会给了计划'), ('suspended', '暂停了'), ('closed', '提出终止')], max_length=12)),
                        ('words', models.CharField(max_length=300)),
                        ('day', models.DateField()),
                        ('written_at', models.DateTimeField()),
                        ('written_by_id', models.BigIntegerField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['fund', 'day'], name='cleanup_by_fund')],
                    },
                ),
                migrations.CreateModel(
                    name='ExportRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='funds.host')),
                        ('kind', models.CharField(choices=[('gifts', '捐赠'), ('payments', '拨付'), ('vouchers', '凭证')], max_length=20)),
                        ('format', models.CharField(choices=[('csv', 'CSV（UTF-8）'), ('xlsx', 'Excel（.xlsx）')], max_length=6)),
                        ('first_day', models.DateField()),
                        ('last_day', models.DateField()),
                        ('fund', models.CharField(blank=True, max_length=20)),
                        ('rows', models.PositiveIntegerField(default=0)),
                        ('ran_at', models.DateTimeField()),
                        ('ran_by_id', models.BigIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name='PlatformColumns',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('host', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='funds.host')),
                        ('platform', models.CharField(max_length=20)),
                        ('columns', models.JSONField(default=dict)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('host', 'platform'), name='platform_columns_once')],
                    },
                ),
                migrations.CreateModel(
                    name='PlatformFile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='platform_files', to='funds.host')),
                        ('platform', models.CharField(max_length=20)),
                        ('filename', models.CharField(max_length=200)),
                        ('sha256', models.CharField(max_length=64)),
                        ('encoding', models.CharField(blank=True, max_length=20)),
                        ('columns', models.JSONField(default=dict)),
                        ('titles', models.JSONField(default=list)),
                        ('fund', models.ForeignKey(help_text='of rows that name none', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='funds.fund')),
                        ('campaign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='donations.campaign')),
                        ('state', models.CharField(choices=[('staged', '待确认'), ('booking', '入账中'), ('booked', '已入账')], default='staged', max_length=8)),
                        ('new', models.PositiveIntegerField(default=0)),
                        ('known', models.PositiveIntegerField(default=0)),
                        ('refused', models.PositiveIntegerField(default=0)),
                        ('gross', models.BigIntegerField(default=0)),
                        ('fee', models.BigIntegerField(default=0)),
                        ('uploaded_at', models.DateTimeField()),
                        ('uploaded_by_id', models.BigIntegerField()),
                        ('confirmed_by_id', models.BigIntegerField(null=True)),
                        ('booked_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('state', 'booking')), fields=['id'], name='platform_file_booking')],
                        'constraints': [models.UniqueConstraint(fields=('host', 'platform', 'sha256'), name='platform_file_once')],
                    },
                ),
                migrations.CreateModel(
                    name='PlatformPiece',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('file', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='finance.platformfile')),
                        ('number', models.PositiveIntegerField()),
                        ('body_sealed', models.BinaryField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('file', 'number'), name='platform_piece_once')],
                    },
                ),
                migrations.CreateModel(
                    name='PlatformRow',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('file', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='finance.platformfile')),
                        ('number', models.PositiveIntegerField()),
                        ('order_number', models.CharField(max_length=64)),
                        ('day', models.DateField(null=True)),
                        ('amount', models.BigIntegerField(null=True)),
                        ('fee', models.BigIntegerField(default=0)),
                        ('fund', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='funds.fund')),
                        ('is_public', models.BooleanField(default=False)),
                        ('shows_amount', models.BooleanField(default=False)),
                        ('guardian_agreed', models.BooleanField(default=False)),
                        ('restriction', models.CharField(blank=True, max_length=24)),
                        ('wish', models.CharField(blank=True, max_length=20)),
                        ('state', models.CharField(choices=[('ready', '可入账'), ('known', '以前入过账'), ('refused', '有问题'), ('booked', '已入账')], max_length=8)),
                        ('field', models.CharField(blank=True, max_length=16)),
                        ('reason', models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['file', 'state', 'number'], name='platform_row_by_state')],
                    },
                ),
                migrations.CreateModel(
                    name='StatementLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='finance.bankstatement')),
                        ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='funds.host')),
                        ('number', models.PositiveIntegerField()),
                        ('reference', models.CharField(max_length=80)),
                        ('day', models.DateField()),
                        ('amount', models.BigIntegerField()),
                        ('counterparty_sealed', models.TextField(blank=True)),
                        ('memo_sealed', models.TextField(blank=True)),
                        ('state', models.CharField(choices=[('open', '待对'), ('matched', '已对上')], default='open', max_length=10)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['host', 'state', 'day'], name='statement_line_open')],
                        'constraints': [models.UniqueConstraint(fields=('host', 'reference'), name='statement_line_once')],
                    },
                ),
                migrations.CreateModel(
                    name='BankMatch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='match', to='finance.statementline')),
                        ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='funds.host')),
                        ('subject_kind', models.CharField(choices=[('donation', '捐赠'), ('batch', '捐款名单'), ('deposit', '现金存款'), ('payment', '拨付'), ('refund', '退款'), ('return', '资助退回'), ('custody', '代管收到'), ('hand_over', '代管转交'), ('bounce', '退汇'), ('payout', '支付机构结算'), ('platform', '募捐平台结算'), ('interest', '利息')], max_length=20)),
                        ('subject_code', models.CharField(max_length=80)),
                        ('matched_at', models.DateTimeField()),
                        ('matched_by_id', models.BigIntegerField(null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('host', 'subject_kind', 'subject_code'), name='matched_once')],
                    },
                ),
                migrations.CreateModel(
                    name='StatementUpload',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='funds.host')),
                        ('filename', models.CharField(max_length=200)),
                        ('body_sealed', models.BinaryField()),
                        ('uploaded_at', models.DateTimeField()),
                        ('uploaded_by_id', models.BigIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name='PlatformWords',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('file', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='finance.platformfile')),
                        ('first', models.PositiveIntegerField()),
                        ('words_sealed', models.TextField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('file', 'first'), name='platform_words_once')],
                    },
                ),
            ]
        ),
    ]
