"""A donor without an account proves that a contact is theirs: a one-time code by text message or e-mail.

Whether a contact is known shows nowhere. Asking writes the same row either way; the code is made and sent afterwards by
a worker, and only to contacts that some donor left.
"""

import hmac
import logging
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import clock, jobs, sms
from apps.core.names import clean_text
from apps.core.sealing import blind_index, seal
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import rules
from apps.donations.models import Donor, SignInCode

logger = logging.getLogger(__name__)
DIGITS, TRIES = 6, 5
MINUTES = 10
GOOD_FOR = timedelta(minutes=MINUTES)
KEPT = timedelta(days=2)
# How many codes may be asked for, by contact and by the address of the network that asks.
PER_CONTACT = ((timedelta(hours=1), 5), (timedelta(days=1), 10))
PER_ADDRESS = ((timedelta(hours=1), 20), (timedelta(days=1), 60))


@verb
def ask_code(contact: str, *, address: str) -> str:
    """Ask for a code for a contact and return the token that the browser keeps. `address` is who asks, by network.

    Raises `Refused` for what is no phone number or e-mail address, and when too many were asked for.
    """
    contact = rules.normal_contact(clean_text(contact, field="contact", limit=rules.CONTACT_LIMIT))
    _check_contact(contact)
    index, origin = blind_index(contact), blind_index(f"address:{address}")
    now = clock.now()
    for rows, limits in (
        (SignInCode.objects.filter(contact_index=index), PER_CONTACT),
        (SignInCode.objects.filter(address_index=origin), PER_ADDRESS),
    ):
        if any(rows.filter(asked_at__gt=now - span).count() >= most for span, most in limits):
            raise Refused(_("要验证码的次数太多了，请过一小时再试。"), "contact")
    token = secrets.token_urlsafe(32)
    SignInCode.objects.create(
        token=token,
        contact_sealed=seal(contact, context=f"sign-in:{token}:contact"),
        contact_index=index,
        address_index=origin,
        asked_at=now,
    )
    jobs.hint("donations.send_codes")
    return token


def _check_contact(contact: str) -> None:
    if rules.is_phone(contact):
        if sms.sender() is None:
            raise Refused(_("这里还不能发短信，请填捐款时留的电子邮箱，或者联系慈善会。"), "contact")
        return
    try:
        validate_email(contact)
    except ValidationError:
        raise Refused(_("请填捐款时留的手机号或电子邮箱。"), "contact") from None


def send_codes(limit: int = 100) -> int:
    """Make and send the codes that wait, and forget old rows; return how many were sent. Safe to repeat."""
    sent = 0
    for _turn in range(limit):
        with transaction.atomic():
            row = (
                SignInCode.objects.select_for_update(skip_locked=True, no_key=True)
                .filter(handled_at=None)
                .order_by("asked_at", "pk")
                .first()
            )
            if row is None:
                break
            contact, code = _handle(row)
        if code:
            sent += _send(contact, code)
    SignInCode.objects.filter(asked_at__lt=clock.now() - KEPT).delete()
    return sent


def _handle(row: SignInCode) -> tuple[str, str]:
    """Make the code of a row that waits; return where it goes and the code, "" when nobody left this contact."""
    contact, code, now = row.contact, "", clock.now()
    known = Donor.objects.filter(contact_index=row.contact_index, erased_at=None).exists()
    if known and now - row.asked_at < GOOD_FOR:
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        row.code_hash = _hash(row.token, code)
    row.contact_sealed, row.handled_at = "", now
    row.save(update_fields=["code_hash", "contact_sealed", "handled_at"])
    return contact, code


def _hash(token: str, code: str) -> str:
    return blind_index(f"code:{token}:{code}")


def _send(contact: str, code: str) -> int:
    """Send a code; what fails is told without the contact and the code, and the donor asks again."""
    facts = {"code": code, "minutes": str(MINUTES)}
    with translation.override(settings.LANGUAGE_CODE):
        text = (
            _("您的验证码是 %(code)s，%(minutes)s 分钟内有效。不是您自己要的，请不要理会，也不要告诉别人。")
            % facts
        )
        subject = _("查看我的捐赠：验证码")
    try:
        if rules.is_phone(contact):
            provider = sms.sender()
            if provider is None:
                return 0
            provider.send(contact, template=sms.SIGN_IN_CODE, facts=facts, text=text)
        else:
            send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [contact])
    except Exception as error:
        # Providers raise whatever they like; its text may hold the number, so only its kind is told.
        logger.warning("a sign-in code was not sent: %s", type(error).__name__)
        return 0
    return 1


@verb
def enter_code(token: str, code: str) -> str:
    """Return the keyed hash of the contact that was proved, "" when the code does not fit, is too old or was used.

    A code is used once and tried five times, right or wrong; every try counts before it is judged.
    """
    row = SignInCode.objects.select_for_update(no_key=True).filter(token=token).first()
    now = clock.now()
    if row is None or row.used_at is not None or row.tries >= TRIES or now - row.asked_at >= GOOD_FOR:
        return ""
    row.tries += 1
    fits = bool(row.code_hash) and hmac.compare_digest(_hash(token, code.strip()), row.code_hash)
    if fits:
        row.used_at = now
    row.save(update_fields=["tries", "used_at"])
    return row.contact_index if fits else ""
