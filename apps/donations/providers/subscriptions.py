"""Monthly giving by card: Stripe's subscriptions, and the invoices that pay for each month, turned into facts."""

import hashlib
import json
from datetime import datetime

import stripe
from django.utils.translation import gettext as _
from stripe.checkout import Session
from stripe.params import SubscriptionUpdateParams
from stripe.params.checkout import SessionCreateParams

from apps.donations.providers.base import (
    Declined,
    Fact,
    Order,
    PaymentFact,
    PaymentStatus,
    PlanFact,
    PlanStatus,
    Started,
)
from apps.donations.providers.stripe_calls import CURRENCY, PAGE, asked, moment, note, reference

INVOICE_KINDS = {"invoice.paid", "invoice.payment_failed"}
SUBSCRIPTION_KINDS = {
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
}
ENDED = {"canceled", "incomplete_expired"}
STATUSES: dict[str, PlanStatus] = {
    "incomplete": "open",
    "trialing": "active",
    "active": "active",
    "past_due": "past_due",
    "unpaid": "past_due",
    "paused": "paused",
}
_MOVED = "latest_charge.balance_transaction"


def is_invoice(object_id: str) -> bool:
    """Whether an id is an invoice's; gifts of a plan keep it where others keep their page's."""
    return object_id.startswith("in_")


class Subscriptions:
    """The monthly payments of one Stripe account."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._v1 = client.v1

    def start(self, order: Order) -> Started:
        """Open a Checkout Session that begins a monthly payment by card; the first month is paid on it.

        Wallets take no subscriptions. The order's code is the plan's and the idempotency key.
        """
        params: SessionCreateParams = {
            "mode": "subscription",
            "client_reference_id": order.code,
            "metadata": {"plan": order.code},
            "subscription_data": {"metadata": {"plan": order.code}},
            "allowed_payment_method_types": ["card"],
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": CURRENCY,
                        "unit_amount": order.amount,
                        "recurring": {"interval": "month"},
                        "product_data": {"name": f"{_('月捐')} {order.code}"},
                    },
                }
            ],
            "success_url": order.success_url,
            "cancel_url": order.cancel_url,
            "expires_at": int(order.expires_at.timestamp()),
            "locale": "zh" if order.locale.startswith("zh") else "en",
        }
        sessions = self._v1.checkout.sessions
        opened = asked(lambda: sessions.create(params, {"idempotency_key": f"plan-{order.code}"}))
        return Started(opened.id, opened.url or "")

    def fetch(self, session_id: str) -> list[Fact]:
        """Return what the page of a plan has come to: the plan, and its first payment once it was made."""
        return self.of_session(asked(lambda: self._v1.checkout.sessions.retrieve(session_id)))

    def of_session(self, session: Session) -> list[Fact]:
        """Return the facts of a page in subscription mode."""
        subscription = reference(session.subscription)
        if not subscription:
            ended = session.status == "expired"
            return [
                PlanFact(
                    plan=note(session.metadata, "plan"),
                    status="ended" if ended else "open",
                    session_id=session.id,
                    amount=session.amount_total or 0,
                    currency=session.currency or "",
                    url=session.url or "",
                )
            ]
        found = self._subscription(subscription)
        facts: list[Fact] = [_plan(found, session_id=session.id)]
        if invoice := reference(found.latest_invoice):
            facts.append(self.payment(invoice))
        return facts

    def of_invoice(self, invoice_id: str) -> list[Fact]:
        """Return the month's payment and the plan as it stands now."""
        invoice = self._invoice(invoice_id)
        subscription = _details(invoice)[0]
        if not subscription:
            # A bill that somebody wrote by hand in the provider's pages.
            return [self._payment(invoice)]
        return [self._payment(invoice), self.plan(subscription)]

    def plan(self, subscription_id: str) -> PlanFact:
        """Return how a subscription stands now."""
        return _plan(self._subscription(subscription_id))

    def payment(self, invoice_id: str) -> PaymentFact:
        """Return an invoice with its payment and what the payment did to the balance."""
        return self._payment(self._invoice(invoice_id))

    def of_payment(self, payment_id: str) -> PaymentFact | None:
        """Return the invoice that a payment intent paid."""
        found = asked(
            lambda: self._v1.invoice_payments.list(
                {"payment": {"type": "payment_intent", "payment_intent": payment_id}, "limit": 1}
            )
        )
        return self.payment(reference(found.data[0].invoice)) if found.data else None

    def payments(self, subscription_id: str) -> list[PaymentFact]:
        """Return every paid invoice of a subscription, the newest first: how a month is found whose event was lost."""
        page = asked(
            lambda: self._v1.invoices.list({"subscription": subscription_id, "status": "paid", "limit": PAGE})
        )
        return [self.payment(str(invoice.id)) for invoice in page.auto_paging_iter()]

    def steer(
        self, subscription_id: str, *, amount: int, is_paused: bool, shift_to: datetime | None, key: str
    ) -> PlanFact:
        """Bring a subscription to an amount, paused or not, and its next payment to a day. Asked again it is once.

        Nothing is prorated: a month that was paid stays as it is, what changes holds from the next one.
        """
        found = self._subscription(subscription_id)
        if found.status in ENDED:
            return _plan(found)
        item = found["items"].data[0]
        params: SubscriptionUpdateParams = {"proration_behavior": "none"}
        if item.price.unit_amount != amount:
            price = {
                "currency": CURRENCY,
                "product": reference(item.price.product),
                "recurring": {"interval": "month"},
                "unit_amount": amount,
            }
            params["items"] = [{"id": item.id, "price_data": price}]  # type: ignore[typeddict-item]
        if (found.pause_collection is not None) != is_paused:
            params["pause_collection"] = {"behavior": "void"} if is_paused else ""
        if shift_to is not None and shift_to != _next_at(found):
            params["trial_end"] = int(shift_to.timestamp())
        if len(params) == 1:
            return _plan(found)
        print_of = hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()[:12]
        options = {"idempotency_key": f"{key}-{print_of}"}
        return _plan(asked(lambda: self._v1.subscriptions.update(subscription_id, params, options)))  # type: ignore[arg-type]

    def stop(self, subscription_id: str) -> PlanFact:
        """End a subscription now; what was paid stays. Ended already, it stays ended."""
        found = self._subscription(subscription_id)
        if found.status not in ENDED:
            found = asked(lambda: self._v1.subscriptions.cancel(subscription_id))
        return _plan(found)

    def close(self, session_id: str) -> None:
        """Shut a page that nobody has paid on."""
        try:
            asked(lambda: self._v1.checkout.sessions.expire(session_id))
        except Declined:
            # Paid or expired meanwhile: its own event says which.
            return

    def _subscription(self, subscription_id: str) -> stripe.Subscription:
        return asked(lambda: self._v1.subscriptions.retrieve(subscription_id))

    def _invoice(self, invoice_id: str) -> stripe.Invoice:
        return asked(lambda: self._v1.invoices.retrieve(invoice_id, {"expand": ["payments"]}))

    def _payment(self, invoice: stripe.Invoice) -> PaymentFact:
        subscription, plan = _details(invoice)
        if not plan and subscription:
            plan = self.plan(subscription).plan
        intent_id = _paid_by(invoice)
        status: PaymentStatus = "open" if invoice.status in {"draft", "open"} else "expired"
        fee, settled_in, paid_at = 0, CURRENCY, None
        if invoice.status == "paid" and invoice.amount_paid and intent_id:
            intent = asked(lambda: self._v1.payment_intents.retrieve(intent_id, {"expand": [_MOVED]}))
            charge = intent.latest_charge if isinstance(intent.latest_charge, stripe.Charge) else None
            moved = charge.balance_transaction if charge else None
            # Without its balance transaction the fee is not known yet: it is not booked before it is.
            status = "pending"
            if charge is not None and isinstance(moved, stripe.BalanceTransaction):
                status, fee, settled_in = "paid", moved.fee, moved.currency
                paid_at = moment(charge.created)
        return PaymentFact(
            session_id=str(invoice.id),
            payment_id=intent_id,
            donation="",
            status=status,
            amount=invoice.amount_paid,
            currency=invoice.currency,
            fee=fee,
            settled_in=settled_in,
            paid_at=paid_at,
            plan=plan,
        )


def _details(invoice: stripe.Invoice) -> tuple[str, str]:
    """Return an invoice's subscription and the plan noted on it, each "" for another kind of invoice."""
    parent = getattr(invoice, "parent", None)
    details = getattr(parent, "subscription_details", None)
    if details is None:
        return "", ""
    return reference(details.subscription), note(details.metadata, "plan")


def _paid_by(invoice: stripe.Invoice) -> str:
    payments = getattr(invoice, "payments", None)
    for row in payments.data if payments is not None else ():
        if row.status == "paid":
            return reference(getattr(row.payment, "payment_intent", ""))
    return ""


def _next_at(found: stripe.Subscription) -> datetime | None:
    items = found["items"].data
    return moment(items[0].current_period_end) if items else None


def _plan(found: stripe.Subscription, *, session_id: str = "") -> PlanFact:
    status: PlanStatus = "ended" if found.status in ENDED else STATUSES.get(found.status, "open")
    if status == "active" and found.pause_collection is not None:
        status = "paused"
    items = found["items"].data
    return PlanFact(
        plan=note(found.metadata, "plan"),
        status=status,
        subscription_id=found.id,
        session_id=session_id,
        amount=(items[0].price.unit_amount or 0) if items else 0,
        currency=found.currency,
        next_at=_next_at(found),
    )
