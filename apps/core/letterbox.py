"""A person's own letters as notices on the page, and when they want them as e-mails. Everything goes by address."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.core import clock, outbox
from apps.core.models import MailWish, OutboxMessage
from apps.core.quiet import DAY, Wishes
from apps.core.sealing import blind_index
from apps.core.verbs import verb
from apps.core.verdicts import Refused


def letters_of(address: str) -> QuerySet[OutboxMessage]:
    """Return the letters to an address, the newest first; nobody else's, and none for an empty address."""
    if not address:
        return OutboxMessage.objects.none()
    return OutboxMessage.objects.filter(address=address).order_by("-id")


def mark_of(letter: OutboxMessage) -> str:
    """Return what a letter is called in addresses: opaque, as the gaps between running numbers would tell how many
    letters others got, and so how many have voted."""
    return blind_index(f"letter:{letter.key}")[:16]


def letter_at(address: str, mark: str) -> OutboxMessage | None:
    """Return the letter of an address with this mark; None for another's."""
    own = letters_of(address).only("pk", "key", "path")
    return next((letter for letter in own.iterator() if mark_of(letter) == mark), None)


def unread(address: str) -> int:
    """Return how many letters an address has not read."""
    return letters_of(address).filter(read_at=None).order_by().count()


@verb
def mark_read(address: str, *, pk: int | None = None) -> int:
    """Note that an address has read one of its letters, or all of them; return how many were new."""
    rows = letters_of(address).filter(read_at=None).order_by()
    if pk is not None:
        rows = rows.filter(pk=pk)
    return rows.update(read_at=clock.now())


@verb
def set_wishes(address: str, *, wishes: Wishes) -> MailWish:
    """Keep when an address wants its e-mails; letters that wait are looked at anew. Raises `Refused`."""
    minutes = (wishes.quiet_from, wishes.quiet_until, wishes.summary_at)
    if any(minute is not None and not 0 <= minute < DAY for minute in minutes):
        raise Refused(_("时间要在 00:00 和 23:59 之间。"), "quiet_from")
    if (wishes.quiet_from is None) != (wishes.quiet_until is None):
        raise Refused(_("安静时间要写从几点到几点，两个都写或都不写。"), "quiet_until")
    wish, _made = MailWish.objects.update_or_create(
        address=address,
        defaults={
            "quiet_from": wishes.quiet_from,
            "quiet_until": wishes.quiet_until,
            "summary_at": wishes.summary_at,
        },
    )
    outbox.forget_pauses([address])
    return wish


@verb
def forget(address: str, *, about: Collection[str] | None = None) -> int:
    """Destroy the letters to an address, with `about` only those whose key names one of these codes; return how many.

    For a person who asks to be forgotten: a letter is a copy of what is kept elsewhere.
    """
    rows = OutboxMessage.objects.filter(address__iexact=address)
    if about is None:
        MailWish.objects.filter(address__iexact=address).delete()
        return rows.delete()[0]
    wanted = set(about)
    keys = rows.values_list("pk", "key")
    found = [pk for pk, key in keys.iterator() if wanted & set(key.replace(".", ":").split(":"))]
    return OutboxMessage.objects.filter(pk__in=found).delete()[0]
