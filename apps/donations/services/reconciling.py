"""Finding what webhooks lost, closing what will not be paid, and booking what was paid out to the bank."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from apps.core import audit, clock, money, versions
from apps.core.codes import new_code
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import permissions
from apps.donations.models import Donation
from apps.donations.providers import registry
from apps.donations.providers.base import PaymentFact, Provider, ProviderError, Way
from apps.donations.queries import held_by_platforms, held_by_providers, platform_payouts, provider_payouts
from apps.donations.services.asking import ask_all
from apps.donations.services.plans.daily import send_plans
from apps.donations.services.plans.following import ask_plans
from apps.donations.services.refunds import send_refunds
from apps.donations.services.settlement import Case, settle, settle_cases
from apps.donations.services.webhooks import keep
from apps.donations.states import Channel, DonationState
from apps.funds.models import Fund, Host
from apps.funds.queries import available, general_fund
from apps.funds.services import lock_fund
from apps.ledger import queries as books
from apps.ledger.rules import Draft, EntryKind, Line
from apps.ledger.services import hold_months, post
from apps.users.models import User

logger = logging.getLogger(__name__)
# Webhooks usually come within seconds; only what is older is asked for again.
PATIENCE = timedelta(minutes=2)
LOOK_BACK = timedelta(days=3)
BANK_PATIENCE = timedelta(days=30)
PAGE_GONE = timedelta(hours=25)
BATCH = 200


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What one run found, and the two balances that must agree when nothing is under way (fen)."""

    lost_events: int
    asked_again: int
    refunds_sent: int
    provider_balance: int
    booked_balance: int

    @property
    def difference(self) -> int:
        """What the provider holds beyond what the books say."""
        return self.provider_balance - self.booked_balance


def reconcile(since: datetime | None = None) -> Reconciliation | None:
    """Fetch the events since then, ask again for every gift still open, send what waits, and compare the balances.

    None when no provider is configured. Safe to repeat. A provider that cannot answer holds up no other one; its error
    (the first of several) is raised at the end.
    """
    accounts = registry.accounts()
    if not accounts:
        return None
    errors: list[ProviderError] = []
    begin = since or clock.now() - LOOK_BACK
    lost = _of_each(accounts, lambda channel, provider: _fetch(channel, provider, begin), errors)
    while settle():
        pass
    asked = ask_open_gifts() + _of_each(accounts, _ask_plans, errors)
    sent = send_refunds()
    send_plans()
    held = _of_each(accounts, lambda _channel, provider: provider.balance(), errors)
    if errors:
        raise errors[0]
    return Reconciliation(lost, asked, sent, held, sum(booked_balance(channel) for channel, _p in accounts))


def _of_each(
    accounts: Sequence[tuple[str, Provider]],
    ask: Callable[[str, Provider], int],
    errors: list[ProviderError],
) -> int:
    """Return the sum of what each account answers; add the failures of those that do not."""
    total = 0
    for channel, provider in accounts:
        try:
            total += ask(channel, provider)
        except ProviderError as error:
            logger.warning(
                "the provider behind %s could not be reconciled: %s", channel, type(error).__name__
            )
            errors.append(error)
    return total


def _fetch(channel: str, provider: Provider, since: datetime) -> int:
    """Lay the events in the inbox that a provider did not bring; return how many."""
    events = list(provider.events(since))
    return sum(
        keep(events[start : start + BATCH], channel=channel, is_delivered=False)
        for start in range(0, len(events), BATCH)
    )


def ask_open_gifts() -> int:
    """Ask for the page of every online gift that has been open for a while; return how many were asked."""
    return sum(_ask_open(way) for way in registry.open_ways())


def _ask_open(way: Way) -> int:
    now = clock.now()
    rows = (
        Donation.objects.filter(
            channel=way.name,
            state__in=[DonationState.STARTED, DonationState.PENDING],
            started_at__lte=now - PATIENCE,
        )
        .exclude(session_id="")
        .order_by("pk")
        .values_list("session_id", flat=True)
    )
    sessions = list(rows)
    for start in range(0, len(sessions), BATCH):
        answers = ask_all(sessions[start : start + BATCH], way.ask)
        settle_cases(
            [Case(fact, channel=way.name) for fact in answers.values() if isinstance(fact, PaymentFact)]
        )
    return len(sessions)


def _ask_plans(channel: str, provider: Provider) -> int:
    """Ask for every monthly gift of which something should have been heard, and book the months it has paid."""
    if provider.subscriptions is None:
        return 0
    asked, payments = ask_plans(channel, provider.subscriptions)
    for start in range(0, len(payments), BATCH):
        settle_cases([Case(fact, channel=channel) for fact in payments[start : start + BATCH]])
    return asked


def booked_balance(channel: str = Channel.STRIPE.value) -> int:
    """Return what all hosts' books say lies at one provider: the clearing account less what all others hold."""
    return sum(_at_provider(host, channel) for host in Host.objects.all())


def _at_provider(host: Host, channel: str) -> int:
    others = sum(fen for name, fen in held_by_providers(host).items() if name != channel)
    return books.balance("provider_money", host=host.code) - sum(held_by_platforms(host).values()) - others


def expire() -> int:
    """Close announced transfers that never came, and online gifts whose page was never opened; return how many.

    Money that arrives for them later is booked all the same.
    """
    now = clock.now()
    started = Donation.objects.filter(state=DonationState.STARTED)
    silent = started.filter(
        channel__in=registry.paged_channels(), session_id="", started_at__lte=now - PAGE_GONE
    )
    late = started.filter(channel=Channel.BANK, started_at__lte=now - BANK_PATIENCE)
    return sum(rows.update(state=DonationState.EXPIRED) for rows in (silent, late))


@verb
def book_payout(
    host: Host,
    *,
    amount: int | None = None,
    payout_id: str,
    day: date,
    by: User | None,
    channel: str = Channel.STRIPE.value,
    platform: str = "",
) -> int:
    """Book that a provider (by its channel) or a platform paid `amount` fen (everything, when None) into the host's
    bank, and return the fen moved.

    Each fund and restriction moves its share, by largest remainder. Once per payout. Raises `Refused` when that
    provider or platform holds less for the host; what another one holds never covers it.
    """
    permissions.may_handle_money(by, host).require()
    payer = platform_payouts(host, platform) if platform else provider_payouts(host, channel)
    source = f"{payer}{payout_id}"
    earlier = books.entry_of(EntryKind.PAYOUT.value, source)
    if earlier is not None:
        return sum(line.amount for line in earlier.lines if line.account == "bank_deposits")
    hold_months([(host.code, day)])
    held = dict(sorted(books.by_book("provider_money", host=host.code).items()))
    there = held_by_platforms(host).get(platform, 0) if platform else held_by_providers(host).get(channel, 0)
    moved = there if amount is None else amount
    if moved <= 0 or moved > there:
        raise Refused(
            _("账上支付机构或平台里只有 ¥%(total)s，不能转出这么多。") % {"total": money.written(there)},
            "amount",
        )
    shares = held
    if moved != sum(held.values()):
        weights = [max(value, 0) for value in held.values()]
        shares = dict(zip(held, money.split(moved, weights), strict=True))
    lines = [
        line
        for (fund, restriction), share in shares.items()
        if share
        for line in (
            Line("bank_deposits", share, fund, restriction),
            Line("provider_money", -share, fund, restriction),
        )
    ]
    post(Draft(EntryKind.PAYOUT.value, source, host.code, day, lines), by=by)
    audit.record(by, "book_payout", host, payout=payout_id, platform=platform, amount=moved)
    return moved


@verb
def repay_advance(fund: Fund, *, restriction: str, by: User | None) -> int:
    """Give back to the host's general fund what it advanced for a refund of this fund, as far as money is free now.

    Returns the fen moved; 0 when nothing is owed or nothing is free.
    """
    permissions.may_handle_money(by, fund.host).require()
    general = general_fund(fund.host)
    locked = {code: lock_fund(code) for code in sorted({fund.code, general.code})}
    host, code = fund.host.code, fund.code
    owed = -books.balance("receivables", host=host, fund=code, restriction=restriction)
    moved = min(owed, available(locked[code]).get(restriction, 0))
    if moved <= 0:
        return 0
    lines = [
        Line("receivables", moved, code, restriction),
        Line("bank_deposits", -moved, code, restriction),
        Line("bank_deposits", moved, general.code),
        Line("receivables", -moved, general.code),
    ]
    post(Draft(EntryKind.TRANSFER.value, new_code("A", 12), host, clock.today(), lines), by=by)
    audit.record(by, "repay_advance", fund, restriction=restriction, amount=moved)
    versions.bump("site", f"fund:{code}", f"fund:{general.code}")
    return moved
