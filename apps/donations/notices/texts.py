"""Whom a message reaches by e-mail; what the others are told by text message, or by hand where none leaves."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apps.core import clock, jobs, sms
from apps.donations import rules
from apps.donations.models import Donation, DonorText, GivingPlan, InKindGift, Pledge
from apps.donations.states import TextKind

_AT = re.compile("@")


def is_address(contact: str) -> bool:
    """Whether somebody can be written to by e-mail there."""
    if not _AT.search(contact):
        return False
    try:
        validate_email(contact)
    except ValidationError:
        return False
    return True


def lay_text(about: Donation | InKindGift | Pledge | GivingPlan, kind: TextKind, code: str) -> int:
    """Lay what a donor with a contact but no e-mail address is to hear, in the transaction of the fact; once.

    By text message where the installation sends any (`SMS_SENDER`, off at first), else on finance's list.
    Returns 1 if the donor can be told at all.
    """
    contact = rules.normal_contact(about.donor.contact)
    if not contact or is_address(contact):
        return 0
    now, is_texted = clock.now(), rules.is_phone(contact) and sms.sender() is not None
    DonorText.objects.get_or_create(
        kind=kind.value,
        code=code,
        defaults={
            "donation": about if isinstance(about, Donation) else None,
            "things": about if isinstance(about, InKindGift) else None,
            "pledge": about if isinstance(about, Pledge) else None,
            "plan": about if isinstance(about, GivingPlan) else None,
            "laid_at": now,
            "due_at": rules.texting_time(now.astimezone(clock.SHANGHAI)) if is_texted else None,
        },
    )
    if is_texted:
        jobs.hint("donations.send_donor_texts")
    return 1
