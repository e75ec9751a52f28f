"""The life of a motion: study, notice, meetings, review above, force; with what the database refuses of it.

The triggers of `0002_frozen_votes` are taken down first, because SQLite makes tables anew, and put up again with the
motion's own law written for the longer life.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

VOTES = import_module("apps.governance.migrations.0002_frozen_votes")
BEFORE_THE_VOTE = "('draft', 'party_review', 'noticed')"
TEXT = (
    "id", "code", "committee_id", "number", "kind", "title", "subject", "subject_hash", "amount", "restriction",
    "is_major", "follows_id",
)
OPENING = ("rules", "opens_at", "meeting_id", "noticed_at", "notice_until")
RESULT = ("result", "decided_at")
FORCE = ("state", "settled_at")
SENTENCES = {
    "motion_frozen": VOTES.SENTENCES["motion_frozen"],
    "roll_insert": VOTES.SENTENCES["roll_insert"],
    "review_frozen": "the minutes of a party organisation's study are written once",
    "nominee_frozen": "who stands for an office is written while the motion is a draft",
    "minutes_frozen": "signed minutes are frozen",
}


def triggers(vendor: str) -> list[tuple[str, str, str, str, str]]:
    """(name, table, event, condition under which it refuses, sentence), those of the votes included."""
    def changed(columns: tuple[str, ...]) -> str:
        return VOTES.changed(columns, vendor)

    edited_back_to_draft = f"OLD.state IN {BEFORE_THE_VOTE} AND NEW.state = 'draft'"
    meeting_ended = (
        "OLD.state = 'open' AND NEW.state = 'open' AND OLD.meeting_id IS NOT NULL AND NEW.closes_at < OLD.closes_at"
    )
    settled = "OLD.state = 'carried' AND NEW.state IN ('in_force', 'returned')"
    motion_update = f"""(OLD.state <> 'draft' AND {changed(TEXT)} AND NOT ({edited_back_to_draft}))
  OR (OLD.state NOT IN {BEFORE_THE_VOTE} AND (
    {changed(OPENING)} OR ({changed(("closes_at",))} AND NOT ({meeting_ended})) OR NEW.state IN {BEFORE_THE_VOTE}))
  OR (OLD.state NOT IN {BEFORE_THE_VOTE} AND OLD.state <> 'open' AND (
    {changed(RESULT)} OR ({changed(FORCE)} AND NOT ({settled}))))"""
    not_opening = (
        "NOT EXISTS (SELECT 1 FROM governance_motion m "
        f"WHERE m.id = NEW.motion_id AND m.state IN {BEFORE_THE_VOTE})"
    )
    not_draft = "NOT EXISTS (SELECT 1 FROM governance_motion m WHERE m.id = {row}.motion_id AND m.state = 'draft')"
    signed = "OLD.state = 'signed'"
    own = {
        "motion_update": ("governance_motion", "UPDATE", motion_update, "motion_frozen"),
        "roll_insert": ("governance_rollentry", "INSERT", not_opening, "roll_insert"),
        "review_update": ("governance_partyreview", "UPDATE", "1 = 1", "review_frozen"),
        "review_delete": ("governance_partyreview", "DELETE", "1 = 1", "review_frozen"),
        "nominee_insert": ("governance_nominee", "INSERT", not_draft.format(row="NEW"), "nominee_frozen"),
        "nominee_update": ("governance_nominee", "UPDATE", not_draft.format(row="OLD"), "nominee_frozen"),
        "nominee_delete": ("governance_nominee", "DELETE", not_draft.format(row="OLD"), "nominee_frozen"),
        "minutes_update": ("governance_minutes", "UPDATE", signed, "minutes_frozen"),
        "minutes_delete": ("governance_minutes", "DELETE", signed, "minutes_frozen"),
    }
    kept = [row for row in VOTES.triggers(vendor) if row[0] not in own]
    return kept + [(name, *row) for name, row in own.items()]


def install(apps, schema_editor):
    sentences = VOTES.SENTENCES | SENTENCES
    vendor = schema_editor.connection.vendor
    for name, table, event, condition, key in triggers(vendor):
        sentence = sentences[key].replace("'", "''")
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
    for name, *_rest in triggers(vendor):
        if vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION governance_{name}() CASCADE")
        else:
            schema_editor.execute(f"DROP TRIGGER governance_{name}")


def carried_are_in_force(apps, schema_editor):
    """What was carried before there was a review above was acted on at once."""
    Motion = apps.get_model("governance", "Motion")
    Motion.objects.filter(state="carried").update(state="in_force", settled_at=models.F("decided_at"))


def in_force_were_carried(apps, schema_editor):
    apps.get_model("governance", "Motion").objects.filter(state="in_force").update(state="carried")


class Migration(migrations.Migration):

    dependencies = [
        ('funds', '0001_initial'),
        ('governance', '0002_frozen_votes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(VOTES.remove, VOTES.install),
        migrations.AddField(
            model_name='motion',
            name='done_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='motion',
            name='follows',
            field=models.ForeignKey(help_text='returned before', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followers', to='governance.motion'),
        ),
        migrations.AddField(
            model_name='motion',
            name='notice_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='motion',
            name='noticed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='motion',
            name='settled_at',
            field=models.DateTimeField(help_text='when it came into force or was sent back', null=True),
        ),
        migrations.AddField(
            model_name='motion',
            name='waits_for',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AlterField(
            model_name='motion',
            name='kind',
            field=models.CharField(choices=[('grant', '资助'), ('rule_change', '改规则'), ('purpose_change', '改用途'), ('budget', '年度预算'), ('election', '选举'), ('closing', '关闭基金'), ('text', '其他事项')], max_length=16),
        ),
        migrations.AlterField(
            model_name='motion',
            name='state',
            field=models.CharField(choices=[('draft', '草稿'), ('party_review', '前置研究中'), ('noticed', '已通知，待表决'), ('open', '表决中'), ('carried', '已通过，待审核'), ('in_force', '已通过'), ('returned', '上级退回'), ('lost', '未通过'), ('withdrawn', '已撤回')], default='draft', max_length=12),
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('state', models.CharField(choices=[('called', '已召集'), ('held', '已开'), ('cancelled', '已取消')], default='called', max_length=12)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(help_text='planned; earlier once the meeting was ended')),
                ('place', models.CharField(max_length=100)),
                ('guests', models.CharField(blank=True, help_text='by office, no names', max_length=300)),
                ('called_by_id', models.BigIntegerField(null=True)),
                ('called_at', models.DateTimeField()),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='governance.committee')),
            ],
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='governance.seat')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='governance.meeting')),
            ],
        ),
        migrations.CreateModel(
            name='AgendaItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField()),
                ('motion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agenda_items', to='governance.motion')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agenda', to='governance.meeting')),
            ],
        ),
        migrations.AddField(
            model_name='motion',
            name='meeting',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='motions', to='governance.meeting'),
        ),
        migrations.CreateModel(
            name='Minutes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('state', models.CharField(choices=[('draft', '待签署'), ('signed', '已签署')], default='draft', max_length=8)),
                ('remarks', models.TextField(blank=True)),
                ('content', models.TextField(blank=True)),
                ('content_hash', models.CharField(blank=True, max_length=64)),
                ('drafted_by_id', models.BigIntegerField(null=True)),
                ('drafted_at', models.DateTimeField()),
                ('signed_at', models.DateTimeField(null=True)),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='minutes', to='governance.committee')),
                ('meeting', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='minutes', to='governance.meeting')),
                ('motion', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='minutes', to='governance.motion')),
            ],
        ),
        migrations.CreateModel(
            name='Nominee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('motion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nominees', to='governance.motion')),
                ('replaces', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.seat')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nominations', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PartyReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('held_on', models.DateField()),
                ('took_part', models.CharField(help_text='by office, no names', max_length=300)),
                ('opinion', models.CharField(choices=[('no_objection', '没有不同意见'), ('matters_raised', '提出了意见，供委员参考'), ('sent_back', '请先补充再提交')], max_length=16)),
                ('raised', models.TextField(blank=True)),
                ('subject_hash', models.CharField(help_text='of the text that was studied', max_length=64)),
                ('recorded_by_id', models.BigIntegerField()),
                ('recorded_at', models.DateTimeField()),
                ('motion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='party_reviews', to='governance.motion')),
            ],
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content_hash', models.CharField(max_length=64)),
                ('signed_at', models.DateTimeField()),
                ('minutes', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='governance.minutes')),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.seat')),
            ],
        ),
        migrations.CreateModel(
            name='AdoptedBudget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('lines', models.JSONField(help_text='fen by field')),
                ('adopted_at', models.DateTimeField()),
                ('fund', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='budgets', to='funds.fund')),
                ('motion', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='adopted_budget', to='governance.motion')),
            ],
            options={
                'indexes': [models.Index(fields=['fund', 'year', 'adopted_at'], name='budget_by_year')],
            },
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['committee', 'starts_at'], name='meeting_by_committee'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gte', models.F('starts_at'))), name='meeting_times_in_order'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(fields=('meeting', 'seat'), name='attendance_once'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.UniqueConstraint(fields=('meeting', 'motion'), name='agenda_once'),
        ),
        migrations.AddConstraint(
            model_name='minutes',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('meeting', None), ('motion__isnull', False)), models.Q(('meeting__isnull', False), ('motion', None)), _connector='OR'), name='minutes_of_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='nominee',
            constraint=models.UniqueConstraint(fields=('motion', 'user'), name='nominee_once'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.UniqueConstraint(fields=('minutes', 'seat'), name='signature_once'),
        ),
        migrations.RunPython(carried_are_in_force, in_force_were_carried),
        migrations.RunPython(install, remove),
    ]
