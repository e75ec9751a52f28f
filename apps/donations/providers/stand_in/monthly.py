"""The shapes of what monthly payments are made of, as Stripe's published fixtures have them."""

from typing import Any

from apps.donations.providers.stand_in.store import Thing


def customer(key: str, *, created: int) -> Thing:
    """Whom the card belongs to; we never tell who that is."""
    return {
        "id": key,
        "object": "customer",
        "balance": 0,
        "created": created,
        "currency": "cny",
        "delinquent": False,
        "description": None,
        "email": None,
        "livemode": False,
        "metadata": {},
        "name": None,
        "phone": None,
    }


def product(key: str, *, created: int, name: str) -> Thing:
    """What a price is for."""
    return {
        "id": key,
        "object": "product",
        "active": True,
        "created": created,
        "livemode": False,
        "metadata": {},
        "name": name,
        "type": "service",
        "updated": created,
    }


def price(key: str, *, created: int, amount: int, currency: str, product: str) -> Thing:
    """So much a month."""
    return {
        "id": key,
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": created,
        "currency": currency,
        "livemode": False,
        "metadata": {},
        "product": product,
        "recurring": {
            "interval": "month",
            "interval_count": 1,
            "meter": None,
            "usage_type": "licensed",
            "trial_period_days": None,
        },
        "type": "recurring",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }


def subscription(
    key: str, *, created: int, currency: str, customer: str, price: Thing, item: str, ends: int,
    metadata: dict[str, Any],
) -> Thing:  # fmt: skip
    """A payment of every month, active from its first one."""
    row = {
        "id": item,
        "object": "subscription_item",
        "created": created,
        "current_period_end": ends,
        "current_period_start": created,
        "metadata": {},
        "price": dict(price),
        "quantity": 1,
        "subscription": key,
    }
    return {
        "id": key,
        "object": "subscription",
        "billing_cycle_anchor": created,
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "collection_method": "charge_automatically",
        "created": created,
        "currency": currency,
        "customer": customer,
        "ended_at": None,
        "items": {"object": "list", "url": "/v1/subscription_items", "data": [row], "has_more": False},
        "latest_invoice": None,
        "livemode": False,
        "metadata": metadata,
        "pause_collection": None,
        "start_date": created,
        "status": "active",
        "trial_end": None,
    }


def invoice(key: str, *, created: int, amount: int, reason: str, subscription: Thing) -> Thing:
    """The bill of one month, still a draft."""
    return {
        "id": key,
        "object": "invoice",
        "amount_due": amount,
        "amount_paid": 0,
        "amount_remaining": amount,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "created": created,
        "currency": subscription["currency"],
        "customer": subscription["customer"],
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "parent": {
            "quote_details": None,
            "subscription_details": {
                "metadata": dict(subscription["metadata"]),
                "subscription": subscription["id"],
            },
            "type": "subscription_details",
        },
        "status": "draft",
        "status_transitions": {
            "finalized_at": created,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "subtotal": amount,
        "total": amount,
        "_subscription": subscription["id"],
    }


def invoice_payment(
    key: str, *, created: int, invoice: str, intent: str, amount: int, currency: str
) -> Thing:
    """Which payment paid a bill."""
    return {
        "id": key,
        "object": "invoice_payment",
        "amount_paid": amount,
        "amount_requested": amount,
        "created": created,
        "currency": currency,
        "invoice": invoice,
        "is_default": True,
        "livemode": False,
        "payment": {"type": "payment_intent", "payment_intent": intent},
        "status": "paid",
        "status_transitions": {"canceled_at": None, "paid_at": created},
        "_payment_intent": intent,
    }
