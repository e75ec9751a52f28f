"""Money that leaves the balance again: refunds, disputes, payouts."""

from typing import Any

from apps.donations.providers.stand_in import objects
from apps.donations.providers.stand_in.store import ApiError, Store, Thing
from apps.donations.providers.stand_in.wire import Params, check_known, integer

KNOWN = frozenset({"charge", "payment_intent", "amount", "reason", "metadata", "expand"})
REASONS = (None, "duplicate", "fraudulent", "requested_by_customer")


def create_refund(store: Store, params: Params) -> Thing:
    """Give back a payment or a part of it. Cards at once; Alipay and WeChat Pay answer later."""
    check_known(params, KNOWN)
    taken = _charge(store, params)
    left = taken["amount"] - taken["amount_refunded"]
    amount = integer(params["amount"], "amount") if "amount" in params else left
    if taken["disputed"]:
        raise ApiError(400, "This charge has been charged back.", code="charge_disputed")
    if left == 0:
        raise ApiError(
            400, f"Charge {taken['id']} has already been refunded.", code="charge_already_refunded"
        )
    if amount <= 0:
        raise ApiError(400, "Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        raise ApiError(400, "Refund amount is greater than unrefunded amount on charge", param="amount")
    if params.get("reason") not in REASONS:
        raise ApiError(400, "Invalid reason", param="reason")
    given = store.put(
        objects.refund(
            store.new_id("re"), created=store.second(), amount=amount, currency=taken["currency"],
            charge_id=taken["id"], intent=taken["payment_intent"], metadata=params.get("metadata", {}),
            reason=params.get("reason"),
        )
    )  # fmt: skip
    given["balance_transaction"] = _move(store, -amount, 0, given["id"], "refund", taken["currency"])
    taken["amount_refunded"] += amount
    taken["refunded"] = taken["amount_refunded"] == taken["amount"]
    store.tell("refund.created", given)
    if taken["payment_method_details"]["type"] == "card":
        given["status"] = "succeeded"
        store.tell("charge.refunded", taken)
    else:
        store.later("refund_succeed", given["id"])
    return given


def finish_refund(store: Store, key: str, *, succeeded: bool) -> Thing:
    """Bring a refund to its end; a failed one comes back to the balance, even after it had succeeded."""
    given = store.get("refund", key)
    taken = store.get("charge", given["charge"])
    if succeeded and given["status"] == "pending":
        given["status"] = "succeeded"
        store.tell("refund.updated", given)
        store.tell("charge.refunded", taken)
    elif not succeeded and given["status"] in {"pending", "succeeded"}:
        given["status"] = "failed"
        given["failure_reason"] = "declined"
        given["failure_balance_transaction"] = _move(
            store, given["amount"], 0, key, "refund_failure", given["currency"]
        )
        taken["amount_refunded"] -= given["amount"]
        taken["refunded"] = False
        store.tell("refund.failed", given)
    return given


def open_dispute(store: Store, key: str, *, fee: int = 0) -> Thing:
    """A payer objects: what was not refunded yet is withdrawn, and a fee with it."""
    taken = store.get("charge", key)
    left = taken["amount"] - taken["amount_refunded"]
    if taken["disputed"] or left == 0:
        raise ApiError(400, "This charge cannot be disputed.")
    raised = store.put(
        objects.dispute(
            store.new_id("dp"), created=store.second(), amount=left, currency=taken["currency"],
            charge_id=key, intent=taken["payment_intent"],
        )
    )  # fmt: skip
    taken["disputed"] = True
    moved = _move(store, -left, fee, raised["id"], "adjustment", taken["currency"])
    raised["balance_transactions"] = [dict(store.things[moved])]
    store.tell("charge.dispute.created", raised)
    store.tell("charge.dispute.funds_withdrawn", raised)
    return raised


def close_dispute(store: Store, key: str, *, won: bool) -> Thing:
    """The bank decides; what was withdrawn comes back when the charity wins."""
    raised = store.get("dispute", key)
    taken = store.get("charge", raised["charge"])
    before = raised["status"]
    raised["status"] = "won" if won else "lost"
    if won and before != "won":
        first = raised["balance_transactions"][0]
        moved = _move(store, -first["amount"], -first["fee"], key, "adjustment", raised["currency"])
        raised["balance_transactions"].append(dict(store.things[moved]))
        taken["disputed"] = False
        store.tell("charge.dispute.funds_reinstated", raised)
    store.tell("charge.dispute.closed", raised)
    return raised


def create_payout(store: Store, params: Params) -> Thing:
    """Send balance to the bank account."""
    amount = integer(params.get("amount", ""), "amount")
    if amount <= 0 or amount > balance(store):
        raise ApiError(400, "You have insufficient funds in your account.", code="balance_insufficient")
    sent = store.put(
        objects.payout(
            store.new_id("po"), created=store.second(), amount=amount, currency=str(params.get("currency"))
        )
    )
    sent["balance_transaction"] = _move(store, -amount, 0, sent["id"], "payout", sent["currency"])
    store.tell("payout.paid", sent)
    return sent


def balance(store: Store, currency: str = "cny") -> int:
    """The balance in the currency's smallest unit: the sum of all its transactions."""
    return sum(row["net"] for row in store.all("balance_transaction", currency=currency))


def balance_thing(store: Store) -> Thing:
    """The balance in Stripe's shape."""
    part: dict[str, Any] = {
        "amount": balance(store),
        "currency": "cny",
        "source_types": {"card": balance(store)},
    }
    empty = {"amount": 0, "currency": "cny", "source_types": {"card": 0}}
    return {"object": "balance", "available": [part], "pending": [empty], "livemode": False}


def _charge(store: Store, params: Params) -> Thing:
    if "charge" in params:
        return store.get("charge", params["charge"])
    if "payment_intent" not in params:
        raise ApiError(400, "One of the following params should be provided: payment_intent or charge.")
    intent = store.get("payment_intent", params["payment_intent"])
    if not intent["latest_charge"]:
        raise ApiError(400, "This PaymentIntent does not have a successful charge to refund.")
    return store.get("charge", intent["latest_charge"])


def _move(store: Store, amount: int, fee: int, source: str, kind: str, currency: str) -> str:
    moved = objects.transaction(
        store.new_id("txn"), created=store.second(), amount=amount, fee=fee, currency=currency, source=source,
        kind=kind,
    )  # fmt: skip
    return str(store.put(moved)["id"])
