"""Telling donors who left no e-mail address about refund, receipt and correction, and asking them about a purpose.

By text message where the installation sends any (`SMS_SENDER`, off at first); what does not leave stands on finance's
list, to be told by hand.
"""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import audit, clock, jobs, money, sms
from apps.core.verbs import verb
from apps.donations import notices, permissions, rules
from apps.donations.models import (
    Correction,
    Donation,
    DonorText,
    FiscalReceipt,
    InKindGift,
    PurposeRequest,
    Refund,
)
from apps.donations.services.texting import again_at, each_due, went
from apps.donations.states import PurposeState, RefundState, TextKind
from apps.users.models import User

TEMPLATES = {
    TextKind.REFUND: sms.GIFT_REFUNDED,
    TextKind.RECEIPT: sms.RECEIPT_ISSUED,
    TextKind.CORRECTION: sms.GIFT_CORRECTED,
    TextKind.PURPOSE: sms.PURPOSE_ASKED,
}


def lay_text(gift: Donation | InKindGift, kind: TextKind, code: str) -> None:
    """Lay what a donor with a contact but no e-mail address is to hear, in the transaction of the fact; once."""
    contact = rules.normal_contact(gift.donor.contact)
    if not contact or notices.is_address(contact):
        return
    now, is_texted = clock.now(), rules.is_phone(contact) and sms.sender() is not None
    DonorText.objects.get_or_create(
        kind=kind.value,
        code=code,
        defaults={
            "donation": gift if isinstance(gift, Donation) else None,
            "things": gift if isinstance(gift, InKindGift) else None,
            "laid_at": now,
            "due_at": rules.texting_time(now.astimezone(clock.SHANGHAI)) if is_texted else None,
        },
    )
    if is_texted:
        jobs.hint("donations.send_donor_texts")


def close_texts(kind: TextKind, code: str) -> None:
    """Close what is not to be told any more."""
    DonorText.objects.filter(kind=kind.value, code=code, closed_at=None).update(closed_at=clock.now())


@verb
def tell_by_hand(row: DonorText, *, by: User) -> DonorText:
    """Note that a donor was told by hand. Twice changes nothing. A question is closed by its answer alone."""
    row = DonorText.objects.select_for_update(no_key=True).get(pk=row.pk)
    permissions.may_handle_money(by, row.gift.host).require()
    if row.closed_at is None and row.due_at is None and row.kind != TextKind.PURPOSE:
        row.closed_at, row.told_by_id = clock.now(), by.pk
        row.save(update_fields=["closed_at", "told_by_id"])
        audit.record(by, "tell_by_hand", row.gift, kind=row.kind, told=row.code)
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
    number = rules.normal_contact(row.gift.donor.contact)
    with translation.override(settings.LANGUAGE_CODE):
        said = _said(row)
    # What a person, an answer or an erasure closed in the meantime stays closed.
    still = DonorText.objects.filter(pk=row.pk, closed_at=None)
    if not number or said is None:
        still.update(closed_at=clock.now())
    elif rules.is_phone(number):
        words, facts = said
        template = TEMPLATES[TextKind(row.kind)]
        if went(provider, number, template=template, facts=facts, text=words % facts):
            still.update(closed_at=clock.now(), was_sent=True)
            return 1
        still.update(due_at=again_at(row.tries))
    return 0


def _said(row: DonorText) -> tuple[str, dict[str, str]] | None:
    """Return the words and facts of a text, None when it became pointless; no name, no secret link but a question's."""
    own = settings.SITE_URL + reverse("desk:gifts")
    if row.kind == TextKind.REFUND:
        refund = Refund.objects.get(code=row.code)
        if refund.state != RefundState.DONE:
            return None
        facts = {"fund": row.gift.fund.name, "amount": money.written(refund.amount), "url": own}
        return _("您捐给%(fund)s的钱里，¥%(amount)s 已经退回。明细用这个手机号在这里看：%(url)s"), facts
    if row.kind == TextKind.RECEIPT:
        receipt = FiscalReceipt.objects.get(code=row.code)
        number = f"{receipt.batch_code}-{receipt.number}"
        facts = {"fund": row.gift.fund.name, "number": number, "url": own}
        return _("您捐给%(fund)s的捐赠票据开好了，号码 %(number)s。用这个手机号在这里取：%(url)s"), facts
    if row.kind == TextKind.CORRECTION:
        made = Correction.objects.select_related("from_fund", "to_fund").get(code=row.code)
        facts = {
            "amount": money.written(made.amount),
            "before": made.from_fund.name,
            "after": made.to_fund.name,
        }
        return _("您捐的 ¥%(amount)s 原来记在%(before)s，现在改记在%(after)s。不对请联系慈善会。"), facts
    asked = PurposeRequest.objects.select_related("donation__fund", "donation__host").get(code=row.code)
    if asked.state != PurposeState.ASKED or clock.now() > asked.answer_by:
        return None
    facts = {
        "host": asked.donation.host.name,
        "before": asked.donation.fund.name,
        "url": settings.SITE_URL + reverse("donations:purpose", args=[asked.token]),
    }
    return _("%(host)s想请您同意改变一笔捐给%(before)s的捐款的用途，请点开看，不答复就不改：%(url)s"), facts
