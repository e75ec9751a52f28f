"""Giving money back at finance's word: decided under locks, carried out by the provider afterwards."""

from datetime import timedelta

from django.utils.translation import gettext as _

from apps.core import audit, clock, jobs, money
from apps.core.codes import new_code
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import notices, permissions, queries, rules
from apps.donations.models import Donation, Refund
from apps.donations.providers import registry
from apps.donations.providers.base import Declined, ProviderError, RefundFact, Way
from apps.donations.services.asking import ask_all
from apps.donations.services.returns import apply_return, lock_gift, move_refund
from apps.donations.states import REFUND_MOVES, RefundKind, RefundReason, RefundState
from apps.funds.models import Fund
from apps.users.models import User

# A refund asked a moment ago may still be on its way to the provider from another process.
SETTLING = timedelta(seconds=60)


@verb
def refund(
    donation: Donation,
    *,
    amount: int,
    reason: str = "",
    why: str = RefundReason.OTHER.value,
    key: str = "",
    by: User | None,
) -> Refund:
    """Give back `amount` fen of a booked gift. Raises `Refused` for more than is left, refunds under way counted.

    `why` is the kind of reason that the law asks for (see `RefundReason`); the other kind needs words. Once a
    gift's refunds come to more than the rulebook's `refund_second_fen`, it waits for a second person
    (`release_refund`). Else, by bank or in cash it is booked at once (finance hands the money over); online it is
    asked of the provider after commit and booked when the provider says that it succeeded. With a form's token as
    `key`, it is given once.
    """
    donation, general = lock_gift(donation.pk)
    permissions.may_handle_money(by, donation.host).require()
    code = f"R{rules.gift_key(key, donation.code, amount)[:12].upper()}" if key else new_code("R", 10)
    earlier = Refund.objects.filter(code=code).first()
    if earlier is not None:
        return earlier
    permissions.may_refund(by, donation).require()
    reason = _reason(why, reason)
    under_way = queries.refunds_under_way(donation)
    _check_left(donation, amount, under_way)
    # What went back before counts along: a large refund is not made small by giving it in parts.
    total = donation.refunded + under_way + amount
    waits = by is not None and total > queries.refund_limit(donation.fund)
    asked = Refund.objects.create(
        code=code,
        donation=donation,
        channel=donation.channel,
        amount=amount,
        why=why,
        reason=reason,
        state=RefundState.WAITING if waits else RefundState.ASKED,
        asked_at=clock.now(),
        asked_by_id=getattr(by, "pk", None),
    )
    audit.record(by, "refund", donation, refund=code, amount=amount, why=why, waits=waits)
    if waits:
        notices.ask_release(asked)
    else:
        _carry_out(asked, donation, general, by)
    return asked


def _reason(why: str, words: str) -> str:
    """Return the cleaned words of a refund's reason. Raises `Refused` for a kind that is not one, or needs words."""
    if why not in RefundReason.values:
        raise Refused(_("请选择为什么退款。"), "why")
    words = clean_text(words, field="reason", limit=rules.REASON_LIMIT)
    if not words and why == RefundReason.OTHER:
        raise Refused(_("请写明为什么退款。捐出的钱依法不能随意要回，要有具体的原因。"), "reason")
    return words


def _check_left(donation: Donation, amount: int, under_way: int) -> None:
    if type(amount) is not int or amount <= 0:
        raise Refused(_("退款金额要大于 0。"), "amount")
    if amount > donation.left - under_way:
        raise Refused(
            _("最多还能退 ¥%(left)s（捐赠减去已经退的和正在退的）。")
            % {"left": money.written(donation.left - under_way)},
            "amount",
        )


def _carry_out(asked: Refund, donation: Donation, general: Fund, by: User | None) -> None:
    """Ask the provider after commit, or book at once what finance hands over."""
    way = registry.way_of(donation.channel)
    if way is not None and way.gives_back:
        jobs.kick("donations.send_refunds", asked.code)
    else:
        move_refund(asked, donation, general, RefundState.DONE.value, by=by)


@verb
def release_refund(asked: Refund, *, by: User | None) -> Refund:
    """Let a large refund go, by another person than the one who asked. Released again it changes nothing."""
    asked, donation, general = _locked(asked)
    permissions.may_handle_money(by, donation.host).require()
    if asked.decided_at is not None and asked.state != RefundState.REJECTED:
        return asked
    permissions.may_decide_refund(by, asked).require()
    permissions.may_refund(by, donation).require()
    _check_left(donation, asked.amount, queries.refunds_under_way(donation) - asked.amount)
    _decide(asked, RefundState.ASKED.value, by)
    audit.record(by, "release_refund", donation, refund=asked.code, amount=asked.amount)
    _carry_out(asked, donation, general, by)
    return asked


@verb
def reject_refund(asked: Refund, *, by: User | None) -> Refund:
    """Turn a waiting refund down; who asked for it may withdraw it like this as well."""
    asked, donation, _general = _locked(asked)
    permissions.may_handle_money(by, donation.host).require()
    if asked.state == RefundState.REJECTED:
        return asked
    permissions.may_reject_refund(by, asked).require()
    _decide(asked, RefundState.REJECTED.value, by)
    audit.record(by, "reject_refund", donation, refund=asked.code, amount=asked.amount)
    return asked


def _locked(asked: Refund) -> tuple[Refund, Donation, Fund]:
    donation, general = lock_gift(asked.donation_id)
    return Refund.objects.get(pk=asked.pk), donation, general


def _decide(asked: Refund, state: str, by: User | None) -> None:
    check_move(REFUND_MOVES, asked.state, state, what=_("退款"))
    asked.state, asked.decided_at = state, clock.now()
    person = getattr(by, "pk", None)
    asked.decided_by_id = None if person == asked.asked_by_id else person
    asked.save(update_fields=["state", "decided_at", "decided_by_id"])


def send_refunds(code: str = "") -> int:
    """Carry asked refunds to the provider, outside any transaction, and book what it answers; returns how many it did.

    Safe to repeat: the refund's code is its idempotency key and is looked for at the provider first, so a refund whose
    answer was lost is found, never given twice. A refund the provider declines is closed as failed.
    """
    return sum(_send_by(way, code) for way in registry.open_ways() if way.gives_back)


def _send_by(way: Way, code: str) -> int:
    rows = Refund.objects.filter(
        state=RefundState.ASKED, kind=RefundKind.REFUND, donation__channel=way.name
    ).select_related("donation")
    waiting = rows.filter(code=code) if code else rows.filter(asked_at__lte=clock.now() - SETTLING)
    due = {row.code: (row.donation.payment_id or "", row.amount) for row in waiting.order_by("pk")[:200]}
    answers = ask_all(due, lambda one: _send(way, one, *due[one]))
    sent = 0
    for one, answer in answers.items():
        if isinstance(answer, Declined):
            _close_declined(one, str(answer))
        elif not isinstance(answer, ProviderError):
            apply_return(answer, channel=way.name, by=None)
            sent += 1
    return sent


def _send(way: Way, code: str, payment_id: str, amount: int) -> RefundFact:
    return way.refund(payment_id, amount=amount, code=code)


@verb
def _close_declined(code: str, why: str) -> None:
    row = Refund.objects.get(code=code)
    donation, general = lock_gift(row.donation_id)
    row = Refund.objects.get(code=code)
    if row.state == RefundState.ASKED:
        row.failure = why[: rules.REASON_LIMIT]
        row.save(update_fields=["failure"])
        move_refund(row, donation, general, RefundState.FAILED.value, by=None)
        audit.record(None, "refund_declined", donation, refund=code, why=row.failure)
