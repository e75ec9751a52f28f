"""Pages of things: for finance, and for everyone."""

from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.disclosure import bodies
from apps.donations import queries
from apps.donations.models import Consent, DonorInstruction, GoodsMove, InKindGift, WriteOff
from apps.funds.models import Host
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.donations.test_goods import fresh, issue, receive, token


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    bodies.forget()


@pytest.fixture
def finance(cast: Cast, client: Client) -> Client:
    client.force_login(cast.finance)
    return client


def words(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "fund": cast.fund.pk,
        "nature": "goods",
        "name": "<b>大米</b>",
        "quantity": "30",
        "unit": "袋",
        "basis": "voucher",
        "voucher": "1,000.01",
        "place": "社区仓库",
        "day": "2026-11-21",
        "donor_name": "王建国",
        "contact": "13912345678",
        "name_choice": "masked",
        "token": token(),
    } | changes


def test_things_are_taken_in_and_handed_out_on_pages(cast: Cast, finance: Client, settings: Any) -> None:
    sent = words(cast)
    answer = finance.post("/goods/receive/", sent)
    gift = InKindGift.objects.get()
    assert answer.headers["Location"] == f"/goods/{gift.code}/"
    assert finance.post("/goods/receive/", sent).headers["Location"] == f"/goods/{gift.code}/"
    assert InKindGift.objects.count() == 1
    page = finance.get(f"/goods/{gift.code}/").text
    assert "&lt;b&gt;大米" in page and "王建国" in page
    answer = finance.post(
        f"/goods/{gift.code}/issue/",
        {
            "quantity": "12",
            "beneficiaries": "elderly",
            "people": "12",
            "receipt": "签-7",
            "day": "2026-11-21",
            "token": token(),
        },
    )
    assert answer.status_code == 302
    assert fresh(gift).left == 18
    answer = finance.post(
        f"/goods/{gift.code}/sell/",
        {
            "quantity": "1",
            "proceeds": "20",
            "channel": "cash",
            "day": "2026-11-21",
            "note": "破损",
            "token": token(),
        },
    )
    assert GoodsMove.objects.get(kind="sale").proceeds == 20_00
    finance.post(
        f"/goods/{gift.code}/write-off/",
        {"quantity": "2", "cause": "spoilt", "reason": "受潮", "token": token()},
    )
    asked = WriteOff.objects.get()
    assert finance.post(f"/goods/write-offs/{asked.code}/release/").status_code < 500
    assert fresh(gift).left == 17
    finance.force_login(cast.second_finance)
    assert "要您复核" in finance.get("/").text or asked.reason in finance.get(f"/goods/{gift.code}/").text
    finance.post(f"/goods/write-offs/{asked.code}/release/")
    assert fresh(gift).left == 15
    assert finance.get("/goods/").status_code == 200
    assert finance.get("/goods/?all&page=99").status_code == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"voucher": "１００"}, "阿拉伯数字"),
        ({"voucher": "1e5"}, "阿拉伯数字"),
        ({"voucher": "-3"}, "阿拉伯数字"),
        ({"voucher": ""}, "凭据上的金额"),
        ({"quantity": "1.5"}, "整数"),
        ({"quantity": "9" * 30}, "10000000"),
        ({"name": "\u202e米"}, "控制字符"),
        ({"donor_name": ""}, "请先写上姓名"),
        ({"token": "x"}, "刷新"),
        ({"fund": "999999999999999999999999"}, "选"),
    ],
)
def test_bad_input_gets_a_sentence(
    cast: Cast, finance: Client, changes: dict[str, Any], sentence: str
) -> None:
    answer = finance.post("/goods/receive/", words(cast, **changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not InKindGift.objects.exists()


def test_more_than_is_left_is_refused_on_the_page(cast: Cast, finance: Client) -> None:
    gift = receive(cast)
    answer = finance.post(
        f"/goods/{gift.code}/issue/",
        {
            "quantity": "31",
            "beneficiaries": "elderly",
            "people": "1",
            "receipt": "x",
            "day": "2026-11-21",
            "token": token(),
        },
    )
    assert answer.status_code == 422
    assert "只剩 30袋" in answer.text


def test_others_find_nothing(cast: Cast, client: Client) -> None:
    gift = receive(cast)
    client.force_login(cast.stranger)
    for address in ("/goods/", "/goods/receive/", f"/goods/{gift.code}/", f"/goods/{gift.code}/issue/"):
        assert client.get(address).status_code == 404
    client.force_login(cast.auditor)
    page = client.get(f"/goods/{gift.code}/").text
    assert "王建国" not in page
    assert client.post(f"/goods/{gift.code}/issue/", {}).status_code == 422


def test_everyone_sees_what_came_and_went_and_no_name(cast: Cast, client: Client) -> None:
    gift = receive(cast)
    assert "大米" in client.get(f"/f/{cast.fund.code}/goods/").text
    issue(cast, gift, 12, people=9, note="内部备注")
    page = client.get(f"/f/{cast.fund.code}/goods/").text
    for said in ("王**", "大米", "12袋", "9 人签收", "18袋", "老人"):
        assert said in page
    for secret in ("王建国", "13912345678", "签-01", "内部备注", "社区仓库"):
        assert secret not in page
    shown = client.get(f"/f/{cast.fund.code}/").text
    assert "库里另有物资" in shown
    assert f"/f/{cast.fund.code}/goods/" in client.get(f"/f/{cast.fund.code}/roll/").text
    assert client.get(f"/f/{cast.other_fund.code}/goods/").status_code == 200
    assert client.get(f"/f/{cast.fund.code}/book/?flow=goods").status_code == 200
    assert clock.today()


def test_staff_and_the_donor_change_as_whom_the_public_sees_who_gave_things(
    cast: Cast, finance: Client
) -> None:
    gift = receive(cast, donor_name="欧阳䶮", name_choice="real", consents=frozenset({"publish_name"}))
    page, told = f"/goods/{gift.code}/instruct/", {
        "name_choice": "masked", "asker": "donor", "checked": "gift_facts",
        "told_on": clock.today().isoformat(), "token": "t" * 20,
    }  # fmt: skip
    assert page in finance.get(f"/goods/{gift.code}/").text and "公开金额" not in finance.get(page).text
    assert finance.post(page, told).headers["Location"] == f"/goods/{gift.code}/"
    assert fresh(gift).public_name == "欧阳*"
    assert not Consent.objects.filter(donation_code=gift.code, withdrawn_at=None).exists()
    assert "欧阳䶮" not in finance.get(f"/f/{cast.fund.code}/goods/").text
    refused = finance.post(page, told | {"name_choice": "real", "token": "u" * 20})
    assert refused.status_code == 422 and "书面同意" in refused.text
    own = f"/things/{queries.goods_key(gift)}/"
    assert finance.post(f"{own}name/", {"name_choice": "real"}).status_code == 422
    assert finance.post(f"{own}name/", {"name_choice": "real", "publish_name": "on"}).status_code == 302
    assert fresh(gift).public_name == "欧阳䶮"
    assert Consent.objects.filter(donation_code=gift.code, withdrawn_at=None).count() == 1
    assert_books_clean()


def test_a_donor_of_things_is_erased_by_the_gifts_address_and_on_their_word(
    cast: Cast, finance: Client
) -> None:
    alone, called = receive(cast, donor_name="欧阳䶮", contact=""), receive(cast, contact="13900000001")
    own = f"/things/{queries.goods_key(alone)}/"
    assert f"{own}erase/" in finance.get(own).text
    assert finance.post(f"{own}erase/").status_code == 422
    assert finance.post(f"{own}erase/", {"sure": "on"}).status_code == 200
    assert (fresh(alone).donor.name, fresh(alone).public_name) == ("", "爱心居民")
    assert finance.get(own).status_code == 404
    page, told = f"/goods/{called.code}/instruct/", {
        "name_choice": "masked", "erases": "on", "asker": "donor", "checked": "gift_facts",
        "told_on": clock.today().isoformat(), "token": "v" * 20,
    }  # fmt: skip
    assert "还不够" in finance.post(page, told).text
    assert "书面材料" in finance.post(page, told | {"asker": "family", "checked": "card"}).text
    assert fresh(called).donor.erased_at is None
    for _twice in range(2):
        assert finance.post(page, told | {"checked": "called_back"}).status_code == 302
    assert (fresh(called).donor.name, fresh(called).public_name) == ("", "爱心居民")
    row = DonorInstruction.objects.get()
    assert (row.erases, row.opens, row.name_choice) == (True, False, "anonymous")
    assert_books_clean()


def test_who_gave_to_another_charity_too_is_not_erased_by_one_of_them(cast: Cast, finance: Client) -> None:
    gift = receive(cast)
    other = Host.objects.get(pk=cast.host.pk)
    other.pk, other.code, other.uscc = None, "H-OTHER", ""
    other.save()
    more = receive(cast)
    InKindGift.objects.filter(pk=more.pk).update(donor=gift.donor, host=other)
    page = f"/goods/{gift.code}/instruct/"
    assert "别的慈善会" in finance.get(page).text and 'name="erases"' not in finance.get(page).text
    told = {"name_choice": "anonymous", "erases": "on", "asker": "donor", "checked": "card",
            "told_on": clock.today().isoformat(), "token": "w" * 20}  # fmt: skip
    assert finance.post(page, told).status_code == 422
    assert not DonorInstruction.objects.exists()
