"""Paying an instalment: one person prepares, another releases; the release is what the ledger books."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from apps.core import audit, clock, money
from apps.core.codes import new_code
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds import services as funds
from apps.grants import notices, permissions, rules
from apps.grants.models import Grant, Instalment, Payment
from apps.grants.services.ending import close_if_done
from apps.grants.services.locks import changed, lock_grant, lock_instalments
from apps.grants.services.stopping import move_instalment, reject
from apps.grants.states import PAYMENT_MOVES, RESERVED_AS
from apps.ledger import services as ledger
from apps.ledger.queries import spendable
from apps.ledger.rules import Draft, EntryKind, Line
from apps.users.models import User


def hold_payment(payment: Payment) -> Payment:
    """Lock the payment's fund, grant and instalments and return the payment as it is now."""
    grant = lock_grant(payment.instalment.grant)
    held = {instalment.pk: instalment for instalment in lock_instalments(grant)}
    fresh = Payment.objects.get(pk=payment.pk)
    fresh.instalment = held[fresh.instalment_id]
    return fresh


@verb
def prepare_payment(instalment: Instalment, *, by: User) -> Payment:
    """Prepare the payment of an instalment that is due, to the project's organisation; another person releases it.

    The same person preparing twice gets the same payment. Raises `Refused` when a payment is already on its way.
    """
    grant = lock_grant(instalment.grant)
    instalment = next(row for row in lock_instalments(grant) if row.pk == instalment.pk)
    waiting = Payment.objects.filter(instalment=instalment, state=Payment.State.PREPARED).first()
    if waiting is not None:
        if waiting.prepared_by_id == by.pk:
            return waiting
        raise Refused(_("这一期已经有人制单，正在等复核。"))
    permissions.may_prepare(by, instalment).require()
    move_instalment(instalment, Instalment.State.PREPARED)
    payment = Payment.objects.create(
        code=new_code("Z"),
        instalment=instalment,
        amount=instalment.amount,
        payee=grant.project.organisation.name,
        account_version=grant.project.organisation.payee_version,
        prepared_by_id=by.pk,
        prepared_at=clock.now(),
    )
    audit.record(by, "prepare_payment", payment, grant=grant.code, amount=payment.amount)
    notices.payment_prepared(payment, by=by)
    return payment


@verb
def release_payment(payment: Payment, *, paid_on: date, bank_reference: str, by: User) -> Payment:
    """Confirm that the bank paid: book it, draw the reservation, and close the grant when this was the last part.

    `paid_on` is the bank's day, `bank_reference` its number. Releasing again with the same two changes nothing. Raises
    `Refused` for the preparer, a wrong day, a reference already used, and money that is not there.
    """
    payment = hold_payment(payment)
    reference = clean_text(bank_reference, field="bank_reference", limit=60)
    if not reference:
        raise Refused(_("请写银行流水号，对账要用。"), "bank_reference")
    if payment.state == Payment.State.PAID and (payment.paid_on, payment.bank_reference) == (
        paid_on,
        reference,
    ):
        return payment
    permissions.may_release(by, payment, on=paid_on).require()
    return book(payment, paid_on=paid_on, reference=reference, releaser=by, by=by)


def book(
    payment: Payment, *, paid_on: date, reference: str, releaser: User | None, by: User | None
) -> Payment:
    """Book a locked payment that the bank has made: draw the reservation, post, and close the grant when it was the
    last part. `releaser` is who releases it with this, None for one that was released before. Raises `Refused`."""
    instalment, grant = payment.instalment, payment.instalment.grant
    check_move(PAYMENT_MOVES, payment.state, Payment.State.PAID, what=_("这笔付款"))
    if not clock.day_of(grant.notice_until) <= paid_on <= clock.today():
        raise Refused(_("付款日期要在公示期满以后、今天或今天以前。"), "paid_on")
    same = Payment.objects.filter(bank_reference=reference, instalment__grant__fund__host=grant.fund.host)
    if same.exists():
        raise Refused(_("这个银行流水号已经用在另一笔付款上，请核对。"), "bank_reference")
    parts = _draw(grant, payment.amount)
    payment.state = Payment.State.PAID
    payment.released_by_id = releaser.pk if releaser else payment.released_by_id
    payment.paid_on, payment.bank_reference = paid_on, reference
    payment.save(update_fields=["state", "released_by_id", "paid_on", "bank_reference"])
    move_instalment(instalment, Instalment.State.PAID)
    ledger.post(_entry(payment, grant, parts), by=by)
    audit.record(by, "release_payment", payment, grant=grant.code, amount=payment.amount, parts=parts)
    notices.payment_released(payment)
    close_if_done(grant, by=by)
    changed(grant)
    return payment


def _draw(grant: Grant, amount: int) -> dict[str, int]:
    """Take `amount` from the grant's sources and their reservation; return fen by restriction.

    The money must lie in the books now: a lost dispute may have taken it after it was reserved.
    """
    sources = {source.restriction: source for source in grant.sources.order_by("id")}
    parts = rules.share(amount, {code: source.amount - source.paid for code, source in sources.items()})
    standing = spendable(grant.fund.code, host=grant.fund.host.code)
    for restriction, part in parts.items():
        if standing.get(restriction, 0) < part:
            raise Refused(
                _("账上这笔钱只剩 ¥%(left)s，不够付 ¥%(part)s，请先核对基金的账。")
                % {
                    "left": money.written(max(standing.get(restriction, 0), 0)),
                    "part": money.written(part),
                }
            )
        source = sources[restriction]
        source.paid += part
        source.save(update_fields=["paid"])
    funds.draw(RESERVED_AS, grant.code, amounts=parts)
    return parts


def _entry(payment: Payment, grant: Grant, parts: Mapping[str, int]) -> Draft:
    """Return what the ledger books: programme expense of each source, out of the bank. A restricted expense closes to
    restricted net assets; nothing is released on use (财会〔2024〕25号)."""
    lines = []
    for restriction, part in parts.items():
        lines += [
            Line("programme_expense", part, grant.fund.code, restriction, project=grant.project.code),
            Line("bank_deposits", -part, grant.fund.code, restriction, project=grant.project.code),
        ]
    if payment.paid_on is None:
        raise AssertionError("a payment is booked on the day it was paid")
    number, count = payment.instalment.number, grant.instalments.count()
    return Draft(
        kind=EntryKind.GRANT_PAYMENT,
        source=payment.code,
        host=grant.fund.host.code,
        day=payment.paid_on,
        lines=lines,
        memo=f"{grant.project.title} {number}/{count}",
    )


@verb
def reject_payment(payment: Payment, *, reason: str, by: User) -> Payment:
    """Send a prepared payment back with a reason; its instalment is due again. Rejecting twice changes nothing."""
    payment = hold_payment(payment)
    if payment.state == Payment.State.REJECTED:
        return payment
    permissions.may_reject(by, payment).require()
    check_move(PAYMENT_MOVES, payment.state, Payment.State.REJECTED, what=_("这笔付款"))
    reason = clean_text(reason, field="reason", limit=200)
    if not reason:
        raise Refused(_("请写明退回的原因。"), "reason")
    reject(payment, reason=reason, by=by)
    return payment
