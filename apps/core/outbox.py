"""Messages are laid in the outbox in the verb's transaction and delivered afterwards, once."""

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from apps.core import clock
from apps.core.models import OutboxMessage

MAX_ATTEMPTS = 8


def say(key: str, *, to: str, subject: str, body: str) -> None:
    """Lay one e-mail in the outbox; the same `key` is laid once, however often the verb runs."""
    if to:
        OutboxMessage.objects.get_or_create(
            key=key, defaults={"address": to, "subject": subject[:200], "body": body, "laid_at": clock.now()}
        )


def deliver(limit: int = 100) -> int:
    """Send what waits in the outbox, oldest first, and return how many went out."""
    sent = 0
    for _turn in range(limit):
        with transaction.atomic():
            message = (
                OutboxMessage.objects.select_for_update(skip_locked=True, no_key=True)
                .filter(sent_at=None, attempts__lt=MAX_ATTEMPTS)
                .order_by("attempts", "id")
                .first()
            )
            if message is None:
                break
            message.attempts += 1
            try:
                send_mail(message.subject, message.body, settings.DEFAULT_FROM_EMAIL, [message.address])
                message.sent_at = clock.now()
                sent += 1
            except OSError as error:
                message.error = type(error).__name__
            message.save(update_fields=["attempts", "sent_at", "error"])
    return sent
