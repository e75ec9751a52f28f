"""Signed deliveries of events, in the background with retries, or held until a test lets them go."""

import hashlib
import hmac
import json
import queue
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable

from apps.donations.providers.stand_in.store import Store, Thing

Send = Callable[[bytes, str], int]
PAUSES = (0.5, 2, 5, 15, 30, 60)
TIMEOUT = 10


def sign(body: bytes, secret: str, at: int) -> str:
    """Return the Stripe-Signature header (scheme v1) for a body."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def post(url: str) -> Send:
    """Return a sender that posts to a web address and answers the status, 0 when nobody is there."""

    def send(body: bytes, signature: str) -> int:
        request = urllib.request.Request(  # noqa: S310  (the address is the operator's own)
            url, data=body, headers={"Content-Type": "application/json", "Stripe-Signature": signature}
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310  (the same address)
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    return send


class Webhooks:
    """One endpoint. `held` keeps events back for tests, which may repeat, shuffle or lose them."""

    def __init__(self, store: Store, *, secret: str, send: Send | None = None, held: bool = False) -> None:
        self.store = store
        self.secret = secret
        self.send = send
        self.held = held
        self.waiting: list[Thing] = []
        self._queue: queue.Queue[tuple[Thing, int]] = queue.Queue()
        self._stopped = threading.Event()
        store.listeners.append(self._hear)

    def _hear(self, event: Thing) -> None:
        if self.held:
            self.waiting.append(event)
        elif self.send is not None:
            self._queue.put((event, 0))

    def envelope(self, event: Thing, *, at: int | None = None) -> tuple[bytes, str]:
        """Return the body of an event and its signature, made now or at `at`."""
        body = json.dumps(event, ensure_ascii=False, indent=2).encode()
        return body, sign(body, self.secret, int(self.store.now()) if at is None else at)

    def deliver(self, event: Thing) -> bool:
        """Send an event once; a 2xx answer marks it delivered."""
        if self.send is None:
            return False
        body, signature = self.envelope(event)
        answered = 200 <= self.send(body, signature) < 300
        if answered:
            with self.store.lock:
                event["pending_webhooks"] = 0
        return answered

    def let_go(
        self,
        *,
        copies: Callable[[Thing], int] = lambda event: 1,
        shuffled: random.Random | None = None,
        only: Iterable[str] | None = None,
    ) -> int:
        """Deliver what is held: each event `copies(event)` times (0 loses it), in this or a random order."""
        kinds = None if only is None else set(only)
        chosen = [event for event in self.waiting if kinds is None or event["type"] in kinds]
        self.waiting = [event for event in self.waiting if event not in chosen]
        turns = [event for event in chosen for _copy in range(copies(event))]
        if shuffled is not None:
            shuffled.shuffle(turns)
        for event in turns:
            self.deliver(event)
        return len(turns)

    def run(self) -> None:
        """Deliver in the background until stopped; what fails is tried again, later and later."""
        retries: list[tuple[float, Thing, int]] = []
        while not self._stopped.is_set():
            try:
                event, attempt = self._queue.get(timeout=0.2)
                retries.append((time.monotonic(), event, attempt))
            except queue.Empty:
                pass
            due = [row for row in retries if row[0] <= time.monotonic()]
            for row in due:
                retries.remove(row)
                _at, event, attempt = row
                if not self.deliver(event) and attempt < len(PAUSES):
                    retries.append((time.monotonic() + PAUSES[attempt], event, attempt + 1))

    def stop(self) -> None:
        """End the background delivery."""
        self._stopped.set()
