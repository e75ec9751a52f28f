"""Committees with a size, vacancies, substitutes, hand-overs, papers of appointment and supervisors' opinions.

A committee that exists already is set up with as many seats as vote in it today. An opinion is never changed, and a
hand-over that is done stands: the database keeps both.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.core import clock


OPINION, DONE = "an opinion is never changed, a further one is added", "a hand-over that is done stands"
TRIGGERS = (
    # (name, table, event, condition under which it refuses, sentence)
    ("opinion_update", "governance_supervisoropinion", "UPDATE", "1 = 1", OPINION),
    ("opinion_delete", "governance_supervisoropinion", "DELETE", "1 = 1", OPINION),
    ("hand_over_update", "governance_handover", "UPDATE", "OLD.state = 'done'", DONE),
    ("hand_over_delete", "governance_handover", "DELETE", "OLD.state = 'done'", DONE),
)


def set_sizes(apps, schema_editor):
    today = clock.today()
    for committee in apps.get_model("governance", "Committee").objects.all():
        held = committee.seats.filter(ended_at=None, from_day__lte=today, until_day__gte=today)
        committee.size = held.filter(office__in=("chair", "member")).count()
        committee.sized_on = committee.formed_on
        committee.save(update_fields=["size", "sized_on"])


def install(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for name, table, event, condition, sentence in TRIGGERS:
        if vendor == "postgresql":
            row = "OLD" if event == "DELETE" else "NEW"
            schema_editor.execute(
                f"CREATE FUNCTION governance_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {condition} THEN RAISE EXCEPTION '{sentence}' "
                f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER governance_{name} BEFORE {event} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION governance_{name}()"
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER governance_{name} BEFORE {event} ON {table} FOR EACH ROW WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
            )


def remove(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for name, *_rest in TRIGGERS:
        if vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION governance_{name}() CASCADE")
        else:
            schema_editor.execute(f"DROP TRIGGER governance_{name}")


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_initial'),
        ('governance', '0003_life_of_a_motion'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='committee',
            name='size',
            field=models.PositiveSmallIntegerField(default=0, help_text='voting seats set up, vacant ones included'),
        ),
        migrations.AddField(
            model_name='committee',
            name='sized_on',
            field=models.DateField(help_text='when `size` was last set', null=True),
        ),
        migrations.AddField(
            model_name='motion',
            name='composition',
            field=models.JSONField(help_text='what was wrong with the committee when voting opened', null=True),
        ),
        migrations.AddField(
            model_name='seat',
            name='began_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='seat',
            name='ended_reason',
            field=models.CharField(blank=True, choices=[('resigned', '辞去'), ('term_over', '任期结束'), ('moved', '搬离本地'), ('removed', '免去'), ('died', '去世'), ('called_up', '递补为委员'), ('handed_over', '换届'), ('office', '改任职务')], max_length=12),
        ),
        migrations.AddField(
            model_name='seat',
            name='given_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='seat',
            name='is_paid',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='seat',
            name='rank',
            field=models.PositiveSmallIntegerField(default=0, help_text="a substitute's place in the order of a kind"),
        ),
        migrations.AddField(
            model_name='seat',
            name='succeeds',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successors', to='governance.seat'),
        ),
        migrations.AlterField(
            model_name='seat',
            name='office',
            field=models.CharField(choices=[('chair', '主任'), ('member', '委员'), ('secretary', '秘书（专职社工）'), ('supervisor', '监督员'), ('substitute', '候补委员')], max_length=12),
        ),
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
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
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='governance.committee')),
            ],
        ),
        migrations.CreateModel(
            name='HandOverSeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('office', models.CharField(choices=[('chair', '主任'), ('member', '委员'), ('secretary', '秘书（专职社工）'), ('supervisor', '监督员'), ('substitute', '候补委员')], max_length=12)),
                ('kind', models.CharField(choices=[('party', '社区党组织和两委'), ('resident', '居民'), ('donor', '捐赠人'), ('social_organisation', '社会组织'), ('social_worker', '社会工作者'), ('volunteer', '志愿者'), ('firm', '企业'), ('host_staff', '慈善会')], max_length=24)),
                ('until_day', models.DateField()),
                ('rank', models.PositiveSmallIntegerField(default=0)),
                ('is_paid', models.BooleanField(default=False)),
                ('hand_over', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='planned', to='governance.handover')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Kinship',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('declared_on', models.DateField()),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kinships', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SupervisorOpinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('text', models.TextField()),
                ('written_at', models.DateTimeField()),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='governance.committee')),
                ('motion', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='governance.motion')),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='governance.seat')),
            ],
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('number', models.CharField(max_length=80, verbose_name='文号')),
                ('issuer', models.CharField(max_length=80, verbose_name='发文单位')),
                ('issued_on', models.DateField(verbose_name='发文日期')),
                ('filed_by_id', models.BigIntegerField(null=True)),
                ('filed_at', models.DateTimeField()),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='governance.committee')),
                ('scan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('seats', models.ManyToManyField(blank=True, related_name='appointments', to='governance.seat')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('committee', 'number'), name='appointment_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'prepared')), fields=('committee',), name='one_hand_over_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='handoverseat',
            constraint=models.UniqueConstraint(fields=('hand_over', 'user'), name='planned_once'),
        ),
        migrations.AddConstraint(
            model_name='kinship',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('user', 'other'), name='kinship_once'),
        ),
        migrations.AddConstraint(
            model_name='kinship',
            constraint=models.CheckConstraint(condition=models.Q(('user', models.F('other')), _negated=True), name='kinship_of_two'),
        ),
        migrations.AddConstraint(
            model_name='supervisoropinion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('motion', None), ('year__isnull', False)), models.Q(('motion__isnull', False), ('year', None)), _connector='OR'), name='opinion_on_one_thing'),
        ),
        migrations.RunPython(set_sizes, migrations.RunPython.noop),
        migrations.RunPython(install, remove),
    ]
