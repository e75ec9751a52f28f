"""Checkout Sessions, and the payments made on the hosted page."""

from apps.donations.providers.stand_in import subscriptions
from apps.donations.providers.stand_in.collecting import collect
from apps.donations.providers.stand_in.objects import payment_intent, session
from apps.donations.providers.stand_in.store import ApiError, Store, Thing
from apps.donations.providers.stand_in.wire import Params, check_known, integer

METHODS = ("card", "alipay", "wechat_pay")
KNOWN = frozenset(
    {
        *(
            "mode",
            "line_items",
            "allowed_payment_method_types",
            "payment_method_options",
            "client_reference_id",
        ),
        *(
            "metadata",
            "success_url",
            "cancel_url",
            "expires_at",
            "locale",
            "payment_intent_data",
            "subscription_data",
            "submit_type",
        ),
        "expand",
    }
)
HALF_HOUR, DAY = 1800, 86400
MAX_AMOUNT = 99_999_999
MIN_AMOUNT = 1
SLACK = 60


def create(store: Store, params: Params) -> Thing:
    """Open a session, for one payment or a monthly one, with prices written into it."""
    check_known(params, KNOWN)
    if params.get("mode") not in {"payment", "subscription"}:
        raise ApiError(400, "The stand-in knows payment and subscription mode only.", param="mode")
    for name in ("success_url", "cancel_url"):
        if not str(params.get(name, "")).startswith(("http://", "https://")):
            raise ApiError(400, "Not a valid URL", code="url_invalid", param=name)
    methods = _methods(params)
    amount, currency = _total(params)
    now = store.second()
    expires = integer(params.get("expires_at", now + DAY), "expires_at")
    if not now + HALF_HOUR - SLACK <= expires <= now + DAY + SLACK:
        raise ApiError(
            400, "The `expires_at` timestamp must be 30 minutes to 24 hours from now.", param="expires_at"
        )
    key = store.new_id("cs")
    return store.put(
        session(
            key,
            created=now,
            expires_at=expires,
            amount=amount,
            currency=currency,
            methods=methods,
            params=params,
            url=f"{store.base_url}/pay/{key}",
        )
    )


def _methods(params: Params) -> list[str]:
    methods = list(params.get("allowed_payment_method_types", METHODS))
    for method in methods:
        if method not in METHODS:
            raise ApiError(400, f"Invalid payment method: {method}", param="allowed_payment_method_types")
    if params["mode"] == "subscription" and set(methods) != {"card"}:
        raise ApiError(400, "Wallets take no subscriptions.", param="allowed_payment_method_types")
    options = params.get("payment_method_options", {})
    if "wechat_pay" in methods and options.get("wechat_pay", {}).get("client") != "web":
        raise ApiError(
            400,
            "Missing required param: payment_method_options[wechat_pay][client].",
            code="parameter_missing",
            param="payment_method_options[wechat_pay][client]",
        )
    return methods


def _total(params: Params) -> tuple[int, str]:
    items = params.get("line_items")
    if not isinstance(items, list) or not items:
        raise ApiError(
            400, "Missing required param: line_items.", code="parameter_missing", param="line_items"
        )
    total, currencies = 0, set()
    for item in items:
        price = item.get("price_data")
        if not price or not price.get("product_data", {}).get("name"):
            raise ApiError(400, "Missing required param: line_items[0][price_data].", param="line_items")
        if (params["mode"] == "subscription") != (price.get("recurring", {}).get("interval") == "month"):
            raise ApiError(400, "Recurring prices and subscription mode go together.", param="line_items")
        currencies.add(str(price.get("currency", "")).lower())
        unit = integer(price.get("unit_amount", ""), "line_items[0][price_data][unit_amount]")
        total += unit * integer(item.get("quantity", 1), "line_items[0][quantity]")
    if len(currencies) != 1 or not currencies <= {"cny", "usd", "hkd"}:
        raise ApiError(400, "Invalid currency", param="line_items[0][price_data][currency]")
    if not MIN_AMOUNT <= total <= MAX_AMOUNT * 100:
        code = "amount_too_small" if total < MIN_AMOUNT else "amount_too_large"
        raise ApiError(400, "The total amount is out of bounds.", code=code, param="line_items")
    return total, currencies.pop()


def expire(store: Store, key: str) -> Thing:
    """Close an open session. Raises 400 when it is complete or expired already."""
    found = store.get("checkout.session", key)
    if found["status"] != "open":
        raise ApiError(400, f"Only open sessions can be expired; this one is {found['status']}.")
    found["status"] = "expired"
    found["url"] = None
    store.tell("checkout.session.expired", found)
    return found


def expire_due(store: Store) -> None:
    """Close every open session whose time is over; looks once a second."""
    now = store.second()
    if now == store.swept_at:
        return
    with store.lock:
        store.swept_at = now
        late = [row for row in store.all("checkout.session", status="open") if row["expires_at"] <= now]
    if late:
        with store.changing():
            for found in late:
                expire(store, found["id"])


def pay(store: Store, key: str, *, method: str, delayed: str = "") -> Thing:
    """Pay an open session at once, or (`delayed` = `succeed`/`fail`) let the outcome follow later."""
    found = _payable(store, key, method)
    if found["mode"] == "subscription":
        if delayed:
            raise ApiError(400, "A card answers at once.")
        found.update(status="complete", payment_status="paid", url=None)
        subscriptions.begin(store, found)
        store.tell("checkout.session.completed", found)
        return found
    intent = _intent(store, found, method)
    found["payment_intent"] = intent["id"]
    found["status"] = "complete"
    found["url"] = None
    if delayed:
        intent["status"] = "processing"
        store.tell("checkout.session.completed", found)
        store.later(f"payment_{delayed}", key)
    else:
        found["payment_status"] = "paid"
        collect(store, intent)
        store.tell("checkout.session.completed", found)
    return found


def decline(store: Store, key: str) -> Thing:
    """A declined card: the session stays open, the intent says why."""
    found = _payable(store, key, "card")
    intent = _intent(store, found, "card")
    intent["last_payment_error"] = {
        "type": "card_error",
        "code": "card_declined",
        "decline_code": "generic_decline",
        "message": "Your card was declined.",
    }
    store.tell("payment_intent.payment_failed", intent)
    return found


def finish(store: Store, key: str, *, paid: bool) -> Thing:
    """Bring a delayed payment to its end."""
    found = store.get("checkout.session", key)
    intent = store.get("payment_intent", found["payment_intent"])
    if intent["status"] != "processing":
        return found
    if paid:
        found["payment_status"] = "paid"
        collect(store, intent)
        store.tell("checkout.session.async_payment_succeeded", found)
    else:
        intent["status"] = "requires_payment_method"
        store.tell("payment_intent.payment_failed", intent)
        store.tell("checkout.session.async_payment_failed", found)
    return found


def _payable(store: Store, key: str, method: str) -> Thing:
    expire_due(store)
    found = store.get("checkout.session", key)
    if found["status"] != "open":
        raise ApiError(400, f"This session is {found['status']}.")
    if method not in found["payment_method_types"]:
        raise ApiError(400, f"{method} is not offered by this session.")
    return found


def _intent(store: Store, found: Thing, method: str) -> Thing:
    return store.put(
        payment_intent(
            store.new_id("pi"),
            created=store.second(),
            amount=found["amount_total"],
            currency=found["currency"],
            methods=[method],
            metadata=dict(found["_intent_metadata"]),
        )
    )
