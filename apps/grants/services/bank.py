"""Payments by the bank's file: sent, confirmed by its statement, failed, or come back (退汇)."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.codes import new_code
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds import services as funds
from apps.funds.models import Fund, Host
from apps.grants import notices, permissions
from apps.grants.models import Grant, Instalment, Payment, PaymentFile
from apps.grants.resources import BankRow
from apps.grants.services.locks import changed, lock_grant, lock_instalments
from apps.grants.services.payments import book, hold_payment
from apps.grants.services.stopping import move_instalment, reject
from apps.grants.states import GRANT_MOVES, LIVE, PAYMENT_MOVES, RESERVED_AS
from apps.ledger import services as ledger
from apps.ledger.queries import entry_of
from apps.ledger.rules import EntryKind
from apps.projects import services as projects
from apps.projects.states import ACCEPTED
from apps.registry.services import open_payee_account
from apps.users.models import User

MOST_IN_A_FILE = 500
EXPENSE = "programme_expense"


@verb
def send_payments(host: Host, payments: Iterable[Payment], *, by: User) -> PaymentFile:
    """Release prepared payments of a host together, into one file for the bank. All of them or none.

    Raises `Refused`, naming the payee, for one that this person may not release, and for a payee without a checked
    account. Funds are locked in the order of their codes.
    """
    wanted = sorted(
        {payment.pk: payment for payment in payments}.values(),
        key=lambda one: (one.instalment.grant.fund.code, one.instalment.grant_id, one.pk),
    )
    if not wanted:
        raise Refused(_("请勾选要付的付款单。"), "payments")
    if len(wanted) > MOST_IN_A_FILE:
        raise Refused(_("一个文件最多 %(most)d 笔，请分几次。") % {"most": MOST_IN_A_FILE}, "payments")
    held = [hold_payment(payment) for payment in wanted]
    for payment in held:
        if payment.instalment.grant.fund.host_id != host.pk:
            raise Refused(_("一个文件只装一家慈善会的付款。"), "payments")
        verdict = permissions.may_release(by, payment, on=clock.today())
        if not verdict:
            facts = {"payee": payment.payee, "reason": verdict.reason}
            raise Refused(_("%(payee)s：%(reason)s") % facts, "payments")
    file = PaymentFile.objects.create(
        code=new_code("P"),
        host=host,
        count=len(held),
        total=sum(payment.amount for payment in held),
        made_at=clock.now(),
        made_by_id=by.pk,
    )
    for payment in held:
        check_move(PAYMENT_MOVES, payment.state, Payment.State.SENT, what=payment.payee)
        payment.state, payment.file, payment.released_by_id = Payment.State.SENT, file, by.pk
        payment.save(update_fields=["state", "file", "released_by_id"])
    audit.record(by, "send_payments", file, host=host.code, count=file.count, amount=file.total)
    return file


@verb
def bank_rows(file: PaymentFile, *, by: User) -> list[BankRow]:
    """Return the lines of a file with the accounts opened, for finance of its host. Raises `Refused`."""
    payments = file.payments.select_related("instalment__grant__project__organisation").order_by("pk")
    rows = []
    for number, payment in enumerate(payments, start=1):
        organisation = payment.instalment.grant.project.organisation
        if payment.account_version != organisation.payee_version:
            raise Refused(_("%(payee)s的收款账号在付款以后改过，文件不能再导出。") % {"payee": payment.payee})
        rows.append(
            BankRow(
                number=number,
                account=open_payee_account(organisation, by=by),
                holder=payment.payee,
                bank=organisation.payee_bank,
                amount=Decimal(payment.amount).scaleb(-2),
                words=_("资助款 %(code)s") % {"code": payment.code},
            )
        )
    audit.record(by, "take_out_payment_file", file, count=file.count, amount=file.total)
    return rows


@verb
def confirm_payment(payment: Payment, *, paid_on: date, bank_reference: str, by: User | None) -> Payment:
    """Book a sent payment that the bank's statement shows as made. The same again changes nothing.

    Finance calls it with no person for a line that leaves nothing to judge: it was released by a person before.
    """
    payment = hold_payment(payment)
    reference = _reference(bank_reference)
    if payment.state == Payment.State.PAID and (payment.paid_on, payment.bank_reference) == (
        paid_on,
        reference,
    ):
        return payment
    permissions.may_hear_the_bank(by, payment).require()
    if payment.state != Payment.State.SENT:
        raise Refused(_("这笔付款不在等银行的结果。"))
    return book(payment, paid_on=paid_on, reference=reference, releaser=None, by=by)


@verb
def fail_payment(payment: Payment, *, reason: str, by: User) -> Payment:
    """Note that the bank did not make a sent payment; nothing was booked, and its instalment is due again."""
    payment = hold_payment(payment)
    if payment.state == Payment.State.FAILED:
        return payment
    permissions.may_hear_the_bank(by, payment).require()
    check_move(PAYMENT_MOVES, payment.state, Payment.State.FAILED, what=_("这笔付款"))
    payment.state, payment.reason = Payment.State.FAILED, _reason(reason)
    payment.save(update_fields=["state", "reason"])
    move_instalment(payment.instalment, Instalment.State.DUE)
    grant = payment.instalment.grant
    audit.record(by, "fail_payment", payment, grant=grant.code, amount=payment.amount)
    notices.payment_not_made(payment)
    changed(grant)
    return payment


@verb
def bounce_payment(
    payment: Payment, *, returned_on: date, bank_reference: str, reason: str, by: User | None
) -> Payment:
    """Book that a payment came back from the bank (退汇): its entry is reversed on the day it came back, the money is
    promised to the grant again, and the instalment is due once more; of an ended grant it is free again.

    Raises `Refused` for a day before the payment, and when the money was asked back from the organisation already.
    """
    payment = hold_payment(payment)
    reference = _reference(bank_reference)
    if payment.state == Payment.State.BOUNCED:
        return payment
    permissions.may_hear_the_bank(by, payment).require()
    check_move(PAYMENT_MOVES, payment.state, Payment.State.BOUNCED, what=_("这笔付款"))
    grant, instalment = payment.instalment.grant, payment.instalment
    if payment.paid_on is None or not payment.paid_on <= returned_on <= clock.today():
        raise Refused(_("退汇日期要在付出以后、今天或今天以前。"), "returned_on")
    asked = sum(row.asked for row in grant.clawbacks.all())
    if asked > sum(grant.sources.values_list("paid", flat=True)) - payment.amount:
        raise Refused(_("这笔钱已经要求承办方退回，请在追回里登记到账。"))
    entry = entry_of(EntryKind.GRANT_PAYMENT, payment.code)
    books = {line.fund for line in entry.lines} if entry else set()
    if entry is None or books != {grant.fund.code} or grant.fund.state == Fund.State.CLOSED:
        raise Refused(_("付出以后基金已经并入或关闭，请财务另做更正。"))
    parts = {line.restriction: line.amount for line in entry.lines if line.account == EXPENSE}
    payment.state, payment.reason = Payment.State.BOUNCED, _reason(reason)
    payment.returned_on, payment.return_reference = returned_on, reference
    payment.save(update_fields=["state", "reason", "returned_on", "return_reference"])
    ledger.reverse(entry.id, source=f"bounce:{payment.code}", day=returned_on, by=by)
    for restriction, part in parts.items():
        source = grant.sources.get(restriction=restriction)
        if source.paid - part < source.returned:
            raise Refused(_("这笔钱已经要求承办方退回，请在追回里登记到账。"))
        source.paid -= part
        source.save(update_fields=["paid"])
    _owe_again(grant, instalment, parts, by=by)
    audit.record(by, "bounce_payment", payment, grant=grant.code, amount=payment.amount)
    notices.payment_not_made(payment)
    changed(grant)
    return payment


def _owe_again(grant: Grant, instalment: Instalment, parts: Mapping[str, int], *, by: User | None) -> None:
    if grant.state == Grant.State.TERMINATED:
        move_instalment(instalment, Instalment.State.CANCELLED)
        return
    if grant.state not in LIVE:
        check_move(GRANT_MOVES, grant.state, Grant.State.RUNNING, what=_("这笔资助"))
        grant.state, grant.closed_at = Grant.State.RUNNING, None
        grant.save(update_fields=["state", "closed_at"])
        projects.mark(grant.project, state=ACCEPTED, by=by)
    funds.give_back(RESERVED_AS, grant.code, amounts=parts)
    move_instalment(instalment, Instalment.State.DUE)


def payee_changed(organisation_code: str) -> int:
    """Stop the payments that were prepared for an account that is not the organisation's any more; return how many.

    What the bank was told already goes on. A payment that this misses cannot be released either.
    """
    waiting = Payment.objects.filter(
        state=Payment.State.PREPARED, instalment__grant__project__organisation__code=organisation_code
    )
    grants = Grant.objects.filter(instalments__payments__in=waiting).select_related("fund").distinct()
    return sum(_stop(grant) for grant in grants.order_by("fund__code", "pk"))


@verb
def _stop(grant: Grant) -> int:
    grant = lock_grant(grant)
    version = grant.project.organisation.payee_version
    stale = Payment.objects.filter(instalment__grant=grant, state=Payment.State.PREPARED).exclude(
        account_version=version
    )
    held = {row.pk: row for row in lock_instalments(grant)}
    found = list(stale)
    for payment in found:
        payment.instalment = held[payment.instalment_id]
        reject(payment, reason=_("收款账号改了，请核对以后重新制单"), by=None)
    return len(found)


def _reference(text: str) -> str:
    reference = clean_text(text, field="bank_reference", limit=60)
    if not reference:
        raise Refused(_("请写银行流水号，对账要用。"), "bank_reference")
    return reference


def _reason(text: str) -> str:
    reason = clean_text(text, field="reason", limit=200)
    if not reason:
        raise Refused(_("请写银行给的原因。"), "reason")
    return reason
