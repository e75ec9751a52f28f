"""The ways of paying that this installation knows, in the order in which donors see them."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from apps.donations.providers.base import Way


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


def way_of(channel: str) -> Way | None:
    """Return the way of paying that a gift's channel names; None for money that comes in by hand."""
    return next((way for way in registered() if way.name == channel), None)


def paged_channels() -> list[str]:
    """Return the channels whose gifts are paid on a page of the provider's."""
    return [way.name for way in registered() if way.has_page]
