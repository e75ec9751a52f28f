import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('divisions', '0001_initial'),
        ('funds', '0001_initial'),
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('state', models.CharField(choices=[('filed', '待验收'), ('accepted', '已验收'), ('returned', '已退回')], default='filed', max_length=12)),
                ('is_final', models.BooleanField(default=True)),
                ('words', models.TextField()),
                ('persons', models.PositiveIntegerField()),
                ('person_times', models.PositiveIntegerField()),
                ('filed_at', models.DateTimeField()),
                ('filed_by_id', models.BigIntegerField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by_id', models.BigIntegerField(null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='EvidencePhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('caption', models.CharField(blank=True, max_length=100)),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='projects.evidence')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
            ],
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('state', models.CharField(choices=[('voiced', '待公开'), ('published', '已公开'), ('set_aside', '不公开')], default='voiced', max_length=12)),
                ('field', models.CharField(choices=[('relief', '社会救助'), ('elderly', '养老服务'), ('children', '儿童关爱'), ('social', '社会事务'), ('safety', '平安建设')], max_length=12)),
                ('words', models.CharField(max_length=500)),
                ('voiced_at', models.DateTimeField()),
                ('voiced_by_id', models.BigIntegerField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by_id', models.BigIntegerField(null=True)),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='divisions.division')),
            ],
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('title', models.CharField(max_length=60, verbose_name='项目名称')),
                ('field', models.CharField(choices=[('relief', '社会救助'), ('elderly', '养老服务'), ('children', '儿童关爱'), ('social', '社会事务'), ('safety', '平安建设')], max_length=12, verbose_name='领域')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('submitted', '已申请'), ('tabled', '已提交表决'), ('approved', '已立项'), ('declined', '未立项'), ('running', '进行中'), ('accepted', '已验收'), ('closed', '已结项')], default='draft', max_length=12)),
                ('goal', models.TextField(verbose_name='做什么、给谁、做到什么样')),
                ('starts_on', models.DateField(verbose_name='开始')),
                ('ends_on', models.DateField(verbose_name='结束')),
                ('expected_persons', models.PositiveIntegerField(verbose_name='预计服务人数')),
                ('expected_person_times', models.PositiveIntegerField(verbose_name='预计服务人次')),
                ('asked', models.BigIntegerField(help_text='fen asked of the fund; the sum of the budget lines')),
                ('created_at', models.DateTimeField()),
                ('created_by_id', models.BigIntegerField(null=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='funds.fund')),
                ('need', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='projects.need')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='registry.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Part',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('partner', models.CharField(choices=[('community', '社区'), ('social_organisation', '社会组织'), ('social_worker', '社会工作者'), ('volunteer', '社区志愿者'), ('charity_resource', '社会慈善资源')], max_length=24)),
                ('words', models.CharField(max_length=200)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='projects.project')),
            ],
        ),
        migrations.AddField(
            model_name='evidence',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='projects.project'),
        ),
        migrations.CreateModel(
            name='BudgetLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cost_type', models.CharField(choices=[('personnel', '人员'), ('materials', '物资'), ('services', '服务'), ('management', '管理')], max_length=12)),
                ('words', models.CharField(max_length=100)),
                ('amount', models.BigIntegerField()),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='budget_lines', to='projects.project')),
            ],
        ),
        migrations.CreateModel(
            name='RatingCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('issued_at', models.DateTimeField()),
                ('issued_by_id', models.BigIntegerField(null=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rating_codes', to='projects.project')),
            ],
        ),
        migrations.CreateModel(
            name='SatisfactionReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stars', models.PositiveSmallIntegerField()),
                ('words', models.CharField(blank=True, max_length=200)),
                ('given_at', models.DateTimeField()),
                ('code', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reply', to='projects.ratingcode')),
            ],
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(fields=['division', 'state', 'voiced_at'], name='need_by_division'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(fields=['fund', 'state'], name='project_by_fund'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(fields=['organisation', 'created_at'], name='project_by_organisation'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='project_dates_in_order'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('asked__gt', 0)), name='project_asks_for_something'),
        ),
        migrations.AddConstraint(
            model_name='part',
            constraint=models.UniqueConstraint(fields=('project', 'partner'), name='part_once'),
        ),
        migrations.AddIndex(
            model_name='evidence',
            index=models.Index(fields=['project', 'filed_at'], name='evidence_by_project'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(condition=models.Q(('is_final', True), models.Q(('state', 'returned'), _negated=True)), fields=('project',), name='one_live_final_report'),
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='budget_line_positive'),
        ),
        migrations.AddConstraint(
            model_name='satisfactionreply',
            constraint=models.CheckConstraint(condition=models.Q(('stars__gte', 1), ('stars__lte', 5)), name='stars_1_to_5'),
        ),
    ]
