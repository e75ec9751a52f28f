"""Messages are laid in the outbox in the verb's transaction and delivered afterwards, once."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from apps.core import clock
from apps.core.models import OutboxMessage

MAX_ATTEMPTS = 10
FIRST_PAUSE = timedelta(minutes=1)


def say(key: str, *, to: str, subject: str, body: str) -> None:
    """Lay one e-mail in the outbox; the same `key` is laid once, however often the verb runs."""
    if to:
        now = clock.now()
        row = {"address": to, "subject": subject[:200], "body": body, "laid_at": now, "due_at": now}
        OutboxMessage.objects.get_or_create(key=key, defaults=row)


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
            except OSError as error:
                message.error = type(error).__name__
                message.due_at = clock.now() + FIRST_PAUSE * 2**message.attempts
            message.attempts += 1
            message.save(update_fields=["attempts", "due_at", "sent_at", "error"])
    return sent
