"""Letters are laid in the outbox in the verb's transaction and delivered afterwards, once, when they are wanted.

They are notices from the moment they are laid; see `letterbox` for a person's own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.core import clock
from apps.core.compiled import asking
from apps.core.models import MailWish, OutboxMessage
from apps.core.quiet import Wishes, goes_out, waits_for_summary
from apps.core.sets import rows_source

MAX_ATTEMPTS = 10
FIRST_PAUSE = timedelta(minutes=1)
COLUMNS = (
    ("key", "text"),
    ("address", "text"),
    ("subject", "text"),
    ("body", "text"),
    ("topic", "text"),
    ("path", "text"),
    ("until", "timestamptz"),
)
Way = OutboxMessage.Way


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter; the same `key` is laid once.

    `topic`: of several letters about it that wait for one person, only the last goes out as an e-mail. `path`: the page
    where it is done, read from the body when left out. `until`: the deadline it speaks of.
    """

    key: str
    to: str
    subject: str
    body: str
    topic: str = ""
    path: str = ""
    until: datetime | None = None


def say(
    key: str,
    *,
    to: str,
    subject: str,
    body: str,
    topic: str = "",
    path: str = "",
    until: datetime | None = None,
) -> None:
    """Lay one letter in the outbox; the same `key` is laid once, however often the verb runs."""
    say_all([Letter(key, to, subject, body, topic, path, until)])


def say_all(letters: Sequence[Letter]) -> None:
    """Lay many letters in one statement; those without an address are left out."""
    adapt = connection.ops.adapt_datetimefield_value
    rows = [
        (
            one.key,
            one.to,
            one.subject[:200],
            one.body,
            one.topic,
            one.path or _path_in(one.body),
            adapt(one.until),
        )
        for one in letters
        if one.to
    ]
    if not rows:
        return
    source, values = rows_source(COLUMNS, rows)
    moment = adapt(clock.now())
    with asking() as cursor:
        cursor.execute(
            "INSERT INTO core_outboxmessage"
            " (key, address, subject, body, topic, path, until, laid_at, due_at, attempts, error, way)"
            f" SELECT key, address, subject, body, topic, path, until, %s, %s, 0, '', '' FROM {source}"
            " WHERE true ORDER BY ordinal ON CONFLICT (key) DO NOTHING",
            [moment, moment, *values],
        )


def _path_in(body: str) -> str:
    """Return the first page of this site that a letter names, without the site's address; nothing without one."""
    _before, found, after = body.partition(f"{settings.SITE_URL}/")
    path = "/" + after.split(maxsplit=1)[0] if found and after[:1].strip() else ""
    return path if len(path) <= 200 else ""


def deliver(limit: int = 100) -> int:
    """Send what is due in the outbox, oldest first, and return how many letters went out.

    A letter that cannot be sent waits twice as long each time and is given up after `MAX_ATTEMPTS`. One that its
    address does not want yet waits without counting as tried.
    """
    sent, busy = 0, set[str]()
    for _turn in range(limit):
        with transaction.atomic():
            message = (
                _waiting()
                .select_for_update(skip_locked=True, no_key=True)
                .filter(due_at__lte=clock.now())
                .exclude(address__in=busy)
                .order_by("due_at", "id")
                .first()
            )
            if message is None:
                break
            sent += _handle(message, busy)
    return sent


def _waiting() -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(sent_at=None, attempts__lt=MAX_ATTEMPTS)


def _handle(message: OutboxMessage, busy: set[str]) -> int:
    """Send one letter that is locked and due, or say when to look again; return how many went out."""
    if message.topic and _later(message):
        _mark([message], Way.OVERTAKEN)
        return 0
    wish, now = wish_of(message.address), clock.now()
    moment = goes_out(message.laid_at, until=message.until, wishes=wish, now=now)
    if moment > now:
        message.due_at = moment
        message.save(update_fields=["due_at"])
        return 0
    if not waits_for_summary(message.laid_at, message.until, wish):
        return _send([message], message.subject, message.body, Way.ALONE)
    return _summary(message, wish, busy)


def _later(message: OutboxMessage) -> bool:
    return _waiting().filter(address=message.address, topic=message.topic, pk__gt=message.pk).exists()


def _summary(message: OutboxMessage, wish: Wishes, busy: set[str]) -> int:
    """Send all letters of an address whose summary has come in one. Who holds the address's wish writes it; another
    worker leaves the address alone for this round."""
    held = MailWish.objects.select_for_update(skip_locked=True, no_key=True).filter(address=message.address)
    if not held.exists():
        busy.add(message.address)
        return 0
    now = clock.now()
    rows = _waiting().select_for_update(no_key=True).filter(address=message.address).order_by("id")
    ripe = [
        row
        for row in rows
        if waits_for_summary(row.laid_at, row.until, wish)
        and goes_out(row.laid_at, until=row.until, wishes=wish, now=now) <= now
    ]
    last = {row.topic: row.pk for row in ripe if row.topic}
    kept = [row for row in ripe if not row.topic or last[row.topic] == row.pk]
    _mark([row for row in ripe if row not in kept], Way.OVERTAKEN)
    with override(settings.LANGUAGE_CODE):
        subject = _("今天的 %(count)d 条通知") % {"count": len(kept)}
    body = ("\n\n" + "—" * 12 + "\n\n").join(f"{row.subject}\n\n{row.body}" for row in kept)
    return _send(kept, subject, body, Way.SUMMARY)


def _send(messages: Sequence[OutboxMessage], subject: str, body: str, way: str) -> int:
    """Send one e-mail for some letters of one address; return how many letters left."""
    try:
        send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [messages[0].address])
    except Exception as error:
        # Not only the server refuses: an address or a subject may not fit into a mail. One bad message never
        # holds up those behind it.
        for message in messages:
            message.error = type(error).__name__
            message.due_at = clock.now() + FIRST_PAUSE * 2**message.attempts
            message.attempts += 1
            message.save(update_fields=["attempts", "due_at", "error"])
        return 0
    _mark(messages, way)
    return len(messages)


def _mark(messages: Sequence[OutboxMessage], way: str) -> None:
    now = clock.now()
    for message in messages:
        message.sent_at, message.way, message.error = now, way, ""
        message.attempts += way != Way.OVERTAKEN
        message.save(update_fields=["sent_at", "way", "error", "attempts"])


def wish_of(address: str) -> Wishes:
    """Return when an address wants its e-mails; any time without a wish."""
    wish = MailWish.objects.filter(address=address).first()
    return Wishes(wish.quiet_from, wish.quiet_until, wish.summary_at) if wish else Wishes()


def forget_pauses(addresses: Collection[str]) -> None:
    """Look anew at the letters of some addresses, as after a change of wishes. What failed keeps its pause."""
    _waiting().filter(address__in=addresses, attempts=0).update(due_at=clock.now())
