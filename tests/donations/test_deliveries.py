"""What comes to the webhook's door in great numbers: signed, forged, mangled, old. Nothing forged is kept, nothing is
an error of ours."""

import json
import random
import time
from typing import Any

import pytest
from django.test import Client

from apps.donations.models import Donation, ProviderEvent
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.providers.stand_in.webhooks import sign
from apps.donations.services import settle
from tests.donations.conftest import SECRET, Give, agree

pytestmark = pytest.mark.django_db
URL = "/webhooks/stripe/"
KINDS = [
    "checkout.session.completed",
    "charge.refunded",
    "refund.failed",
    "charge.dispute.closed",
    "invoice.paid",
    "customer.subscription.deleted",
    "account.updated",
]


def forged(dice: random.Random, event: dict[str, Any], now: int) -> tuple[bytes, str]:
    """One event that must not be believed: any of a dozen ways to lie."""
    body = json.dumps(event | {"id": f"evt_forged_{dice.getrandbits(60)}"}).encode()
    good = sign(body, SECRET, now)
    changed = bytearray(body)
    changed[dice.randrange(len(body))] ^= 1 << dice.randrange(7)
    ways = [
        (body, ""),
        (body, "garbage"),
        (body, good.replace("v1=", "v0=")),
        (body, good.split(",")[1]),
        (body, f"t={now},v1={dice.getrandbits(256):064x}"),
        (body, sign(body, "", now)),
        (body, sign(body, f"whsec_{dice.getrandbits(40)}", now)),
        (body, sign(body, SECRET, now - dice.randrange(301, 10**7))),
        (body, sign(body, SECRET, now + dice.randrange(400, 10**7))),
        (bytes(changed), good),
        (body + b" ", good),
        (body, sign(json.dumps(event).encode(), SECRET, now)),
        (dice.randbytes(dice.randrange(200)), good),
    ]
    live = json.dumps(event | {"livemode": True}).encode()
    ways.append((live, sign(live, SECRET, now)))
    return dice.choice(ways)


def test_thousands_of_signed_and_forged_deliveries(give: Give, stand_in: StandIn, full: bool) -> None:
    dice, client = random.Random(11), Client(raise_request_exception=True)
    paid = give()
    stand_in.pay(paid.session_id)
    unpaid = give()
    real = next(row for row in stand_in.webhooks.waiting if row["type"] == KINDS[0])
    stand_in.webhooks.waiting.clear()
    known: set[str] = set()
    for number in range(10_000 if full else 500):
        now = int(time.time())
        kind = dice.choice(KINDS)
        claims = real | {
            "type": kind,
            "data": {
                "object": {"id": unpaid.session_id, "object": "checkout.session", "payment_status": "paid"}
            },
        }
        if dice.random() < 0.5:
            event = real if dice.random() < 0.2 else claims | {"id": f"evt_{number}"}
            body, header = json.dumps(event).encode(), ""
            header = sign(body, SECRET, now)
            expected = 200
            known.add(event["id"])
        else:
            body, header = forged(dice, claims, now)
            expected = 400
        answer = client.post(
            URL, body, content_type="application/json", headers={"Stripe-Signature": header} if header else {}
        )
        assert answer.status_code == expected, (number, header, body[:200])
    assert set(ProviderEvent.objects.values_list("event_id", flat=True)) == known
    while settle():
        pass
    # A signed event may claim what it likes: only what the provider says when asked is booked.
    assert set(Donation.objects.filter(state="booked").values_list("code", flat=True)) == {paid.code}
    agree(stand_in)
