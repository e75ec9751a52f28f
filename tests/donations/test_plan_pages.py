"""Pages of monthly gifts: begun in a form, steered by a link, without signing in."""

import secrets

import pytest
from django.test import Client

from apps.core.models import AuditEvent, OutboxMessage
from apps.donations import queries, services
from apps.donations.models import Campaign, Consent, Donation, GivingPlan
from apps.donations.providers.stand_in.handle import StandIn
from apps.funds.services import suspend_fund
from tests.cast import Cast
from tests.donations.conftest import agree

pytestmark = pytest.mark.django_db
URL = "/give/F-BBT/monthly/"


def words(cast: Cast, **changes: str) -> dict[str, str]:
    return {
        "amount": "50",
        "rail": "card",
        "day": "15",
        "restriction": cast.restriction,
        "name_choice": "anonymous",
        "contact": "donor@example.org",
        "provider_abroad": "on",
        "token": secrets.token_hex(16),
    } | changes


@pytest.fixture
def page(cast: Cast, campaign: Campaign, stand_in: StandIn, client: Client) -> Client:
    return client


def test_begun_by_card_and_stopped_by_its_link(cast: Cast, page: Client, stand_in: StandIn) -> None:
    shown = page.get(URL).content.decode()
    assert "每月捐给百步梯社区慈善基金" in shown
    assert "checked" not in shown
    answer = page.post(URL, words(cast))
    assert answer.headers["Location"].startswith(stand_in.url)
    plan = GivingPlan.objects.get()
    back = f"/monthly/{plan.token}/"
    assert "第一笔付好以后" in page.get(back).content.decode()
    stand_in.pay(plan.session_id)
    shown = page.get(back + "?paid=1").content.decode()
    assert "1 个月，共 ¥50.00" in shown
    assert "donor@example.org" not in shown
    assert page.post(back + "pause/").status_code == 302
    assert page.post(back + "resume/").status_code == 302
    assert page.post(back + "change/", {"amount": "80", "day": str(plan.day)}).status_code == 302
    assert page.post(back + "stop/").status_code == 302
    services.send_plans()
    shown = page.get(back).content.decode()
    assert "重新开始一份" in shown
    assert back + "stop/" not in shown
    assert stand_in.store.all("subscription")[0]["status"] == "canceled"
    assert "已经停了" in page.post(back + "pause/").content.decode()
    agree(stand_in)


def test_a_reminder_ends_on_an_ordinary_checkout(cast: Cast, page: Client, stand_in: StandIn) -> None:
    answer = page.post(URL, words(cast, rail="reminder", day="10"))
    plan = GivingPlan.objects.get()
    assert answer.headers["Location"] == f"/monthly/{plan.token}/"
    link = f"/monthly/{plan.token}/pay/"
    shown = page.get(link).content.decode()
    assert "¥50.00" in shown
    filed = queries.campaign_of_month(plan)
    assert filed is not None and filed.filing_number in shown and "募捐方案全文" in shown
    assert not Donation.objects.exists()
    first, second = (page.post(link).headers["Location"] for _n in range(2))
    assert first == second
    assert first.startswith(stand_in.url)
    gift = Donation.objects.get()
    stand_in.pay(gift.session_id, method="alipay")
    services.settle_session(gift)
    assert page.post(link).headers["Location"] == f"/give/{gift.code}/done/"
    agree(stand_in)


def test_a_child_gives_every_month_with_a_guardian_only(cast: Cast, page: Client) -> None:
    page.post(URL, words(cast, rail="reminder", is_under_14="on", guardian="on"))
    plan = GivingPlan.objects.get()
    agreed = Consent.objects.filter(donation_code=plan.code).values_list("purpose", flat=True)
    assert set(agreed) == {"provider_abroad", "guardian"}


def test_a_guardian_ticked_without_a_child_is_no_consent(cast: Cast, page: Client) -> None:
    page.post(URL, words(cast, rail="reminder", guardian="on"))
    assert set(Consent.objects.values_list("purpose", flat=True)) == {"provider_abroad"}


def test_the_same_amounts_are_offered_as_for_one_gift(cast: Cast, page: Client) -> None:
    shown = page.get(URL).content.decode()
    for amount in ("¥20", "¥50", "¥100", "¥200"):
        assert amount in shown
    page.post(URL, words(cast, rail="reminder", preset="10000", amount=""))
    assert GivingPlan.objects.get().amount == 10_000


def test_inside_wechat_both_pages_on_which_one_pays_say_what_works(cast: Cast, page: Client) -> None:
    page.post(URL, words(cast, rail="reminder"))
    for url in (URL, f"/monthly/{GivingPlan.objects.get().token}/pay/"):
        inside = page.get(url, headers={"User-Agent": "MicroMessenger/8.0"}).content.decode()
        assert "您在微信里打开了这一页" in inside
        assert "另一台手机扫码" in inside
        # Nobody gives monthly by bank transfer here.
        assert "银行转账在这里就可以" not in inside
        assert "您在微信里打开了这一页" not in page.get(url).content.decode()


def test_no_other_link_opens_anything(cast: Cast, page: Client) -> None:
    page.post(URL, words(cast, rail="reminder"))
    plan = GivingPlan.objects.get()
    for token in (plan.code, plan.token[:-1], plan.token.swapcase(), "x"):
        for act in ("", "pay/"):
            assert page.get(f"/monthly/{token}/{act}").status_code == 404
        for act in ("pause/", "resume/", "change/", "stop/", "pay/"):
            assert page.post(f"/monthly/{token}/{act}").status_code == 404
    assert GivingPlan.objects.get().state == "active"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount": "0"}, "金额"),
        ({"amount": "NaN"}, "金额"),
        ({"day": "32"}, "31"),
        ({"day": "x"}, "每月几号"),
        ({"contact": "13800000000"}, "电子邮箱"),
        ({"contact": "a" * 201}, "电子邮箱"),
        ({"provider_abroad": ""}, "单独同意"),
        ({"rail": "wallet"}, "wallet"),
        ({"token": ""}, "token"),
        ({"token": "!"}, "刷新"),
        ({"name_choice": "real"}, "姓名"),
        ({"is_under_14": "on"}, "不满 14 岁要父母或其他监护人同意"),
        ({"preset": "5000"}, "请只留一个"),
        ({"amount": ""}, "请选一个金额"),
    ],
)
def test_bad_input_changes_nothing(cast: Cast, page: Client, changes: dict[str, str], said: str) -> None:
    answer = page.post(URL, words(cast, **changes))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not GivingPlan.objects.exists()


def test_a_bad_change_is_told_above_the_field(cast: Cast, page: Client) -> None:
    page.post(URL, words(cast, rail="reminder"))
    back = f"/monthly/{GivingPlan.objects.get().token}/"
    for bad in (
        {"amount": "-1", "day": "3"},
        {"amount": "5", "day": "40"},
        {},
        {"amount": "9" * 30, "day": "1"},
    ):
        assert page.post(back + "change/", bad).status_code == 422
    assert GivingPlan.objects.get().amount == 5_000


def test_a_suspended_fund_begins_none_and_says_why(cast: Cast, page: Client) -> None:
    page.post(URL, words(cast, rail="reminder"))
    suspend_fund(cast.fund, reason="查账", by=cast.admin)
    assert "暂停" in page.get(URL).content.decode()
    assert page.post(URL, words(cast)).status_code == 422
    services.look_after_plans()
    shown = page.get(f"/monthly/{GivingPlan.objects.get().token}/").content.decode()
    assert "基金现在不收捐款" in shown
    assert "resume/" not in shown


def test_without_online_payments_none_begins(cast: Cast, page: Client, settings: object) -> None:
    settings.STRIPE_SECRET_KEY = ""  # type: ignore[attr-defined]
    assert "还没有开通" in page.get(URL).content.decode()


def test_nothing_personal_in_links_letters_or_the_trail(cast: Cast, page: Client) -> None:
    page.post(URL, words(cast, rail="reminder", name="欧阳雪", name_choice="masked"))
    plan = GivingPlan.objects.get()
    for text in (plan.token, *(str(row.facts) for row in AuditEvent.objects.all())):
        assert "donor@example.org" not in text
        assert "欧阳雪" not in text
    assert "欧阳雪" not in OutboxMessage.objects.get().body
