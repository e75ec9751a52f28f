"""Giving money back at finance's word: decided under locks, carried out by the provider afterwards."""

from datetime import timedelta

from django.utils.translation import gettext as _

from apps.core import audit, clock, jobs
from apps.core.codes import new_code
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions, rules
from apps.donations.models import Donation, Refund
from apps.donations.providers import stripe
from apps.donations.providers.base import Declined, Provider, ProviderError, RefundFact
from apps.donations.services.asking import ask_all
from apps.donations.services.returns import apply_return, lock_gift, move_refund
from apps.donations.states import Channel, RefundKind, RefundState
from apps.users.models import User

# A refund asked a moment ago may still be on its way to the provider from another process.
SETTLING = timedelta(seconds=60)


@verb
def refund(donation: Donation, *, amount: int, reason: str, key: str = "", by: User | None) -> Refund:
    """Give back `amount` fen of a booked gift. Raises `Refused` for more than is left, pending refunds counted.

    By bank or in cash it is booked at once (finance hands the money over). Online it is asked of the provider after
    commit and booked when the provider says that it succeeded. With a form's token as `key`, it is given once.
    """
    donation, general = lock_gift(donation.pk)
    permissions.may_handle_money(by, donation.host).require()
    code = f"R{rules.gift_key(key, donation.code, amount)[:12].upper()}" if key else new_code("R", 10)
    earlier = Refund.objects.filter(code=code).first()
    if earlier is not None:
        return earlier
    permissions.may_refund(by, donation).require()
    reason = clean_text(reason, field="reason", limit=rules.REASON_LIMIT)
    if not reason:
        raise Refused(_("请写明为什么退款。"), "reason")
    pending = sum(
        Refund.objects.filter(donation=donation, state=RefundState.ASKED).values_list("amount", flat=True)
    )
    if type(amount) is not int or amount <= 0:
        raise Refused(_("退款金额要大于 0。"), "amount")
    if amount > donation.left - pending:
        left = donation.left - pending
        raise Refused(
            _("最多还能退 ¥%(left)s（捐赠减去已经退的和正在退的）。")
            % {"left": f"{left // 100}.{left % 100:02d}"},
            "amount",
        )
    asked = Refund.objects.create(
        code=code,
        donation=donation,
        amount=amount,
        reason=reason,
        asked_at=clock.now(),
        asked_by_id=getattr(by, "pk", None),
    )
    audit.record(by, "refund", donation, refund=code, amount=amount)
    if donation.channel == Channel.STRIPE:
        jobs.kick("donations.send_refunds", code)
    else:
        move_refund(asked, donation, general, RefundState.DONE.value, by=by)
    return asked


def send_refunds(code: str = "") -> int:
    """Carry asked refunds to the provider, outside any transaction, and book what it answers; returns how many it did.

    Safe to repeat: the refund's code is its idempotency key and is looked for at the provider first, so a refund whose
    answer was lost is found, never given twice. A refund the provider declines is closed as failed.
    """
    provider = stripe.configured()
    if provider is None:
        return 0
    rows = Refund.objects.filter(
        state=RefundState.ASKED, kind=RefundKind.REFUND, donation__channel=Channel.STRIPE
    ).select_related("donation")
    waiting = rows.filter(code=code) if code else rows.filter(asked_at__lte=clock.now() - SETTLING)
    due = {row.code: (row.donation.payment_id or "", row.amount) for row in waiting.order_by("pk")[:200]}
    answers = ask_all(due, lambda one: _send(provider, one, *due[one]))
    sent = 0
    for one, answer in answers.items():
        if isinstance(answer, Declined):
            _close_declined(one, str(answer))
        elif not isinstance(answer, ProviderError):
            apply_return(answer, by=None)
            sent += 1
    return sent


def _send(provider: Provider, code: str, payment_id: str, amount: int) -> RefundFact:
    return provider.refund(payment_id, amount=amount, code=code)


@verb
def _close_declined(code: str, why: str) -> None:
    row = Refund.objects.get(code=code)
    donation, general = lock_gift(row.donation_id)
    row = Refund.objects.get(code=code)
    if row.state == RefundState.ASKED:
        move_refund(row, donation, general, RefundState.FAILED.value, by=None)
        audit.record(None, "refund_declined", donation, refund=code, why=why[:200])
