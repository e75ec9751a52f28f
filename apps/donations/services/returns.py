"""Booking money that goes back: refunds, ours or the provider's own, and disputes. Fund and gift are locked first."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from apps.core import audit, clock, jobs, versions
from apps.core.codes import new_code
from apps.core.moves import check_move
from apps.core.verbs import verb
from apps.donations import notices, queries, rules
from apps.donations.models import Donation, Refund
from apps.donations.providers.base import DisputeFact, RefundFact
from apps.donations.services.booking import Unbookable
from apps.donations.services.locks import lock_donation
from apps.donations.services.receipts import recall_receipt
from apps.donations.states import REFUND_MOVES, DonationState, RefundKind, RefundState, TextKind
from apps.funds.models import Fund
from apps.funds.queries import available, heir_of
from apps.funds.services import lock_fund, pass_on
from apps.funds.states import FundKind
from apps.ledger import queries as books
from apps.ledger.queries import BookedLine
from apps.ledger.rules import Draft, EntryKind
from apps.ledger.services import post, reverse
from apps.users.models import User


def lock_gift(donation_pk: int, *also: str) -> tuple[Donation, Fund]:
    """Lock the fund that holds the gift's money, the host's general fund and those of the codes in `also` (in the order
    of their codes), then the gift.

    Returns the gift and the general fund, which is the fund itself where a host has no other.
    """
    donation = Donation.objects.select_related("fund", "host").get(pk=donation_pk)
    general = Fund.objects.filter(host=donation.host, kind=FundKind.GENERAL).first() or donation.fund
    held: set[str] = set()
    # While one waits for the lock, the fund may end; then its heir is locked as well.
    while not held >= (
        wanted := {heir_of(donation.fund, donation.restriction).fund.code, general.code, *also}
    ):
        for code in sorted(wanted - held):
            lock_fund(code)
        held |= wanted
    return lock_donation(donation_pk), general


@verb
def apply_return(fact: RefundFact | DisputeFact, *, channel: str, by: User | None) -> str:
    """Bring our row in line with the provider's refund or dispute, and the books with it; returns a note.

    Safe to repeat and in any order, as the fact is always the present one. Raises `Unbookable` for what is not ours to
    decide: an amount above the gift, another currency, a payment that claims to be ours and is not known. No provider
    speaks for gifts of another `channel`.
    """
    gifts = Donation.objects.filter(payment_id=fact.payment_id, channel=channel)
    gift = gifts.values_list("pk", flat=True).first()
    if gift is None:
        if isinstance(fact, RefundFact) and fact.code:
            raise Unbookable(_("退款 %(code)s 对应的付款这里没有。") % {"code": fact.code})
        return "not a payment of this site"
    donation, general = lock_gift(gift)
    if donation.state != DonationState.BOOKED:
        raise Unbookable(_("捐赠 %(code)s 还没有入账。") % {"code": donation.code})
    if fact.currency != "cny":
        raise Unbookable(_("币种不是人民币（%(currency)s），没有入账。") % {"currency": fact.currency})
    returned = fact.amount if isinstance(fact, RefundFact) else fact.withdrawn
    if returned < 0 or (returned == 0 and isinstance(fact, RefundFact)):
        raise Unbookable(_("支付机构说退了 %(amount)d 分，这不是退款。") % {"amount": returned})
    refund, wanted = (
        _refund_of(fact, donation) if isinstance(fact, RefundFact) else _dispute_of(fact, donation)
    )
    if refund is None:
        return "nothing was withdrawn"
    move_refund(refund, donation, general, wanted, by=by)
    return ""


def _refund_of(fact: RefundFact, donation: Donation) -> tuple[Refund, str]:
    """Return our row of a provider's refund, made when the refund was given in the provider's own pages."""
    refund = Refund.objects.filter(channel=donation.channel, provider_id=fact.refund_id).first()
    if refund is None and fact.code:
        refund = Refund.objects.filter(code=fact.code, donation=donation).first()
    if refund is None:
        if fact.amount > donation.left and fact.status != "failed":
            raise Unbookable(
                _("支付机构退了 %(amount)d 分，超过这笔捐赠还剩的 %(left)d 分。")
                % {"amount": fact.amount, "left": donation.left}
            )
        refund = Refund.objects.create(
            code=new_code("R", 10),
            donation=donation,
            channel=donation.channel,
            amount=fact.amount,
            reason=_("在支付机构后台退款"),
            asked_at=clock.now(),
        )
    if refund.amount != fact.amount or refund.donation_id != donation.pk:
        raise Unbookable(_("退款 %(code)s 的金额和支付机构对不上。") % {"code": refund.code})
    if refund.provider_id != fact.refund_id:
        refund.provider_id = fact.refund_id
        refund.save(update_fields=["provider_id"])
    return refund, fact.status


def _dispute_of(fact: DisputeFact, donation: Donation) -> tuple[Refund | None, str]:
    """Return our row of a dispute; what is withdrawn counts as given back until the dispute is won."""
    refund = Refund.objects.filter(channel=donation.channel, provider_id=fact.dispute_id).first()
    if refund is None:
        if fact.withdrawn == 0:
            return None, ""
        if fact.withdrawn > donation.left:
            raise Unbookable(
                _("拒付扣走 %(amount)d 分，超过这笔捐赠还剩的 %(left)d 分。")
                % {"amount": fact.withdrawn, "left": donation.left}
            )
        refund = Refund.objects.create(
            code=new_code("R", 10),
            donation=donation,
            channel=donation.channel,
            kind=RefundKind.DISPUTE,
            amount=fact.withdrawn,
            fee=max(fact.fee, 0),
            reason=_("付款人向银行拒付"),
            provider_id=fact.dispute_id,
            asked_at=clock.now(),
        )
    return refund, "done" if fact.withdrawn else "failed"


def move_refund(refund: Refund, donation: Donation, general: Fund, wanted: str, *, by: User | None) -> None:
    """Move a refund to the wanted state and book or unbook it. The caller holds the locks of funds and gift."""
    if refund.state == wanted:
        return
    if wanted == RefundState.ASKED:
        # A fact older than what we know; the present one said otherwise already.
        return
    check_move(REFUND_MOVES, refund.state, wanted, what=_("退款"))
    before, today = refund.state, clock.today()
    if wanted == RefundState.DONE:
        _book(refund, donation, general, today, by)
    elif before == RefundState.DONE:
        _unbook(refund, donation, today, by)
    refund.state = wanted
    refund.done_at = clock.now() if wanted == RefundState.DONE else None
    refund.save(update_fields=["state", "done_at", "short"])
    audit.record(by, "move_refund", donation, refund=refund.code, before=before, after=wanted)
    if wanted == RefundState.DONE:
        if refund.kind == RefundKind.REFUND:
            notices.tell_refunded(refund)
            notices.texts.lay_text(donation, TextKind.REFUND, refund.code)
        if refund.short or refund.kind == RefundKind.DISPUTE:
            notices.warn_finance(refund)
    elif wanted == RefundState.FAILED and refund.kind == RefundKind.REFUND:
        notices.tell_refund_failed(refund)
    book = heir_of(donation.fund, donation.restriction)
    versions.bump("site", f"fund:{donation.fund.code}", f"fund:{book.fund.code}")
    jobs.hint("seeding.match_gifts")


def _book(refund: Refund, donation: Donation, general: Fund, day: date, by: User | None) -> None:
    """Less income, less money; what the fund cannot pay out of what is free becomes the general fund's receivable."""
    if refund.amount > donation.left:
        raise Unbookable(_("退款超过了这笔捐赠还剩的钱。"))
    book = heir_of(donation.fund, donation.restriction)
    free = max(0, available(book.fund).get(book.restriction, 0))
    refund.short = max(0, refund.amount + refund.fee - free)
    lines = rules.refund_lines(
        book.fund.code,
        book.restriction,
        donation.donor.code,
        account=queries.account_with(donation),
        amount=refund.amount,
        fee=refund.fee,
        short=refund.short,
        general=general.code,
    )
    post(Draft(EntryKind.REFUND.value, refund.code, donation.host.code, day, lines), by=by)
    donation.refunded += refund.amount
    donation.save(update_fields=["refunded"])
    recall_receipt(donation)


def _unbook(refund: Refund, donation: Donation, day: date, by: User | None) -> None:
    """The money came back after all: the entry is reversed and the gift is whole again."""
    entry = books.entry_of(EntryKind.REFUND.value, refund.code)
    if entry is None:
        raise Unbookable(_("退款 %(code)s 没有凭证可以冲销。") % {"code": refund.code})
    reverse(entry.id, source=f"refund:{refund.code}", day=day, by=by)
    # The entry stands where the money lay then; a fund that ended since passes it on.
    for code in sorted({line.fund for line in entry.lines}):
        pass_on(
            Fund.objects.select_related("host").get(code=code), source=f"refund:{refund.code}:{code}", by=by
        )
    _follow_correction(refund, donation, entry.lines, today=day, by=by)
    donation.refunded -= refund.amount
    donation.save(update_fields=["refunded"])
    refund.short = 0


def _follow_correction(
    refund: Refund, donation: Donation, lines: Sequence[BookedLine], *, today: date, by: User | None
) -> None:
    """What came back stands where the gift lay when it was given back; a gift that was moved since is followed."""
    then = next(line for line in lines if line.account == "donation_income")
    old = heir_of(Fund.objects.select_related("host").get(code=then.fund), then.restriction)
    new = heir_of(donation.fund, donation.restriction)
    if (old.fund.pk, old.restriction) == (new.fund.pk, new.restriction):
        return
    if refund.short:
        raise Unbookable(
            _("捐赠 %(code)s 后来改到别的基金了，退款时又由本部垫过钱，请财务先归还垫款再处理。")
            % {"code": donation.code}
        )
    moved = rules.correction_lines(
        (old.fund.code, old.restriction),
        (new.fund.code, new.restriction),
        donation.donor.code,
        amount=refund.amount,
        fee=0,
        money_on={rules.ACCOUNTS[donation.channel]: refund.amount},
    )
    post(Draft(EntryKind.CORRECTION.value, f"refund:{refund.code}", donation.host.code, today, moved), by=by)
