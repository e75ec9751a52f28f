import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('funds', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='BankStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('filename', models.CharField(max_length=200)),
                ('encoding', models.CharField(blank=True, max_length=20)),
                ('opening', models.BigIntegerField(null=True)),
                ('closing', models.BigIntegerField(null=True)),
                ('known', models.PositiveIntegerField(default=0)),
                ('imported_at', models.DateTimeField()),
                ('imported_by_id', models.BigIntegerField(null=True)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bank_statements', to='funds.host')),
            ],
        ),
        migrations.CreateModel(
            name='ExportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('gifts', '捐赠'), ('payments', '拨付'), ('vouchers', '凭证')], max_length=20)),
                ('format', models.CharField(choices=[('csv', 'CSV（UTF-8）'), ('xlsx', 'Excel（.xlsx）')], max_length=6)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('fund', models.CharField(blank=True, max_length=20)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('ran_at', models.DateTimeField()),
                ('ran_by_id', models.BigIntegerField()),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='funds.host')),
            ],
        ),
        migrations.CreateModel(
            name='StatementLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('reference', models.CharField(max_length=80)),
                ('day', models.DateField()),
                ('amount', models.BigIntegerField()),
                ('counterparty', models.CharField(blank=True, max_length=200)),
                ('memo', models.CharField(blank=True, max_length=500)),
                ('state', models.CharField(choices=[('open', '待对'), ('matched', '已对上')], default='open', max_length=10)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='funds.host')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='finance.bankstatement')),
            ],
        ),
        migrations.CreateModel(
            name='BankMatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_kind', models.CharField(choices=[('donation', '捐赠'), ('payment', '拨付'), ('refund', '退款'), ('return', '资助退回'), ('payout', '支付机构结算'), ('interest', '利息')], max_length=20)),
                ('subject_code', models.CharField(max_length=80)),
                ('matched_at', models.DateTimeField()),
                ('matched_by_id', models.BigIntegerField(null=True)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='funds.host')),
                ('line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='match', to='finance.statementline')),
            ],
        ),
        migrations.CreateModel(
            name='StatementUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('filename', models.CharField(max_length=200)),
                ('body', models.BinaryField()),
                ('uploaded_at', models.DateTimeField()),
                ('uploaded_by_id', models.BigIntegerField()),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='funds.host')),
            ],
        ),
        migrations.AddConstraint(
            model_name='bankstatement',
            constraint=models.UniqueConstraint(fields=('host', 'sha256'), name='statement_file_once'),
        ),
        migrations.AddIndex(
            model_name='statementline',
            index=models.Index(fields=['host', 'state', 'day'], name='statement_line_open'),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=models.UniqueConstraint(fields=('host', 'reference'), name='statement_line_once'),
        ),
        migrations.AddConstraint(
            model_name='bankmatch',
            constraint=models.UniqueConstraint(fields=('host', 'subject_kind', 'subject_code'), name='matched_once'),
        ),
    ]
