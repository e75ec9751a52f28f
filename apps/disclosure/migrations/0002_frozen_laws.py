"""What was published stays as it was: the database refuses to change or delete it."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION disclosure_published_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published report is frozen: publish a correction'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER disclosure_published_is_frozen BEFORE UPDATE OR DELETE ON disclosure_periodreport
    FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION disclosure_published_is_frozen();
"""
THAW = """
DROP TRIGGER disclosure_published_is_frozen ON disclosure_periodreport;
DROP FUNCTION disclosure_published_is_frozen();
"""


def freeze(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FREEZE, params=None)
        return
    for deed in ("update", "delete"):
        schema_editor.execute(
            f"CREATE TRIGGER disclosure_periodreport_no_{deed} BEFORE {deed.upper()} ON disclosure_periodreport "
            "WHEN OLD.state = 'published' BEGIN SELECT RAISE(ABORT, 'a published report is frozen'); END"
        )


def thaw(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(THAW, params=None)
        return
    for deed in ("update", "delete"):
        schema_editor.execute(f"DROP TRIGGER disclosure_periodreport_no_{deed}")


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0001_initial")]
    operations = [migrations.RunPython(freeze, thaw)]
