from typing import Any

from django.db import migrations

from apps.core import triggers

# What came back, and what was sent to the bank, is only added.
APPEND_ONLY = ("grants_clawbackreturn", "grants_paymentfile")


def other(*columns: str) -> str:
    """Return the condition that one of these columns gets another value, empty ones compared too."""
    return " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)


# table, what of it stays as it was written, when all of it stays, what of it is settled by then and stays with it
RECORDS = (
    (
        "objection",
        ("code", "grant_id", "ground", "words", "made_by_id", "received_at", "is_late", "holds", "answer_by"),
        "OLD.state <> 'open'",
        ("state", "public_words", "answer", "answered_at", "answered_by_id"),
    ),
    (
        "grantchange",
        ("code", "grant_id", "kind", "reason", "clawback_id", "made_at", "made_by_id"),
        "OLD.state <> 'tabled'",
        ("state", "details", "motion_id", "decided_at"),
    ),
    (
        "grantagreement",
        ("code", "grant_id", "number"),
        "OLD.signed_on IS NOT NULL",
        ("facts", "drawn_at", "drawn_by_id", "signed_on", "signed_copy_id", "filed_at", "filed_by_id"),
    ),
    (
        "suspension",
        ("grant_id", "reason", "began_at", "began_by_id"),
        "OLD.ended_at IS NOT NULL",
        ("ended_at", "ended_by_id", "decision"),
    ),
    (
        "clawback",
        ("code", "grant_id", "asked", "reason", "asked_at", "asked_by_id"),
        "NEW.returned < OLD.returned OR NEW.written_off < OLD.written_off",
        (),
    ),
)
# The new vote that an upheld objection led to is noted after its answer, once.
VOTE_NOTED = "OLD.change_id IS NOT NULL AND OLD.change_id IS DISTINCT FROM NEW.change_id"


def make(_apps: Any, schema_editor: Any) -> None:
    for table in APPEND_ONLY:
        triggers.keep(schema_editor, table)
    for name, written, settled, then in RECORDS:
        table = f"grants_{name}"
        late = f"({settled}) AND ({other(*then)})" if then else settled
        condition = f"{other(*written)} OR ({late})"
        if name == "objection":
            condition += f" OR ({VOTE_NOTED})"
        triggers.refuse(
            schema_editor,
            f"{table}_stays",
            table=table,
            event="UPDATE",
            condition=condition,
            sentence=f"what {table} says is not rewritten",
        )
        triggers.refuse(
            schema_editor,
            f"{table}_kept",
            table=table,
            event="DELETE",
            sentence=f"{table} is kept",
        )


def undo(_apps: Any, schema_editor: Any) -> None:
    for name, *_rest in RECORDS:
        triggers.drop(schema_editor, f"grants_{name}_stays")
        triggers.drop(schema_editor, f"grants_{name}_kept")
    for table in APPEND_ONLY:
        triggers.let_go(schema_editor, table)


class Migration(migrations.Migration):
    dependencies = [
        ("grants", "0004_agreements_and_bank_files"),
        ("governance", "0009_proceedings_stay"),
    ]

    operations = [migrations.RunPython(make, undo)]
