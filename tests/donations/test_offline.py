"""What comes otherwise than by the site's own pages counts for a campaign by the same rules, and only then."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, services
from apps.donations.checks.gifts import gifts_of_campaigns
from apps.donations.models import BoxCount, Campaign, Donation
from apps.donations.services import BatchLine, OfflineGift, PlatformOrder, Transfer
from apps.donations.services.donors import donor_for
from apps.finance import services as finance
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.donations.conftest import file_campaign

pytestmark = pytest.mark.django_db
_numbers = count(1)


def by_hand(cast: Cast, campaign: Campaign | None, day: date, **more: Any) -> None:
    gift = OfflineGift(cast.fund, 100, "cash", day, f"hand-{next(_numbers)}", campaign=campaign, **more)
    services.record_offline(gift, by=cast.finance)


def by_list(cast: Cast, campaign: Campaign | None, day: date) -> None:
    batch = services.declare_batch(
        cast.fund, kind="event", name="邻里节", channel="cash", day=day, count=2, total=100,
        token=f"token-of-a-list-{next(_numbers):05d}", campaign=campaign, by=cast.finance,
    )  # fmt: skip
    services.book_batch(batch, [BatchLine(2, 60), BatchLine(3, 40)], by=cast.finance)


def by_box(cast: Cast, campaign: Campaign | None, day: date) -> None:
    box = services.place_box(cast.fund, place="服务大厅", by=cast.finance)
    token = f"token-of-a-count-{next(_numbers):05d}"
    row = services.count_box(box, opened_on=day, total=100, token=token, campaign=campaign, by=cast.finance)
    services.sign_count(row, total=100, by=cast.second_finance)


def by_platform(cast: Cast, campaign: Campaign | None, day: date) -> None:
    order = PlatformOrder(f"order-{next(_numbers)}", cast.fund, 100, day)
    services.record_platform_gifts(cast.host, [order], platform="tencent", campaign=campaign, by=cast.finance)


def by_bank_line(cast: Cast, campaign: Campaign | None, day: date) -> None:
    number = next(_numbers)
    text = f"交易日期,借方金额,贷方金额,对方户名,摘要,交易流水号\n{day},,1.00,某人,爱心,L{number}"
    statement = finance.import_statement(cast.host, body=text.encode(), filename="x.csv", by=cast.finance)
    line = statement.lines.get()
    finance.gift_of_line(line, fund=cast.fund, campaign=campaign, by=cast.finance)


Way = Callable[[Cast, Campaign | None, date], None]
WAYS: list[Way] = [by_hand, by_list, by_box, by_platform, by_bank_line]


@pytest.mark.parametrize("way", WAYS, ids=[way.__name__ for way in WAYS])
def test_every_way_counts_for_a_campaign_on_its_days_alone(cast: Cast, campaign: Campaign, way: Way) -> None:
    way(cast, campaign, campaign.starts_on)
    assert queries.raised(campaign)[1] == 100
    with pytest.raises(Refused) as refused:
        way(cast, campaign, campaign.starts_on - timedelta(days=1))
    assert refused.value.field == "campaign"
    way(cast, None, campaign.starts_on - timedelta(days=1))
    assert queries.raised(campaign)[1] == 100
    assert_books_clean()


def test_all_of_them_stand_on_its_page_and_in_what_is_published(
    client: Client, cast: Cast, campaign: Campaign
) -> None:
    address = reverse("disclosure:campaign", args=[campaign.code])
    client.get(address)
    for way in WAYS:
        way(cast, campaign, clock.today())
    assert queries.raised(campaign) == (6, 500)
    assert "5.00" in client.get(address).content.decode()
    told = services.Told("progress", clock.today(), 500, "买米")
    assert services.publish_campaign_report(campaign, told, by=cast.admin).received == 500


def test_the_verdict_says_what_is_wrong(cast: Cast) -> None:
    own = file_campaign(cast, name="别人的活动")
    own.funds.add(cast.other_fund)
    may = permissions.campaigns.may_count_for
    assert may(own, cast.other_fund, clock.today()).ok
    assert cast.fund.name in str(may(own, cast.fund, clock.today()).reason)
    assert own.ends_on.isoformat() in str(may(own, cast.other_fund, own.ends_on + timedelta(days=1)).reason)
    own.host_id += 1
    assert "本会" in str(may(own, cast.other_fund, clock.today()).reason)


def test_a_further_transfer_counts_only_while_the_campaign_runs(cast: Cast) -> None:
    today = clock.today()
    campaign = file_campaign(cast, ends_on=today - timedelta(days=1))
    first = Donation.objects.create(
        code="G-FIRST", host=cast.host, fund=cast.fund, restriction=queries.restrictions_open(cast.fund)[0].code,
        campaign=campaign, donor=donor_for(None, name="", contact="", kind="person"), channel="bank",
        amount=100, public_name="爱心居民", reference="ZS12345678", started_at=clock.now(),
    )  # fmt: skip
    moved = [Transfer("ZS12345678", 100, day, f"L{day}") for day in (campaign.ends_on, today)]
    found = services.receive_transfers(cast.host, moved, by=cast.finance)
    assert [found[one.key].campaign_id for one in moved] == [campaign.pk, None]
    assert found[moved[0].key] == first


def test_finance_chooses_it_on_the_forms(client: Client, cast: Cast, campaign: Campaign) -> None:
    client.force_login(cast.finance)
    typed = {
        "fund": cast.fund.pk, "channel": "cash", "amount": "1", "again": "1", "day": campaign.starts_on,
        "name_choice": "anonymous", "campaign": campaign.code, "token": "token-of-a-form-000001",
    }  # fmt: skip
    record = reverse("donations:record")
    refused = client.post(record, typed | {"day": campaign.starts_on - timedelta(days=1)})
    assert refused.status_code == 422
    assert f'value="{campaign.code}" selected' in refused.content.decode()
    assert client.post(record, typed).status_code == 302
    box = services.place_box(cast.fund, place="门口", by=cast.finance)
    page = reverse("donations:count_box", args=[box.code])
    typed = {"day": clock.today(), "total": "3", "campaign": campaign.code, "token": "token-of-a-form-000002"}
    assert client.post(page, typed).status_code == 302
    assert BoxCount.objects.get().campaign == campaign
    # The next count of the same box begins with what stood on it.
    assert f'value="{campaign.code}" selected' in client.get(page).content.decode()


def test_the_check_finds_a_gift_that_counts_for_another_campaign(cast: Cast, campaign: Campaign) -> None:
    by_list(cast, campaign, clock.today())
    by_box(cast, None, clock.today())
    assert not list(gifts_of_campaigns())
    Donation.objects.update(campaign=file_campaign(cast))
    assert len(list(gifts_of_campaigns())) == 3
