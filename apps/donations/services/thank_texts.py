"""Thanking donors by text message where they left a phone number and no e-mail address."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import clock, jobs, money, sms
from apps.donations import rules
from apps.donations.models import Donation, ThankText
from apps.donations.services.texting import each_due, mark, went
from apps.donations.states import Channel, DonationState


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
    if provider is None:
        return 0
    due = ThankText.objects.select_related("donation__donor", "donation__fund", "donation__host")
    return sum(_send(row, provider) for row in each_due(due, limit))


def _send(row: ThankText, provider: sms.Sender) -> int:
    """Send one text that was taken, or say when to try again; return how many left."""
    donation, number = row.donation, _number_of(row.donation)
    # Erased or given back in the meantime: there is nobody, or nothing, to thank.
    if not number or donation.state != DonationState.BOOKED or not donation.left:
        return 0
    return mark(row, was_sent=_left(donation, number, provider))


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
    return went(provider, number, template=sms.GIFT_BOOKED, facts=facts, text=text)
