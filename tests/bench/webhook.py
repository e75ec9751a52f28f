"""Taking in webhooks, against a view that only verifies the signature."""

import itertools
import json
import time
from collections.abc import Iterator

from django.conf import settings
from stripe import WebhookSignature

from tests.bench.measure import interleaved, rate, report, request, served

# As docs/operators/deployment.md runs it: while one event is flushed to disk, another is verified.
THREADS = 4
EVENT = {
    "object": "event", "api_version": "2026-10-28.endive", "livemode": False, "pending_webhooks": 1,
    "type": "checkout.session.completed", "data": {"object": {"object": "checkout.session", "filler": "x" * 1500}},
}  # fmt: skip


def _signed(path: str, port: int, numbers: Iterator[int], count: int) -> Iterator[bytes]:
    """Return ready-made deliveries, so that the client's own work does not count."""
    ready = []
    for number in itertools.islice(numbers, count):
        event = {**EVENT, "id": f"evt_bench{number:012d}", "created": int(time.time())}
        event["data"] = {"object": {**EVENT["data"]["object"], "id": f"cs_test_{number:012d}"}}  # type: ignore[index]
        body = json.dumps(event)
        header = WebhookSignature.generate_signature_header(body, settings.STRIPE_WEBHOOK_SECRET)
        ready.append(
            request(
                "POST", path, port, body.encode(), Stripe_Signature=header, Content_Type="application/json"
            )
        )
    return iter(ready)


def measure(*, full: bool) -> None:
    """Gunicorn with two workers of four threads, as deployed, sixteen connections, each event new."""
    seconds = 5.0 if full else 2.0
    numbers = itertools.count()
    # More than any machine asks for in that time.
    enough = int(6_000 * seconds)
    with served(threads=THREADS) as port:
        for path in ("/verify-only/", "/webhooks/stripe/"):
            rate(port, _signed(path, port, numbers, 2_000), seconds=0.5)
        limit, value = interleaved(
            [
                lambda: rate(port, _signed("/verify-only/", port, numbers, enough), seconds=seconds),
                lambda: rate(port, _signed("/webhooks/stripe/", port, numbers, enough), seconds=seconds),
            ]
        )
    report("webhook taken in", value, limit, unit="requests/s", at_least=0.5)
