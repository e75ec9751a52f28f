"""Who did what to which thing, when: one row per verb, written in the verb's own transaction."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from django.db.models import Model

from apps.core import clock
from apps.core.compiled import asking
from apps.core.models import AuditEvent
from apps.core.sets import rows_source

COLUMNS = (("subject_code", "text"), ("facts", "jsonb"))


class Actor(Protocol):
    """Who does something: a user, or a donor who may have no account (`pk` None)."""

    @property
    def pk(self) -> Any:
        """The user's key."""


def record(by: Actor | None, verb: str, subject: Model, **facts: Any) -> AuditEvent:
    """Write that `by` (None for the system) did `verb` to `subject`.

    `facts` are plain JSON values without personal data: codes, amounts in fen, states before and after.
    """
    return AuditEvent.objects.create(
        at=clock.now(),
        by_id=None if by is None else by.pk,
        verb=verb,
        subject_kind=subject._meta.label_lower,
        subject_code=str(getattr(subject, "code", subject.pk)),
        facts=facts,
    )


def record_many(
    by: Actor | None, verb: str, kind: type[Model], facts: Mapping[str, Mapping[str, Any]]
) -> None:
    """Write that `by` did `verb` to many subjects of one kind, in one statement; `facts` by the subject's code."""
    if not facts:
        return
    encode = json.JSONEncoder(ensure_ascii=False).encode
    rows = [(code, encode(one)) for code, one in facts.items()]
    source, values = rows_source(COLUMNS, rows)
    present, moment = clock.in_sql()
    with asking() as cursor:
        cursor.execute(
            "INSERT INTO core_auditevent (at, by_id, verb, subject_kind, subject_code, facts)"
            f" SELECT {present}, %s, %s, %s, subject_code, facts FROM {source} ORDER BY ordinal",
            [*moment, None if by is None else by.pk, verb, kind._meta.label_lower, *values],
        )
