"""From the inbox to the books: one path for both databases and for every way a payment becomes known."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import DatabaseError, OperationalError
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.locking import lock_row
from apps.core.verbs import verb
from apps.donations import permissions
from apps.donations.models import Donation, ProviderEvent
from apps.donations.providers import registry
from apps.donations.providers.base import (
    DisputeFact,
    Fact,
    PaymentFact,
    PlanFact,
    Provider,
    ProviderError,
    RefundFact,
    Unavailable,
)
from apps.donations.services import inbox
from apps.donations.services.asking import ask_all
from apps.donations.services.booking import Arrival, Unbookable, book
from apps.donations.services.inbox import Held, finish
from apps.donations.services.locked_gifts import LockedGifts
from apps.donations.services.plans.following import follow_plan, with_gifts
from apps.donations.services.returns import apply_return
from apps.donations.states import DONATION_MOVES, Channel, DonationState, EventState
from apps.funds.models import Host
from apps.users.models import User

logger = logging.getLogger(__name__)
CURRENCY = "cny"
# Measured with one worker: in sets of 500 and of 2,000 each gift costs about a twelfth more.
SET = 1000


@dataclass(frozen=True, slots=True)
class Case:
    """A payment's fact, the events that pointed to it (none when a page or a sweeper asked), and by which way of paying
    it is known: no provider speaks for another's gifts."""

    fact: PaymentFact
    events: tuple[int, ...] = ()
    channel: str = Channel.STRIPE.value


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a fact means for a gift: book it, move it, or park it with the reason."""

    arrival: Arrival | None = None
    state: str = ""
    park: str = ""
    note: str = ""


def settle(limit: int = SET) -> int:
    """Work through the oldest new events that no other worker holds and return how many were taken out of the inbox.

    The provider is asked again for each object, outside the transaction. What it cannot answer now, or not before
    others may ask, stays for the next run. Payments are booked as one set; refunds and disputes one by one, each under
    its fund's lock.
    """
    return sum(_settle_inbox(channel, provider, limit) for channel, provider in registry.accounts())


def _settle_inbox(channel: str, provider: Provider, limit: int) -> int:
    until = clock.now() + inbox.HELD
    events = inbox.hold(channel, limit, until=until)
    handled = 0
    try:
        handled = _settle_held(channel, provider, events)
    finally:
        if handled < len(events):
            inbox.let_go(events, until=until)
    return handled


def _settle_held(channel: str, provider: Provider, events: Sequence[Held]) -> int:
    asked = ((event.kind, event.object_id) for event in events)
    answers = ask_all(asked, lambda key: provider.look_up(*key), within=inbox.HELD)
    payments: dict[PaymentFact, list[int]] = {}
    returns: list[tuple[Held, list[RefundFact | DisputeFact]]] = []
    handled = 0
    for event in events:
        answer = answers.get((event.kind, event.object_id))
        if answer is None:
            continue
        if isinstance(answer, Unavailable):
            logger.warning("provider unavailable, event %s waits", event.pk)
        elif isinstance(answer, ProviderError):
            handled += finish([event.pk], EventState.PARKED, str(answer))
        else:
            if (refused := _follow_plans(answer, channel)) is not None:
                handled += finish([event.pk], EventState.PARKED, refused)
                continue
            backs = [fact for fact in answer if isinstance(fact, RefundFact | DisputeFact)]
            if not any(isinstance(fact, PaymentFact) for fact in answer):
                returns.append((event, backs))
            for fact in answer:
                if isinstance(fact, PaymentFact):
                    payments.setdefault(fact, []).append(event.pk)
    handled += settle_cases([Case(fact, tuple(ids), channel) for fact, ids in payments.items()])
    for event, facts in returns:
        handled += _settle_returns(channel, provider, event, facts)
    return handled


def _follow_plans(facts: Iterable[Fact], channel: str) -> str | None:
    """Bring the plans among the facts up to date; return why one could not be."""
    try:
        for fact in facts:
            if isinstance(fact, PlanFact):
                follow_plan(fact, channel=channel)
    except Unbookable as error:
        return str(error)
    return None


def settle_cases(cases: Sequence[Case]) -> int:
    """Book a set; when it fails, book its halves, until the bad case stands alone and is parked with its reason.

    Returns how many events were taken out of the inbox. Raises OperationalError when the database itself is away.
    """
    if not cases:
        return 0
    facts = with_gifts([(case.fact, case.channel) for case in cases])
    cases = [
        case if fact is case.fact else replace(case, fact=fact)
        for case, fact in zip(cases, facts, strict=True)
    ]
    try:
        return _settle_set(cases)
    except OperationalError:
        raise
    except Exception as error:
        if len(cases) > 1:
            middle = len(cases) // 2
            return settle_cases(cases[:middle]) + settle_cases(cases[middle:])
        logger.exception("a payment was parked")
        return finish(cases[0].events, EventState.PARKED, _reason(error))


@verb
def _settle_set(cases: Sequence[Case]) -> int:
    """Take the set's events, lock its gifts, and write everything in a fixed number of statements."""
    alive = inbox.lock_new([event for case in cases for event in case.events])
    mine = [case for case in cases if not case.events or alive.intersection(case.events)]
    gifts = LockedGifts([case.fact for case in mine])
    today = clock.today()
    judged = [(case, _judge(case, *gifts.find(case.fact), today)) for case in mine]
    for state in (DonationState.PENDING, DonationState.FAILED, DonationState.EXPIRED):
        moved = [
            donation.pk
            for case, row in judged
            if row.state == state and (donation := gifts.find(case.fact)[0]) is not None
        ]
        if moved:
            Donation.objects.filter(pk__in=moved).update(state=state)
    _keep_sessions(judged, gifts)
    done = [event for case, row in judged if not row.park for event in case.events if not row.note]
    handled = finish([event for event in done if event in alive], EventState.DONE)
    for case, row in judged:
        if row.park or row.note:
            left = [event for event in case.events if event in alive]
            handled += finish(left, EventState.PARKED if row.park else EventState.DONE, row.park or row.note)
    # Last: sets of other workers wait for the same funds' balances until this one is committed.
    book([row.arrival for _case, row in judged if row.arrival], by=None)
    return handled


def _judge(case: Case, by_code: Donation | None, by_session: Donation | None, today: date) -> Judgement:
    """Decide what a fact means. Never books an amount, a currency or a gift that is not exactly ours."""
    fact = case.fact
    if by_code is None and by_session is None and not fact.donation:
        return Judgement(note="not a payment of this site")
    if by_code is None:
        return Judgement(park=_("支付机构说这是捐赠 %(code)s，这里没有这笔捐赠。") % {"code": fact.donation})
    if (by_session is not None and by_session.pk != by_code.pk) or (
        by_code.session_id and by_code.session_id != fact.session_id
    ):
        return Judgement(park=_("付款页和捐赠 %(code)s 对不上。") % {"code": by_code.code})
    if by_code.channel != case.channel:
        return Judgement(park=_("捐赠 %(code)s 不是这样付的，没有入账。") % {"code": by_code.code})
    if fact.status in {"open", "failed", "expired"}:
        return _moved(by_code, fact.status)
    if fact.currency != CURRENCY or fact.settled_in != CURRENCY:
        return Judgement(park=_("币种不是人民币（%(currency)s），没有入账。") % {"currency": fact.currency})
    if fact.amount != by_code.amount:
        return Judgement(
            park=_("金额对不上：捐赠是 %(ours)d 分，支付机构说是 %(theirs)d 分，没有入账。")
            % {"ours": by_code.amount, "theirs": fact.amount}
        )
    if fact.status == "pending":
        return _moved(by_code, DonationState.PENDING.value)
    day = clock.day_of(fact.paid_at) if fact.paid_at else today
    return Judgement(arrival=Arrival(by_code, fact.payment_id, fact.amount, fact.fee, day, fact.session_id))


def _moved(donation: Donation, state: str) -> Judgement:
    """Move a gift only forwards; a fact that comes late changes nothing."""
    return Judgement(state=state if state in DONATION_MOVES.get(donation.state, frozenset()) else "")


def _keep_sessions(judged: Sequence[tuple[Case, Judgement]], gifts: LockedGifts) -> None:
    """A gift whose page was opened just before a crash learns its session from the provider."""
    for case, row in judged:
        donation = gifts.find(case.fact)[0]
        if donation is not None and not donation.session_id and not row.park and case.fact.session_id:
            Donation.objects.filter(pk=donation.pk, session_id="").update(session_id=case.fact.session_id)


def _settle_returns(
    channel: str, provider: Provider, event: Held, facts: Sequence[RefundFact | DisputeFact]
) -> int:
    """Apply refunds and disputes. What they take back is booked first, should its own event still be on the way."""
    try:
        notes = []
        for fact in facts:
            book_payment(channel, provider, fact.payment_id)
            notes.append(apply_return(fact, channel=channel, by=None))
    except Unavailable:
        return 0
    except OperationalError:
        raise
    except Exception as error:
        logger.exception("a refund or dispute was parked")
        return finish([event.pk], EventState.PARKED, _reason(error))
    return finish([event.pk], EventState.DONE, " ".join(filter(None, notes)))


def book_payment(channel: str, provider: Provider, payment_id: str) -> None:
    """Make sure that a payment of ours is in the books before something is done about it. Two providers may give one
    number to two payments."""
    if payment_id and not Donation.objects.filter(payment_id=payment_id, channel=channel).exists():
        fact = provider.of_payment(payment_id)
        if fact is not None:
            settle_cases([Case(fact, channel=channel)])


def settle_session(donation: Donation) -> Donation:
    """What the return page does: ask for the gift's session and book what it says; returns the gift as it is then.

    Silent when the provider does not answer: the webhook and the sweeper follow.
    """
    way = registry.way_of(donation.channel)
    waiting = donation.state in {DonationState.STARTED, DonationState.PENDING}
    if way is not None and way.is_open() and waiting and donation.session_id:
        try:
            fact = way.ask(donation.session_id)
            settle_cases([Case(fact, channel=way.name)] if fact else [])
        except ProviderError:
            logger.warning("provider unavailable, gift %s waits", donation.code)
        donation.refresh_from_db()
    return donation


@verb
def retry(event: ProviderEvent, *, host: Host, by: User | None) -> ProviderEvent:
    """Put a parked event back into the inbox, after a person mended its cause."""
    permissions.may_handle_money(by, host).require()
    event = lock_row(ProviderEvent, pk=event.pk)
    if event.state == EventState.PARKED:
        event.state, event.reason, event.handled_at = EventState.NEW.value, "", None
        event.save(update_fields=["state", "reason", "handled_at"])
    return event


def _reason(error: Exception) -> str:
    """A sentence for finance; what the database says stays in the log, as it may quote rows."""
    return type(error).__name__ if isinstance(error, DatabaseError) else str(error) or type(error).__name__
