"""The database keeps what a published call asks, and what an application that was handed in answered."""

from django.db import migrations

from apps.core.triggers import drop, refuse

FIXED = "questions are fixed when their call is published"
HANDED_IN = "answers are fixed while their application is handed in"
DISTINCT = {"postgresql": "IS DISTINCT FROM"}


def laws(vendor):
    """(name, table, event, condition under which it refuses, sentence). Sealing an answer anew is no other answer."""

    def published(row):
        return f"EXISTS (SELECT 1 FROM projects_call c WHERE c.id = {row}.call_id AND c.state <> 'draft')"

    def handed_in(row):
        return f"EXISTS (SELECT 1 FROM projects_project p WHERE p.id = {row}.project_id AND p.state <> 'draft')"

    distinct = DISTINCT.get(vendor, "IS NOT")
    columns = ("code", "project_id", "question_id", "words")
    changed = " OR ".join(f"NEW.{name} {distinct} OLD.{name}" for name in columns)
    return [
        ("projects_question_insert", "projects_question", "INSERT", published("NEW"), FIXED),
        ("projects_question_update", "projects_question", "UPDATE", published("OLD"), FIXED),
        ("projects_question_delete", "projects_question", "DELETE", published("OLD"), FIXED),
        ("projects_answer_insert", "projects_answer", "INSERT", handed_in("NEW"), HANDED_IN),
        ("projects_answer_update", "projects_answer", "UPDATE", f"({changed})", HANDED_IN),
        ("projects_answer_delete", "projects_answer", "DELETE", handed_in("OLD"), HANDED_IN),
    ]


def lay(apps, schema_editor):
    for name, table, event, condition, sentence in laws(schema_editor.connection.vendor):
        refuse(schema_editor, name, table=table, event=event, condition=condition, sentence=sentence)


def lift(apps, schema_editor):
    for name, *_rest in laws(schema_editor.connection.vendor):
        drop(schema_editor, name)


class Migration(migrations.Migration):
    dependencies = [("projects", "0012_questions")]
    operations = [migrations.RunPython(lay, lift)]
