"""A number that fits into no column is an error of the form, never of the server."""

import pytest
from django.test import Client

from apps.core import clock
from apps.donations.models import Campaign
from tests.cast import HOST_USCC, Cast
from tests.donations.conftest import file_campaign


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**63 - 1, 2**63, 10**40])
def test_a_campaigns_funds(cast: Cast, number: int) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(cast.finance)
    answer = client.post("/campaigns/new/H-QJ/", {"name": "x", "funds": [number]})
    assert answer.status_code == 422
    assert not Campaign.objects.exists()


def test_a_campaign_keeps_its_funds_when_mended(cast: Cast) -> None:
    campaign = file_campaign(cast, cost="零成本", surplus="转入同类项目")
    campaign.funds.set([cast.fund])
    client = Client()
    client.force_login(cast.finance)
    address = f"/campaigns/{campaign.code}/"
    page = client.get(address).content.decode()
    assert f'value="{cast.fund.code}"' in page and "checked" in page
    today = clock.today().isoformat()
    words = {
        **{
            name: getattr(campaign, name)
            for name in ("name", "purpose", "use_of_money", "beneficiaries", "cost")
        },
        **{name: getattr(campaign, name) for name in ("surplus", "responsible", "contact", "bank_account")},
        "filing_number": f"{HOST_USCC}A00077",
        **dict.fromkeys(("filed_on", "starts_on", "ends_on"), today),
        **dict.fromkeys(("methods", "area", "beneficiary_number", "beneficiary_method"), "写明"),
        "use_plan": "写明",
        "management_cost": "无",
        "expected": "10000",
        "reason": "换了备案编号",
        "funds": [cast.fund.code, cast.other_fund.code],
    }
    answer = client.post(address, words)
    assert answer.status_code == 302, answer.content.decode()
    assert set(campaign.funds.all()) == {cast.fund, cast.other_fund}
