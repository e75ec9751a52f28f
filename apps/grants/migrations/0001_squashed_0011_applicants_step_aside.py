import django.db.models.deletion
import django.db.models.expressions
from apps.core.squashed import CreateModels, steps_of
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('grants', '0001_initial'),
        ('grants', '0002_objections'),
        ('grants', '0003_joint_funding'),
        ('grants', '0004_agreements_and_bank_files'),
        ('grants', '0005_decisions_stay'),
        ('grants', '0006_acceptance_checklist'),
        ('grants', '0007_acceptances_are_kept'),
        ('grants', '0008_final_account'),
        ('grants', '0009_final_accounts_stay'),
        ('grants', '0010_instalments_on_milestones'),
        ('grants', '0011_applicants_step_aside'),
    ]

    initial = True

    dependencies = [
        ('core', '0002_letterbox'),
        ('funds', '0006_approval_parties'),
        ('governance', '0010_applicants'),
        ('projects', '0023_occasion_words'),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='Acceptance',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('evidence', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='acceptance', to='projects.evidence')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('outcome', models.CharField(choices=[('accepted', '验收通过'), ('returned', '退回补')], max_length=8)),
                        ('reason', models.CharField(blank=True, max_length=300)),
                        ('private_note', models.CharField(blank=True, max_length=500)),
                        ('judged_at', models.DateTimeField()),
                        ('judged_by_id', models.BigIntegerField()),
                        ('content_hash', models.CharField(max_length=64)),
                    ],
                ),
                migrations.CreateModel(
                    name='FinalAccount',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='final_accounts', to='projects.project')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('state', models.CharField(choices=[('filed', '待核对'), ('returned', '已退回'), ('checked', '已核对')], default='filed', max_length=8)),
                        ('paid', models.BigIntegerField()),
                        ('returned', models.BigIntegerField()),
                        ('written_off', models.BigIntegerField()),
                        ('spent', models.BigIntegerField()),
                        ('surplus', models.BigIntegerField()),
                        ('kept', models.BigIntegerField()),
                        ('facts', models.JSONField()),
                        ('content_hash', models.CharField(max_length=64)),
                        ('filed_at', models.DateTimeField()),
                        ('filed_by_id', models.BigIntegerField()),
                        ('decided_at', models.DateTimeField(null=True)),
                        ('decided_by_id', models.BigIntegerField(null=True)),
                        ('reason', models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('project', 'number'), name='final_account_once'), models.UniqueConstraint(condition=models.Q(('state', 'returned'), _negated=True), fields=('project',), name='one_live_final_account'), models.CheckConstraint(condition=models.Q(('kept__gte', 0), ('kept__lte', models.F('surplus')), ('spent__gte', 0), ('surplus__gte', 0), ('paid', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('returned'), '+', models.F('written_off')), '+', models.F('spent')), '+', models.F('surplus')))), name='final_account_adds_up'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by_id', None), ('state', 'filed')), models.Q(models.Q(('state', 'filed'), _negated=True), ('decided_at__isnull', False), ('decided_by_id__isnull', False)), _connector='OR'), name='final_account_decided_says_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'checked'), _negated=True), models.Q(('decided_by_id', models.F('filed_by_id')), _negated=True), _connector='OR'), name='final_account_checked_by_another')],
                    },
                ),
                migrations.CreateModel(
                    name='Grant',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='projects.project')),
                        ('motion', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='grant', to='governance.motion')),
                        ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='funds.fund')),
                        ('amount', models.BigIntegerField()),
                        ('state', models.CharField(choices=[('notice', '公示中'), ('running', '进行中'), ('closed', '已结清'), ('terminated', '已终止')], default='notice', max_length=12)),
                        ('awarded_at', models.DateTimeField()),
                        ('notice_until', models.DateTimeField()),
                        ('closed_at', models.DateTimeField(null=True)),
                        ('reason', models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['state', 'notice_until'], name='grant_by_notice'), models.Index(fields=['fund', 'state'], name='grant_by_fund')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='grant_positive')],
                    },
                ),
                migrations.CreateModel(
                    name='Clawback',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clawbacks', to='grants.grant')),
                        ('asked', models.BigIntegerField()),
                        ('returned', models.BigIntegerField(default=0)),
                        ('written_off', models.BigIntegerField(default=0)),
                        ('reason', models.CharField(max_length=300)),
                        ('asked_at', models.DateTimeField()),
                        ('asked_by_id', models.BigIntegerField(null=True)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('asked__gt', 0), ('asked__gte', django.db.models.expressions.CombinedExpression(models.F('returned'), '+', models.F('written_off'))), ('returned__gte', 0), ('written_off__gte', 0)), name='clawback_within_what_is_asked')],
                    },
                ),
                migrations.CreateModel(
                    name='GrantAgreement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='grants.grant')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('facts', models.JSONField()),
                        ('drawn_at', models.DateTimeField()),
                        ('drawn_by_id', models.BigIntegerField(null=True)),
                        ('signed_on', models.DateField(null=True)),
                        ('signed_copy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                        ('filed_at', models.DateTimeField(null=True)),
                        ('filed_by_id', models.BigIntegerField(null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('grant', 'number'), name='grant_agreement_once'), models.CheckConstraint(condition=models.Q(models.Q(('filed_at', None), ('signed_copy', None), ('signed_on', None)), models.Q(('filed_at__isnull', False), ('signed_copy__isnull', False), ('signed_on__isnull', False)), _connector='OR'), name='grant_agreement_signed_with_its_copy')],
                    },
                ),
                migrations.CreateModel(
                    name='GrantChange',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='grants.grant')),
                        ('kind', models.CharField(choices=[('reconsider', '复议'), ('budget', '调整预算'), ('dates', '延期'), ('write_off', '核销追回')], max_length=12)),
                        ('state', models.CharField(choices=[('tabled', '等表决'), ('done', '已执行'), ('lost', '未通过')], default='tabled', max_length=8)),
                        ('reason', models.CharField(max_length=300)),
                        ('details', models.JSONField(default=dict)),
                        ('clawback', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='write_offs', to='grants.clawback')),
                        ('motion', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='grant_change', to='governance.motion')),
                        ('made_at', models.DateTimeField()),
                        ('made_by_id', models.BigIntegerField(null=True)),
                        ('decided_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['grant', 'state'], name='grant_change_by_grant')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'tabled')), models.Q(models.Q(('state', 'tabled'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='grant_change_decided_says_when')],
                    },
                ),
                migrations.CreateModel(
                    name='GrantSource',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='grants.grant')),
                        ('restriction', models.CharField(blank=True, max_length=24)),
                        ('amount', models.BigIntegerField()),
                        ('paid', models.BigIntegerField(default=0)),
                        ('returned', models.BigIntegerField(default=0)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('grant', 'restriction'), name='grant_source_once'), models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('paid__gte', 0), ('paid__lte', models.F('amount')), ('returned__gte', 0), ('returned__lte', models.F('paid'))), name='grant_source_within_its_amount')],
                    },
                ),
                migrations.CreateModel(
                    name='Instalment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instalments', to='grants.grant')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('amount', models.BigIntegerField()),
                        ('condition', models.CharField(choices=[('notice_ended', '公示期满'), ('milestone_accepted', '节点验收'), ('evidence_accepted', '成果验收')], max_length=20)),
                        ('state', models.CharField(choices=[('waiting', '等条件'), ('due', '可以付'), ('prepared', '付款中'), ('paid', '已付'), ('cancelled', '已取消')], default='waiting', max_length=12)),
                        ('milestone', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='instalments', to='projects.milestone')),
                        ('evidence', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.evidence')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('grant', 'number'), name='instalment_once'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='instalment_positive'), models.UniqueConstraint(fields=('grant', 'milestone'), name='instalment_once_a_milestone'), models.CheckConstraint(condition=models.Q(models.Q(('condition', 'milestone_accepted'), ('milestone__isnull', False)), models.Q(models.Q(('condition', 'milestone_accepted'), _negated=True), ('milestone', None)), _connector='OR'), name='instalment_names_its_milestone')],
                    },
                ),
                migrations.CreateModel(
                    name='Objection',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='grants.grant')),
                        ('ground', models.CharField(choices=[('need', '不是真需要'), ('payee', '承办方不合适'), ('ties', '有利益关系没有回避'), ('amount', '金额或预算不合理'), ('process', '程序不对'), ('other', '其他')], max_length=8)),
                        ('words', models.CharField(max_length=1000)),
                        ('contact', models.CharField(blank=True, help_text='sealed', max_length=400)),
                        ('made_by_id', models.BigIntegerField(null=True)),
                        ('received_at', models.DateTimeField()),
                        ('is_late', models.BooleanField()),
                        ('holds', models.BooleanField()),
                        ('answer_by', models.DateTimeField()),
                        ('state', models.CharField(choices=[('open', '待答复'), ('dismissed', '不成立'), ('upheld', '成立')], default='open', max_length=10)),
                        ('public_words', models.CharField(blank=True, max_length=500)),
                        ('answer', models.CharField(blank=True, max_length=1000)),
                        ('answered_at', models.DateTimeField(null=True)),
                        ('answered_by_id', models.BigIntegerField(null=True)),
                        ('change', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='grants.grantchange')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['grant', 'state'], name='objection_by_grant')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('answered_at__isnull', False), models.Q(('answer', ''), _negated=True), models.Q(('public_words', ''), _negated=True)), _connector='OR'), name='objection_answered_says_how'), models.CheckConstraint(condition=models.Q(('is_late', False), ('holds', False), _connector='OR'), name='objection_late_holds_nothing')],
                    },
                ),
                migrations.CreateModel(
                    name='PaymentFile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payment_files', to='funds.host')),
                        ('count', models.PositiveIntegerField()),
                        ('total', models.BigIntegerField()),
                        ('made_at', models.DateTimeField()),
                        ('made_by_id', models.BigIntegerField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['host', 'made_at'], name='payment_file_by_host')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('count__gt', 0), ('total__gt', 0)), name='payment_file_holds_payments')],
                    },
                ),
                migrations.CreateModel(
                    name='Payment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('instalment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='grants.instalment')),
                        ('amount', models.BigIntegerField()),
                        ('state', models.CharField(choices=[('prepared', '待复核'), ('paid', '已付'), ('sent', '银行付款中'), ('rejected', '已退回'), ('failed', '银行没付成'), ('bounced', '退汇')], default='prepared', max_length=12)),
                        ('payee', models.CharField(max_length=100)),
                        ('prepared_by_id', models.BigIntegerField()),
                        ('prepared_at', models.DateTimeField()),
                        ('released_by_id', models.BigIntegerField(null=True)),
                        ('paid_on', models.DateField(null=True)),
                        ('bank_reference', models.CharField(blank=True, max_length=60)),
                        ('reason', models.CharField(blank=True, max_length=200)),
                        ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='grants.paymentfile')),
                        ('account_version', models.PositiveIntegerField(default=0)),
                        ('returned_on', models.DateField(null=True)),
                        ('return_reference', models.CharField(blank=True, max_length=60)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['bank_reference'], name='payment_by_reference')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('released_by_id', None), models.Q(('released_by_id', models.F('prepared_by_id')), _negated=True), _connector='OR'), name='payment_released_by_another'), models.UniqueConstraint(condition=models.Q(('state__in', ['prepared', 'sent', 'paid'])), fields=('instalment',), name='one_live_payment_per_instalment'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['paid', 'bounced']), _negated=True), models.Q(('paid_on__isnull', False), ('released_by_id__isnull', False)), _connector='OR'), name='payment_paid_says_when_and_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), models.Q(('file__isnull', False), ('released_by_id__isnull', False)), _connector='OR'), name='payment_sent_by_a_file'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'bounced'), _negated=True), ('returned_on__isnull', False), _connector='OR'), name='payment_bounced_says_when')],
                    },
                ),
                migrations.CreateModel(
                    name='SurplusReturn',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surplus_returns', to='grants.finalaccount')),
                        ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surplus_returns', to='grants.grant')),
                        ('clawback', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='surplus_return', to='grants.clawback')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('account', 'grant'), name='surplus_return_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Suspension',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suspensions', to='grants.grant')),
                        ('reason', models.CharField(max_length=300)),
                        ('began_at', models.DateTimeField()),
                        ('began_by_id', models.BigIntegerField()),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('ended_by_id', models.BigIntegerField(null=True)),
                        ('decision', models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('grant',), name='grant_suspended_once'), models.CheckConstraint(condition=models.Q(models.Q(('decision', ''), ('ended_at', None)), models.Q(('ended_at__isnull', False), models.Q(('decision', ''), _negated=True)), _connector='OR'), name='suspension_ends_by_a_decision')],
                    },
                ),
                migrations.CreateModel(
                    name='AcceptanceItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('acceptance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='grants.acceptance')),
                        ('position', models.PositiveSmallIntegerField()),
                        ('key', models.CharField(max_length=40)),
                        ('kind', models.CharField(choices=[('goal', '做什么、给谁、做到什么样'), ('persons', '服务人数'), ('person_times', '服务人次'), ('indicator', '指标'), ('milestone', '节点'), ('budget', '预算'), ('photos', '照片'), ('vouchers', '票据'), ('attendance', '活动签到'), ('satisfaction', '满意度')], max_length=12)),
                        ('words', models.TextField(blank=True)),
                        ('figures', models.JSONField(default=dict)),
                        ('proposed', models.CharField(blank=True, choices=[('met', '达到'), ('partly', '部分达到'), ('not_met', '没达到')], max_length=8)),
                        ('verdict', models.CharField(blank=True, choices=[('met', '达到'), ('partly', '部分达到'), ('not_met', '没达到')], max_length=8)),
                        ('note', models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('acceptance', 'key'), name='acceptance_item_once'), models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'not_met'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='not_met_says_why')],
                    },
                ),
                migrations.CreateModel(
                    name='ClawbackReturn',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('clawback', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='grants.clawback')),
                        ('amount', models.BigIntegerField()),
                        ('received_on', models.DateField()),
                        ('bank_reference', models.CharField(max_length=60)),
                        ('recorded_at', models.DateTimeField()),
                        ('recorded_by_id', models.BigIntegerField(null=True)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='clawback_return_positive'), models.UniqueConstraint(fields=('clawback', 'bank_reference'), name='clawback_return_once')],
                    },
                ),
            ]
        ),
        # Laws of the database and rows that come with it, each by the migration that made it.
        *steps_of(
            'grants',
            '0005_decisions_stay',
            '0007_acceptances_are_kept',
            '0009_final_accounts_stay',
        ),
    ]
