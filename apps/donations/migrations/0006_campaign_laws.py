"""What was written about a campaign stays: versions of its plan and published figures are only ever added."""

from django.db import migrations

TABLES = ("donations_campaignversion", "donations_campaignreport")
FUNCTION = """
CREATE FUNCTION donations_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;
"""


def freeze(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    if postgres:
        schema_editor.execute(FUNCTION, params=None)
    for table in TABLES:
        if postgres:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION donations_append_only()",
                params=None,
            )
            continue
        for deed in ("update", "delete"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{deed} BEFORE {deed.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
            )


def thaw(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {table}_append_only ON {table}", params=None)
            continue
        for deed in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_no_{deed}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION donations_append_only()", params=None)


class Migration(migrations.Migration):
    dependencies = [("donations", "0005_campaign_plan_and_consents")]
    operations = [migrations.RunPython(freeze, thaw)]
