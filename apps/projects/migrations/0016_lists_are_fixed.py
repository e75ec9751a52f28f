"""The database keeps the list of services that a published call wants, and an offer that was handed in."""

from django.db import migrations

from apps.core.triggers import drop, refuse

FIXED = "the list is fixed when its call is published"
HANDED_IN = "an offer is fixed while its application is handed in"
PUBLISHED = "EXISTS (SELECT 1 FROM projects_call c WHERE c.id = {row}.call_id AND c.state <> 'draft')"
IS_IN = "EXISTS (SELECT 1 FROM projects_project p WHERE p.id = {row}.project_id AND p.state <> 'draft')"
LAWS = [
    (f"{table}_{event.lower()}", table, event, condition.format(row=row), sentence)
    for table, condition, sentence in (
        ("projects_item", PUBLISHED, FIXED),
        ("projects_offer", IS_IN, HANDED_IN),
    )
    for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
]


def lay(apps, schema_editor):
    for name, table, event, condition, sentence in LAWS:
        refuse(schema_editor, name, table=table, event=event, condition=condition, sentence=sentence)


def lift(apps, schema_editor):
    for name, *_rest in LAWS:
        drop(schema_editor, name)


class Migration(migrations.Migration):
    dependencies = [("projects", "0015_offers")]
    operations = [migrations.RunPython(lay, lift)]
