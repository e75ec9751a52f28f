"""Messages are laid in the outbox in the verb's transaction and delivered afterwards, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction

from apps.core import clock
from apps.core.models import OutboxMessage
from apps.core.sets import rows_source

MAX_ATTEMPTS = 10
FIRST_PAUSE = timedelta(minutes=1)
COLUMNS = (("key", "text"), ("address", "text"), ("subject", "text"), ("body", "text"))


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail; the same `key` is laid once."""

    key: str
    to: str
    subject: str
    body: str


def say(key: str, *, to: str, subject: str, body: str) -> None:
    """Lay one e-mail in the outbox; the same `key` is laid once, however often the verb runs."""
    say_all([Letter(key, to, subject, body)])


def say_all(letters: Sequence[Letter]) -> None:
    """Lay many e-mails in one statement; those without an address are left out."""
    rows = [(one.key, one.to, one.subject[:200], one.body) for one in letters if one.to]
    if not rows:
        return
    source, values = rows_source(COLUMNS, rows)
    moment = connection.ops.adapt_datetimefield_value(clock.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_outboxmessage (key, address, subject, body, laid_at, due_at, attempts, error)"
            f" SELECT key, address, subject, body, %s, %s, 0, '' FROM {source}"
            " WHERE true ORDER BY ordinal ON CONFLICT (key) DO NOTHING",
            [moment, moment, *values],
        )


def deliver(limit: int = 100) -> int:
    """Send what is due in the outbox, oldest first, and return how many went out.

    A message that cannot be sent waits twice as long each time and is given up after `MAX_ATTEMPTS`.
    """
    sent = 0
    for _turn in range(limit):
        with transaction.atomic():
            message = (
                OutboxMessage.objects.select_for_update(skip_locked=True, no_key=True)
                .filter(sent_at=None, due_at__lte=clock.now(), attempts__lt=MAX_ATTEMPTS)
                .order_by("due_at", "id")
                .first()
            )
            if message is None:
                break
            try:
                send_mail(message.subject, message.body, settings.DEFAULT_FROM_EMAIL, [message.address])
                message.sent_at, message.error = clock.now(), ""
                sent += 1
            except Exception as error:
                # Not only the server refuses: an address or a subject may not fit into a mail. One bad message never
                # holds up those behind it.
                message.error = type(error).__name__
                message.due_at = clock.now() + FIRST_PAUSE * 2**message.attempts
            message.attempts += 1
            message.save(update_fields=["attempts", "due_at", "sent_at", "error"])
    return sent
