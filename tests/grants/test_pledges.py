"""The secretary writes pledges to their own fund down, in a campaign that is open for it or in none."""

import secrets
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations.models import Pledge
from apps.donations.pledging import Due
from apps.donations.services import NewPledge
from apps.grants import services
from tests.cast import Cast
from tests.donations.conftest import file_campaign

pytestmark = pytest.mark.django_db
NAME = "欧阳䶮认"


def client_of(house: Cast, who: str) -> Client:
    client = Client()
    client.force_login(getattr(house, who))
    return client


def sent(house: Cast, **changes: str) -> dict[str, str]:
    today = clock.today()
    words = {
        "fund": house.fund.code, "restriction": "", "campaign": "", "name": NAME, "contact": "13900007788",
        "amount": "1000", "pledged_on": today.isoformat(), "form": "other", "times": "2", "rhythm": "1",
        "first_on": (today + timedelta(days=9)).isoformat(), "name_choice": "masked",
        "token": secrets.token_hex(16),
    }  # fmt: skip
    return words | changes


def new(house: Cast, **changes: Any) -> NewPledge:
    day = clock.today()
    words: dict[str, Any] = {"fund": house.fund, "token": secrets.token_hex(16), "name": NAME}
    shared = {"amount": 9_00, "plan": (Due(day, 9_00),), "form": "other", "pledged_on": day}
    return NewPledge(**(shared | words | changes))


def test_the_secretary_writes_it_down_and_no_longer_sees_the_name(house: Cast) -> None:
    campaign = file_campaign(house)
    client = client_of(house, "secretary")
    address = f"/grants/pledges/{house.fund.code}/"
    form = client.get(f"{address}new/").content.decode()
    assert campaign.name in form and house.other_fund.name not in form
    assert client.post(f"{address}new/", sent(house, amount="x")).status_code == 422
    words = sent(house, campaign=campaign.code)
    for _twice in range(2):
        assert client.post(f"{address}new/", words).status_code == 302
    pledge = Pledge.objects.get()
    assert (pledge.campaign, pledge.made_by_id, pledge.donor.name) == (campaign, house.secretary.pk, NAME)
    assert pledge.instalments.count() == 2
    page = client.get(address).content.decode()
    assert "欧阳" in page and NAME not in page and "13900007788" not in page
    assert address in client.get("/grants/").content.decode()


def test_only_for_their_own_fund(house: Cast) -> None:
    client = client_of(house, "secretary")
    assert client.get(f"/grants/pledges/{house.other_fund.code}/").status_code == 404
    answer = client.post(f"/grants/pledges/{house.fund.code}/new/", sent(house, fund=house.other_fund.code))
    assert answer.status_code == 422 and not Pledge.objects.exists()
    with pytest.raises(Refused, match="秘书"):
        services.record_pledge(new(house, fund=house.other_fund), by=house.secretary)
    for person in (house.chair, house.supervisor, house.stranger):
        with pytest.raises(Refused, match="秘书"):
            services.record_pledge(new(house), by=person)


def test_a_campaign_stands_for_the_fund_on_the_day_of_the_pledge(house: Cast) -> None:
    campaign = file_campaign(house)
    early = campaign.starts_on - timedelta(days=1)
    with pytest.raises(Refused, match="不在募捐活动") as caught:
        services.record_pledge(new(house, campaign=campaign, pledged_on=early), by=house.secretary)
    assert caught.value.field == "campaign"
    campaign.funds.set([house.other_fund])
    with pytest.raises(Refused, match="不为百步梯社区慈善基金募捐"):
        services.record_pledge(new(house, campaign=campaign), by=house.secretary)
    form = client_of(house, "secretary").get(f"/grants/pledges/{house.fund.code}/new/")
    assert campaign.name not in form.content.decode()
