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

# All lines of an entry come in one statement, so the laws are checked once for a whole set.
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
    SELECT added.entry_id INTO wrong FROM added LEFT JOIN ledger_entry e ON e.id = added.entry_id
        WHERE e.host IS DISTINCT FROM added.host LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % is not there, or has lines of another host', wrong
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    SELECT added.entry_id INTO wrong FROM added LEFT JOIN ledger_account a ON a.key = added.account_id
        WHERE a.key IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % has a line on an account that does not exist', wrong
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_posting_balanced AFTER INSERT ON ledger_posting REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_posting_balanced();
"""

OPEN_MONTH = """
CREATE FUNCTION ledger_entry_in_open_month() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    SELECT added.id INTO wrong FROM added LEFT JOIN ledger_period p ON p.id = added.period_id
        WHERE p.host IS DISTINCT FROM added.host OR p.is_closed
            OR added.day < p.month OR added.day >= p.month + interval '1 month' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % is not in an open month of its host', wrong
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_in_open_month AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_in_open_month();
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

# The queue fills and empties all day; the planner must know how short it is now.
QUEUE = """
ALTER TABLE ledger_unfolded SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000
);
"""

REMOVE = """
DROP TRIGGER ledger_entry_has_lines ON ledger_entry;
DROP TRIGGER ledger_entry_in_open_month ON ledger_entry;
DROP TRIGGER ledger_posting_balanced ON ledger_posting;
DROP TRIGGER ledger_posting_append_only ON ledger_posting;
DROP TRIGGER ledger_entry_append_only ON ledger_entry;
DROP FUNCTION ledger_entry_has_lines(), ledger_entry_in_open_month(), ledger_posting_balanced(), ledger_append_only();
"""

SQLITE = {
    f"ledger_{table}_no_{deed}": (
        f"CREATE TRIGGER ledger_{table}_no_{deed} BEFORE {deed.upper()} ON ledger_{table} "
        f"BEGIN SELECT RAISE(ABORT, 'ledger_{table} is append-only'); END"
    )
    for table in ("entry", "posting")
    for deed in ("update", "delete")
}
SQLITE["ledger_posting_belongs"] = """
CREATE TRIGGER ledger_posting_belongs BEFORE INSERT ON ledger_posting
WHEN NOT EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.entry_id AND host = NEW.host)
    OR NOT EXISTS (SELECT 1 FROM ledger_account WHERE key = NEW.account_id)
BEGIN SELECT RAISE(ABORT, 'a line needs its entry, of the same host, and its account'); END
"""
SQLITE["ledger_entry_in_open_month"] = """
CREATE TRIGGER ledger_entry_in_open_month BEFORE INSERT ON ledger_entry
WHEN NOT EXISTS (
    SELECT 1 FROM ledger_period WHERE id = NEW.period_id AND host = NEW.host AND NOT is_closed
        AND NEW.day >= month AND NEW.day < date(month, '+1 month')
)
BEGIN SELECT RAISE(ABORT, 'an entry needs an open month of its host'); END
"""


def lay_laws(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for law in (APPEND_ONLY, BALANCED, OPEN_MONTH, HAS_LINES, QUEUE):
            schema_editor.execute(law, params=None)
        return
    for law in SQLITE.values():
        schema_editor.execute(law)


def lift_laws(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(REMOVE, params=None)
        return
    for name in SQLITE:
        schema_editor.execute(f"DROP TRIGGER {name}")


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
