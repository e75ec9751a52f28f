import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('divisions', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='FoldMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('folded_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='DivisionTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division', models.CharField(blank=True, max_length=12)),
                ('parent', models.CharField(blank=True, max_length=12)),
                ('host', models.CharField(blank=True, max_length=20)),
                ('month', models.CharField(blank=True, help_text='2026-11, or empty for all time', max_length=7)),
                ('flow', models.CharField(max_length=12)),
                ('amount', models.BigIntegerField(default=0)),
                ('count', models.BigIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['parent', 'month', 'flow'], name='division_total_by_parent')],
                'constraints': [models.UniqueConstraint(fields=('division', 'month', 'flow', 'host'), name='division_total_once')],
            },
        ),
        migrations.CreateModel(
            name='Host',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=100, verbose_name='名称')),
                ('uscc', models.CharField(max_length=18, unique=True, verbose_name='统一社会信用代码')),
                ('licence', models.CharField(blank=True, max_length=100, verbose_name='公开募捐资格证书')),
                ('contact', models.CharField(blank=True, max_length=200, verbose_name='联系方式')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='divisions.division')),
                ('excluded', models.ManyToManyField(blank=True, related_name='+', to='divisions.division')),
            ],
        ),
        migrations.CreateModel(
            name='Fund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('kind', models.CharField(choices=[('general', '慈善会本部'), ('district', '区级专项基金'), ('town', '街镇专项基金'), ('community', '社区慈善基金')], max_length=12)),
                ('state', models.CharField(choices=[('open', '运行中'), ('suspended', '暂停'), ('closed', '已关闭')], default='open', max_length=12)),
                ('name', models.CharField(max_length=100)),
                ('purpose', models.TextField(blank=True, verbose_name='用途范围')),
                ('agreement', models.CharField(blank=True, max_length=60, verbose_name='设立协议编号')),
                ('opened_on', models.DateField()),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='funds', to='divisions.division')),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='funds', to='funds.host')),
            ],
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('restriction', models.CharField(blank=True, max_length=24)),
                ('source_kind', models.CharField(max_length=20)),
                ('source_code', models.CharField(max_length=40)),
                ('amount', models.BigIntegerField()),
                ('remaining', models.BigIntegerField()),
                ('made_at', models.DateTimeField()),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='funds.fund')),
            ],
        ),
        migrations.CreateModel(
            name='Restriction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=24, unique=True)),
                ('purpose', models.CharField(max_length=200)),
                ('until', models.DateField(blank=True, null=True)),
                ('is_general', models.BooleanField(default=False)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='restrictions', to='funds.fund')),
            ],
        ),
        migrations.CreateModel(
            name='Rulebook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, '慈善会定'), (2, '区定'), (3, '街镇定'), (4, '社区定')])),
                ('version', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('document', models.CharField(max_length=200, verbose_name='依据文件')),
                ('effective_from', models.DateField()),
                ('adopted_at', models.DateTimeField()),
                ('adopted_by_id', models.BigIntegerField(null=True)),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rulebooks', to='divisions.division')),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rulebooks', to='funds.host')),
            ],
        ),
        migrations.CreateModel(
            name='Clause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('value', models.JSONField()),
                ('article', models.CharField(blank=True, max_length=60, verbose_name='条款')),
                ('rulebook', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clauses', to='funds.rulebook')),
            ],
        ),
        migrations.AddIndex(
            model_name='fund',
            index=models.Index(fields=['division', 'kind'], name='fund_by_division'),
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'general')), fields=('host',), name='one_general_fund_per_host'),
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(condition=models.Q(('remaining__gt', 0)), fields=['fund', 'restriction'], name='reservation_open'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.UniqueConstraint(fields=('source_kind', 'source_code', 'restriction'), name='reservation_once'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('remaining__gte', 0), ('remaining__lte', models.F('amount'))), name='reservation_within_its_amount'),
        ),
        migrations.AddConstraint(
            model_name='restriction',
            constraint=models.UniqueConstraint(condition=models.Q(('is_general', True)), fields=('fund',), name='one_general_restriction_per_fund'),
        ),
        migrations.AddConstraint(
            model_name='rulebook',
            constraint=models.UniqueConstraint(fields=('host', 'level', 'division', 'version'), name='rulebook_version_once'),
        ),
        migrations.AddConstraint(
            model_name='clause',
            constraint=models.UniqueConstraint(fields=('rulebook', 'key'), name='clause_once'),
        ),
    ]
