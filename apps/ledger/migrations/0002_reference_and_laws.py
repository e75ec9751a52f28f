"""The charts of accounts, and the laws that the database itself keeps (docs/developers/database-triggers.md)."""

from django.db import migrations

from apps.ledger.charts import ACCOUNTS, CHARTS

APPEND_ONLY = """
CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: what was booked is mended by adding', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER ledger_posting_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
"""

# All lines of an entry come in one statement, so the sums are checked once for a whole set.
BALANCED = """
CREATE FUNCTION ledger_posting_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    SELECT entry_id INTO wrong FROM added
        GROUP BY entry_id, host, fund, restriction HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % does not sum to zero in every host, fund and restriction', wrong
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    SELECT entry_id INTO wrong FROM added GROUP BY entry_id
        HAVING count(*) < 2 OR count(*) <> (SELECT count(*) FROM ledger_posting p WHERE p.entry_id = added.entry_id)
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % must get all its lines, two or more, in one statement', wrong
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    SELECT added.entry_id INTO wrong FROM added JOIN ledger_entry e ON e.id = added.entry_id
        WHERE e.host <> added.host LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % has lines of another host', wrong
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_posting_balanced AFTER INSERT ON ledger_posting REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_posting_balanced();
"""

HAS_LINES = """
CREATE FUNCTION ledger_entry_has_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_posting WHERE entry_id = NEW.id) THEN
        RAISE EXCEPTION 'entry % has no lines', NEW.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_has_lines AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_has_lines();
"""

REMOVE = """
DROP TRIGGER ledger_entry_has_lines ON ledger_entry;
DROP TRIGGER ledger_posting_balanced ON ledger_posting;
DROP TRIGGER ledger_posting_append_only ON ledger_posting;
DROP TRIGGER ledger_entry_append_only ON ledger_entry;
DROP FUNCTION ledger_entry_has_lines(), ledger_posting_balanced(), ledger_append_only();
"""


def lay_laws(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for law in (APPEND_ONLY, BALANCED, HAS_LINES):
            schema_editor.execute(law, params=None)
        return
    for table in ("entry", "posting"):
        for deed in ("update", "delete"):
            schema_editor.execute(
                f"CREATE TRIGGER ledger_{table}_no_{deed} BEFORE {deed.upper()} ON ledger_{table} "
                f"BEGIN SELECT RAISE(ABORT, 'ledger_{table} is append-only'); END"
            )


def lift_laws(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REMOVE, params=None)
        return
    for table in ("entry", "posting"):
        for deed in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER ledger_{table}_no_{deed}")


def load_charts(apps, schema_editor):
    account, code = apps.get_model("ledger", "Account"), apps.get_model("ledger", "ChartCode")
    account.objects.bulk_create([account(key=a.key, kind=a.kind, side=a.side) for a in ACCOUNTS.values()])
    code.objects.bulk_create(
        [
            code(
                account_id=a.key,
                chart=chart.name,
                code=a.code,
                name=a.name,
                valid_from=chart.valid_from,
                valid_until=chart.valid_until,
            )
            for chart in CHARTS
            for a in chart.accounts.values()
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunPython(load_charts, migrations.RunPython.noop),
        migrations.RunPython(lay_laws, lift_laws),
    ]
