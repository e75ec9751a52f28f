"""A tie that nobody acted on turns into a recusal when a vote is counted, which is after its deadline.

Nobody steps aside by their own word then.
"""

from django.db import migrations

from apps.governance.migrations._triggers import drop, make

NAME, TABLE, SENTENCE = "recusal_insert", "governance_recusal", "a member steps aside while voting is open"
DURING = "NEW.declared_at < m.closes_at"
OUTSIDE = """NOT EXISTS (
    SELECT 1 FROM governance_motion m
    WHERE m.id = NEW.motion_id AND m.state = 'open' AND ({moment}))"""


def install(_apps, schema_editor):
    drop(schema_editor, NAME)
    until_counted = OUTSIDE.format(moment=f"{DURING} OR NEW.declared_by_id IS NULL")
    make(schema_editor, NAME, TABLE, "INSERT", until_counted, SENTENCE)


def remove(_apps, schema_editor):
    drop(schema_editor, NAME)
    make(schema_editor, NAME, TABLE, "INSERT", OUTSIDE.format(moment=DURING), SENTENCE)


class Migration(migrations.Migration):

    dependencies = [("governance", "0010_applicants")]

    operations = [migrations.RunPython(install, remove)]
