"""Secret votes, seats set up, channels with their scanned sheets, and ties of donors."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.governance.migrations._triggers import drop, lay, lift, make

# Beside the triggers of 0002: (name, table, event, condition under which it refuses, sentence).
TRIGGERS = [
    (
        "motion_secrecy", "governance_motion", "UPDATE",
        "OLD.opens_at IS NOT NULL AND (NEW.is_secret <> OLD.is_secret OR NEW.seats_total <> OLD.seats_total)",
        "secrecy and the number of seats are frozen when voting opens",
    ),
    (
        "ballot_receipt", "governance_ballot", "UPDATE", "NEW.receipt <> OLD.receipt",
        "a ballot's receipt never changes",
    ),
    (
        "ballot_secrecy", "governance_ballot", "INSERT",
        "(NEW.receipt = '') = (SELECT m.is_secret FROM governance_motion m WHERE m.id = NEW.motion_id)",
        "a ballot has a receipt when its vote is secret, and only then",
    ),
]


def install(apps, schema_editor):
    for trigger in TRIGGERS:
        make(schema_editor, *trigger)


def remove(apps, schema_editor):
    for name, *_rest in TRIGGERS:
        drop(schema_editor, name)


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_initial'),
        ('governance', '0004_committees'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(lift, lay),
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('online', '网上'), ('paper', '纸质'), ('hand', '举手'), ('phone', '电话')], max_length=8)),
                ('for_all', models.BooleanField(default=False, help_text='holds no personal data; shown to all after the close')),
                ('attached_by_id', models.BigIntegerField()),
                ('attached_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='ballot',
            name='receipt',
            field=models.CharField(blank=True, default='', max_length=12),
        ),
        migrations.AddField(
            model_name='motion',
            name='is_secret',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='motion',
            name='seats_total',
            field=models.PositiveIntegerField(default=0, help_text="vacancies included; 0: the roll's"),
        ),
        migrations.AddField(
            model_name='tie',
            name='is_derived',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='tie',
            name='restriction',
            field=models.CharField(blank=True, default='', max_length=24),
        ),
        migrations.AlterField(
            model_name='ballot',
            name='channel',
            field=models.CharField(choices=[('online', '网上'), ('paper', '纸质'), ('hand', '举手'), ('phone', '电话')], default='online', max_length=8),
        ),
        migrations.AlterField(
            model_name='tie',
            name='kind',
            field=models.CharField(choices=[('kin', '亲属'), ('employer', '受雇'), ('officer', '任职'), ('donor', '捐赠')], max_length=12),
        ),
        migrations.AlterField(
            model_name='tie',
            name='organisation_code',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddConstraint(
            model_name='ballot',
            constraint=models.UniqueConstraint(condition=models.Q(('receipt', ''), _negated=True), fields=('motion', 'receipt'), name='receipt_once'),
        ),
        migrations.AddConstraint(
            model_name='tie',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'donor'), ('organisation_code', ''), models.Q(('restriction', ''), _negated=True)), models.Q(models.Q(('kind', 'donor'), _negated=True), ('restriction', ''), models.Q(('organisation_code', ''), _negated=True)), _connector='OR'), name='tie_to_one_thing'),
        ),
        migrations.AddField(
            model_name='sheet',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile'),
        ),
        migrations.AddField(
            model_name='sheet',
            name='motion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='governance.motion'),
        ),
        migrations.AddConstraint(
            model_name='sheet',
            constraint=models.UniqueConstraint(fields=('motion', 'channel'), name='sheet_once'),
        ),
        migrations.RunPython(lay, lift),
        migrations.RunPython(install, remove),
    ]
