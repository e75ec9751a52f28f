"""The public's and staff's pages."""

import re
import secrets
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from apps.core import clock
from apps.donations.models import Campaign, Consent, Donation
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.services import count_box, place_box, settle, settle_session
from apps.funds.models import Fund
from tests.cast import HOST_USCC, Cast
from tests.donations.conftest import Give, agree, file_campaign

pytestmark = pytest.mark.django_db
URL = "/give/F-BBT/"


def fields(cast: Cast, **changes: Any) -> dict[str, Any]:
    words: dict[str, Any] = {
        "preset": "5000",
        "restriction": cast.restriction,
        "name_choice": "masked",
        "name": "张三丰",
        "contact": "13800005678",
        "channel": "stripe",
        "provider_abroad": "on",
        "token": secrets.token_hex(16),
    }
    words.update(changes)
    return {name: value for name, value in words.items() if value is not None}


def test_the_law_stands_before_the_amount(client: Client, campaign: Campaign, stand_in: StandIn) -> None:
    page = client.get(URL).content.decode()
    for word in (campaign.filing_number, HOST_USCC, campaign.purpose, campaign.contact):
        assert word in page
        assert page.index(word) < page.index('name="preset"')
    assert " checked" not in page
    assert " selected" not in page


def test_a_gift_from_the_page_to_the_books(
    client: Client, cast: Cast, campaign: Campaign, stand_in: StandIn
) -> None:
    answer = client.post(URL, fields(cast))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(stand_in.url)
    gift = Donation.objects.get()
    assert (gift.public_name, gift.amount, gift.campaign) == ("张**", 5_000, campaign)
    assert set(Consent.objects.values_list("purpose", flat=True)) == {"provider_abroad"}
    waiting = client.get(f"/give/{gift.code}/done/").content.decode()
    assert "正在入账" in waiting
    assert 'http-equiv="refresh"' in waiting
    stand_in.pay(gift.session_id)
    booked = client.get(f"/give/{gift.code}/done/").content.decode()
    assert "已入账" in booked
    assert 'http-equiv="refresh"' not in booked
    agree(stand_in)


def test_the_form_sent_twice_is_one_gift_and_an_edited_one_another(
    client: Client, cast: Cast, campaign: Campaign, stand_in: StandIn
) -> None:
    words = fields(cast)
    first, second = client.post(URL, words), client.post(URL, words)
    assert first.headers["Location"] == second.headers["Location"]
    assert Donation.objects.count() == 1
    client.post(URL, words | {"preset": "10000"})
    assert sorted(Donation.objects.values_list("amount", flat=True)) == [5_000, 10_000]
    Donation.objects.update(state="expired")
    third = client.post(URL, words)
    assert third.headers["Location"] != first.headers["Location"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"preset": "", "amount": ""}, "请选一个金额"),
        ({"preset": "5000", "amount": "60"}, "请只留一个"),
        ({"preset": "other", "amount": "１００"}, "阿拉伯数字"),
        ({"preset": "other", "amount": "0.5"}, "最少捐 ¥1.00"),
        ({"preset": "other", "amount": "1000000"}, "最多捐 ¥999,999.99"),
        ({"provider_abroad": None}, "单独同意"),
        ({"name_choice": "real"}, "公开全名要您单独同意"),
        ({"name_choice": "real", "publish_name": "on", "name": ""}, "先写上姓名"),
        ({"name_choice": ""}, "必填"),
        ({"restriction": "F-XJZ-G"}, "请选择有效"),
        ({"channel": "cash"}, "请选择有效"),
        ({"name": "张\u202e三"}, "控制字符"),
        ({"name": "张" * 61}, "最多 60 个字"),
        ({"message": "好" * 101}, "最多 100 个字"),
        ({"token": "x"}, "刷新后再填"),
    ],
)
def test_bad_input_gets_a_sentence_and_starts_nothing(
    client: Client, cast: Cast, campaign: Campaign, stand_in: StandIn, changes: dict[str, Any], sentence: str
) -> None:
    answer = client.post(URL, fields(cast, **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    if sentence == "必填" or sentence == "请选择有效":
        assert 'class="errors"' in page
    else:
        assert sentence in page
    assert "13800005678" in page
    assert Donation.objects.count() == 0
    assert stand_in.api.seen == []


AMOUNTS = [
    *(
        "0",
        "-1",
        "-0",
        "0.001",
        "1.005",
        "0.1+0.2",
        "1e3",
        "1E400",
        "NaN",
        "Infinity",
        "１００",
        "١٢٣",
        "1_000",
    ),
    *(
        "1.000,00",
        "一百",
        "5\x00",
        "9007199254740993",
        str(2**63 - 1),
        str(2**63),
        "9" * 19,
        "",
        " ",
    ),
]


@pytest.mark.parametrize("amount", AMOUNTS)
def test_amounts_that_are_none(
    client: Client, cast: Cast, campaign: Campaign, stand_in: StandIn, amount: str
) -> None:
    answer = client.post(URL, fields(cast, preset="other", amount=amount))
    assert answer.status_code in {400, 422}
    assert Donation.objects.count() == 0


@pytest.mark.parametrize(
    ("amount", "fen"),
    [("1", 100), (" 5 ", 500), ("\u20035", 500), ("1,000.00", 100_000), ("999999.99", 99_999_999)],
)
def test_amounts_that_are_some(
    client: Client, cast: Cast, campaign: Campaign, stand_in: StandIn, amount: str, fen: int
) -> None:
    assert client.post(URL, fields(cast, preset="other", amount=amount)).status_code == 302
    assert Donation.objects.get().amount == fen


@pytest.mark.parametrize(
    "name",
    ["䶮", "𠮷野", "阿·买买提", "郑谢袁", "O'Brien", "<script>alert(1)</script>", "{{7*7}}", "é", "NULL"],
)
def test_names_are_kept_as_given_and_escaped(
    client: Client, cast: Cast, campaign: Campaign, stand_in: StandIn, name: str
) -> None:
    client.post(URL, fields(cast, name=name, name_choice="real", publish_name="on"))
    gift = Donation.objects.get()
    assert gift.public_name == name
    page = client.get(f"/give/{gift.code}/done/").content.decode()
    assert "<script>alert" not in page
    assert escape(name) in page


def test_while_the_provider_is_away_nothing_is_charged_and_the_form_is_kept(
    client: Client, cast: Cast, campaign: Campaign, stand_in: StandIn
) -> None:
    stand_in.fail("/v1/checkout", 500, times=3)
    words = fields(cast)
    answer = client.post(URL, words)
    assert answer.status_code == 422
    assert "没有扣款" in answer.content.decode()
    again = client.post(URL, words)
    assert again.status_code == 302
    assert Donation.objects.count() == 1


def test_without_a_filed_plan_the_page_says_why(client: Client, cast: Cast, stand_in: StandIn) -> None:
    answer = client.get(URL)
    assert answer.status_code == 200
    assert "没有备案不能在网上公开募捐" in answer.content.decode()
    assert client.post(URL, fields(cast)).status_code == 422
    other = file_campaign(cast)
    other.funds.add(cast.other_fund)
    assert "没有备案" in client.get(URL).content.decode()
    Fund.objects.filter(pk=cast.other_fund.pk).update(state="suspended")
    assert "暂停期间不收新的捐款" in client.get("/give/F-XJZ/").content.decode()
    assert client.get("/give/NOSUCH/").status_code == 404


def test_bank_transfer_shows_its_reference(client: Client, cast: Cast, campaign: Campaign) -> None:
    answer = client.post(URL, fields(cast, channel="bank", provider_abroad=None))
    gift = Donation.objects.get()
    assert answer.headers["Location"] == f"/give/{gift.code}/transfer/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert gift.reference is not None
    assert gift.reference in page
    assert campaign.bank_account in page
    assert client.get(f"/give/{gift.code}/done/").status_code == 302


def test_wechat_shows_how_to_open_a_browser(client: Client, campaign: Campaign) -> None:
    assert "在浏览器打开" in client.get(URL, headers={"User-Agent": "MicroMessenger/8.0"}).content.decode()
    assert "在浏览器打开" not in client.get(URL).content.decode()


def test_wechat_is_told_the_same_where_a_payment_is_tried_again(
    client: Client, give: Give, stand_in: StandIn
) -> None:
    gift, wechat = give(), {"User-Agent": "MicroMessenger/8.0"}
    url = f"/give/{gift.code}/done/"
    for inside in (
        client.get(f"{url}?cancelled=1", headers=wechat),
        client.post(f"/give/{gift.code}/again/", {"channel": "x"}, headers=wechat),
    ):
        assert "另一台手机扫码" in inside.content.decode()
    assert "您在微信里打开了这一页" not in client.get(f"{url}?cancelled=1").content.decode()
    assert "您在微信里打开了这一页" not in client.get(url, headers=wechat).content.decode()


def test_the_other_ends_of_a_payment(client: Client, give: Give, stand_in: StandIn) -> None:
    gift, failed, expired = give(), give(), give()
    page = client.get(f"/give/{gift.code}/done/?cancelled=1").content.decode()
    assert "没有付款" in page
    stand_in.pay(failed.session_id, method="alipay", delayed="fail")
    assert "正在入账" in client.get(f"/give/{failed.code}/done/").content.decode()
    stand_in.finish_payment(failed.session_id, paid=False)
    assert "没有付成" in client.get(f"/give/{failed.code}/done/").content.decode()
    stand_in.expire(expired.session_id)
    assert "已经过期" in client.get(f"/give/{expired.code}/done/?turn=abc").content.decode()
    assert client.get("/give/NOSUCH/done/").status_code == 404


def test_nothing_personal_leaves_for_the_provider_or_the_public(
    client: Client, cast: Cast, campaign: Campaign, stand_in: StandIn
) -> None:
    client.post(URL, fields(cast, name="独孤求败", contact="canary@example.org", name_choice="anonymous"))
    gift = Donation.objects.select_related("donor").get()
    stand_in.pay(gift.session_id)
    settle_session(gift)
    sent = " ".join(stand_in.api.bodies)
    public = client.get(f"/give/{gift.code}/done/").content.decode()
    stored = f"{gift.donor.name_sealed} {gift.donor.contact_sealed} {gift.public_name}"
    for canary in ("独孤", "%E7%8B%AC", "canary"):
        assert canary not in sent
        assert canary not in public
        assert canary not in stored
    assert gift.public_name == "爱心居民"


def test_donors_change_how_their_own_gift_is_shown(
    client: Client, cast: Cast, give: Give, stand_in: StandIn
) -> None:
    gift = give(name="张三丰", name_choice="anonymous", by=cast.stranger)
    url = f"/give/{gift.code}/name/"
    assert client.get(url).status_code == 302
    client.force_login(cast.chair)
    assert client.get(url).status_code == 404
    client.force_login(cast.stranger)
    assert url in client.get(f"/give/{gift.code}/done/").content.decode()
    assert client.post(url, {"name_choice": "real"}).status_code == 422
    assert client.post(url, {"name_choice": "real", "publish_name": "on"}).status_code == 302
    gift.refresh_from_db()
    assert gift.public_name == "张三丰"
    assert client.post(url, {"name_choice": "masked"}).status_code == 302
    assert Consent.objects.get(purpose="publish_name").withdrawn_at is not None


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
