"""Thanking donors by text message where they left a phone number and no e-mail address."""

import logging
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import clock, jobs, money, sms
from apps.donations import rules
from apps.donations.models import Donation, ThankText
from apps.donations.services.texting import again_at, take
from apps.donations.states import Channel, DonationState

logger = logging.getLogger(__name__)


def lay_thanks(donations: Iterable[Donation]) -> None:
    """Lay a text for each gift whose donor left a phone number, in the transaction that books them; each gift once.

    Nothing where the installation thanks nobody by text (`SMS_THANKS`). Platforms thank their own donors.
    """
    if not settings.SMS_THANKS:
        return
    due = rules.texting_time(clock.now().astimezone(clock.SHANGHAI))
    rows = [
        ThankText(donation=row, due_at=due)
        for row in donations
        if row.channel != Channel.PLATFORM and _number_of(row)
    ]
    if rows:
        ThankText.objects.bulk_create(rows, ignore_conflicts=True)
        jobs.hint("donations.send_thanks")


def _number_of(donation: Donation) -> str:
    contact = rules.normal_contact(donation.donor.contact)
    return contact if rules.is_phone(contact) else ""


def send_thanks(limit: int = 100) -> int:
    """Send the texts that are due and return how many left; what fails waits longer each time. Safe to repeat."""
    provider = sms.sender() if settings.SMS_THANKS else None
    sent = 0
    due = ThankText.objects.select_related("donation__donor", "donation__fund", "donation__host")
    for _turn in range(limit if provider is not None else 0):
        row = take(due, closed_at=clock.now())
        if row is None or provider is None:
            break
        sent += _send(row, provider)
    return sent


def _send(row: ThankText, provider: sms.Sender) -> int:
    """Send one text that was taken, or say when to try again; return how many left."""
    donation, number = row.donation, _number_of(row.donation)
    # Erased or given back in the meantime: there is nobody, or nothing, to thank.
    if not number or donation.state != DonationState.BOOKED or not donation.left:
        return 0
    row.was_sent = _left(donation, number, provider)
    if not row.was_sent and (again := again_at(row.tries)):
        row.due_at, row.closed_at = again, None
    row.save(update_fields=["due_at", "closed_at", "was_sent"])
    return int(row.was_sent)


def _left(donation: Donation, number: str, provider: sms.Sender) -> bool:
    facts = {
        "fund": donation.fund.name,
        "amount": money.written(donation.amount),
        "url": settings.SITE_URL + reverse("desk:gifts"),
    }
    with translation.override(settings.LANGUAGE_CODE):
        text = (
            _("谢谢您。您捐给%(fund)s的 ¥%(amount)s 已经入账。证书和去向，用这个手机号在这里看：%(url)s")
            % facts
        )
    try:
        provider.send(number, template=sms.GIFT_BOOKED, facts=facts, text=text)
    except Exception as error:
        # A provider raises whatever it likes, and its text may hold the number: only the kind is told.
        logger.warning("a text of thanks was not sent: %s", type(error).__name__)
        return False
    return True
