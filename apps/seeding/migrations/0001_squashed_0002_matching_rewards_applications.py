import django.db.models.deletion
from apps.core.squashed import CreateModels
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('seeding', '0001_initial'),
        ('seeding', '0002_matching_rewards_applications'),
    ]

    initial = True

    dependencies = [
        ('divisions', '0002_index_names'),
        ('donations', '0001_initial'),
        ('funds', '0002_approvals'),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name='Programme',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('kind', models.CharField(choices=[('fixed', '启动资金'), ('matching', '配捐'), ('reward', '以奖代补')], default='fixed', max_length=10)),
                        ('title', models.CharField(max_length=100, verbose_name='名称')),
                        ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='programmes', to='funds.fund')),
                        ('pot', models.BigIntegerField()),
                        ('per_fund', models.BigIntegerField()),
                        ('document', models.CharField(max_length=200, verbose_name='依据文件')),
                        ('opens_on', models.DateField()),
                        ('closes_on', models.DateField()),
                        ('pilot_bp', models.PositiveIntegerField(default=0)),
                        ('quota_level', models.PositiveSmallIntegerField(default=0)),
                        ('quota_awards', models.PositiveIntegerField(default=0)),
                        ('quota_fen', models.BigIntegerField(default=0)),
                        ('by_application', models.BooleanField(default=False)),
                        ('apply_until', models.DateField(null=True)),
                        ('chain', models.JSONField(default=list)),
                        ('closed_at', models.DateTimeField(null=True)),
                        ('closed_reason', models.CharField(blank=True, max_length=200)),
                        ('waiting_since', models.DateTimeField(null=True)),
                        ('divisions', models.ManyToManyField(blank=True, related_name='+', to='divisions.division')),
                        ('pilots', models.ManyToManyField(blank=True, related_name='+', to='divisions.division')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('per_fund__gt', 0), ('pot__gte', models.F('per_fund'))), name='programme_pot_fits'), models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('opens_on'))), name='programme_days_in_order'), models.CheckConstraint(condition=models.Q(('pilot_bp__lte', 10000)), name='programme_pilot_share')],
                    },
                ),
                migrations.CreateModel(
                    name='Application',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=20, unique=True)),
                        ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='seeding.programme')),
                        ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seed_applications', to='funds.fund')),
                        ('state', models.CharField(choices=[('under_review', '审核中'), ('returned', '退回修改'), ('passed', '已确认'), ('refused', '未同意'), ('withdrawn', '已撤回')], default='under_review', max_length=12)),
                        ('words', models.TextField()),
                        ('results', models.JSONField(default=dict)),
                        ('submitted_at', models.DateTimeField()),
                        ('submitted_by_id', models.BigIntegerField(null=True)),
                        ('approval_code', models.CharField(blank=True, max_length=20)),
                        ('decided_at', models.DateTimeField(null=True)),
                        ('reason', models.CharField(blank=True, max_length=300)),
                        ('cut', models.CharField(blank=True, choices=[('', '足额'), ('minimum', '低于起配金额'), ('excluded', '本会、政府的捐款不配'), ('anonymous', '认不出来源的捐款不配'), ('state', '基金没有在运行'), ('gift', '单笔封顶'), ('day', '同一来源当日封顶'), ('fund', '单支基金封顶'), ('pot', '总额给完'), ('quota', '当地名额或试点比例用完'), ('score', '得分不到')], max_length=10)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['refused', 'withdrawn']), _negated=True), fields=('programme', 'fund'), name='one_live_application')],
                    },
                ),
                migrations.CreateModel(
                    name='MatchTerms',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('programme', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='match_terms', to='seeding.programme')),
                        ('ratio_part', models.PositiveIntegerField()),
                        ('ratio_whole', models.PositiveIntegerField()),
                        ('gift_min', models.BigIntegerField(default=0)),
                        ('gift_cap', models.BigIntegerField(default=0)),
                        ('day_cap', models.BigIntegerField(default=0)),
                        ('anonymous_day_cap', models.BigIntegerField(default=0)),
                        ('channels', models.JSONField(default=list)),
                        ('never_matched', models.JSONField(default=list)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('ratio_part__gt', 0), ('ratio_whole__gt', 0)), name='match_ratio_positive')],
                    },
                ),
                migrations.CreateModel(
                    name='Match',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matches', to='seeding.programme')),
                        ('donation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matches', to='donations.donation')),
                        ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matches', to='funds.fund')),
                        ('number', models.PositiveIntegerField()),
                        ('day', models.DateField()),
                        ('source', models.CharField(blank=True, max_length=32)),
                        ('base', models.BigIntegerField()),
                        ('ratio_part', models.PositiveIntegerField()),
                        ('ratio_whole', models.PositiveIntegerField()),
                        ('fund_cap', models.BigIntegerField()),
                        ('amount', models.BigIntegerField()),
                        ('cut', models.CharField(blank=True, choices=[('', '足额'), ('minimum', '低于起配金额'), ('excluded', '本会、政府的捐款不配'), ('anonymous', '认不出来源的捐款不配'), ('state', '基金没有在运行'), ('gift', '单笔封顶'), ('day', '同一来源当日封顶'), ('fund', '单支基金封顶'), ('pot', '总额给完'), ('quota', '当地名额或试点比例用完'), ('score', '得分不到')], max_length=10)),
                        ('taken', models.BigIntegerField(default=0)),
                        ('refunded', models.BigIntegerField()),
                        ('matched_at', models.DateTimeField()),
                        ('entry_id', models.BigIntegerField(null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['programme', 'source'], name='match_by_source')],
                        'constraints': [models.UniqueConstraint(fields=('programme', 'donation'), name='match_once_per_gift'), models.UniqueConstraint(fields=('programme', 'number'), name='match_in_order'), models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('taken__gte', 0), ('taken__lte', models.F('amount'))), name='match_taken_within'), models.CheckConstraint(condition=models.Q(('amount', 0), ('entry_id__isnull', False), _connector='OR'), name='match_has_entry')],
                    },
                ),
                migrations.CreateModel(
                    name='Award',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='awards', to='seeding.programme')),
                        ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seed_awards', to='funds.fund')),
                        ('amount', models.BigIntegerField()),
                        ('awarded_at', models.DateTimeField()),
                        ('awarded_by_id', models.BigIntegerField(null=True)),
                        ('rulebook', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='funds.rulebook')),
                        ('entry_id', models.BigIntegerField()),
                        ('application', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='award', to='seeding.application')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('programme', 'fund'), name='award_once_per_fund')],
                    },
                ),
                migrations.CreateModel(
                    name='RewardTerms',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('programme', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reward_terms', to='seeding.programme')),
                        ('rule', models.CharField(choices=[('bands', '按分数段'), ('share', '按得分比例分')], max_length=8)),
                        ('criteria', models.JSONField()),
                        ('bands', models.JSONField(default=list)),
                        ('pass_points', models.PositiveIntegerField(default=0)),
                        ('reviewers_min', models.PositiveSmallIntegerField(default=2)),
                        ('results_from', models.DateField()),
                        ('results_until', models.DateField()),
                    ],
                ),
                migrations.CreateModel(
                    name='Score',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='seeding.application')),
                        ('reviewer_id', models.BigIntegerField()),
                        ('points', models.JSONField()),
                        ('words', models.CharField(blank=True, max_length=300)),
                        ('scored_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('application', 'reviewer_id'), name='one_score_per_reviewer')],
                    },
                ),
                migrations.CreateModel(
                    name='TakenBack',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taken_back', to='seeding.programme')),
                        ('match', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taken_back', to='seeding.match')),
                        ('number', models.PositiveIntegerField()),
                        ('amount', models.BigIntegerField()),
                        ('left', models.BigIntegerField()),
                        ('short', models.BigIntegerField(default=0)),
                        ('taken_at', models.DateTimeField()),
                        ('entry_id', models.BigIntegerField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('programme', 'number'), name='taken_back_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('amount', 0), _negated=True), ('short__gte', 0)), name='taken_back_not_nothing')],
                    },
                ),
            ]
        ),
    ]
