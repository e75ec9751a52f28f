import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('funds', '0001_initial'),
        ('governance', '0001_initial'),
        ('projects', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('amount', models.BigIntegerField()),
                ('state', models.CharField(choices=[('notice', '公示中'), ('running', '进行中'), ('closed', '已结清'), ('terminated', '已终止')], default='notice', max_length=12)),
                ('awarded_at', models.DateTimeField()),
                ('notice_until', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='funds.fund')),
                ('motion', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='grant', to='governance.motion')),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='grant', to='projects.project')),
            ],
        ),
        migrations.CreateModel(
            name='Clawback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('asked', models.BigIntegerField()),
                ('returned', models.BigIntegerField(default=0)),
                ('reason', models.CharField(max_length=300)),
                ('asked_at', models.DateTimeField()),
                ('asked_by_id', models.BigIntegerField(null=True)),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clawbacks', to='grants.grant')),
            ],
        ),
        migrations.CreateModel(
            name='GrantSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('restriction', models.CharField(blank=True, max_length=24)),
                ('amount', models.BigIntegerField()),
                ('paid', models.BigIntegerField(default=0)),
                ('returned', models.BigIntegerField(default=0)),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='grants.grant')),
            ],
        ),
        migrations.CreateModel(
            name='Instalment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('amount', models.BigIntegerField()),
                ('condition', models.CharField(choices=[('notice_ended', '公示期满'), ('evidence_accepted', '成果验收')], max_length=20)),
                ('state', models.CharField(choices=[('waiting', '等条件'), ('due', '可以付'), ('prepared', '待复核'), ('paid', '已付'), ('cancelled', '已取消')], default='waiting', max_length=12)),
                ('evidence', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.evidence')),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instalments', to='grants.grant')),
            ],
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('amount', models.BigIntegerField()),
                ('state', models.CharField(choices=[('prepared', '待复核'), ('paid', '已付'), ('rejected', '已退回')], default='prepared', max_length=12)),
                ('payee', models.CharField(max_length=100)),
                ('prepared_by_id', models.BigIntegerField()),
                ('prepared_at', models.DateTimeField()),
                ('released_by_id', models.BigIntegerField(null=True)),
                ('paid_on', models.DateField(null=True)),
                ('bank_reference', models.CharField(blank=True, max_length=60)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('instalment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='grants.instalment')),
            ],
        ),
        migrations.CreateModel(
            name='ClawbackReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('amount', models.BigIntegerField()),
                ('received_on', models.DateField()),
                ('bank_reference', models.CharField(max_length=60)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by_id', models.BigIntegerField(null=True)),
                ('clawback', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='grants.clawback')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='clawback_return_positive'), models.UniqueConstraint(fields=('clawback', 'bank_reference'), name='clawback_return_once')],
            },
        ),
        migrations.AddIndex(
            model_name='grant',
            index=models.Index(fields=['state', 'notice_until'], name='grant_by_notice'),
        ),
        migrations.AddIndex(
            model_name='grant',
            index=models.Index(fields=['fund', 'state'], name='grant_by_fund'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='grant_positive'),
        ),
        migrations.AddConstraint(
            model_name='clawback',
            constraint=models.CheckConstraint(condition=models.Q(('asked__gt', 0), ('returned__gte', 0), ('returned__lte', models.F('asked'))), name='clawback_within_what_is_asked'),
        ),
        migrations.AddConstraint(
            model_name='grantsource',
            constraint=models.UniqueConstraint(fields=('grant', 'restriction'), name='grant_source_once'),
        ),
        migrations.AddConstraint(
            model_name='grantsource',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('paid__gte', 0), ('paid__lte', models.F('amount')), ('returned__gte', 0), ('returned__lte', models.F('paid'))), name='grant_source_within_its_amount'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.UniqueConstraint(fields=('grant', 'number'), name='instalment_once'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='instalment_positive'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['bank_reference'], name='payment_by_reference'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'rejected'), _negated=True), fields=('instalment',), name='one_live_payment_per_instalment'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('released_by_id', None), models.Q(('released_by_id', models.F('prepared_by_id')), _negated=True), _connector='OR'), name='payment_released_by_another'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'paid'), _negated=True), models.Q(('paid_on__isnull', False), ('released_by_id__isnull', False)), _connector='OR'), name='payment_paid_says_when_and_by_whom'),
        ),
    ]
