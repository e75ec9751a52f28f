"""The staff's pages of gifts."""

import re
import secrets
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.donations.models import Campaign, Consent, Donation
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.services import count_box, place_box, settle, settle_session
from tests.cast import HOST_USCC, Cast
from tests.donations.conftest import Give

pytestmark = pytest.mark.django_db


def staff(client: Client, user: Any) -> Client:
    client.force_login(user)
    return client


def test_staff_pages_are_for_the_hosts_staff(client: Client, cast: Cast, give: Give) -> None:
    gift = give()
    urls = ["/gifts/", f"/gifts/{gift.code}/", "/gifts/record/", "/gifts/parked/", "/campaigns/"]
    for url in urls:
        assert client.get(url).status_code == 302
    for person in (cast.stranger, cast.chair, cast.implementer):
        assert [staff(client, person).get(url).status_code for url in urls] == [404] * 5
    assert [staff(client, cast.finance).get(url).status_code for url in urls] == [200] * 5
    assert [staff(client, cast.auditor).get(url).status_code for url in urls] == [200, 200, 200, 404, 200]
    assert "这一步要由" in client.get("/gifts/record/").content.decode()


def test_finance_records_a_gift_once(client: Client, cast: Cast) -> None:
    staff(client, cast.finance)
    token = re.search(r'name="token" value="([^"]+)"', client.get("/gifts/record/").content.decode())
    assert token is not None
    words = {
        "fund": cast.fund.pk, "channel": "cash", "amount": "1,234.56", "again": "1234.56", "day": "2026-11-01",
        "name": "李四", "name_choice": "masked", "token": token[1],
    }  # fmt: skip
    assert "两次写的金额不一样" in client.post("/gifts/record/", words | {"again": "1234.5"}).content.decode()
    first, second = client.post("/gifts/record/", words), client.post("/gifts/record/", words)
    assert first.headers["Location"] == second.headers["Location"]
    gift = Donation.objects.get()
    assert (gift.state, gift.amount, gift.public_name) == ("booked", 123_456, "李*")
    late = client.post("/gifts/record/", words | {"day": "2999-01-01"})
    assert late.status_code == 422
    assert "不能在今天之后" in late.content.decode()
    for url in ("/gifts/?state=booked", "/gifts/?before=99999999999999999999", "/gifts/?state=x&before=1"):
        assert client.get(url).status_code == 200
    assert "李四" in client.get(f"/gifts/{gift.code}/").content.decode()


def test_finance_records_a_childs_gift_with_a_guardian_only(client: Client, cast: Cast) -> None:
    staff(client, cast.finance)
    words = {
        "fund": cast.fund.pk, "channel": "cash", "amount": "20", "again": "20", "day": "2026-11-01",
        "name_choice": "anonymous", "is_under_14": "on", "token": secrets.token_hex(16),
    }  # fmt: skip
    refused = client.post("/gifts/record/", words)
    assert refused.status_code == 422
    assert "不满 14 岁要父母或其他监护人同意" in refused.content.decode()
    assert not Donation.objects.exists()
    assert client.post("/gifts/record/", words | {"guardian": "on"}).status_code == 302
    assert set(Consent.objects.values_list("purpose", flat=True)) == {"guardian"}


def test_finance_refunds_from_the_page(client: Client, cast: Cast, give: Give, stand_in: StandIn) -> None:
    gift = give(8_000)
    stand_in.pay(gift.session_id)
    settle_session(gift)
    url = f"/gifts/{gift.code}/"
    words = {"amount": "30", "why": "amount", "reason": "付错了", "token": secrets.token_hex(16)}
    assert staff(client, cast.auditor).post(url, words).status_code == 422
    staff(client, cast.finance)
    assert "最多还能退" in client.post(url, words | {"amount": "81"}).content.decode()
    assert client.post(url, words).status_code == 302
    assert client.post(url, words).status_code == 302
    assert gift.refunds.count() == 1


@pytest.mark.balances_differ("the provider's amount is forged")
def test_parked_events_show_their_reason_and_may_be_tried_again(
    client: Client, cast: Cast, give: Give, stand_in: StandIn
) -> None:
    gift = give()
    stand_in.store.things[gift.session_id]["amount_total"] = 1
    stand_in.pay(gift.session_id)
    stand_in.webhooks.let_go()
    settle()
    staff(client, cast.finance)
    page = client.get("/gifts/parked/").content.decode()
    assert "金额对不上" in page
    address = re.search(r'action="(/gifts/parked/\d+/retry/)"', page)
    assert address is not None
    stand_in.store.things[gift.session_id]["amount_total"] = gift.amount
    assert client.post(address[1]).status_code == 302
    assert Donation.objects.get().state == "booked"


def test_campaigns_are_written_down_with_a_sound_number(client: Client, cast: Cast) -> None:
    staff(client, cast.admin)
    words = {
        "name": "社区互助", "filing_number": f"{HOST_USCC}A26001", "starts_on": "2026-01-01", "ends_on": "2026-12-31",
        "purpose": "一", "use_of_money": "二", "beneficiaries": "三", "cost": "四", "surplus": "五",
        "responsible": "六", "contact": "七", "bank_account": "八", "platform": "", "filed_on": "2025-12-10",
        "methods": "九", "area": "十", "beneficiary_number": "百", "beneficiary_method": "千", "expected": "10000",
        "use_plan": "万", "management_cost": "无",
    }  # fmt: skip
    url = reverse("donations:new_campaign", args=[cast.host.code])
    for number in ("123", "51500110MJP0000038A26001", "52500110MJP100002MA26001", f"{HOST_USCC}B26001"):
        answer = client.post(url, words | {"filing_number": number})
        assert answer.status_code == 422
        assert "filing_number" in answer.content.decode()
    assert "不能早于" in client.post(url, words | {"ends_on": "2025-01-01"}).content.decode()
    assert client.post(url, words).status_code == 302
    row = Campaign.objects.get()
    again = client.post(url, words)
    assert again.status_code == 422
    assert "已经登记过" in again.content.decode()
    mended = words | {"reason": "名字备案时改了", "name": "改过的名字", "funds": [cast.fund.code]}
    assert client.post(f"/campaigns/{row.code}/", mended).status_code == 302
    row.refresh_from_db()
    assert (row.name, list(row.funds.all())) == ("改过的名字", [cast.fund])
    assert staff(client, cast.auditor).post(url, words).status_code == 422
    assert client.get("/campaigns/").status_code == 200


def test_whoever_signs_a_box_finds_an_empty_form(client: Client, cast: Cast) -> None:
    box = place_box(cast.fund, place="服务大厅", by=cast.finance)
    count = count_box(box, total=23_50, opened_on=clock.today(), token=secrets.token_hex(16), by=cast.finance)
    page = staff(client, cast.second_finance).get(f"/boxes/counts/{count.code}/sign/").content.decode()
    assert "您数出来一共多少钱" in page
    assert "处要改" not in page


def test_a_gift_given_back_whole_offers_no_refund(
    client: Client, cast: Cast, give: Give, stand_in: StandIn
) -> None:
    gift = give(8_000)
    stand_in.pay(gift.session_id)
    settle_session(gift)
    url = f"/gifts/{gift.code}/"
    words = {"amount": "80", "why": "amount", "reason": "付错了", "token": secrets.token_hex(16)}
    staff(client, cast.finance).post(url, words)
    page = client.get(url).content.decode()
    assert "已经全部退了，或者正在退" in page
    assert 'name="amount"' not in page
