"""Telling donors who left no e-mail address about their gifts, pledges and monthly gifts, and asking them.

By text message where the installation sends any (`SMS_SENDER`, off at first); what does not leave stands on finance's
list, to be told by hand.
"""

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation

from apps.core import audit, clock, sms
from apps.core.locking import lock_row
from apps.core.verbs import verb
from apps.donations import permissions, rules
from apps.donations.models import DonorText
from apps.donations.services.text_words import TEMPLATES, said
from apps.donations.services.texting import again_at, each_due, went
from apps.donations.states import TextKind
from apps.users.models import User

# What time, or what the donor does, makes pointless. Of a gift's own texts only an answer does.
TIMELY = (TextKind.MONTH, TextKind.PLAN, TextKind.PLEDGE_SOON, TextKind.PLEDGE_LATE)


def close_texts(kind: TextKind, code: str) -> None:
    """Close what is not to be told any more."""
    DonorText.objects.filter(kind=kind.value, code=code, closed_at=None).update(closed_at=clock.now())


def close_pointless(rows: QuerySet[DonorText] | None = None) -> int:
    """Close reminders that nobody needs any more: paid, ended, or too old (all on finance's list by default)."""
    found = DonorText.objects.filter(due_at=None) if rows is None else rows
    found = found.filter(closed_at=None, kind__in=TIMELY).order_by("pk")
    gone = [row.pk for row in found[:500] if said(row) is None]
    return DonorText.objects.filter(pk__in=gone, closed_at=None).update(closed_at=clock.now())


@verb
def tell_by_hand(row: DonorText, *, by: User) -> DonorText:
    """Note that a donor was told by hand. Twice changes nothing. A question is closed by its answer alone."""
    row = lock_row(DonorText, pk=row.pk)
    permissions.may_handle_money(by, row.about.host).require()
    if row.closed_at is None and row.due_at is None and row.kind != TextKind.PURPOSE:
        row.closed_at, row.told_by_id = clock.now(), by.pk
        row.save(update_fields=["closed_at", "told_by_id"])
        audit.record(by, "tell_by_hand", row.about, kind=row.kind, told=row.code)
    return row


def send_donor_texts(limit: int = 100) -> int:
    """Send the texts that are due and count those that left; what cannot leave goes on finance's list."""
    provider = sms.sender()
    if provider is None:
        DonorText.objects.filter(closed_at=None, due_at__lte=clock.now()).update(due_at=None)
        return 0
    return sum(_send(row, provider) for row in each_due(DonorText.objects.all(), limit))


def _send(row: DonorText, provider: sms.Sender) -> int:
    """Send one text that was taken, or say when to try again; return how many left.

    Taken, it stands on finance's list: given up, or for a line that takes no texts, it stays there.
    """
    number = rules.normal_contact(row.about.donor.contact)
    with translation.override(settings.LANGUAGE_CODE):
        found = said(row)
    # What a person, an answer or an erasure closed in the meantime stays closed.
    still = DonorText.objects.filter(pk=row.pk, closed_at=None)
    if not number or found is None:
        still.update(closed_at=clock.now())
    elif rules.is_phone(number):
        words, facts = found
        template = TEMPLATES[TextKind(row.kind)]
        if went(provider, number, template=template, facts=facts, text=words % facts):
            still.update(closed_at=clock.now(), was_sent=True)
            return 1
        still.update(due_at=again_at(row.tries))
    return 0
