"""Who did what to which thing, when: one row per verb, written in the verb's own transaction."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from apps.core import clock
from apps.core.models import AuditEvent


def record(by: Model | AnonymousUser | None, verb: str, subject: Model, **facts: Any) -> AuditEvent:
    """Write that `by` (None for the system) did `verb` to `subject`.

    `facts` are plain JSON values without personal data: codes, amounts in fen, states before and after.
    """
    return AuditEvent.objects.create(
        at=clock.now(),
        by_id=getattr(by, "pk", None),
        verb=verb,
        subject_kind=subject._meta.label_lower,
        subject_code=str(getattr(subject, "code", subject.pk)),
        facts=facts,
    )
