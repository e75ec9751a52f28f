"""The staff's pages: their own funds only, sentences for what is refused, and a preview before a rule changes."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.funds import queries
from apps.funds.models import Fund, Restriction, Rulebook
from apps.funds.rules import CLAUSES
from apps.users.models import User
from tests.cast import Cast
from tests.funds.money import give

pytestmark = pytest.mark.django_db
DISTRICT = ("H-QJ", 2, "500110")
TOWN = ("H-QJ", 3, "500110001")


def sign_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def rules_form(**changes: str) -> dict[str, str]:
    facts = {"title": "区办法", "document": "綦慈〔2026〕1号", "effective_from": clock.today().isoformat()}
    return facts | changes


def test_strangers_see_no_staff_pages(client: Client, cast: Cast) -> None:
    addresses = [
        reverse("funds:list"),
        reverse("funds:rules"),
        reverse("funds:open", args=["H-QJ"]),
        reverse("funds:fund", args=[cast.fund.code]),
        reverse("funds:rulebook", args=TOWN),
        reverse("governance:draft_rules", args=TOWN),
    ]
    for address in addresses:
        assert client.get(address).status_code == 302
    sign_in(client, cast.stranger)
    for address in addresses:
        assert client.get(address).status_code == 404


def test_the_list_shows_ones_own_funds_with_their_money(client: Client, cast: Cast) -> None:
    give(cast.fund, 1_234_56)
    page = sign_in(client, cast.coordinator).get(reverse("funds:list")).content.decode()
    assert "百步梯社区慈善基金" in page
    assert "¥1,234.56" in page
    assert "綦江区慈善会本部" not in page
    assert reverse("funds:open", args=["H-QJ"]) not in page
    page = sign_in(client, cast.admin).get(reverse("funds:list"), {"q": "新街子"}).content.decode()
    assert "新街子社区慈善基金" in page
    assert "百步梯社区慈善基金" not in page
    assert "没有找到基金" in client.get(reverse("funds:list"), {"q": "火星", "page": "x"}).content.decode()


def test_opening_a_fund_keeps_what_was_typed_until_it_is_right(client: Client, cast: Cast) -> None:
    sign_in(client, cast.admin)
    address = reverse("funds:open", args=["H-QJ"])
    facts = {
        "kind": "community",
        "division": "沱湾",
        "name": "沱湾ABC",
        "purpose": "老人午餐",
        "agreement": "协 1 号",
        "day": "2026-11-01",
    }
    answer = client.post(address, facts)
    assert answer.status_code == 422
    assert "不能有字母" in answer.content.decode()
    assert "沱湾ABC" in answer.content.decode()
    for division, words in (
        ("火星", "没有找到"),
        ("社区", "不止一处"),
        ("500110004001", "服务区域"),
    ):
        answer = client.post(address, facts | {"name": "沱湾社区慈善基金", "division": division})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    answer = client.post(address, facts | {"name": "沱湾社区慈善基金"})
    fund = Fund.objects.get(name="沱湾社区慈善基金")
    assert answer.headers["Location"] == reverse("funds:fund", args=[fund.code])


def test_who_may_not_open_reads_why(client: Client, cast: Cast) -> None:
    sign_in(client, cast.finance)
    answer = client.get(reverse("funds:open", args=["H-QJ"]))
    assert "慈善会管理员" in answer.content.decode()
    assert client.post(reverse("funds:open", args=["H-QJ"]), {}).status_code == 400
    assert client.get(reverse("funds:open", args=["H-XX"])).status_code == 404


def test_a_funds_page_shows_money_and_rules_and_takes_its_verbs(client: Client, cast: Cast) -> None:
    give(cast.fund, 500_00)
    address = reverse("funds:fund", args=[cast.fund.code])
    page = sign_in(client, cast.admin).get(address).content.decode()
    assert "500.00" in page
    assert "到会不少于三分之二" in page
    assert client.post(reverse("funds:move", args=[cast.fund.code]), {"reason": ""}).status_code == 422
    suspension = {"reason": "换届", "why": "reorganising"}
    assert client.post(reverse("funds:move", args=[cast.fund.code]), suspension).status_code == 302
    assert Fund.objects.get(pk=cast.fund.pk).state == "suspended"
    assert client.post(reverse("funds:move", args=[cast.fund.code]), {"reason": "好了"}).status_code == 302
    assert Fund.objects.get(pk=cast.fund.pk).state == "open"
    new = reverse("funds:open_restriction", args=[cast.fund.code])
    assert client.post(new, {"purpose": "楼道扶手", "until": "明天"}).status_code == 422
    assert client.post(new, {"purpose": "楼道扶手"}).status_code == 302
    assert Restriction.objects.filter(fund=cast.fund, purpose="楼道扶手").exists()
    page = sign_in(client, cast.finance).get(address).content.decode()
    assert "这支基金</button>" not in page
    assert client.post(reverse("funds:move", args=[cast.fund.code]), {"reason": "x"}).status_code == 422


def test_a_new_version_is_previewed_then_adopted(client: Client, cast: Cast) -> None:
    sign_in(client, cast.admin)
    address = reverse("governance:draft_rules", args=DISTRICT)
    assert "几分之几" in client.get(address).content.decode()
    facts = rules_form(quorum_bp="3/4", notice_days="10", article_notice_days="第八条", committee_odd="yes")
    answer = client.post(address, facts | {"preview": "1"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "到会不少于三分之二 → 到会不少于四分之三" in page
    assert "影响 3 支基金" in page
    assert not Rulebook.objects.exists()
    answer = client.post(address, facts | {"adopt": "1"})
    assert answer.headers["Location"] == reverse("funds:rulebook", args=DISTRICT)
    rule = queries.effective_rules(cast.fund)["notice_days"]
    assert (rule.value, rule.article) == (10, "第八条")
    page = client.get(reverse("funds:rulebook", args=DISTRICT)).content.decode()
    assert "第 1 版" in page
    assert "第八条" in page
    assert 'value="3/4"' in client.get(address).content.decode()
    assert client.post(address, facts | {"notice_days": "", "adopt": "1"}).status_code == 302
    page = client.get(reverse("funds:rulebook", args=DISTRICT)).content.decode()
    assert "第 2 版" in page
    assert "已被替换" in page


def test_every_wrong_clause_has_its_own_sentence(client: Client, cast: Cast) -> None:
    sign_in(client, cast.admin)
    address = reverse("governance:draft_rules", args=DISTRICT)
    answer = client.post(
        address, rules_form(quorum_bp="0", notice_days="7.5", vote_days_min="2", fund_fee_bp="50", adopt="1")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("二分之一 和 百分之百", "请写整数", "比默认值", "10%", 'value="7.5"'):
        assert words in page
    assert client.post(address, rules_form(adopt="1")).status_code == 422
    assert client.post(address, {"adopt": "1"} | dict.fromkeys(CLAUSES, "<b>\u202e")).status_code == 422
    assert not Rulebook.objects.exists()


def test_each_level_is_adopted_by_its_own(client: Client, cast: Cast) -> None:
    sign_in(client, cast.coordinator)
    facts = rules_form(notice_days="9", adopt="1")
    assert client.post(reverse("governance:draft_rules", args=TOWN), facts).status_code == 302
    assert client.post(reverse("governance:draft_rules", args=DISTRICT), facts).status_code == 400
    assert "慈善会管理员" in client.get(reverse("funds:rulebook", args=DISTRICT)).content.decode()
    for place in (
        ("H-QJ", 3, "500110001001"),
        ("H-QJ", 9, "500110"),
        ("H-QJ", 3, "500110004"),
        ("H-QJ", 3, "1"),
    ):
        assert client.get(reverse("funds:rulebook", args=place)).status_code == 404


def test_flags_show_on_the_lower_page(client: Client, cast: Cast) -> None:
    sign_in(client, cast.coordinator).post(
        reverse("governance:draft_rules", args=TOWN), rules_form(notice_days="9", title="街道办法", adopt="1")
    )
    sign_in(client, cast.admin)
    facts = rules_form(notice_days="20")
    page = client.post(
        reverse("governance:draft_rules", args=DISTRICT), facts | {"preview": "1"}
    ).content.decode()
    assert "《街道办法》会比新规则松" in page
    client.post(reverse("governance:draft_rules", args=DISTRICT), facts | {"adopt": "1"})
    assert "按上级的执行" in client.get(reverse("funds:rulebook", args=TOWN)).content.decode()
    page = client.get(reverse("funds:rules")).content.decode()
    assert "《街道办法》第 1 版" in page
    assert "百步梯社区居民委员会" in page
