"""Saying what a bank line proves; an announced gift is booked by it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import queries as donation_queries
from apps.donations import services as donations
from apps.donations.custody import HandOverState, Nature
from apps.donations.models import (
    Campaign,
    CashDeposit,
    Custody,
    Donation,
    GiftBatch,
    HandOver,
    Pledge,
    Refund,
)
from apps.donations.providers import registry
from apps.donations.states import BatchState, Channel, DepositState, NameChoice
from apps.finance import permissions, queries
from apps.finance.models import BankMatch, StatementLine
from apps.finance.queries.suggestions import OPEN_GIFTS, PLEDGE, bank_line
from apps.finance.rules.matching import Clue, payer_of, why_it_came_back
from apps.funds.models import Fund, Host
from apps.funds.queries import available
from apps.funds.services import lock_fund
from apps.grants import services as grants
from apps.grants.models import ClawbackReturn, Payment
from apps.ledger import queries as books
from apps.ledger import services as ledger
from apps.ledger.rules import Draft, EntryKind, Line
from apps.users.models import User

Kind = BankMatch.Subject
CAME_IN = frozenset({Kind.RETURN, Kind.CUSTODY, Kind.BOUNCE})


@verb
def match_line(line: StatementLine, *, kind: str, code: str, by: User | None) -> BankMatch:
    """Record that an open line proves one thing, chosen by a person among what is offered for the line.

    An announced gift is booked with what arrived; interest and payouts are booked too. Matching the same twice changes
    nothing. Raises `Refused` for what is not offered, or what another line proved meanwhile.
    """
    line = _lock(line)
    permissions.may_reconcile(by, line.host).require()
    earlier = BankMatch.objects.filter(line=line).first()
    if earlier is not None:
        if (earlier.subject_kind, earlier.subject_code) == (kind, code):
            return earlier
        if kind == PLEDGE and _counts_for(earlier, code):
            return earlier
        raise Refused(_("这一行已经对上别的了，请刷新页面。"))
    offered = {offer.key for offer in queries.suggest_one(line).offers}
    if f"{kind}:{code}" not in offered:
        raise Refused(_("这一行和所选的对不上，请刷新页面看最新情况。"))
    proved = _prove(line, kind, code, by)
    return _keep(line, Kind.DONATION if kind == PLEDGE else kind, proved, by)


def _counts_for(match: BankMatch, pledge: str) -> bool:
    """Whether what a line proved is a gift that counts for the pledge of this code."""
    gift = Donation.objects.filter(host=match.host, code=match.subject_code).first()
    counted = donation_queries.pledge_of_gift(gift) if gift and match.subject_kind == Kind.DONATION else None
    return counted is not None and counted.code == pledge


@verb
def match_lines(
    host: Host, *, lines: Sequence[StatementLine] | None = None, by: User | None
) -> list[BankMatch]:
    """Match every line (the given ones, or all open ones) whose clue leaves nothing to judge; the others stay open.

    Each is matched on its own, so one that meanwhile became doubtful does not hold up the rest.
    """
    permissions.may_reconcile(by, host).require()
    rows = queries.open_lines(host)
    if lines is not None:
        rows = rows.filter(pk__in=[line.pk for line in lines])
    matched = []
    for suggested in queries.suggest(host, list(rows)):
        if suggested.clue is not Clue.ONE or suggested.first is None:
            continue
        candidate = suggested.first.candidate
        try:
            matched.append(match_line(suggested.line, kind=candidate.kind, code=candidate.code, by=by))
        except Refused:
            continue
    return matched


@verb
def gift_of_line(
    line: StatementLine,
    *,
    fund: Fund,
    by: User | None,
    name: str = "",
    campaign: Campaign | None = None,
    restriction: str | None = None,
    wish: str = "",
) -> BankMatch:
    """Record an unannounced gift that an incoming line brought, anonymous to the public, and match it.

    Raises `Refused` for an outgoing line, a fund of another host, a campaign or purpose that it cannot count for, or a
    line that proves something already.
    """
    line = _lock(line)
    permissions.may_reconcile(by, line.host).require()
    earlier = BankMatch.objects.filter(line=line).first()
    if earlier is not None:
        return earlier
    if line.amount <= 0:
        raise Refused(_("这一行是付出去的钱，不能记成捐赠。"))
    if fund.host_id != line.host_id:
        raise Refused(_("请选本会的基金。"), "fund")
    gift = donations.OfflineGift(
        fund=fund,
        amount=line.amount,
        channel=Donation.Channel.BANK.value,
        day=line.day,
        key=_key(line),
        name=clean_text(name, field="name", limit=60),
        name_choice=NameChoice.ANONYMOUS.value,
        campaign=campaign,
        restriction=restriction,
        wish=wish,
    )
    return _keep(line, Kind.DONATION, donations.record_offline(gift, by=by).code, by)


def _lock(line: StatementLine) -> StatementLine:
    rows = StatementLine.objects.select_for_update(no_key=True, of=("self",)).select_related("host")
    return rows.get(pk=line.pk)


def _key(line: StatementLine) -> str:
    """Return what the money of a line is known by for ever; serial numbers are unique within a host."""
    return f"{line.host.code}:{line.reference}"[:80]


def _keep(line: StatementLine, kind: str, code: str, by: User | None) -> BankMatch:
    if BankMatch.objects.filter(host=line.host, subject_kind=kind, subject_code=code).exists():
        raise Refused(_("这一笔已经由另一行流水对上了。"))
    line.state = StatementLine.State.MATCHED
    line.save(update_fields=["state"])
    match = BankMatch.objects.create(
        line=line,
        host=line.host,
        subject_kind=kind,
        subject_code=code,
        matched_at=clock.now(),
        matched_by_id=by.pk if by else None,
    )
    audit.record(by, "match_line", line, host=line.host.code, kind=kind, code=code, amount=line.amount)
    return match


def _prove(line: StatementLine, kind: str, code: str, by: User | None) -> str:
    """Do what the match means and return the code of what the line now proves."""
    if kind == Kind.DONATION:
        return _receive(line, code, by)
    if kind == PLEDGE:
        pledge = Pledge.objects.get(host=line.host, code=code)
        return donations.receive_pledged(
            pledge,
            amount=line.amount,
            channel=Donation.Channel.BANK.value,
            day=line.day,
            key=_key(line),
            by=by,
        ).code
    if kind == Kind.INTEREST:
        return _book_interest(line, by)
    if kind == Kind.FEE:
        return _book_fee(line, by)
    if kind == Kind.PLATFORM:
        platform, _colon, reference = code.partition(":")
        donations.book_payout(
            line.host,
            amount=line.amount,
            payout_id=reference,
            day=_open_day(line),
            by=by,
            platform=platform,
        )
        return code
    if kind == Kind.PAYOUT:
        payer = payer_of(bank_line(line), registry.payers())
        donations.book_payout(
            line.host,
            amount=line.amount,
            payout_id=code,
            day=_open_day(line),
            channel=payer.channel if payer is not None else Channel.STRIPE.value,
            by=by,
        )
        return code
    if _amount_of(line.host, kind, code) != line.amount:
        raise Refused(_("金额不一样，不能对上。"))
    if kind in {Kind.PAYMENT, Kind.BOUNCE}:
        _hear_the_bank(line, kind, code, by)
    return code


def _hear_the_bank(line: StatementLine, kind: str, code: str, by: User | None) -> None:
    """Book a payment that waited for the bank, or one that came back; what is booked already stays."""
    payment = Payment.objects.select_related("instalment__grant__fund").get(code=code)
    if kind == Kind.PAYMENT and payment.state == Payment.State.SENT:
        grants.confirm_payment(payment, paid_on=_open_day(line), bank_reference=line.reference, by=by)
    elif kind == Kind.BOUNCE and payment.state == Payment.State.PAID:
        grants.bounce_payment(
            payment,
            returned_on=_open_day(line),
            bank_reference=line.reference,
            reason=_why_back(line),
            by=by,
        )


def _why_back(line: StatementLine) -> str:
    """Return why a payment came back, for those whom it was meant for: the memo itself may name others, and stays where
    finance alone reads it."""
    facts = {"reason": why_it_came_back(line.memo) or _("退汇"), "reference": line.reference[:60]}
    return _("%(reason)s（银行流水 %(reference)s）") % facts


def _receive(line: StatementLine, code: str, by: User | None) -> str:
    """Book an announced gift with what arrived, or find the recorded one; return the code of the gift it became."""
    donation = Donation.objects.get(host=line.host, code=code)
    is_taken = BankMatch.objects.filter(
        host=line.host, subject_kind=Kind.DONATION, subject_code=code
    ).exists()
    if donation.state == Donation.State.BOOKED and not is_taken:
        if donation.amount != line.amount:
            raise Refused(_("这笔捐赠已按另一个金额入账，和流水不一样；请先退款或更正再对。"))
        return donation.code
    if donation.reference is None or not (is_taken or donation.state in OPEN_GIFTS):
        raise Refused(_("这笔捐赠现在不能由流水入账。"))
    transfer = donations.Transfer(donation.reference, line.amount, line.day, _key(line))
    booked = donations.receive_transfers(line.host, [transfer], by=by).get(_key(line))
    if booked is None:
        raise Refused(
            _(
                "这笔是定向募捐的捐赠，付款那天这位已经不在名单上，或者已经过了期限，不能算定向捐赠。"
                "请问清楚：退回，或者记成主动来捐的普通捐赠。"
            )
        )
    return booked.code


def _open_day(line: StatementLine) -> date:
    """Return the line's day, or today when its month is closed."""
    return clock.today() if books.is_closed(line.host.code, line.day) else line.day


def _general(line: StatementLine) -> Fund:
    """Return the fund of the line's host itself."""
    general = Fund.objects.filter(host=line.host, kind=Fund.Kind.GENERAL).first()
    if general is None:
        raise Refused(_("还没有慈善会本部的账，这一笔没有地方记。"))
    return general


def _book_fee(line: StatementLine, by: User | None) -> str:
    """Book what the bank took for itself as 管理费用 of the host's own unrestricted money; return the entry's source.

    No community's fund pays it. Raises `Refused` where the host has not that much of its own.
    """
    general = lock_fund(_general(line).code)
    if available(general).get("", 0) < -line.amount:
        raise Refused(_("慈善会本部的非限定资金不够付这笔手续费，请先把钱补上再对。"))
    lines = [
        Line("admin_expense", -line.amount, general.code),
        Line("bank_deposits", line.amount, general.code),
    ]
    draft = Draft(
        EntryKind.BANK_FEE.value, _key(line), line.host.code, _open_day(line), lines, memo=_("银行手续费")
    )
    ledger.post(draft, by=by)
    versions.bump("site", f"fund:{general.code}")
    return line.reference


def _book_interest(line: StatementLine, by: User | None) -> str:
    """Book bank interest as other income of the host's general fund; return the entry's source."""
    general = _general(line)
    lines = [
        Line("bank_deposits", line.amount, general.code),
        Line("other_income", -line.amount, general.code),
    ]
    draft = Draft(
        EntryKind.INTEREST.value, _key(line), line.host.code, _open_day(line), lines, memo=_("银行利息")
    )
    ledger.post(draft, by=by)
    return line.reference


def _amount_of(host: Host, kind: str, code: str) -> int | None:
    """Return the signed fen of a list of gifts, a payment, refund or return that really moved; None without one."""
    if kind == Kind.BATCH:
        batch = GiftBatch.objects.filter(
            host=host, state=BatchState.BOOKED, channel=Channel.BANK, code=code
        ).first()
        return None if batch is None else batch.expected_total
    if kind == Kind.DEPOSIT:
        # Undoing a deposit takes the same lock, so that none is undone and proved at once.
        deposits = CashDeposit.objects.select_for_update(no_key=True)
        deposit = deposits.filter(host=host, state=DepositState.BOOKED, code=code).first()
        return None if deposit is None else deposit.amount
    sums: Mapping[str, Any] = {
        Kind.PAYMENT: Payment.objects.filter(
            instalment__grant__fund__host=host,
            state__in=[Payment.State.SENT, Payment.State.PAID, Payment.State.BOUNCED],
            code=code,
        ),
        Kind.BOUNCE: Payment.objects.filter(
            instalment__grant__fund__host=host,
            state__in=[Payment.State.PAID, Payment.State.BOUNCED],
            code=code,
        ),
        Kind.REFUND: Refund.objects.filter(donation__host=host, state=Refund.State.DONE, code=code),
        Kind.RETURN: ClawbackReturn.objects.filter(clawback__grant__fund__host=host, code=code),
        Kind.CUSTODY: Custody.objects.filter(host=host, nature=Nature.MONEY, code=code),
        Kind.HAND_OVER: HandOver.objects.filter(
            custody__host=host, custody__nature=Nature.MONEY, state=HandOverState.DONE, code=code
        ),
    }
    row = sums[kind].first() if kind in sums else None
    if row is None:
        return None
    return int(row.amount) if kind in CAME_IN else -int(row.amount)
