"""Starting, steering and stopping a stand-in from Python."""

import threading
from pathlib import Path
from types import TracebackType

from django.conf import settings

from apps.donations.providers.stand_in import api, returns, server, sessions, subscriptions
from apps.donations.providers.stand_in.store import Store, Thing
from apps.donations.providers.stand_in.webhooks import Send, Webhooks


class StandIn:
    """One running stand-in. In tests its webhooks are held until `webhooks.let_go()`."""

    def __init__(
        self,
        *,
        port: int = 0,
        secret: str,
        send: Send | None = None,
        held: bool = False,
        file: Path | None = None,
        delay: int = 8,
    ) -> None:
        if settings.IS_PRODUCTION:
            raise RuntimeError("The payment stand-in does not run in production.")
        self.store = Store(file=file, delay=delay)
        self.webhooks = Webhooks(self.store, secret=secret, send=send, held=held)
        self.api = api.Api(self.store)
        self._server = server.listen(self.api, port)
        self._stopped = threading.Event()
        self.url = self.store.base_url

    def __enter__(self) -> "StandIn":
        for target in (self._serve, self.webhooks.run, self._tick):
            threading.Thread(target=target, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.1)

    def _tick(self) -> None:
        api.tick(self.store, self._stopped.is_set)

    def stop(self) -> None:
        """Close the port and end the threads."""
        self._stopped.set()
        self.webhooks.stop()
        self._server.shutdown()
        self._server.server_close()

    @property
    def balance(self) -> int:
        """The balance in fen."""
        return returns.balance(self.store)

    def pay(self, session_id: str, *, method: str = "card", delayed: str = "") -> Thing:
        """Pay a session as a donor would on the page."""
        with self.store.changing():
            return sessions.pay(self.store, session_id, method=method, delayed=delayed)

    def finish_payment(self, session_id: str, *, paid: bool) -> Thing:
        """End a delayed payment now."""
        with self.store.changing():
            return sessions.finish(self.store, session_id, paid=paid)

    def expire(self, session_id: str) -> Thing:
        """Let a session run out now."""
        with self.store.changing():
            return sessions.expire(self.store, session_id)

    def finish_refund(self, refund_id: str, *, succeeded: bool) -> Thing:
        """End an asynchronous refund now."""
        with self.store.changing():
            return returns.finish_refund(self.store, refund_id, succeeded=succeeded)

    def finish_refunds(self) -> None:
        """End every refund that a wallet has not answered yet, well."""
        with self.store.changing():
            for thing in list(self.store.things.values()):
                if thing["object"] == "refund" and thing["status"] == "pending":
                    returns.finish_refund(self.store, thing["id"], succeeded=True)

    def refund(self, payment_id: str, amount: int) -> Thing:
        """Refund behind the site's back, as staff may do in the provider's own pages."""
        with self.store.changing():
            return returns.create_refund(self.store, {"payment_intent": payment_id, "amount": amount})

    def dispute(self, payment_id: str, *, fee: int = 0) -> Thing:
        """Let the payer of a payment object at their bank."""
        with self.store.changing():
            charge = str(self.store.get("payment_intent", payment_id)["latest_charge"])
            return returns.open_dispute(self.store, charge, fee=fee)

    def decide(self, dispute_id: str, *, won: bool) -> Thing:
        """Let the bank decide a dispute."""
        with self.store.changing():
            return returns.close_dispute(self.store, dispute_id, won=won)

    def advance(self, *, days: float = 0) -> None:
        """Move the clock on: months are billed and failed payments tried again on the way."""
        api.advance(self.store, int(days * 86_400))

    def set_card(self, subscription_id: str, *, works: bool) -> Thing:
        """Let the card of a monthly payment be declined from now on, or work again."""
        with self.store.changing():
            return subscriptions.set_card(self.store, subscription_id, works=works)

    def cancel(self, subscription_id: str) -> Thing:
        """End a monthly payment in the provider's own pages."""
        with self.store.changing():
            return subscriptions.cancel(self.store, subscription_id)

    def pay_out(self, amount: int) -> Thing:
        """Send balance to the bank."""
        with self.store.changing():
            return returns.create_payout(self.store, {"amount": amount, "currency": "cny"})

    def fail(self, path: str, status: int, *, after: bool = False, times: int = 1, method: str = "") -> None:
        """Plan failures of the API (0 cuts the line, -1 never answers), before or after the request is carried out."""
        self.api.faults.append(api.Fault(path, status, after, times, method))
