"""Taking money from a payer."""

from apps.donations.providers.stand_in.objects import charge, transaction
from apps.donations.providers.stand_in.store import Store, Thing


def collect(store: Store, intent: Thing) -> None:
    """Take the money: a charge and what it does to the balance, less the fee."""
    now, amount, currency = store.second(), intent["amount"], intent["currency"]
    taken = charge(
        store.new_id("ch"), created=now, amount=amount, currency=currency, intent=intent["id"],
        method=intent["payment_method_types"][0],
    )  # fmt: skip
    moved = transaction(
        store.new_id("txn"), created=now, amount=amount, fee=store.fee(amount), currency=currency,
        source=taken["id"], kind="charge",
    )  # fmt: skip
    taken["balance_transaction"] = moved["id"]
    intent.update(status="succeeded", amount_received=amount, latest_charge=taken["id"])
    store.put(taken)
    store.put(moved)
    store.tell("charge.succeeded", taken)
    store.tell("payment_intent.succeeded", intent)
