"""Whoever is erased leaves no letter about what they gave, though they go on with their account."""

import re
from pathlib import Path

import pytest

from apps.core import clock, outbox
from apps.core.models import OutboxMessage
from apps.core.sealing import blind_index
from apps.donations import services
from apps.donations.models import CampaignCorrection, Correction, GivingPlan, Pledge, PurposeRequest, Refund
from apps.donations.rules import Giver
from apps.donations.services import OfflineGift, record_offline
from tests.cast import Cast
from tests.donations.conftest import file_campaign
from tests.donations.directed.house import running

pytestmark = pytest.mark.django_db
CONTACT = "canary-7@example.org"


def test_of_every_kind_of_letter_to_a_donor_none_is_left_when_an_account_holder_is_erased(
    cast: Cast,
) -> None:
    given = OfflineGift(cast.fund, 8_800, "cash", clock.today(), "k", name="欧阳䶮雪", contact=CONTACT)
    gift = record_offline(given, by=cast.finance)
    cast.stranger.email = CONTACT
    cast.stranger.save()
    now, donor, fund = clock.now(), gift.donor, {"host": cast.host, "fund": cast.fund}
    asked = running(cast, contact=CONTACT)
    plan = GivingPlan.objects.create(
        code="P-1", **fund, restriction=gift.restriction, donor=donor, rail="reminder", state="active", amount=100,
        day=1, started_at=now,
    )  # fmt: skip
    wish = PurposeRequest.objects.create(
        code="W-1", donation=gift, fund=cast.fund, restriction=gift.restriction, asked_at=now, answer_by=now
    )
    made = Correction.objects.create(
        code="K-1", donation=gift, basis="error", from_fund=cast.fund, from_restriction=gift.restriction,
        to_fund=cast.other_fund, to_restriction=gift.restriction, amount=100, reason="写错了", made_at=now,
    )  # fmt: skip
    right = CampaignCorrection.objects.create(
        code="A-1", donation=gift, to_campaign=file_campaign(cast), reason="漏选了", made_at=now
    )
    back = Refund.objects.create(code="R-1", donation=gift, amount=100, asked_at=now)
    receipt = services.request_receipt(gift, name="欧阳䶮雪", by=None)
    pledge = Pledge.objects.create(
        code="L-1", **fund, restriction=gift.restriction, donor=donor, form="other", amount=100,
        pledged_on=clock.today(), reference="L-1", public_name="", made_at=now, form_token="t",
    )  # fmt: skip
    keys = {
        "gift-booked": gift.code, "gift-refunded": back.code, "gift-corrected": made.code, "purpose": wish.code,
        "gift-campaign": right.code,
        "receipt-issued": receipt.code, "plan": f"{plan.code}:started", "pledge": f"{pledge.code}:2026-01-01:late",
        "directed": f"{asked.code}:1", "directed-account": f"T-1:{asked.code}",
    }  # fmt: skip
    sources = "".join(path.read_text() for path in Path(services.__file__).parents[1].rglob("*.py"))
    written = re.findall(r"outbox\.(?:say|Letter)\(\s*f\"([a-z-]+):", sources)
    assert set(written) == keys.keys(), "a kind of letter that is not in this table"
    for kind, rest in keys.items():
        outbox.say(f"{kind}:{rest}", to=CONTACT, subject="信", body="信")
    outbox.say("role:1", to=CONTACT, subject="身份", body="新的身份")
    services.erase_all(Giver(contact_index=blind_index(CONTACT)))
    assert list(OutboxMessage.objects.values_list("key", flat=True)) == ["role:1"]
