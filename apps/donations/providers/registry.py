"""The ways of paying that this installation knows, in the order in which donors see them."""

import re
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from apps.donations.providers.base import Monthly, Provider, Way


@dataclass(frozen=True, slots=True)
class Payer:
    """A provider by its channel, and how a bank line names it and the payout."""

    channel: str
    words: re.Pattern[str]
    number: re.Pattern[str]


@cache
def _made(path: str) -> Way:
    way: Way = import_string(path)()
    return way


def registered() -> list[Way]:
    """Return every way of paying in `settings.PAYMENT_WAYS`, whether or not it is open now."""
    return [_made(path) for path in settings.PAYMENT_WAYS]


def open_ways() -> list[Way]:
    """Return the ways by which a gift can be paid now."""
    return [way for way in registered() if way.is_open()]


def accounts() -> list[tuple[str, Provider]]:
    """Return the accounts that tell of payments by themselves, each with the channel of its gifts."""
    found = [(way.name, way.account()) for way in open_ways()]
    return [(channel, account) for channel, account in found if account is not None]


def account_of(channel: str) -> Provider | None:
    """Return the account behind a gift's channel; None where there is none, or none that is open."""
    return dict(accounts()).get(channel)


def monthly_of(channel: str) -> Monthly | None:
    """Return the monthly payments of the provider behind a channel; None where it takes none, or is not open."""
    account = account_of(channel)
    return account.subscriptions if account is not None else None


def monthly_channel() -> str:
    """Return the channel by which new monthly gifts are paid: the first open one whose provider takes them by itself;
    "" when none does."""
    return next((channel for channel, account in accounts() if account.subscriptions is not None), "")


def reminder_channel() -> str:
    """Return the channel by which donors pay each month themselves: that of `monthly_channel`, else the first open one
    with a payment page; "" when there is none."""
    return monthly_channel() or next((way.name for way in open_ways() if way.has_page), "")


def payers() -> list[Payer]:
    """Return the providers whose payouts a bank statement may show."""
    return [
        Payer(way.name, re.compile(way.payout_words, re.IGNORECASE), re.compile(way.payout_id, re.ASCII))
        for way in registered()
        if way.payout_words
    ]


def way_of(channel: str) -> Way | None:
    """Return the way of paying that a gift's channel names; None for money that comes in by hand."""
    return next((way for way in registered() if way.name == channel), None)


def paged_channels() -> list[str]:
    """Return the channels whose gifts are paid on a page of the provider's."""
    return [way.name for way in registered() if way.has_page]
