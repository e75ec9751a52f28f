"""The database refuses what no verb may do: a score outside the review, a changed or deleted score, changed criteria."""

from django.db import migrations

SENTENCES = {
    "review_insert": "a review is given on what was handed in while the review is open",
    "review_update": "a review only ever stops being current",
    "review_delete": "a review is never deleted",
    "criterion_frozen": "criteria are frozen when their call is published",
}
REVIEW_OUTSIDE = """NOT EXISTS (
    SELECT 1 FROM projects_project p LEFT JOIN projects_call c ON c.id = p.call_id
    WHERE p.id = NEW.project_id AND p.state = 'submitted' AND p.review_closed_at IS NULL
      AND p.text_hash = NEW.text_hash AND (c.review_until IS NULL OR NEW.given_at < c.review_until))"""
REVIEW_COLUMNS = ("id", "project_id", "user_id", "is_expert", "text_hash", "points", "opinion", "given_at")


def changed(columns, vendor):
    distinct = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    cast = "::text" if vendor == "postgresql" else ""
    return "(" + " OR ".join(f"NEW.{name}{cast} {distinct} OLD.{name}{cast}" for name in columns) + ")"


def triggers(vendor):
    """(name, table, event, condition under which it refuses, sentence)."""

    def published(row):
        return f"EXISTS (SELECT 1 FROM projects_call c WHERE c.id = {row}.call_id AND c.state <> 'draft')"

    return [
        ("review_insert", "projects_review", "INSERT", REVIEW_OUTSIDE, "review_insert"),
        (
            "review_update", "projects_review", "UPDATE",
            f"{changed(REVIEW_COLUMNS, vendor)} OR NOT (OLD.is_current AND NOT NEW.is_current)", "review_update",
        ),
        ("review_delete", "projects_review", "DELETE", "1 = 1", "review_delete"),
        ("criterion_insert", "projects_criterion", "INSERT", published("NEW"), "criterion_frozen"),
        ("criterion_update", "projects_criterion", "UPDATE", published("OLD"), "criterion_frozen"),
        ("criterion_delete", "projects_criterion", "DELETE", published("OLD"), "criterion_frozen"),
    ]


def install(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for name, table, event, condition, sentence in triggers(vendor):
        if vendor == "postgresql":
            row = "OLD" if event == "DELETE" else "NEW"
            schema_editor.execute(
                f"CREATE FUNCTION projects_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {condition} THEN RAISE EXCEPTION '{SENTENCES[sentence]}' "
                f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER projects_{name} BEFORE {event} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION projects_{name}()"
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER projects_{name} BEFORE {event} ON {table} FOR EACH ROW WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCES[sentence]}'); END"
            )


def remove(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for name, *_rest in triggers(vendor):
        if vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION projects_{name}() CASCADE")
        else:
            schema_editor.execute(f"DROP TRIGGER projects_{name}")


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_reviewing")]
    operations = [migrations.RunPython(install, remove)]
