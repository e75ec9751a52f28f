"""The database refuses what no verb may do: a vote outside the voting, a changed or deleted ballot, a changed roll, a
changed text after opening, a changed result."""

from django.db import migrations

SENTENCES = {
    "ballot_insert": "a ballot is cast on its motion's text while voting is open",
    "ballot_update": "a ballot only ever stops being current",
    "ballot_delete": "a ballot is never deleted",
    "roll_insert": "the roll is written when voting opens",
    "roll_frozen": "the roll is frozen",
    "recusal_insert": "a member steps aside while voting is open",
    "recusal_frozen": "a recusal stands",
    "motion_frozen": "what members vote on is frozen when voting opens, and a result is written once",
}
BALLOT_OUTSIDE = """NOT EXISTS (
    SELECT 1 FROM governance_motion m
    WHERE m.id = NEW.motion_id AND m.state = 'open' AND m.subject_hash = NEW.subject_hash
      AND NEW.cast_at >= m.opens_at AND NEW.cast_at < m.closes_at)
  OR NOT EXISTS (
    SELECT 1 FROM governance_rollentry r WHERE r.motion_id = NEW.motion_id AND r.seat_id = NEW.seat_id)
  OR EXISTS (
    SELECT 1 FROM governance_recusal r WHERE r.motion_id = NEW.motion_id AND r.seat_id = NEW.seat_id)"""
RECUSAL_OUTSIDE = """NOT EXISTS (
    SELECT 1 FROM governance_motion m
    WHERE m.id = NEW.motion_id AND m.state = 'open' AND NEW.declared_at < m.closes_at)"""
BALLOT_COLUMNS = (
    "id", "motion_id", "seat_id", "choice", "channel", "recorded_by_id", "witness_id", "subject_hash", "reason",
    "cast_at",
)
MOTION_TEXT = (
    "id", "code", "committee_id", "number", "kind", "title", "subject", "subject_hash", "amount", "restriction",
    "is_major", "rules", "opens_at", "closes_at",
)


def changed(columns: tuple[str, ...], vendor: str) -> str:
    distinct = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    cast = "::text" if vendor == "postgresql" else ""
    return "(" + " OR ".join(f"NEW.{name}{cast} {distinct} OLD.{name}{cast}" for name in columns) + ")"


def triggers(vendor: str) -> list[tuple[str, str, str, str, str]]:
    """(name, table, event, condition under which it refuses, sentence)."""
    not_draft = "NOT EXISTS (SELECT 1 FROM governance_motion m WHERE m.id = NEW.motion_id AND m.state = 'draft')"
    was_current = "OLD.is_current AND NOT NEW.is_current"
    result = changed(("result", "state", "decided_at"), vendor)
    return [
        ("ballot_insert", "governance_ballot", "INSERT", BALLOT_OUTSIDE, "ballot_insert"),
        (
            "ballot_update", "governance_ballot", "UPDATE",
            f"{changed(BALLOT_COLUMNS, vendor)} OR NOT ({was_current})", "ballot_update",
        ),
        ("ballot_delete", "governance_ballot", "DELETE", "1 = 1", "ballot_delete"),
        ("roll_insert", "governance_rollentry", "INSERT", not_draft, "roll_insert"),
        ("roll_update", "governance_rollentry", "UPDATE", "1 = 1", "roll_frozen"),
        ("roll_delete", "governance_rollentry", "DELETE", "1 = 1", "roll_frozen"),
        ("recusal_insert", "governance_recusal", "INSERT", RECUSAL_OUTSIDE, "recusal_insert"),
        ("recusal_update", "governance_recusal", "UPDATE", "1 = 1", "recusal_frozen"),
        ("recusal_delete", "governance_recusal", "DELETE", "1 = 1", "recusal_frozen"),
        (
            "motion_update", "governance_motion", "UPDATE",
            f"OLD.state <> 'draft' AND ({changed(MOTION_TEXT, vendor)} OR (OLD.state <> 'open' AND {result}))",
            "motion_frozen",
        ),
        ("motion_delete", "governance_motion", "DELETE", "OLD.state <> 'draft'", "motion_frozen"),
    ]


def install(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for name, table, event, condition, sentence in triggers(vendor):
        if vendor == "postgresql":
            row = "OLD" if event == "DELETE" else "NEW"
            schema_editor.execute(
                f"CREATE FUNCTION governance_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {condition} THEN RAISE EXCEPTION '{SENTENCES[sentence].replace(chr(39), chr(39) * 2)}' "
                f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER governance_{name} BEFORE {event} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION governance_{name}()"
            )
        else:
            message = SENTENCES[sentence].replace("'", "''")
            schema_editor.execute(
                f"CREATE TRIGGER governance_{name} BEFORE {event} ON {table} FOR EACH ROW WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )


def remove(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for name, table, *_rest in triggers(vendor):
        if vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION governance_{name}() CASCADE")
        else:
            schema_editor.execute(f"DROP TRIGGER governance_{name}")


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
