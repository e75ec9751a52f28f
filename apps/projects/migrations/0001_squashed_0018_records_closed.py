import django.db.models.deletion
from django.conf import settings
from apps.core.squashed import steps_of
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('projects', '0001_initial'),
        ('projects', '0002_reviewing'),
        ('projects', '0003_frozen_reviews'),
        ('projects', '0004_joint_funding'),
        ('projects', '0005_needs'),
        ('projects', '0006_plan'),
        ('projects', '0007_backing'),
        ('projects', '0008_doing'),
        ('projects', '0009_records_are_kept'),
        ('projects', '0010_call_backs'),
        ('projects', '0011_unfinished'),
        ('projects', '0012_questions'),
        ('projects', '0013_questions_are_fixed'),
        ('projects', '0014_report_files'),
        ('projects', '0015_offers'),
        ('projects', '0016_lists_are_fixed'),
        ('projects', '0017_rating_cards'),
        ('projects', '0018_records_closed'),
    ]

    initial = True

    dependencies = [
        ('core', '0001_squashed_0003_calendar_days'),
        ('divisions', '0001_squashed_0002_index_names'),
        ('funds', '0001_squashed_0007_parties_stay'),
        ('registry', '0001_squashed_0002_checked_payees'),
        ('users', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='funds.host')),
                ('kind', models.CharField(choices=[('venture', '公益创投'), ('contest', '项目大赛'), ('purchase', '购买服务'), ('open', '开放申请')], max_length=12)),
                ('state', models.CharField(choices=[('draft', '草稿'), ('published', '已公开'), ('cancelled', '已取消')], default='draft', max_length=12)),
                ('title', models.CharField(max_length=60)),
                ('words', models.TextField()),
                ('fields', models.JSONField(default=list)),
                ('opens_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField()),
                ('review_until', models.DateTimeField(null=True)),
                ('pot', models.BigIntegerField()),
                ('smallest', models.BigIntegerField()),
                ('largest', models.BigIntegerField()),
                ('created_at', models.DateTimeField()),
                ('created_by_id', models.BigIntegerField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('funds', models.ManyToManyField(related_name='calls', to='funds.fund')),
            ],
            options={
                'indexes': [models.Index(fields=['host', 'state', 'closes_at'], name='call_by_host')],
                'constraints': [models.CheckConstraint(condition=models.Q(('opens_at__lt', models.F('closes_at')), models.Q(('review_until', None), ('review_until__gt', models.F('closes_at')), _connector='OR')), name='call_days_in_order'), models.CheckConstraint(condition=models.Q(('largest__gte', models.F('smallest')), ('pot__gte', models.F('largest')), ('smallest__gt', 0)), name='call_amounts_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Criterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='criteria', to='projects.call')),
                ('number', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=30)),
                ('words', models.CharField(blank=True, max_length=200)),
                ('weight', models.PositiveSmallIntegerField()),
                ('most', models.PositiveSmallIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('call', 'number'), name='criterion_once')],
            },
        ),
        migrations.CreateModel(
            name='Expert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='experts', to='projects.call')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_at', models.DateTimeField()),
                ('invited_by_id', models.BigIntegerField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('call', 'user'), name='expert_once')],
            },
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='projects.call')),
                ('number', models.PositiveSmallIntegerField()),
                ('service', models.CharField(max_length=50)),
                ('unit', models.CharField(max_length=10)),
                ('quantity', models.PositiveIntegerField()),
                ('price', models.BigIntegerField()),
                ('is_fixed', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('call', 'number'), name='item_once'), models.CheckConstraint(condition=models.Q(('price__gt', 0), ('quantity__gt', 0)), name='item_positive')],
            },
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('state', models.CharField(choices=[('voiced', '待公开'), ('published', '已公开'), ('set_aside', '不公开'), ('merged', '已合并'), ('met', '已解决'), ('closed', '不办了')], default='voiced', max_length=12)),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='divisions.division')),
                ('field', models.CharField(choices=[('relief', '社会救助'), ('elderly', '养老服务'), ('children', '儿童关爱'), ('social', '社会事务'), ('safety', '平安建设')], max_length=12)),
                ('words', models.CharField(max_length=500)),
                ('place', models.CharField(blank=True, max_length=60)),
                ('groups', models.JSONField(default=list)),
                ('persons', models.PositiveIntegerField(null=True)),
                ('urgency', models.CharField(blank=True, choices=[('', '还没看'), ('normal', '一般'), ('soon', '尽快'), ('urgent', '紧急')], default='', max_length=8)),
                ('teller', models.CharField(choices=[('resident', '居民自己说的'), ('worker', '社工代为记录')], default='resident', max_length=8)),
                ('voiced_at', models.DateTimeField()),
                ('voiced_by_id', models.BigIntegerField(null=True)),
                ('receipt', models.CharField(blank=True, max_length=64)),
                ('published_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by_id', models.BigIntegerField(null=True)),
                ('answer', models.CharField(blank=True, max_length=300)),
                ('means', models.CharField(blank=True, choices=[('service', '由一次服务解决'), ('volunteer', '由志愿者解决'), ('project', '由项目解决'), ('other', '由其他办法解决')], max_length=12)),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='projects.need')),
            ],
            options={
                'indexes': [models.Index(fields=['division', 'state', 'voiced_at'], name='need_by_division'), models.Index(fields=['published_at'], name='need_by_publication')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('receipt', ''), _negated=True), fields=('receipt',), name='need_receipt_once'), models.CheckConstraint(condition=models.Q(models.Q(('merged_into__isnull', False), ('state', 'merged')), models.Q(models.Q(('state', 'merged'), _negated=True), ('merged_into', None)), _connector='OR'), name='need_merged_names_the_kept_one'), models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='need_not_merged_into_itself'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['met', 'closed']), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='need_over_says_why')],
            },
        ),
        migrations.CreateModel(
            name='NeedPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='projects.need')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
            ],
        ),
        migrations.CreateModel(
            name='NeedPrivate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('need', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='private', to='projects.need')),
                ('facts', models.TextField(blank=True)),
                ('contact', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='NeedSecond',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seconds', to='projects.need')),
                ('mark', models.CharField(max_length=64)),
                ('has_account', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('need', 'mark'), name='need_second_once')],
            },
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('title', models.CharField(max_length=60, verbose_name='项目名称')),
                ('field', models.CharField(choices=[('relief', '社会救助'), ('elderly', '养老服务'), ('children', '儿童关爱'), ('social', '社会事务'), ('safety', '平安建设')], max_length=12, verbose_name='领域')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='funds.fund')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='registry.organisation')),
                ('need', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='projects.need')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('submitted', '已申请'), ('tabled', '已提交表决'), ('approved', '已立项'), ('declined', '未立项'), ('not_chosen', '未入选'), ('running', '进行中'), ('accepted', '已验收'), ('closed', '已结项')], default='draft', max_length=12)),
                ('goal', models.TextField(verbose_name='做什么、给谁、做到什么样')),
                ('starts_on', models.DateField(verbose_name='开始')),
                ('ends_on', models.DateField(verbose_name='结束')),
                ('expected_persons', models.PositiveIntegerField(verbose_name='预计服务人数')),
                ('expected_person_times', models.PositiveIntegerField(verbose_name='预计服务人次')),
                ('asked', models.BigIntegerField(help_text='fen asked of all funds together; the sum of the shares')),
                ('created_at', models.DateTimeField()),
                ('created_by_id', models.BigIntegerField(null=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('call', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='projects.call')),
                ('criteria', models.JSONField(default=list)),
                ('text_hash', models.CharField(blank=True, max_length=64)),
                ('returned_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('review_closed_at', models.DateTimeField(null=True)),
                ('records_closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['fund', 'state'], name='project_by_fund'), models.Index(fields=['organisation', 'created_at'], name='project_by_organisation')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='project_dates_in_order'), models.CheckConstraint(condition=models.Q(('asked__gt', 0)), name='project_asks_for_something')],
            },
        ),
        migrations.CreateModel(
            name='BudgetLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='budget_lines', to='projects.project')),
                ('cost_type', models.CharField(choices=[('personnel', '人员'), ('materials', '物资'), ('services', '服务'), ('management', '管理')], max_length=12)),
                ('words', models.CharField(max_length=100)),
                ('amount', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='budget_line_positive')],
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='projects.project')),
                ('number', models.PositiveSmallIntegerField()),
                ('words', models.CharField(max_length=60)),
                ('unit', models.CharField(choices=[('times', '次'), ('pieces', '件'), ('hours', '小时'), ('persons', '人'), ('person_times', '人次')], max_length=12)),
                ('target', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'number'), name='indicator_once'), models.CheckConstraint(condition=models.Q(('target__gt', 0)), name='indicator_target_positive')],
            },
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='projects.project')),
                ('number', models.PositiveSmallIntegerField()),
                ('words', models.CharField(max_length=100)),
                ('due_on', models.DateField()),
            ],
            options={
                'indexes': [models.Index(fields=['due_on'], name='milestone_by_day')],
                'constraints': [models.UniqueConstraint(fields=('project', 'number'), name='milestone_once')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='projects.project')),
                ('state', models.CharField(choices=[('filed', '待验收'), ('accepted', '已验收'), ('returned', '已退回')], default='filed', max_length=12)),
                ('is_final', models.BooleanField(default=True)),
                ('milestone', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='projects.milestone')),
                ('words', models.TextField()),
                ('persons', models.PositiveIntegerField()),
                ('person_times', models.PositiveIntegerField()),
                ('filed_at', models.DateTimeField()),
                ('filed_by_id', models.BigIntegerField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by_id', models.BigIntegerField(null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'indexes': [models.Index(fields=['project', 'filed_at'], name='evidence_by_project')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_final', True), models.Q(('state', 'returned'), _negated=True)), fields=('project',), name='one_live_final_report'), models.UniqueConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), ('milestone__isnull', False)), fields=('milestone',), name='one_live_report_per_milestone')],
            },
        ),
        migrations.CreateModel(
            name='EvidenceDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='projects.evidence')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('released_at', models.DateTimeField(null=True)),
                ('released_by_id', models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='EvidencePhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='projects.evidence')),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('original', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('withheld_at', models.DateTimeField(null=True)),
                ('caption', models.CharField(blank=True, max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='projects.evidence')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='projects.indicator')),
                ('value', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('evidence', 'indicator'), name='figure_once')],
            },
        ),
        migrations.CreateModel(
            name='Part',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='projects.project')),
                ('partner', models.CharField(choices=[('community', '社区'), ('social_organisation', '社会组织'), ('social_worker', '社会工作者'), ('volunteer', '社区志愿者'), ('charity_resource', '社会慈善资源')], max_length=24)),
                ('words', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'partner'), name='part_once')],
            },
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='projects.project')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='projects.item')),
                ('quantity', models.PositiveIntegerField()),
                ('price', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'item'), name='offer_once'), models.CheckConstraint(condition=models.Q(('price__gt', 0), ('quantity__gt', 0)), name='offer_positive')],
            },
        ),
        migrations.CreateModel(
            name='FundingLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='funding_lines', to='projects.project')),
                ('number', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('own', '自筹'), ('government', '政府资金'), ('donation', '别处的捐赠'), ('fees', '服务收费'), ('other', '其他')], max_length=12)),
                ('source', models.CharField(max_length=60)),
                ('amount', models.BigIntegerField()),
                ('is_secured', models.BooleanField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'number'), name='funding_line_once'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='funding_line_positive')],
            },
        ),
        migrations.CreateModel(
            name='Expense',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by_id', models.BigIntegerField()),
                ('struck_at', models.DateTimeField(null=True)),
                ('struck_by_id', models.BigIntegerField(null=True)),
                ('struck_reason', models.CharField(blank=True, max_length=200)),
                ('code', models.CharField(max_length=20, unique=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='expenses', to='projects.project')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='expenses', to='projects.budgetline')),
                ('paid_on', models.DateField()),
                ('payee', models.CharField(max_length=100)),
                ('amount', models.BigIntegerField()),
                ('voucher', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
            ],
            options={
                'indexes': [models.Index(fields=['project', 'paid_on'], name='expense_by_project')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='expense_positive')],
            },
        ),
        migrations.CreateModel(
            name='Declaration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='declaration', to='projects.project')),
                ('words', models.TextField(max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='projects.project')),
                ('key', models.CharField(max_length=30)),
                ('text_hash', models.CharField(blank=True, max_length=64)),
                ('words', models.CharField(max_length=200)),
                ('confirmed_at', models.DateTimeField()),
                ('confirmed_by_id', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'key', 'text_hash'), name='confirmed_once')],
            },
        ),
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by_id', models.BigIntegerField()),
                ('struck_at', models.DateTimeField(null=True)),
                ('struck_by_id', models.BigIntegerField(null=True)),
                ('struck_reason', models.CharField(blank=True, max_length=200)),
                ('code', models.CharField(max_length=20, unique=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='activities', to='projects.project')),
                ('held_on', models.DateField()),
                ('words', models.CharField(max_length=100)),
                ('persons', models.PositiveIntegerField()),
                ('volunteers', models.PositiveIntegerField(default=0)),
                ('minutes', models.PositiveIntegerField(default=0, help_text='of all volunteers together')),
            ],
            options={
                'indexes': [models.Index(fields=['project', 'held_on'], name='activity_by_project')],
                'constraints': [models.CheckConstraint(condition=models.Q(('volunteers__gt', 0), ('minutes', 0), _connector='OR'), name='hours_have_volunteers')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='projects.call')),
                ('number', models.PositiveSmallIntegerField()),
                ('words', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('text', '文字'), ('choice', '选一项'), ('number', '数字'), ('yes_no', '是或否')], max_length=8)),
                ('is_required', models.BooleanField(default=False)),
                ('limit', models.PositiveIntegerField(default=0)),
                ('choices', models.JSONField(default=list)),
                ('is_public', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('call', 'number'), name='question_once')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=24, unique=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='projects.project')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='projects.question')),
                ('words', models.TextField(blank=True)),
                ('words_sealed', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'question'), name='answer_once')],
            },
        ),
        migrations.CreateModel(
            name='RatingCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rating_codes', to='projects.project')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('issued_at', models.DateTimeField()),
                ('issued_by_id', models.BigIntegerField(null=True)),
                ('valid_until', models.DateField(null=True)),
                ('sheet', models.PositiveIntegerField(null=True)),
                ('printed_at', models.DateTimeField(help_text='for the first time', null=True)),
                ('prints', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('printed_at', None), ('prints', 0), ('sheet', None)), models.Q(('printed_at__isnull', False), ('prints__gt', 0), ('sheet__isnull', False)), _connector='OR'), name='printed_codes_have_a_sheet')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='projects.project')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('is_expert', models.BooleanField(default=False)),
                ('text_hash', models.CharField(blank=True, max_length=64)),
                ('points', models.JSONField()),
                ('opinion', models.TextField(blank=True)),
                ('given_at', models.DateTimeField()),
                ('is_current', models.BooleanField(default=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('project', 'user'), name='one_current_review')],
            },
        ),
        migrations.CreateModel(
            name='SatisfactionReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reply', to='projects.ratingcode')),
                ('stars', models.PositiveSmallIntegerField()),
                ('words', models.CharField(blank=True, max_length=200)),
                ('given_at', models.DateTimeField()),
                ('channel', models.CharField(choices=[('code', '自己评的'), ('call', '电话回访')], default='code', max_length=8)),
                ('entered_by_id', models.BigIntegerField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('stars__gte', 1), ('stars__lte', 5)), name='stars_1_to_5'), models.CheckConstraint(condition=models.Q(models.Q(('channel', 'code'), ('entered_by_id', None)), models.Q(('channel', 'call'), ('entered_by_id__isnull', False)), _connector='OR'), name='reply_called_back_by_someone')],
            },
        ),
        migrations.CreateModel(
            name='Sender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['mark', 'at'], name='sender_by_mark')],
            },
        ),
        migrations.CreateModel(
            name='SentFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sent_files', to='projects.project')),
                ('report', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=100)),
                ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('sent_at', models.DateTimeField(db_index=True)),
                ('sent_by_id', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['sent_by_id', 'project'], name='sent_file_by_sender')],
                'constraints': [models.UniqueConstraint(fields=('report', 'key'), name='file_sent_once')],
            },
        ),
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='projects.project')),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='funds.fund')),
                ('amount', models.BigIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['fund', 'project'], name='share_by_fund')],
                'constraints': [models.UniqueConstraint(fields=('project', 'fund'), name='share_once'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='share_positive')],
            },
        ),
        migrations.CreateModel(
            name='TeamLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='team_lines', to='projects.project')),
                ('number', models.PositiveSmallIntegerField()),
                ('role', models.CharField(max_length=40)),
                ('persons', models.PositiveSmallIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'number'), name='team_line_once'), models.CheckConstraint(condition=models.Q(('persons__gt', 0)), name='team_line_positive')],
            },
        ),
        migrations.CreateModel(
            name='Unfinished',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='funds.fund')),
                ('call', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.call')),
                ('project', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
                ('values_sealed', models.TextField()),
                ('saved_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'saved_at'], name='unfinished_by_user'), models.Index(fields=['saved_at'], name='unfinished_by_age')],
            },
        ),
        migrations.CreateModel(
            name='WorkNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='projects.project')),
                ('kind', models.CharField(choices=[('visit', '走访'), ('comment', '监督意见')], max_length=8)),
                ('seen_on', models.DateField()),
                ('words', models.TextField()),
                ('is_public', models.BooleanField(default=True)),
                ('written_at', models.DateTimeField()),
                ('written_by_id', models.BigIntegerField()),
            ],
        ),
    ]
    # Laws of the database and rows that come with it, each by the migration that made it.
    operations += steps_of(
        'projects',
        '0003_frozen_reviews',
        '0004_joint_funding',
        '0005_needs',
        '0009_records_are_kept',
        '0013_questions_are_fixed',
        '0016_lists_are_fixed',
    )
