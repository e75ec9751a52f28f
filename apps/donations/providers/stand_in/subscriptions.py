"""Monthly payments: subscriptions, their invoices, failing cards with retries, and what a moved clock brings."""

import calendar
from datetime import UTC, datetime

from apps.donations.providers.stand_in import monthly, objects
from apps.donations.providers.stand_in.collecting import collect
from apps.donations.providers.stand_in.store import ApiError, Store, Thing
from apps.donations.providers.stand_in.wire import Params, check_known, integer

KNOWN = frozenset(
    {
        "items",
        "proration_behavior",
        "pause_collection",
        "trial_end",
        "metadata",
        "cancel_at_period_end",
        "expand",
    }
)
DAY = 86_400
# After the first failure: three more attempts, then the subscription is cancelled.
RETRIES = (3 * DAY, 5 * DAY, 7 * DAY)
LIVE = {"active", "past_due", "trialing"}


def a_month_after(at: int, anchor: int) -> int:
    """Return the next payment's second: the anchor's day of the month, or the month's last one."""
    moment, first = datetime.fromtimestamp(at, UTC), datetime.fromtimestamp(anchor, UTC)
    year, month = (moment.year + 1, 1) if moment.month == 12 else (moment.year, moment.month + 1)
    day = min(first.day, calendar.monthrange(year, month)[1])
    return int(first.replace(year=year, month=month, day=day).timestamp())


def begin(store: Store, session: Thing) -> Thing:
    """Begin the subscription of a page that is being paid, and take the first month."""
    now, amount, currency = store.second(), session["amount_total"], session["currency"]
    customer = store.put(monthly.customer(store.new_id("cus"), created=now))
    product = store.put(monthly.product(store.new_id("prod"), created=now, name=session["_product"]))
    price = store.put(
        monthly.price(
            store.new_id("price"), created=now, amount=amount, currency=currency, product=product["id"]
        )
    )
    found = store.put(
        monthly.subscription(
            store.new_id("sub"), created=now, currency=currency, customer=customer["id"], price=price,
            item=store.new_id("si"), ends=a_month_after(now, now), metadata=dict(session["_subscription_metadata"]),
        )
    )  # fmt: skip
    session.update(customer=customer["id"], subscription=found["id"])
    store.tell("customer.subscription.created", found)
    invoice = _bill(store, found, reason="subscription_create")
    session["invoice"] = invoice["id"]
    return found


def update(store: Store, key: str, params: Params) -> Thing:
    """Change amount, pause or next payment; nothing is prorated."""
    check_known(params, KNOWN)
    found = store.get("subscription", key)
    if found["status"] not in LIVE:
        raise ApiError(400, "A canceled subscription can only update its cancellation_details and metadata.")
    if "trial_end" in params:
        ends = integer(params["trial_end"], "trial_end")
        if ends <= store.second():
            raise ApiError(400, "trial_end must be in the future.", param="trial_end")
        found.update(billing_cycle_anchor=ends, trial_end=ends, status="trialing")
        _item(found)["current_period_end"] = ends
    for row in params.get("items", []):
        _reprice(store, found, row)
    if "pause_collection" in params:
        asked = params["pause_collection"]
        if asked and asked.get("behavior") not in {"void", "keep_as_draft", "mark_uncollectible"}:
            raise ApiError(400, "Invalid pause_collection[behavior]", param="pause_collection[behavior]")
        found["pause_collection"] = {"behavior": asked["behavior"], "resumes_at": None} if asked else None
    store.tell("customer.subscription.updated", found)
    return found


def _item(found: Thing) -> Thing:
    item: Thing = found["items"]["data"][0]
    return item


def _reprice(store: Store, found: Thing, row: Params) -> None:
    item, asked = _item(found), row.get("price_data")
    if row.get("id") != item["id"] or not asked:
        raise ApiError(400, "Invalid subscription item", param="items[0][id]")
    store.get("product", str(asked.get("product")))
    if asked.get("recurring", {}).get("interval") != "month" or asked.get("currency") != found["currency"]:
        raise ApiError(400, "The price must be monthly and in the subscription's currency.", param="items")
    item["price"] = dict(
        store.put(
            monthly.price(
                store.new_id("price"),
                created=store.second(),
                amount=integer(asked.get("unit_amount", ""), "items[0][price_data][unit_amount]"),
                currency=asked["currency"],
                product=asked["product"],
            )
        )
    )


def cancel(store: Store, key: str) -> Thing:
    """End a subscription at once."""
    found = store.get("subscription", key)
    if found["status"] == "canceled":
        raise ApiError(404, f"No such subscription: '{key}'", code="resource_missing", param="id")
    found.update(status="canceled", canceled_at=store.second(), ended_at=store.second())
    store.tell("customer.subscription.deleted", found)
    return found


def set_card(store: Store, key: str, *, works: bool) -> Thing:
    """Let the payer's card be declined from now on, or work again."""
    found = store.get("subscription", key)
    found["_declined"] = not works
    return found


def next_due(store: Store) -> int | None:
    """Return when something is due next, None when nothing ever is."""
    moments = [_due_at(store, row) for row in store.all("subscription") if row["status"] in LIVE]
    return min(moments) if moments else None


def _due_at(store: Store, found: Thing) -> int:
    open_invoice = _open_invoice(store, found)
    period = int(_item(found)["current_period_end"])
    return min(period, int(open_invoice["next_payment_attempt"])) if open_invoice else period


def _open_invoice(store: Store, found: Thing) -> Thing | None:
    rows = store.all("invoice", _subscription=found["id"], status="open")
    return next((row for row in rows if row["next_payment_attempt"]), None)


def run_due(store: Store) -> None:
    """Take every month and every retry whose time has come."""
    for found in store.all("subscription"):
        while found["status"] in LIVE and _due_at(store, found) <= store.second():
            invoice = _open_invoice(store, found)
            if invoice is not None and invoice["next_payment_attempt"] <= store.second():
                _try(store, found, invoice)
            else:
                _turn(store, found)


def _turn(store: Store, found: Thing) -> None:
    """Begin the next month and bill it; a paused month is billed and voided."""
    item = _item(found)
    item["current_period_start"] = item["current_period_end"]
    item["current_period_end"] = a_month_after(item["current_period_end"], found["billing_cycle_anchor"])
    found["status"] = "active" if found["status"] == "trialing" else found["status"]
    if found["pause_collection"] is None:
        _bill(store, found, reason="subscription_cycle")
        return
    invoice = _invoice(store, found, "subscription_cycle")
    invoice["status"] = "void"
    store.tell("invoice.voided", invoice)


def _invoice(store: Store, found: Thing, reason: str) -> Thing:
    invoice = store.put(
        monthly.invoice(
            store.new_id("in"), created=store.second(), amount=_item(found)["price"]["unit_amount"], reason=reason,
            subscription=found,
        )
    )  # fmt: skip
    found["latest_invoice"] = invoice["id"]
    return invoice


def _bill(store: Store, found: Thing, *, reason: str) -> Thing:
    invoice = _invoice(store, found, reason)
    store.tell("invoice.created", invoice)
    invoice["status"] = "open"
    store.tell("invoice.finalized", invoice)
    _try(store, found, invoice)
    return invoice


def _try(store: Store, found: Thing, invoice: Thing) -> None:
    """Try the card once; after the last failure the subscription ends."""
    attempt = invoice["attempt_count"]
    invoice.update(attempted=True, attempt_count=attempt + 1)
    if not found.get("_declined"):
        _pay(store, found, invoice)
        return
    last = attempt >= len(RETRIES)
    invoice["next_payment_attempt"] = None if last else store.second() + RETRIES[attempt]
    store.tell("invoice.payment_failed", invoice)
    if last:
        cancel(store, found["id"])
    elif found["status"] != "past_due":
        found["status"] = "past_due"
        store.tell("customer.subscription.updated", found)


def _pay(store: Store, found: Thing, invoice: Thing) -> None:
    intent = store.put(
        objects.payment_intent(
            store.new_id("pi"), created=store.second(), amount=invoice["amount_due"], currency=invoice["currency"],
            methods=["card"], metadata={},
        )
    )  # fmt: skip
    collect(store, intent)
    store.put(
        monthly.invoice_payment(
            store.new_id("inpay"), created=store.second(), invoice=invoice["id"], intent=intent["id"],
            amount=invoice["amount_due"], currency=invoice["currency"],
        )
    )  # fmt: skip
    invoice.update(
        status="paid", amount_paid=invoice["amount_due"], amount_remaining=0, next_payment_attempt=None
    )
    invoice["status_transitions"]["paid_at"] = store.second()
    store.tell("invoice.paid", invoice)
    if found["status"] == "past_due":
        found["status"] = "active"
        store.tell("customer.subscription.updated", found)
