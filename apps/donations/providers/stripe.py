"""Stripe, through its own client. Whatever it says is turned into facts here; its objects go no further."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import lru_cache

import stripe
from django.conf import settings
from django.utils.translation import gettext as _
from stripe.checkout import Session
from stripe.params import RefundCreateParams
from stripe.params.checkout import SessionCreateParams

from apps.donations.providers.base import (
    BadEvent,
    Declined,
    DisputeFact,
    Fact,
    Order,
    PaymentFact,
    PaymentStatus,
    PayoutFact,
    RefundFact,
    RefundStatus,
    Started,
    Told,
)
from apps.donations.providers.stripe_calls import CURRENCY, PAGE, asked, moment, note, reference
from apps.donations.providers.subscriptions import (
    INVOICE_KINDS,
    SUBSCRIPTION_KINDS,
    Subscriptions,
    is_invoice,
)

TIMEOUT = (5.0, 20.0)
RETRIES = 2
MAX_EVENT_BYTES = 1_000_000
TOLERANCE = 300
LIVE_KEYS = ("sk_live_", "rk_live_")
_ID = re.compile(r"[A-Za-z0-9_]{1,100}", re.ASCII)
_KIND = re.compile(r"[a-z0-9_.]{1,80}", re.ASCII)
_EXPAND = "payment_intent.latest_charge.balance_transaction"
SESSION_KINDS = {
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
}
REFUND_KINDS = {"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"}
CHARGE_KINDS = {"charge.refunded"}
DISPUTE_KINDS = {
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
}
KINDS = SESSION_KINDS | REFUND_KINDS | CHARGE_KINDS | DISPUTE_KINDS | INVOICE_KINDS | SUBSCRIPTION_KINDS
REFUND_STATES: dict[str, RefundStatus] = {"succeeded": "done", "failed": "failed", "canceled": "failed"}


class Stripe:
    """One Stripe account, asked over HTTP with time-outs and the client's own retries."""

    def __init__(self, key: str, api_base: str = "") -> None:
        http = stripe.RequestsClient(timeout=TIMEOUT)
        if api_base:
            self._client = stripe.StripeClient(
                key, base_addresses={"api": api_base}, max_network_retries=RETRIES, http_client=http
            )
        else:
            self._client = stripe.StripeClient(key, max_network_retries=RETRIES, http_client=http)
        self.subscriptions = Subscriptions(self._client)

    def read_event(self, body: bytes, headers: Mapping[str, str]) -> Told:
        """Verify a delivery with the installation's secret; it must be of the mode of its key."""
        return read_event(
            body,
            headers.get("Stripe-Signature", ""),
            secret=settings.STRIPE_WEBHOOK_SECRET,
            live=settings.STRIPE_SECRET_KEY.startswith(LIVE_KEYS),
        )

    def start(self, order: Order) -> Started:
        """Open a Checkout Session. The order's code is the idempotency key, so a repeated call is the same page."""
        params: SessionCreateParams = {
            "mode": "payment",
            "client_reference_id": order.code,
            "metadata": {"donation": order.code},
            "payment_intent_data": {"metadata": {"donation": order.code}},
            "allowed_payment_method_types": ["card", "alipay", "wechat_pay"],
            "payment_method_options": {"wechat_pay": {"client": "web"}},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": CURRENCY,
                        "unit_amount": order.amount,
                        "product_data": {"name": f"{_('捐款')} {order.code}"},
                    },
                }
            ],
            "success_url": order.success_url,
            "cancel_url": order.cancel_url,
            "expires_at": int(order.expires_at.timestamp()),
            "locale": "zh" if order.locale.startswith("zh") else "en",
        }
        sessions = self._client.v1.checkout.sessions
        opened = asked(lambda: sessions.create(params, {"idempotency_key": f"session-{order.code}"}))
        return Started(opened.id, opened.url or "")

    def fetch(self, session_id: str) -> PaymentFact:
        """Return a session, or a subscription's invoice, with its payment and what that did to the balance."""
        if is_invoice(session_id):
            return self.subscriptions.payment(session_id)
        sessions = self._client.v1.checkout.sessions
        return _payment(asked(lambda: sessions.retrieve(session_id, {"expand": [_EXPAND]})))

    def close(self, session_id: str) -> None:
        """Expire an open session; Stripe declines that for one that is paid or expired, which is left as it is."""
        with suppress(Declined):
            asked(lambda: self._client.v1.checkout.sessions.expire(session_id))

    def of_payment(self, payment_id: str) -> PaymentFact | None:
        """Return the session of a payment intent, or the invoice it paid."""
        sessions = self._client.v1.checkout.sessions
        found = asked(
            lambda: sessions.list({"payment_intent": payment_id, "limit": 1, "expand": [f"data.{_EXPAND}"]})
        )
        return _payment(found.data[0]) if found.data else self.subscriptions.of_payment(payment_id)

    def look_up(self, kind: str, object_id: str) -> list[Fact]:
        """Ask again for what an event points to."""
        if kind in SESSION_KINDS:
            return self._session(object_id)
        if kind in INVOICE_KINDS:
            return self.subscriptions.of_invoice(object_id)
        if kind in SUBSCRIPTION_KINDS:
            return [self.subscriptions.plan(object_id)]
        if kind in REFUND_KINDS:
            return [_refund(asked(lambda: self._client.v1.refunds.retrieve(object_id)))]
        if kind in CHARGE_KINDS:
            found = asked(lambda: self._client.v1.refunds.list({"charge": object_id, "limit": PAGE}))
            return [_refund(row) for row in reversed(found.data)]
        if kind in DISPUTE_KINDS:
            return [_dispute(asked(lambda: self._client.v1.disputes.retrieve(object_id)))]
        return []

    def _session(self, session_id: str) -> list[Fact]:
        sessions = self._client.v1.checkout.sessions
        found = asked(lambda: sessions.retrieve(session_id, {"expand": [_EXPAND]}))
        return self.subscriptions.of_session(found) if found.mode == "subscription" else [_payment(found)]

    def refund(self, payment_id: str, *, amount: int, code: str) -> RefundFact:
        """Refund a part of a payment. Keys are forgotten after a day, so first look whether the code is there."""
        refunds = self._client.v1.refunds
        made = asked(lambda: refunds.list({"payment_intent": payment_id, "limit": PAGE}))
        for row in made.auto_paging_iter():
            if note(row.metadata, "refund") == code:
                return _refund(row)
        params: RefundCreateParams = {
            "payment_intent": payment_id,
            "amount": amount,
            "reason": "requested_by_customer",
            "metadata": {"refund": code},
        }
        return _refund(asked(lambda: refunds.create(params, {"idempotency_key": f"refund-{code}"})))

    def events(self, since: datetime) -> Iterator[Told]:
        """Return the events since then that matter (Stripe keeps 30 days)."""
        events = self._client.v1.events
        page = asked(lambda: events.list({"created": {"gte": int(since.timestamp())}, "limit": PAGE}))
        for event in page.auto_paging_iter():
            if event.type in KINDS:
                yield Told(event.id, event.type, str(event.data.object["id"]), True)

    def payouts(self, since: datetime) -> Iterator[PayoutFact]:
        """Return the payouts since then."""
        payouts = self._client.v1.payouts
        page = asked(lambda: payouts.list({"created": {"gte": int(since.timestamp())}, "limit": PAGE}))
        for row in page.auto_paging_iter():
            yield PayoutFact(row.id, row.amount, row.currency, moment(row.arrival_date), row.status == "paid")

    def balance(self) -> int:
        """Return available and pending CNY together."""
        held = asked(lambda: self._client.v1.balance.retrieve())
        available = sum(part.amount for part in held.available if part.currency == CURRENCY)
        return available + sum(part.amount for part in held.pending if part.currency == CURRENCY)


@lru_cache(maxsize=4)
def account(key: str, api_base: str) -> Stripe:
    """Return the client of one key and address; it keeps its connections."""
    return Stripe(key, api_base)


def configured() -> Stripe | None:
    """Return the installation's Stripe account, None when it takes no online payments."""
    if not settings.STRIPE_SECRET_KEY:
        return None
    return account(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


def read_event(body: bytes, header: str, *, secret: str, live: bool) -> Told:
    """Verify a delivery and return what it tells. Raises `BadEvent` for everything else, whatever it is.

    `live` is the mode of our own key; a test event must never book real money, nor a live one in a demonstration.
    """
    if not secret:
        raise BadEvent("no webhook secret is configured")
    if len(body) > MAX_EVENT_BYTES:
        raise BadEvent("too large")
    try:
        stripe.WebhookSignature.verify_header(body.decode("utf-8"), header, secret, TOLERANCE)
        signed_at = int(next(part[2:] for part in header.split(",") if part.startswith("t=")))
        event = json.loads(body)
        if signed_at > time.time() + TOLERANCE:
            raise BadEvent("signed in the future")
        if event["object"] != "event" or event["livemode"] is not live:
            raise BadEvent("not an event of this account's mode")
        event_id, kind = event["id"], event["type"]
        # Some kinds that we don't act on are about objects without an id (`balance.available`).
        object_id = str(event["data"]["object"].get("id") or "")
        named = _ID.fullmatch(object_id) is not None
        if not _ID.fullmatch(event_id) or not _KIND.fullmatch(kind) or (kind in KINDS and not named):
            raise BadEvent("not an event we can keep")
    except BadEvent:
        raise
    except Exception as error:
        # The client raises many kinds for hostile input (TypeError, UnicodeDecodeError, RecursionError …).
        raise BadEvent("not a signed event") from error
    return Told(event_id, kind, object_id if named else "", kind in KINDS)


def _payment(session: Session) -> PaymentFact:
    """Read a session whose payment, charge and balance transaction are expanded."""
    intent = session.payment_intent if isinstance(session.payment_intent, stripe.PaymentIntent) else None
    charge = intent.latest_charge if intent and isinstance(intent.latest_charge, stripe.Charge) else None
    moved = charge.balance_transaction if charge else None
    status: PaymentStatus = "open"
    if session.status == "expired":
        status = "expired"
    elif session.payment_status == "paid":
        # Without its balance transaction the fee is not known yet: it is not booked before it is.
        status = "paid" if isinstance(moved, stripe.BalanceTransaction) else "pending"
    elif session.status == "complete":
        failed = intent is not None and intent.status in {"requires_payment_method", "canceled"}
        status = "failed" if failed else "pending"
    known = isinstance(moved, stripe.BalanceTransaction)
    return PaymentFact(
        session_id=session.id,
        payment_id=intent.id if intent else "",
        donation=note(session.metadata, "donation"),
        status=status,
        amount=session.amount_total or 0,
        currency=session.currency or "",
        fee=moved.fee if isinstance(moved, stripe.BalanceTransaction) else 0,
        settled_in=moved.currency if isinstance(moved, stripe.BalanceTransaction) else CURRENCY,
        paid_at=moment(charge.created) if charge and known else None,
        url=session.url or "",
    )


def _refund(row: stripe.Refund) -> RefundFact:
    return RefundFact(
        refund_id=row.id,
        payment_id=reference(row.payment_intent),
        code=note(row.metadata, "refund"),
        amount=row.amount,
        currency=row.currency,
        status=REFUND_STATES.get(row.status or "", "asked"),
    )


def _dispute(row: stripe.Dispute) -> DisputeFact:
    """What is withdrawn is the sum of the dispute's movements; an inquiry has none."""
    return DisputeFact(
        dispute_id=row.id,
        payment_id=reference(row.payment_intent),
        amount=row.amount,
        currency=row.currency,
        withdrawn=-sum(moved.amount for moved in row.balance_transactions),
        fee=sum(moved.fee for moved in row.balance_transactions),
    )
