import django.db.models.deletion
from apps.core.squashed import CreateModels, steps_of
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('funds', '0001_initial'),
        ('funds', '0002_approvals'),
        ('funds', '0003_rulebook_documents'),
        ('funds', '0004_fund_life'),
        ('funds', '0005_purpose_changes'),
        ('funds', '0006_approval_parties'),
        ('funds', '0007_parties_stay'),
    ]

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('divisions', '0002_index_names'),
    ]

    operations = [
        CreateModels(
            [
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
                        ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='divisions.division')),
                        ('licence', models.CharField(blank=True, max_length=100, verbose_name='公开募捐资格证书')),
                        ('contact', models.CharField(blank=True, max_length=200, verbose_name='联系方式')),
                        ('address', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                        ('excluded', models.ManyToManyField(blank=True, related_name='+', to='divisions.division')),
                    ],
                ),
                migrations.CreateModel(
                    name='Fund',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='funds', to='funds.host')),
                        ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='funds', to='divisions.division')),
                        ('kind', models.CharField(choices=[('general', '慈善会本部'), ('district', '区级专项基金'), ('town', '街镇专项基金'), ('community', '社区慈善基金')], max_length=12)),
                        ('state', models.CharField(choices=[('open', '运行中'), ('suspended', '暂停'), ('closed', '已关闭')], default='open', max_length=12)),
                        ('name', models.CharField(max_length=100)),
                        ('purpose', models.TextField(blank=True, verbose_name='用途范围')),
                        ('agreement', models.CharField(blank=True, max_length=60, verbose_name='设立协议编号')),
                        ('opened_on', models.DateField()),
                        ('suspended_on', models.DateField(null=True)),
                        ('suspended_for', models.CharField(blank=True, choices=[('reorganising', '区划调整或换届'), ('no_committee', '管委会不能履职'), ('checking', '正在检查'), ('idle', '长期没有活动'), ('other', '其他原因')], max_length=16)),
                        ('closed_on', models.DateField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['division', 'kind'], name='fund_by_division')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'general')), fields=('host',), name='one_general_fund_per_host')],
                    },
                ),
                migrations.CreateModel(
                    name='FundApplication',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='funds.host')),
                        ('kind', models.CharField(choices=[('general', '慈善会本部'), ('district', '区级专项基金'), ('town', '街镇专项基金'), ('community', '社区慈善基金')], max_length=12)),
                        ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='divisions.division')),
                        ('name', models.CharField(max_length=100)),
                        ('purpose', models.TextField()),
                        ('startup', models.BigIntegerField(help_text='fen meant to start with')),
                        ('applicant', models.CharField(max_length=100, verbose_name='申请单位')),
                        ('committee', models.TextField(verbose_name='拟任管委会')),
                        ('state', models.CharField(choices=[('submitted', '审批中'), ('returned', '已退回'), ('approved', '已同意，待签协议'), ('signed', '协议已拟'), ('opened', '已设立'), ('refused', '不同意'), ('withdrawn', '已撤回')], default='submitted', max_length=12)),
                        ('applied_at', models.DateTimeField()),
                        ('applied_by_id', models.BigIntegerField()),
                        ('fund', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='application', to='funds.fund')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['host', 'state'], name='application_by_host')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('startup__gte', 0)), name='application_startup_not_negative'), models.UniqueConstraint(condition=models.Q(('state__in', ['submitted', 'returned', 'approved', 'signed'])), fields=('host', 'name'), name='application_name_once')],
                    },
                ),
                migrations.CreateModel(
                    name='FundAgreement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='agreement', to='funds.fundapplication')),
                        ('number', models.CharField(max_length=60)),
                        ('end_conditions', models.TextField(verbose_name='终止条件')),
                        ('surplus', models.TextField(verbose_name='剩余财产处理')),
                        ('signed_on', models.DateField()),
                        ('scan', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                        ('drawn_at', models.DateTimeField()),
                        ('drawn_by_id', models.BigIntegerField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='FundName',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_names', to='funds.fund')),
                        ('name', models.CharField(max_length=100)),
                        ('until', models.DateField()),
                        ('document', models.CharField(blank=True, max_length=200, verbose_name='依据')),
                    ],
                ),
                migrations.CreateModel(
                    name='Approval',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='funds.host')),
                        ('kind', models.CharField(choices=[('fund', '设立基金'), ('motion', '议案复核'), ('seed', '启动资金申请')], max_length=12)),
                        ('subject_kind', models.CharField(max_length=40)),
                        ('subject_code', models.CharField(max_length=40)),
                        ('title', models.CharField(max_length=200)),
                        ('page', models.CharField(blank=True, max_length=200)),
                        ('amount', models.BigIntegerField(default=0)),
                        ('fund', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='funds.fund')),
                        ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='divisions.division')),
                        ('state', models.CharField(choices=[('open', '审批中'), ('returned', '已退回'), ('passed', '已同意'), ('refused', '不同意'), ('withdrawn', '已撤回')], default='open', max_length=12)),
                        ('round', models.PositiveSmallIntegerField(default=1)),
                        ('opened_by_id', models.BigIntegerField(null=True)),
                        ('submitted_by_id', models.BigIntegerField(null=True)),
                        ('opened_at', models.DateTimeField()),
                        ('decided_at', models.DateTimeField(null=True)),
                        ('task', models.CharField(max_length=60)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['host', 'state'], name='approval_by_host')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'withdrawn'), _negated=True), fields=('subject_kind', 'subject_code'), name='approval_once_per_subject')],
                    },
                ),
                migrations.CreateModel(
                    name='Reservation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='funds.fund')),
                        ('restriction', models.CharField(blank=True, max_length=24)),
                        ('source_kind', models.CharField(max_length=20)),
                        ('source_code', models.CharField(max_length=40)),
                        ('amount', models.BigIntegerField()),
                        ('remaining', models.BigIntegerField()),
                        ('made_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('remaining__gt', 0)), fields=['fund', 'restriction'], name='reservation_open')],
                        'constraints': [models.UniqueConstraint(fields=('source_kind', 'source_code', 'restriction'), name='reservation_once'), models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('remaining__gte', 0), ('remaining__lte', models.F('amount'))), name='reservation_within_its_amount')],
                    },
                ),
                migrations.CreateModel(
                    name='Restriction',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=24, unique=True)),
                        ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='restrictions', to='funds.fund')),
                        ('purpose', models.CharField(max_length=200)),
                        ('until', models.DateField(blank=True, null=True)),
                        ('is_general', models.BooleanField(default=False)),
                        ('origin', models.CharField(blank=True, max_length=24)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('is_general', True)), fields=('fund',), name='one_general_restriction_per_fund')],
                    },
                ),
                migrations.CreateModel(
                    name='PurposeChange',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='purpose_changes', to='funds.fund')),
                        ('restriction', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='purpose_changes', to='funds.restriction')),
                        ('before', models.TextField()),
                        ('after', models.TextField()),
                        ('basis', models.CharField(choices=[('consent', '捐赠人书面同意'), ('filing', '已报民政部门备案')], max_length=12)),
                        ('reference', models.CharField(help_text='number of the filing or of the consent', max_length=120)),
                        ('dated', models.DateField()),
                        ('source', models.CharField(help_text='the motion that decided it', max_length=40, unique=True)),
                        ('changed_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['fund', 'changed_at'], name='purpose_change_by_fund')],
                    },
                ),
                migrations.CreateModel(
                    name='Rulebook',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rulebooks', to='funds.host')),
                        ('level', models.PositiveSmallIntegerField(choices=[(1, '慈善会定'), (2, '区定'), (3, '街镇定'), (4, '社区定')])),
                        ('division', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rulebooks', to='divisions.division')),
                        ('version', models.PositiveIntegerField()),
                        ('title', models.CharField(max_length=120)),
                        ('document', models.CharField(max_length=200, verbose_name='依据文件')),
                        ('issued_on', models.DateField(null=True, verbose_name='印发日期')),
                        ('motion_code', models.CharField(blank=True, max_length=20)),
                        ('effective_from', models.DateField()),
                        ('adopted_at', models.DateTimeField()),
                        ('adopted_by_id', models.BigIntegerField(null=True)),
                        ('withdrawn_at', models.DateTimeField(null=True)),
                        ('withdrawn_because', models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('host', 'level', 'division', 'version'), name='rulebook_version_once'), models.UniqueConstraint(condition=models.Q(('motion_code', ''), _negated=True), fields=('motion_code',), name='rulebook_motion_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Clause',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('rulebook', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clauses', to='funds.rulebook')),
                        ('key', models.CharField(max_length=40)),
                        ('value', models.JSONField()),
                        ('article', models.CharField(blank=True, max_length=60, verbose_name='条款')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('rulebook', 'key'), name='clause_once')],
                    },
                ),
                migrations.CreateModel(
                    name='RulebookFile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('rulebook', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='funds.rulebook')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('file', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('rulebook', 'number'), name='rulebook_file_in_order')],
                    },
                ),
                migrations.CreateModel(
                    name='Succession',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('kind', models.CharField(choices=[('merger', '合并'), ('split', '拆分'), ('closing', '终止')], max_length=8)),
                        ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successions', to='funds.host')),
                        ('day', models.DateField()),
                        ('document', models.CharField(max_length=200, verbose_name='依据文件')),
                        ('reason', models.TextField(blank=True)),
                        ('motion_code', models.CharField(blank=True, max_length=20)),
                        ('body', models.TextField()),
                        ('sha256', models.CharField(max_length=64)),
                        ('made_at', models.DateTimeField()),
                        ('made_by_id', models.BigIntegerField(null=True)),
                        ('publish_by', models.DateField(null=True)),
                        ('published_at', models.DateTimeField(null=True)),
                        ('final_report', models.TextField(blank=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('motion_code', ''), _negated=True), fields=('motion_code',), name='succession_once_per_motion')],
                    },
                ),
                migrations.CreateModel(
                    name='FundSuccession',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('succession', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='funds.succession')),
                        ('predecessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successions', to='funds.fund')),
                        ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inheritances', to='funds.fund')),
                        ('restriction', models.CharField(blank=True, max_length=24)),
                        ('into', models.CharField(blank=True, max_length=24)),
                        ('weight', models.PositiveBigIntegerField()),
                        ('amount', models.BigIntegerField(help_text='fen that could be spent and moved with this row')),
                        ('leads', models.BooleanField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('predecessor', 'restriction', 'successor'), name='succession_part_once'), models.UniqueConstraint(condition=models.Q(('leads', True)), fields=('predecessor', 'restriction'), name='one_leading_successor'), models.CheckConstraint(condition=models.Q(('predecessor', models.F('successor')), _negated=True), name='nobody_succeeds_themselves')],
                    },
                ),
                migrations.CreateModel(
                    name='ApprovalParty',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('approval', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='funds.approval')),
                        ('user_id', models.BigIntegerField()),
                        ('kind', models.CharField(choices=[('seat', '在这个基金的管委会任职'), ('tie', '和这件事有申报过的关系')], max_length=8)),
                        ('since', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('approval', 'user_id'), name='approval_party_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ApprovalStep',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('approval', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='funds.approval')),
                        ('round', models.PositiveSmallIntegerField()),
                        ('number', models.PositiveSmallIntegerField()),
                        ('label', models.CharField(max_length=60)),
                        ('role_kind', models.CharField(choices=[('host_admin', '慈善会管理员'), ('finance', '财务'), ('town_coordinator', '街镇统筹员'), ('auditor', '审计员'), ('implementer', '项目实施方')], max_length=20)),
                        ('scope_kind', models.CharField(choices=[('host', 'Host'), ('division', 'Division'), ('fund', 'Fund'), ('organisation', 'Organisation')], max_length=20)),
                        ('scope_code', models.CharField(max_length=40)),
                        ('days', models.PositiveSmallIntegerField()),
                        ('begun_at', models.DateTimeField(null=True)),
                        ('due_at', models.DateTimeField(null=True)),
                        ('state', models.CharField(choices=[('waiting', '还没轮到'), ('current', '待审批'), ('passed', '同意'), ('returned', '退回'), ('refused', '不同意')], default='waiting', max_length=12)),
                        ('decided_by_id', models.BigIntegerField(null=True)),
                        ('decided_at', models.DateTimeField(null=True)),
                        ('words', models.TextField(blank=True)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('state', 'current')), fields=['role_kind', 'scope_kind', 'scope_code'], name='step_by_scope')],
                        'constraints': [models.UniqueConstraint(fields=('approval', 'round', 'number'), name='approval_step_once'), models.UniqueConstraint(condition=models.Q(('state', 'current')), fields=('approval',), name='one_current_step')],
                    },
                ),
            ]
        ),
        # Laws of the database and rows that come with it, each by the migration that made it.
        *steps_of(
            'funds',
            '0007_parties_stay',
        ),
    ]
