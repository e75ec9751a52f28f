"""The pages of directed fundraising: who sees what, and that a link is one person's and in no list."""

import secrets
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.models import AuditEvent
from apps.donations import services
from apps.donations.models import DirectedAppeal, Donation, GivingPlan, Invitee
from apps.users.models import User
from tests.cast import Cast
from tests.donations.conftest import file_campaign
from tests.donations.directed import house as h

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def filled(**changes: str) -> dict[str, str]:
    words = {
        "preset": "5000",
        "name_choice": "anonymous",
        "contact": "139 0000 1234",
        "channel": "bank",
        "token": secrets.token_hex(16),
    }
    return words | changes


def page_of(row: Invitee) -> str:
    return reverse("donations:invited", args=[row.token])


def test_from_the_first_word_to_the_gift_through_the_pages(cast: Cast) -> None:
    admin, finance = signed_in(cast.admin), signed_in(cast.finance)
    text = h.text()
    words = {
        "name": text.name, "restriction": cast.restriction, "purpose": text.purpose, "surplus": text.surplus,
        "use_of_money": text.use_of_money, "use_plan": text.use_plan, "roster": text.roster,
        "starts_on": text.starts_on.isoformat(), "ends_on": text.ends_on.isoformat(), "expected": "2,000",
        "responsible": text.responsible, "contact": text.contact, "bank_account": text.bank_account,
        "token": secrets.token_hex(16),
    }  # fmt: skip
    new = reverse("donations:new_appeal", args=[cast.host.code])
    assert finance.post(new, words).status_code == 422 and not DirectedAppeal.objects.exists()
    wrong = admin.post(new, words | {"ends_on": "2020-01-01", "purpose": ""})
    assert wrong.status_code == 422 and text.use_plan in wrong.content.decode()
    assert admin.post(new, words).status_code == 302
    appeal = DirectedAppeal.objects.get()
    assert appeal.expected == 200_000
    people = reverse("donations:audience", args=[appeal.code])
    bad = admin.post(people, {"lines": "赵一,zhao@example.org,理事\n钱二,1,会员\n孙三,sun@example.org,居民"})
    assert bad.status_code == 422 and not Invitee.objects.exists()
    for words_of_row in ("第 2 行", "第 3 行", "慈善法第二十九条", "赵一,zhao@example.org,理事"):
        assert words_of_row in bad.content.decode()
    assert (
        admin.post(people, {"lines": f"姓名\t身份\t手机\n{h.NAME}\t理事长\t139 0000 1234\n"}).status_code
        == 302
    )
    act = reverse("donations:act_on_appeal", args=[appeal.code, "open"])
    assert "是您写的" in admin.post(act).content.decode()
    assert h.NAME in finance.get(people).content.decode()
    assert finance.post(act).status_code == 302
    assert (
        AuditEvent.objects.filter(verb="see_donor", subject_code=appeal.code, by_id=cast.finance.pk).count()
        == 1
    )
    admin.post(reverse("donations:act_on_appeal", args=[appeal.code, "send"]))
    row = Invitee.objects.get()
    own = admin.get(reverse("donations:invitee", args=[row.code])).content.decode()
    assert row.token in own
    assert row.token not in finance.get(reverse("donations:invitee", args=[row.code])).content.decode()
    answered = Client().post(page_of(row), filled())
    gift = Donation.objects.get()
    assert answered.status_code == 302 and gift.amount == 5_000
    where = Client().get(answered["Location"]).content.decode()
    assert text.bank_account in where and gift.reference is not None and gift.reference in where
    assert "备案编号" not in where
    shown = signed_in(cast.auditor).get(reverse("donations:appeal", args=[appeal.code])).content.decode()
    assert "王**" in shown and h.NAME not in shown and h.PHONE not in shown
    close = reverse("donations:act_on_appeal", args=[appeal.code, "close"])
    assert admin.post(close).status_code == 302
    assert Client().get(page_of(row)).status_code == 410


def test_the_page_says_what_it_is_and_is_in_no_list(cast: Cast) -> None:
    file_campaign(cast)
    row = h.running(cast)
    answer = Client().get(page_of(row))
    text = answer.content.decode()
    assert "noindex" in answer["X-Robots-Tag"] and 'content="noindex' in text
    for word in (
        "不是公开募捐",
        "第二十九条",
        cast.host.uscc,
        "慰问独居老人",
        "春节前分两批发放",
        "023-00000000",
        "王**",
    ):
        assert word in text
    for word in (h.NAME, h.PHONE, "备案编号"):
        assert word not in text
    inside = Client().get(page_of(row), headers={"User-Agent": "MicroMessenger/8.0"}).content.decode()
    assert "您在微信里打开了这一页" in inside and "您在微信里打开了这一页" not in text
    fund = cast.fund.code
    for address in ("/", f"/f/{fund}/", f"/give/{fund}/", f"/give/{fund}/poster/", f"/f/{fund}/roll/"):
        assert row.appeal.name not in Client().get(address).content.decode()
    assert Client().get(f"/give/{row.appeal.code}/").status_code == 404
    # The gift itself is seen like any other.
    gift = h.answer(row)
    services.receive_transfers(
        cast.host,
        [services.Transfer(gift.reference or "", 30_000, row.appeal.starts_on, "line-1")],
        by=cast.finance,
    )
    assert "王**" in Client().get(f"/f/{fund}/roll/").content.decode()
    done = Client().get(reverse("donations:done", args=[gift.code])).content.decode()
    assert "告诉邻居" not in done


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"contact": "13911112222"}, "只给本人用"),
        ({"preset": "", "amount": "1e3"}, "金额"),
        ({"preset": "", "amount": ""}, "请选一个金额"),
        ({"name_choice": "real"}, "勾选"),
        ({"channel": "cash"}, "怎么付"),
        ({"message": "张" * 101}, "最多"),
    ],
)
def test_what_was_typed_comes_back_with_one_sentence(cast: Cast, changes: dict[str, str], said: str) -> None:
    answer = Client().post(page_of(h.running(cast)), filled(message="春节快乐") | changes)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert changes.get("message", "春节快乐") in answer.content.decode()
    assert not Donation.objects.exists()


def test_links_that_open_nothing_say_so_in_one_sentence(cast: Cast) -> None:
    row = h.running(cast)
    other = GivingPlan(code=row.code).token
    for token in ("x", row.code, f"{row.code}.1", row.token[:-2], other, "𠮷" * 60, "a:b:c"):
        for client in (Client().get, Client().post):
            answer = client(reverse("donations:invited", args=[token]))
            assert answer.status_code == 404 and "这个链接不对" in answer.content.decode()
    left = Client().post(reverse("donations:decline_invitation", args=[row.token]))
    assert left.status_code == 200 and "移出名单" in left.content.decode()
    for address in ("donations:decline_invitation", "donations:invited"):
        assert Client().post(reverse(address, args=[row.token])).status_code == 410
    again = Client().get(page_of(row))
    assert (
        again.status_code == 410 and "停用" in again.content.decode() and h.NAME not in again.content.decode()
    )


def test_other_hosts_and_other_roles_find_nothing(cast: Cast) -> None:
    row = h.running(cast)
    appeal = [row.appeal.code]
    assert (
        h.NAME not in signed_in(cast.auditor).get(reverse("donations:audience", args=appeal)).content.decode()
    )
    assert signed_in(cast.auditor).get(reverse("donations:invitee", args=[row.code])).status_code == 404
    assert signed_in(cast.stranger).get(reverse("donations:appeal", args=appeal)).status_code == 404
    finance = signed_in(cast.finance)
    record = reverse("donations:record_directed", args=appeal)
    facts: dict[str, Any] = {
        "invitee": row.code, "channel": "cash", "amount": "88", "again": "88", "name_choice": "masked",
        "day": row.appeal.starts_on.isoformat(), "token": secrets.token_hex(16),
    }  # fmt: skip
    assert finance.post(record, facts | {"invitee": "nobody"}).status_code == 422
    assert finance.post(record, facts | {"again": "89"}).status_code == 422
    assert signed_in(cast.admin).post(record, facts).status_code == 422
    assert finance.post(record, facts).status_code == 302
    assert "王**" in finance.get(reverse("donations:appeal", args=appeal)).content.decode()
