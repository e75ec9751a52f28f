import django.db.models.deletion
from apps.core.squashed import CreateModels, steps_of
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('governance', '0001_initial'),
        ('governance', '0002_frozen_votes'),
        ('governance', '0003_life_of_a_motion'),
        ('governance', '0004_committees'),
        ('governance', '0005_ballots_in_full'),
        ('governance', '0006_recusals_by_whom'),
        ('governance', '0007_agenda_order'),
        ('governance', '0008_grant_changes'),
        ('governance', '0009_proceedings_stay'),
        ('governance', '0010_applicants'),
        ('governance', '0011_ties_at_the_close'),
    ]

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('funds', '0001_initial'),
        ('users', '__first__'),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='Committee',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('fund', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='committee', to='funds.fund')),
                        ('appointed_by', models.CharField(blank=True, max_length=200, verbose_name='任命文件')),
                        ('formed_on', models.DateField()),
                        ('size', models.PositiveSmallIntegerField(default=0, help_text='voting seats set up, vacant ones included')),
                        ('sized_on', models.DateField(help_text='when `size` was last set', null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='HandOver',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='governance.committee')),
                        ('state', models.CharField(choices=[('prepared', '等双方确认'), ('done', '已交接'), ('cancelled', '已取消')], default='prepared', max_length=10)),
                        ('size', models.PositiveSmallIntegerField()),
                        ('papers', models.TextField(blank=True, help_text='documents and things that change hands, one a line')),
                        ('prepared_by_id', models.BigIntegerField(null=True)),
                        ('prepared_at', models.DateTimeField()),
                        ('outgoing_by_id', models.BigIntegerField(null=True)),
                        ('outgoing_at', models.DateTimeField(null=True)),
                        ('incoming_by_id', models.BigIntegerField(null=True)),
                        ('incoming_at', models.DateTimeField(null=True)),
                        ('done_at', models.DateTimeField(null=True)),
                        ('record', models.JSONField(help_text='what was open at the hand-over, written once when it is done', null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'prepared')), fields=('committee',), name='one_hand_over_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='HandOverSeat',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('hand_over', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='planned', to='governance.handover')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('office', models.CharField(choices=[('chair', '主任'), ('member', '委员'), ('secretary', '秘书（专职社工）'), ('supervisor', '监督员'), ('substitute', '候补委员')], max_length=12)),
                        ('kind', models.CharField(choices=[('party', '社区党组织和两委'), ('resident', '居民'), ('donor', '捐赠人'), ('social_organisation', '社会组织'), ('social_worker', '社会工作者'), ('volunteer', '志愿者'), ('firm', '企业'), ('host_staff', '慈善会')], max_length=24)),
                        ('until_day', models.DateField()),
                        ('rank', models.PositiveSmallIntegerField(default=0)),
                        ('is_paid', models.BooleanField(default=False)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('hand_over', 'user'), name='planned_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Kinship',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kinships', to=settings.AUTH_USER_MODEL)),
                        ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('declared_on', models.DateField()),
                        ('ended_on', models.DateField(blank=True, null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('user', 'other'), name='kinship_once'), models.CheckConstraint(condition=models.Q(('user', models.F('other')), _negated=True), name='kinship_of_two')],
                    },
                ),
                migrations.CreateModel(
                    name='Meeting',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='governance.committee')),
                        ('state', models.CharField(choices=[('called', '已召集'), ('held', '已开'), ('cancelled', '已取消')], default='called', max_length=12)),
                        ('starts_at', models.DateTimeField()),
                        ('ends_at', models.DateTimeField(help_text='planned; earlier once the meeting was ended')),
                        ('place', models.CharField(max_length=100)),
                        ('guests', models.CharField(blank=True, help_text='by office, no names', max_length=300)),
                        ('called_by_id', models.BigIntegerField(null=True)),
                        ('called_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['committee', 'starts_at'], name='meeting_by_committee')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gte', models.F('starts_at'))), name='meeting_times_in_order')],
                    },
                ),
                migrations.CreateModel(
                    name='Motion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='motions', to='governance.committee')),
                        ('number', models.CharField(help_text='2026-07, within the committee', max_length=12)),
                        ('kind', models.CharField(choices=[('grant', '资助'), ('grant_change', '资助变更'), ('rule_change', '改规则'), ('purpose_change', '改用途'), ('budget', '年度预算'), ('election', '选举'), ('closing', '关闭基金'), ('text', '其他事项')], max_length=16)),
                        ('title', models.CharField(max_length=80)),
                        ('follows', models.ForeignKey(help_text='returned before', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followers', to='governance.motion')),
                        ('subject_kind', models.CharField(blank=True, max_length=20)),
                        ('subject_code', models.CharField(blank=True, max_length=40)),
                        ('subject', models.TextField()),
                        ('subject_hash', models.CharField(max_length=64)),
                        ('amount', models.BigIntegerField(default=0, help_text='fen')),
                        ('restriction', models.CharField(blank=True, max_length=24)),
                        ('is_major', models.BooleanField(default=False, help_text='needs the threshold of major matters')),
                        ('rules', models.JSONField(default=dict, help_text='clause values pinned at opening, with their provenance')),
                        ('is_secret', models.BooleanField(default=False)),
                        ('seats_total', models.PositiveIntegerField(default=0, help_text="vacancies included; 0: the roll's")),
                        ('state', models.CharField(choices=[('draft', '草稿'), ('party_review', '前置研究中'), ('noticed', '已通知，待表决'), ('open', '表决中'), ('carried', '已通过，待审核'), ('in_force', '已通过'), ('returned', '上级退回'), ('lost', '未通过'), ('withdrawn', '已撤回')], default='draft', max_length=12)),
                        ('tabled_by_id', models.BigIntegerField(null=True)),
                        ('applicant_id', models.BigIntegerField(null=True)),
                        ('tabled_at', models.DateTimeField()),
                        ('noticed_at', models.DateTimeField(null=True)),
                        ('notice_until', models.DateTimeField(null=True)),
                        ('meeting', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='motions', to='governance.meeting')),
                        ('opens_at', models.DateTimeField(null=True)),
                        ('closes_at', models.DateTimeField(null=True)),
                        ('decided_at', models.DateTimeField(null=True)),
                        ('result', models.JSONField(help_text='the published arithmetic, written once at close', null=True)),
                        ('composition', models.JSONField(help_text='what was wrong with the committee when voting opened', null=True)),
                        ('settled_at', models.DateTimeField(help_text='when it came into force or was sent back', null=True)),
                        ('done_at', models.DateTimeField(null=True)),
                        ('waits_for', models.CharField(blank=True, max_length=500)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['state', 'closes_at'], name='motion_due')],
                        'constraints': [models.UniqueConstraint(fields=('committee', 'number'), name='motion_number_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Minutes',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='minutes', to='governance.committee')),
                        ('meeting', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='minutes', to='governance.meeting')),
                        ('motion', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='minutes', to='governance.motion')),
                        ('state', models.CharField(choices=[('draft', '待签署'), ('signed', '已签署')], default='draft', max_length=8)),
                        ('remarks', models.TextField(blank=True)),
                        ('content', models.TextField(blank=True)),
                        ('content_hash', models.CharField(blank=True, max_length=64)),
                        ('drafted_by_id', models.BigIntegerField(null=True)),
                        ('drafted_at', models.DateTimeField()),
                        ('signed_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('meeting', None), ('motion__isnull', False)), models.Q(('meeting__isnull', False), ('motion', None)), _connector='OR'), name='minutes_of_one_thing')],
                    },
                ),
                migrations.CreateModel(
                    name='AgendaItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agenda', to='governance.meeting')),
                        ('motion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agenda_items', to='governance.motion')),
                        ('position', models.PositiveSmallIntegerField(default=1, help_text='from 1')),
                        ('added_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('meeting', 'motion'), name='agenda_once')],
                        'ordering': ['position', 'pk'],
                    },
                ),
                migrations.CreateModel(
                    name='AdoptedBudget',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='budgets', to='funds.fund')),
                        ('year', models.PositiveSmallIntegerField()),
                        ('motion', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='adopted_budget', to='governance.motion')),
                        ('lines', models.JSONField(help_text='fen by field')),
                        ('adopted_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['fund', 'year', 'adopted_at'], name='budget_by_year')],
                    },
                ),
                migrations.CreateModel(
                    name='PartyReview',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('motion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='party_reviews', to='governance.motion')),
                        ('held_on', models.DateField()),
                        ('took_part', models.CharField(help_text='by office, no names', max_length=300)),
                        ('opinion', models.CharField(choices=[('no_objection', '没有不同意见'), ('matters_raised', '提出了意见，供委员参考'), ('sent_back', '请先补充再提交')], max_length=16)),
                        ('raised', models.TextField(blank=True)),
                        ('subject_hash', models.CharField(help_text='of the text that was studied', max_length=64)),
                        ('recorded_by_id', models.BigIntegerField()),
                        ('recorded_at', models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name='Seat',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='governance.committee')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to=settings.AUTH_USER_MODEL)),
                        ('office', models.CharField(choices=[('chair', '主任'), ('member', '委员'), ('secretary', '秘书（专职社工）'), ('supervisor', '监督员'), ('substitute', '候补委员')], max_length=12)),
                        ('kind', models.CharField(choices=[('party', '社区党组织和两委'), ('resident', '居民'), ('donor', '捐赠人'), ('social_organisation', '社会组织'), ('social_worker', '社会工作者'), ('volunteer', '志愿者'), ('firm', '企业'), ('host_staff', '慈善会')], max_length=24)),
                        ('from_day', models.DateField()),
                        ('until_day', models.DateField()),
                        ('began_at', models.DateTimeField(blank=True, null=True)),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('ended_reason', models.CharField(blank=True, choices=[('resigned', '辞去'), ('term_over', '任期结束'), ('moved', '搬离本地'), ('removed', '免去'), ('died', '去世'), ('called_up', '递补为委员'), ('handed_over', '换届'), ('office', '改任职务')], max_length=12)),
                        ('succeeds', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successors', to='governance.seat')),
                        ('rank', models.PositiveSmallIntegerField(default=0, help_text="a substitute's place in the order of a kind")),
                        ('is_paid', models.BooleanField(default=False)),
                        ('given_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('until_day__gte', models.F('from_day'))), name='seat_dates_in_order'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('committee', 'user', 'from_day'), name='seat_once')],
                    },
                ),
                migrations.CreateModel(
                    name='RollEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('motion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roll', to='governance.motion')),
                        ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.seat')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('motion', 'seat'), name='roll_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Recusal',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('motion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recusals', to='governance.motion')),
                        ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recusals', to='governance.seat')),
                        ('reason', models.CharField(blank=True, max_length=200)),
                        ('declared_at', models.DateTimeField()),
                        ('declared_by_id', models.BigIntegerField(null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('motion', 'seat'), name='recusal_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Nominee',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('motion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nominees', to='governance.motion')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nominations', to=settings.AUTH_USER_MODEL)),
                        ('replaces', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.seat')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('motion', 'user'), name='nominee_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Ballot',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('motion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ballots', to='governance.motion')),
                        ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ballots', to='governance.seat')),
                        ('choice', models.CharField(choices=[('yes', '赞成'), ('no', '反对'), ('abstain', '弃权')], max_length=8)),
                        ('channel', models.CharField(choices=[('online', '网上'), ('paper', '纸质'), ('hand', '举手'), ('phone', '电话')], default='online', max_length=8)),
                        ('recorded_by_id', models.BigIntegerField()),
                        ('witness_id', models.BigIntegerField(null=True)),
                        ('subject_hash', models.CharField(max_length=64)),
                        ('reason', models.CharField(blank=True, max_length=300)),
                        ('receipt', models.CharField(blank=True, default='', max_length=12)),
                        ('cast_at', models.DateTimeField()),
                        ('is_current', models.BooleanField(default=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('motion', 'seat'), name='one_current_ballot'), models.UniqueConstraint(condition=models.Q(('receipt', ''), _negated=True), fields=('motion', 'receipt'), name='receipt_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Attendance',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='governance.meeting')),
                        ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='governance.seat')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('meeting', 'seat'), name='attendance_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Appointment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='governance.committee')),
                        ('number', models.CharField(max_length=80, verbose_name='文号')),
                        ('issuer', models.CharField(max_length=80, verbose_name='发文单位')),
                        ('issued_on', models.DateField(verbose_name='发文日期')),
                        ('scan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                        ('filed_by_id', models.BigIntegerField(null=True)),
                        ('filed_at', models.DateTimeField()),
                        ('seats', models.ManyToManyField(blank=True, related_name='appointments', to='governance.seat')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('committee', 'number'), name='appointment_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Sheet',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('motion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='governance.motion')),
                        ('channel', models.CharField(choices=[('online', '网上'), ('paper', '纸质'), ('hand', '举手'), ('phone', '电话')], max_length=8)),
                        ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                        ('for_all', models.BooleanField(default=False, help_text='holds no personal data; shown to all after the close')),
                        ('attached_by_id', models.BigIntegerField()),
                        ('attached_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('motion', 'channel'), name='sheet_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Signature',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('minutes', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='governance.minutes')),
                        ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.seat')),
                        ('content_hash', models.CharField(max_length=64)),
                        ('signed_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('minutes', 'seat'), name='signature_once')],
                    },
                ),
                migrations.CreateModel(
                    name='SupervisorOpinion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='governance.committee')),
                        ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='governance.seat')),
                        ('motion', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='governance.motion')),
                        ('year', models.PositiveSmallIntegerField(blank=True, null=True)),
                        ('text', models.TextField()),
                        ('written_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('motion', None), ('year__isnull', False)), models.Q(('motion__isnull', False), ('year', None)), _connector='OR'), name='opinion_on_one_thing')],
                    },
                ),
                migrations.CreateModel(
                    name='Tie',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ties', to=settings.AUTH_USER_MODEL)),
                        ('organisation_code', models.CharField(blank=True, max_length=20)),
                        ('restriction', models.CharField(blank=True, default='', max_length=24)),
                        ('kind', models.CharField(choices=[('kin', '亲属'), ('employer', '受雇'), ('officer', '任职'), ('donor', '捐赠')], max_length=12)),
                        ('is_derived', models.BooleanField(default=False)),
                        ('declared_on', models.DateField()),
                        ('ended_on', models.DateField(blank=True, null=True)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'donor'), ('organisation_code', ''), models.Q(('restriction', ''), _negated=True)), models.Q(models.Q(('kind', 'donor'), _negated=True), ('restriction', ''), models.Q(('organisation_code', ''), _negated=True)), _connector='OR'), name='tie_to_one_thing')],
                    },
                ),
            ]
        ),
        # Laws of the database and rows that come with it, each by the migration that made it.
        *steps_of(
            'governance',
            '0002_frozen_votes',
            '0003_life_of_a_motion',
            '0004_committees',
            '0005_ballots_in_full',
            '0009_proceedings_stay',
            '0011_ties_at_the_close',
        ),
    ]
