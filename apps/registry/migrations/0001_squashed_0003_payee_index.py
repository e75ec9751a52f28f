import django.db.models.deletion
from apps.core.squashed import CreateModels
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('registry', '0001_initial'),
        ('registry', '0002_checked_payees'),
        ('registry', '0003_payee_index'),
    ]

    initial = True

    dependencies = [
        ('divisions', '0002_index_names'),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='Organisation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('host', models.CharField(blank=True, max_length=20)),
                        ('name', models.CharField(max_length=100, verbose_name='名称')),
                        ('uscc', models.CharField(blank=True, max_length=18, null=True, verbose_name='统一社会信用代码')),
                        ('kind', models.CharField(choices=[('social_organisation', '社会组织'), ('social_work', '社工机构'), ('community', '居（村）民委员会'), ('team', '志愿服务队'), ('firm', '企业')], max_length=24)),
                        ('state', models.CharField(choices=[('active', '有效'), ('suspended', '暂停')], default='active', max_length=12)),
                        ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='organisations', to='divisions.division')),
                        ('head', models.CharField(max_length=60, verbose_name='负责人')),
                        ('payee_account', models.CharField(blank=True, help_text='sealed', max_length=200, verbose_name='收款账号')),
                        ('payee_index', models.CharField(blank=True, db_index=True, max_length=64)),
                        ('payee_bank', models.CharField(blank=True, max_length=100, verbose_name='开户行')),
                        ('payee_last_four', models.CharField(blank=True, max_length=4)),
                        ('payee_version', models.PositiveIntegerField(default=0)),
                        ('payee_entered_by_id', models.BigIntegerField(null=True)),
                        ('payee_checked_by_id', models.BigIntegerField(null=True)),
                        ('payee_checked_at', models.DateTimeField(null=True)),
                        ('registered_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['host', 'name'], name='organisation_by_host')],
                        'constraints': [models.UniqueConstraint(fields=('host', 'uscc'), name='organisation_once_per_host'), models.UniqueConstraint(fields=('host', 'division', 'name'), name='organisation_name_once'), models.CheckConstraint(condition=models.Q(('payee_checked_by_id', None), ('payee_entered_by_id', None), models.Q(('payee_checked_by_id', models.F('payee_entered_by_id')), _negated=True), _connector='OR'), name='payee_checked_by_another')],
                    },
                ),
            ]
        ),
    ]
