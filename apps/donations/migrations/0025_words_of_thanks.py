from django.db import migrations, models

from apps.core import triggers

TABLE = "donations_fundthanks"
# Only the words may go, once, and with the moment at which they went.
IS_FORGETTING = (
    "NEW.words = '' AND NEW.erased_at IS NOT NULL AND OLD.erased_at IS NULL AND NEW.id = OLD.id "
    "AND NEW.code = OLD.code AND NEW.fund_id = OLD.fund_id AND NEW.by_id = OLD.by_id AND NEW.at = OLD.at "
    "AND NEW.form_token = OLD.form_token"
)
LAWS = {
    "donations_fundthanks_kept": ("UPDATE", f"NOT ({IS_FORGETTING})"),
    "donations_fundthanks_stays": ("DELETE", "1 = 1"),
}


def stays(apps, schema_editor):
    triggers.keep(schema_editor, TABLE)


def opened(apps, schema_editor):
    triggers.let_go(schema_editor, TABLE)


def kept(apps, schema_editor):
    for name, (event, condition) in LAWS.items():
        triggers.refuse(
            schema_editor, name, table=TABLE, event=event, condition=condition, sentence="thanks stay as they were said"
        )


def dropped(apps, schema_editor):
    for name in LAWS:
        triggers.drop(schema_editor, name)


class Migration(migrations.Migration):

    dependencies = [
        ('donations', '0024_cash_of_sales'),
    ]

    operations = [
        migrations.RunPython(opened, stays),
        migrations.RemoveConstraint(
            model_name='fundthanks',
            name='fund_thanks_has_words',
        ),
        migrations.AddField(
            model_name='fundthanks',
            name='erased_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name='fundthanks',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('words', ''), _negated=True), ('erased_at__isnull', False), _connector='OR'), name='fund_thanks_words_or_erased'),
        ),
        migrations.RunPython(kept, dropped),
    ]
