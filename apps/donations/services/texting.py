"""How each text message leaves: taken and committed, sent with no transaction open, then marked."""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet

from apps.core import clock, sms
from apps.donations.models import DonorText, ThankText

logger = logging.getLogger(__name__)
TRIES, PAUSE = 5, timedelta(minutes=5)
T = TypeVar("T", ThankText, DonorText)


def each_due(due: QuerySet[T], limit: int) -> Iterator[T]:
    """Take the texts that are due one after another, the one that waited longest first.

    Each is committed as it stands if nothing more is heard: whoever dies while a gateway hangs leaves no text that goes
    out twice, and holds no lock meanwhile.
    """
    for _turn in range(limit):
        with transaction.atomic():
            rows = due.select_for_update(skip_locked=True, no_key=True, of=("self",))
            row = rows.filter(closed_at=None, due_at__lte=clock.now()).order_by("due_at", "pk").first()
            if row is None:
                return
            row.tries += 1
            if isinstance(row, DonorText):
                # It stands on finance's list meanwhile.
                row.due_at = None
            else:
                row.closed_at = clock.now()
            row.save()
        yield row


def went(provider: sms.Sender, number: str, *, template: str, facts: Mapping[str, str], text: str) -> bool:
    """Send one text and return whether it left."""
    try:
        provider.send(number, template=template, facts=facts, text=text)
    except Exception as error:
        # A provider raises whatever it likes, and its text may hold the number: only the kind is told.
        logger.warning("a text message (%s) was not sent: %s", template, type(error).__name__)
        return False
    return True


def mark(row: ThankText, *, was_sent: bool) -> int:
    """Write down that a text left, or when it is tried again; return how many left."""
    row.was_sent = was_sent
    if not was_sent and (again := again_at(row.tries)):
        row.due_at, row.closed_at = again, None
    row.save(update_fields=["due_at", "closed_at", "was_sent"])
    return int(was_sent)


def again_at(tries: int) -> datetime | None:
    """Return when a text that failed so often is tried again; None when it is given up."""
    return clock.now() + PAUSE * 2**tries if tries < TRIES else None
