"""How each text message leaves: taken and committed, sent with no transaction open, then marked."""

from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet

from apps.core import clock
from apps.donations.models import DonorText, PlanText, ThankText

TRIES, PAUSE = 5, timedelta(minutes=5)
T = TypeVar("T", ThankText, PlanText, DonorText)


def take(due: QuerySet[T], **taken: datetime | None) -> T | None:
    """Take the text that waited longest and commit that it is being tried; None when none is due.

    `taken` is how it stands if nothing more is heard: whoever dies while a gateway hangs leaves no text that goes out
    twice, and holds no lock meanwhile.
    """
    with transaction.atomic():
        rows = due.select_for_update(skip_locked=True, no_key=True, of=("self",))
        row = rows.filter(closed_at=None, due_at__lte=clock.now()).order_by("due_at", "pk").first()
        if row is not None:
            row.tries += 1
            for name, value in taken.items():
                setattr(row, name, value)
            row.save(update_fields=["tries", *taken])
    return row


def again_at(tries: int) -> datetime | None:
    """Return when a text that failed so often is tried again; None when it is given up."""
    return clock.now() + PAUSE * 2**tries if tries < TRIES else None
