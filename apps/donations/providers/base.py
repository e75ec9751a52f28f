"""What every way of paying is asked, and the facts it answers. Amounts are integer fen of CNY; times are aware."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from django.utils.functional import Promise

PaymentStatus = Literal["open", "pending", "paid", "failed", "expired"]
RefundStatus = Literal["asked", "done", "failed"]
PlanStatus = Literal["open", "active", "past_due", "paused", "ended"]


class ProviderError(Exception):
    """The provider did not do what was asked."""


class Unavailable(ProviderError):
    """No clear answer: time-out, broken line, 5xx, too many requests. Ask again with the same key."""


class Declined(ProviderError):
    """A clear no; asking again will not help."""


class BadEvent(ValueError):
    """A delivery that is not to be believed, or not to be understood. Answered with 400, nothing is kept."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a provider learns about a gift: the amount and an opaque code, nothing personal."""

    code: str
    amount: int
    success_url: str
    cancel_url: str
    expires_at: datetime
    locale: str
    # Our page that tells how to pay, for a way of paying without a page of its own.
    instructions_url: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """A payment page that waits for the donor."""

    session_id: str
    url: str


@dataclass(frozen=True, slots=True)
class PaymentFact:
    """What the provider knows about one payment page now. `donation` is the code we gave it, "" if it is not ours.

    A month of a subscription is paid by an invoice instead of a page: `session_id` is the invoice's and `plan` the code
    of the plan; its gift gets a code when it is booked.
    """

    session_id: str
    payment_id: str
    donation: str
    status: PaymentStatus
    amount: int
    currency: str
    fee: int = 0
    settled_in: str = "cny"
    paid_at: datetime | None = None
    url: str = ""
    plan: str = ""


@dataclass(frozen=True, slots=True)
class RefundFact:
    """What the provider knows about one refund now. `code` is ours, "" when it was made in the provider's own pages."""

    refund_id: str
    payment_id: str
    code: str
    amount: int
    currency: str
    status: RefundStatus


@dataclass(frozen=True, slots=True)
class DisputeFact:
    """What a payer's objection at their bank does to our balance now: `withdrawn` (gross) and `fee`, both 0 if won."""

    dispute_id: str
    payment_id: str
    amount: int
    currency: str
    withdrawn: int
    fee: int


@dataclass(frozen=True, slots=True)
class PayoutFact:
    """Balance that the provider sent to the bank."""

    payout_id: str
    amount: int
    currency: str
    arrives_at: datetime
    is_paid: bool


@dataclass(frozen=True, slots=True)
class PlanFact:
    """What the provider knows about one monthly payment now. `plan` is our code, "" if it is not ours.

    `open` waits for its first payment, `ended` takes none any more; `next_at` is when the next one is taken.
    """

    plan: str
    status: PlanStatus
    subscription_id: str = ""
    session_id: str = ""
    amount: int = 0
    currency: str = "cny"
    next_at: datetime | None = None
    url: str = ""


Fact = PaymentFact | RefundFact | DisputeFact | PlanFact


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it is kept: its id, what kind, which object; what it says is asked again. `matters`: we act on it."""

    event_id: str
    kind: str
    object_id: str
    matters: bool


class Way(Protocol):
    """A way of paying that donors may choose, listed in `settings.PAYMENT_WAYS`. See docs/developers/providers.md.

    `start`, `ask` and `refund` may raise `Unavailable` or `Declined`; none runs inside a transaction.
    """

    # What a gift's channel says; at most ten letters.
    name: str
    # What it is called, and what to know before choosing it.
    label: str | Promise
    hint: str | Promise
    # Consents (`Consent.Purpose`) that a gift paid like this needs beside the ordinary ones.
    consents: tuple[str, ...]
    # The smallest and the largest gift it takes, in fen.
    least: int
    most: int
    # Whether the donor pays on a page of the provider's, which has a session that can be asked about.
    has_page: bool
    # Whether the provider gives money back itself; else finance does.
    gives_back: bool
    # How a bank names the provider's payouts, and the payouts' own ids in what it writes, as regular expressions; empty
    # for a way without payouts.
    payout_words: str
    payout_id: str
    # What the donor has to know inside WeChat's browser; empty when it works there like anywhere.
    wechat_hint: str | Promise

    def is_open(self) -> bool:
        """Whether gifts can be paid like this now."""
        ...

    def start(self, order: Order) -> Started:
        """Open the payment and say where the donor goes; asked twice for one order, it is one payment."""
        ...

    def ask(self, session_id: str) -> PaymentFact | None:
        """Return what is known about a payment now; None where the provider cannot be asked."""
        ...

    def close(self, session_id: str) -> None:
        """Close a payment page so that nothing can be paid on it any more; one that was paid or closed stays so."""
        ...

    def refund(self, payment_id: str, *, amount: int, code: str) -> RefundFact:
        """Give money back; asked twice with one code, it is given once. Only asked of a way that `gives_back`."""
        ...

    def account(self) -> "Provider | None":
        """Return the account behind it, for a provider that tells of payments by itself and keeps a balance; None for
        others, and while it is not open."""
        ...


class Monthly(Protocol):
    """Monthly payments that a provider takes by itself. Every call may raise `Unavailable` or `Declined`."""

    def start(self, order: Order) -> Started:
        """Open the page on which the first month is paid; asked twice for one order, it is one page."""
        ...

    def fetch(self, session_id: str) -> Sequence[Fact]:
        """Return what the page of a plan has come to: the plan, and its first payment once it was made."""
        ...

    def close(self, session_id: str) -> None:
        """Shut a page that nobody has paid on."""
        ...

    def plan(self, subscription_id: str) -> PlanFact:
        """Return how a monthly payment stands now."""
        ...

    def payments(self, subscription_id: str) -> Sequence[PaymentFact]:
        """Return every month that it has paid."""
        ...

    def steer(
        self, subscription_id: str, *, amount: int, is_paused: bool, shift_to: datetime | None, key: str
    ) -> PlanFact:
        """Bring it to an amount, paused or not, and its next payment to a day; asked again with its key, it is once."""
        ...

    def stop(self, subscription_id: str) -> PlanFact:
        """End it for good."""
        ...


class Provider(Protocol):
    """The account behind a way of paying: what it tells and is asked. Every call but `read_event` may raise
    `Unavailable` or `Declined`; none runs inside a transaction."""

    @property
    def subscriptions(self) -> Monthly | None:
        """Its monthly payments; None where it takes none."""
        ...

    def read_event(self, body: bytes, headers: Mapping[str, str]) -> Told:
        """Verify a delivery and return what it tells. Raises `BadEvent` for anything else, whatever it is."""
        ...

    def of_payment(self, payment_id: str) -> PaymentFact | None:
        """Return the page that a payment was made on."""
        ...

    def look_up(self, kind: str, object_id: str) -> Sequence[Fact]:
        """Return the present facts that an event of `kind` about `object_id` points to."""
        ...

    def events(self, since: datetime) -> Iterator[Told]:
        """Return every event since then that matters."""
        ...

    def payouts(self, since: datetime) -> Iterator[PayoutFact]:
        """Return what was sent to the bank since then."""
        ...

    def balance(self) -> int:
        """Return the balance held at the provider, in fen."""
        ...
