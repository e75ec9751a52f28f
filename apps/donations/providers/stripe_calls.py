"""What every call of Stripe's client shares: its failures in our two words, and reading its objects."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import stripe

from apps.donations.providers.base import Declined, Unavailable

R = TypeVar("R")
CURRENCY = "cny"
PAGE = 100


def asked(call: Callable[[], R]) -> R:
    """Run one call and put its failure into our two words."""
    try:
        return call()
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise Unavailable(str(error)) from error
    except stripe.StripeError as error:
        status = error.http_status or 0
        if status >= 500 or status in {0, 401, 403, 409}:
            raise Unavailable(str(error)) from error
        raise Declined(str(error)) from error


def moment(seconds: int) -> datetime:
    """A time as Stripe writes it."""
    return datetime.fromtimestamp(seconds, UTC)


def note(metadata: stripe.StripeObject | dict[str, str] | None, name: str) -> str:
    """One of the notes we left on an object; the client's objects are not dictionaries."""
    notes = metadata.to_dict() if isinstance(metadata, stripe.StripeObject) else metadata or {}
    return str(notes.get(name) or "")


def reference(value: Any) -> str:
    """The id of an object that may have been expanded."""
    return str(getattr(value, "id", value) or "")
