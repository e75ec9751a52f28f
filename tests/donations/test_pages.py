"""The public's pages of giving."""

import secrets
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from apps.donations import queries
from apps.donations.models import Campaign, Consent, Donation
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.services import settle_session
from apps.donations.views import giving
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


def test_a_campaign_of_many_funds_offers_them_by_town(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = file_campaign(cast)
    page = client.get(f"/give/{campaign.code}/").text
    assert f"?fund={cast.fund.code}" in page and "<summary>" not in page
    monkeypatch.setattr(giving, "MANY_FUNDS", 1)
    page = client.get(f"/give/{campaign.code}/").text
    assert f"?fund={cast.fund.code}" in page and "<summary>" in page
    names = [name for name, _funds in queries.funds_by_town(Fund.objects.all())]
    assert len(names) == len(set(names)) and names == [*names[:1], *filter(None, names[1:])]
