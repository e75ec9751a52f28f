"""The shapes of Stripe's objects, as its published fixtures have them (the parts a donation page can meet)."""

from typing import Any

from apps.donations.providers.stand_in.store import Thing
from apps.donations.providers.stand_in.wire import Params


def session(
    key: str,
    *,
    created: int,
    expires_at: int,
    amount: int,
    currency: str,
    methods: list[str],
    params: Params,
    url: str,
) -> Thing:
    """A Checkout Session that waits to be paid."""
    return {
        "id": key,
        "object": "checkout.session",
        "amount_subtotal": amount,
        "amount_total": amount,
        "cancel_url": params["cancel_url"],
        "client_reference_id": params.get("client_reference_id"),
        "created": created,
        "currency": currency,
        "custom_fields": [],
        "customer": None,
        "customer_details": None,
        "customer_email": None,
        "expires_at": expires_at,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata", {}),
        "mode": params["mode"],
        "payment_intent": None,
        "subscription": None,
        "invoice": None,
        "_product": params["line_items"][0]["price_data"]["product_data"]["name"],
        "_subscription_metadata": params.get("subscription_data", {}).get("metadata", {}),
        "_intent_metadata": params.get("payment_intent_data", {}).get("metadata", {}),
        "payment_method_options": params.get("payment_method_options", {}),
        "payment_method_types": methods,
        "payment_status": "unpaid",
        "status": "open",
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": None, "amount_tax": 0},
        "ui_mode": None,
        "url": url,
    }


def payment_intent(
    key: str, *, created: int, amount: int, currency: str, methods: list[str], metadata: dict[str, Any]
) -> Thing:
    """A payment that nobody has made yet."""
    return {
        "id": key,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "confirmation_method": "automatic",
        "created": created,
        "currency": currency,
        "customer": None,
        "description": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": metadata,
        "payment_method": None,
        "payment_method_types": methods,
        "receipt_email": None,
        "status": "requires_payment_method",
    }


def charge(key: str, *, created: int, amount: int, currency: str, intent: str, method: str) -> Thing:
    """Money taken from a payer."""
    return {
        "id": key,
        "object": "charge",
        "amount": amount,
        "amount_captured": amount,
        "amount_refunded": 0,
        "balance_transaction": None,
        "captured": True,
        "created": created,
        "currency": currency,
        "customer": None,
        "description": None,
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "paid": True,
        "payment_intent": intent,
        "payment_method": None,
        "payment_method_details": {"type": method},
        "receipt_email": None,
        "refunded": False,
        "status": "succeeded",
    }


def transaction(
    key: str, *, created: int, amount: int, fee: int, currency: str, source: str, kind: str
) -> Thing:
    """What one event does to the balance: `net` = `amount` − `fee`."""
    details = [
        {"amount": fee, "application": None, "currency": currency, "description": "fee", "type": "stripe_fee"}
    ]
    return {
        "id": key,
        "object": "balance_transaction",
        "amount": amount,
        "available_on": created,
        "created": created,
        "currency": currency,
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": details if fee else [],
        "net": amount - fee,
        "reporting_category": kind,
        "source": source,
        "status": "available",
        "type": kind,
        "balance_type": "payments",
    }


def refund(
    key: str, *, created: int, amount: int, currency: str, charge_id: str, intent: str, metadata: dict[str, Any],
    reason: str | None,
) -> Thing:  # fmt: skip
    """Money on its way back to the payer."""
    return {
        "id": key,
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge_id,
        "created": created,
        "currency": currency,
        "metadata": metadata,
        "payment_intent": intent,
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending",
        "transfer_reversal": None,
    }


def dispute(key: str, *, created: int, amount: int, currency: str, charge_id: str, intent: str) -> Thing:
    """A payer's objection at the bank; the money is withdrawn while it lasts."""
    return {
        "id": key,
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge_id,
        "created": created,
        "currency": currency,
        "evidence_details": {
            "due_by": created + 7 * 86400,
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": intent,
        "reason": "general",
        "status": "needs_response",
    }


def payout(key: str, *, created: int, amount: int, currency: str) -> Thing:
    """Balance sent to the bank account."""
    return {
        "id": key,
        "object": "payout",
        "amount": amount,
        "arrival_date": created,
        "automatic": True,
        "balance_transaction": None,
        "created": created,
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": "ba_stand_in",
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "source_type": "card",
        "statement_descriptor": None,
        "status": "paid",
        "type": "bank_account",
    }
