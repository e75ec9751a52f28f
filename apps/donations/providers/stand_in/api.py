"""What the stand-in answers, free of sockets: the API, the Checkout choices, the controls, what is due later."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from apps.donations.providers.stand_in import returns, sessions, subscriptions
from apps.donations.providers.stand_in.idempotency import Answer, Keys
from apps.donations.providers.stand_in.store import ApiError, Store, Thing
from apps.donations.providers.stand_in.wire import Params, read

MAX_BODY = 1_000_000
RESOURCES = {
    "payment_intents": "payment_intent",
    "charges": "charge",
    "balance_transactions": "balance_transaction",
    "refunds": "refund",
    "disputes": "dispute",
    "payouts": "payout",
    "events": "event",
    "customers": "customer",
    "products": "product",
    "prices": "price",
    "subscriptions": "subscription",
    "invoices": "invoice",
    "invoice_payments": "invoice_payment",
    "checkout/sessions": "checkout.session",
}
FILTERS = ("payment_intent", "charge", "type", "source", "status")


@dataclass
class Fault:
    """A planned failure: `before` (refused, not done), `after` (done, then lost), with a status (0: cut the line, -1:
    say nothing until the client gives up). `method` "" is any."""

    path: str
    status: int
    after: bool = False
    times: int = 1
    method: str = ""


class Api:
    """Answers one request from the store; knows nothing of sockets."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.keys = Keys()
        self.faults: list[Fault] = []
        self.seen: list[tuple[str, str]] = []
        self.keyed: list[tuple[str, str, str]] = []
        self.bodies: list[str] = []

    def answer(self, method: str, path: str, text: str, key: str) -> tuple[Answer, bool]:
        """Return (status, body) and whether it is a replay. Errors come out in Stripe's shape."""
        self.seen.append((method, path))
        self.keyed.append((method, path, key))
        self.bodies.append(text)
        try:
            self._fail(method, path, after=False)
            found = (
                self.keys.once(key, f"{method} {path} {text}", lambda: self._run(method, path, text))
                if method in {"POST", "DELETE"}
                else (self._run(method, path, text), False)
            )
            self._fail(method, path, after=True)
        except ApiError as error:
            return (error.status, error.body), False
        else:
            return found

    def _fail(self, method: str, path: str, *, after: bool) -> None:
        for fault in self.faults:
            meant = path.startswith(fault.path) and fault.method in {"", method}
            if meant and fault.after == after and fault.times > 0:
                fault.times -= 1
                raise ApiError(fault.status, "A planned failure.", kind="api_error")

    def _run(self, method: str, path: str, text: str) -> Answer:
        try:
            params = read(text)
            expand = params.get("expand", [])
            sessions.expire_due(self.store)
            name = path.removeprefix("/v1/").strip("/")
            with self.store.lock if method == "GET" else self.store.changing():
                return 200, self.store.expand(self._route(method, name, params), list(expand))
        except ApiError as error:
            return error.status, error.body

    def _route(self, method: str, path: str, params: Params) -> Thing:
        store = self.store
        if (method, path) == ("GET", "balance"):
            return returns.balance_thing(store)
        creators: dict[str, Callable[[Store, Params], Thing]] = {
            "checkout/sessions": sessions.create,
            "refunds": returns.create_refund,
            "payouts": returns.create_payout,
        }
        if method == "POST" and path in creators:
            return creators[path](store, params)
        expire = re.fullmatch(r"checkout/sessions/(\w+)/expire", path)
        if method == "POST" and expire:
            return sessions.expire(store, expire[1])
        monthly = re.fullmatch(r"subscriptions/(\w+)", path)
        if monthly and method in {"POST", "DELETE"}:
            if method == "DELETE":
                return subscriptions.cancel(store, monthly[1])
            return subscriptions.update(store, monthly[1], params)
        if method == "GET" and path in RESOURCES:
            kind = RESOURCES[path]
            filters: Thing = {name: params[name] for name in FILTERS if name in params}
            filters |= {f"_{name}": params[name] for name in ("subscription",) if name in params}
            if kind == "invoice_payment" and "payment" in params:
                filters["_payment_intent"] = params["payment"].get("payment_intent")
            if kind == "event" and params.get("delivery_success") == "false":
                filters["pending_webhooks"] = 1
            return store.page(kind, params, url=f"/v1/{path}", filters=filters)
        one = re.fullmatch(r"(.+)/(\w+)", path)
        if method == "GET" and one and one[1] in RESOURCES:
            return store.get(RESOURCES[one[1]], one[2])
        raise ApiError(404, f"Unrecognized request URL ({method}: /v1/{path}).")

    def control(self, path: str, params: Params) -> Thing:
        """What only the real world can do: finish delayed things, raise and decide disputes."""
        store = self.store
        verbs: dict[str, Callable[[str], Thing]] = {
            "payments/succeed": lambda key: sessions.finish(store, key, paid=True),
            "payments/fail": lambda key: sessions.finish(store, key, paid=False),
            "refunds/succeed": lambda key: returns.finish_refund(store, key, succeeded=True),
            "refunds/fail": lambda key: returns.finish_refund(store, key, succeeded=False),
            "disputes/open": lambda key: returns.open_dispute(store, key, fee=int(params.get("fee", 0))),
            "disputes/win": lambda key: returns.close_dispute(store, key, won=True),
            "disputes/lose": lambda key: returns.close_dispute(store, key, won=False),
        }
        months: dict[str, Callable[[str], Thing]] = {
            "subscriptions/break": lambda key: subscriptions.set_card(store, key, works=False),
            "subscriptions/mend": lambda key: subscriptions.set_card(store, key, works=True),
            "subscriptions/cancel": lambda key: subscriptions.cancel(store, key),
        }
        if path == "clock/advance":
            advance(store, int(params.get("seconds", 0)))
            return {"now": store.second()}
        verbs |= months
        if path not in verbs:
            raise ApiError(404, f"Unrecognized control ({path}).")
        with store.changing():
            return verbs[path](str(params.get("id", "")))

    def choose(self, session_id: str, choice: str) -> str:
        """Do what was pressed on the Checkout page and return where the browser goes next."""
        store = self.store
        with store.changing():
            found = store.get("checkout.session", session_id)
            offered = found["payment_method_types"]
            if choice == "cancel":
                return str(found["cancel_url"])
            if choice == "card_declined":
                sessions.decline(store, session_id)
                return f"/pay/{session_id}?declined=1"
            if choice in {"delayed_ok", "delayed_fail"}:
                sessions.pay(
                    store,
                    session_id,
                    method=offered[-1],
                    delayed="succeed" if choice == "delayed_ok" else "fail",
                )
            else:
                sessions.pay(store, session_id, method="card" if choice == "card_ok" else choice)
            return str(found["success_url"]).replace("{CHECKOUT_SESSION_ID}", session_id)


def do_due(store: Store) -> None:
    """Carry out what the delay is over for."""
    sessions.expire_due(store)
    now = store.second()
    with store.lock:
        due = subscriptions.next_due(store)
    if due is not None and due <= now:
        with store.changing():
            subscriptions.run_due(store)
    if not any(row["at"] <= now for row in store.due):
        return
    with store.changing():
        ready = [row for row in store.due if row["at"] <= now]
        store.due = [row for row in store.due if row["at"] > now]
        for row in ready:
            if row["action"].startswith("payment_"):
                sessions.finish(store, row["id"], paid=row["action"] == "payment_succeed")
            else:
                returns.finish_refund(store, row["id"], succeeded=row["action"] == "refund_succeed")


def advance(store: Store, seconds: int) -> None:
    """Move the stand-in's clock on, through everything that is due on the way, each at its own moment."""
    with store.changing():
        target = store.second() + seconds
        while (due := subscriptions.next_due(store)) is not None and due <= target:
            store.offset += max(0, due - store.second())
            subscriptions.run_due(store)
        store.offset += max(0, target - store.second())


def tick(store: Store, stopped: Callable[[], bool]) -> None:
    """Look every second for what is due, until stopped."""
    while not stopped():
        do_due(store)
        time.sleep(1)
