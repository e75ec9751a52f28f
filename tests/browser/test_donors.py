"""A donor on a phone: in by code, where the gift went, and out for good."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from apps.core import clock
from apps.donations import services
from apps.donations.models import Donor
from apps.donations.services import OfflineGift, record_many
from tests.books import assert_books_clean
from tests.browser.conftest import START, Visitor, shoot
from tests.browser.thumb import fits, follow, press
from tests.cast import Cast
from tests.grants import house as grants

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = "13812345678"


def test_in_by_code_along_the_money_and_forgotten(
    house: Cast, visitor: Visitor, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SMS_SENDER, settings.DATA_DIR = "file", tmp_path
    for name, moment in {
        "NOON": START,
        "CLOSES": START + timedelta(days=4),
        "AFTER_VOTE": START + timedelta(days=4, minutes=1),
        "AFTER_NOTICE": START + timedelta(days=13),
        "PAID_ON": clock.day_of(START + timedelta(days=13)),
    }.items():
        monkeypatch.setattr(grants, name, moment)
    with clock.set_to(START):
        today = clock.today()
        mine = OfflineGift(
            house.fund, 300_000, "cash", today, "a", name="王芳", contact=PHONE, name_choice="masked"
        )
        record_many([mine, OfflineGift(house.fund, 4_000_000, "cash", today, "b")], by=house.finance)
    grant = grants.at_work(house)
    grants.paid(house, grant)
    page = visitor()
    page.goto("/desk/gifts/")
    page.locator("input[name=contact]").fill("138 1234 5678")
    press(page, "发验证码")
    services.send_codes()
    code = re.findall(r"\d{6}", (tmp_path / "sms.jsonl").read_text())[-1]
    page.locator("input[name=code]").fill(code)
    press(page, "查看我的捐赠")
    shoot(page, "gifts")
    follow(page, house.fund.name)
    expect(page.get_by_role("heading", level=1)).to_have_text("这笔钱去了哪里")
    expect(page.get_by_text(f"用在：{grant.project.title}")).to_be_visible()
    assert fits(page)
    shoot(page, "trace")
    page.go_back()
    follow(page, "我同意过什么")
    shoot(page, "consents")
    page.go_back()
    follow(page, "删除我的个人资料")
    shoot(page, "erase")
    assert fits(page)
    page.get_by_role("button", name="删除", exact=True).click()
    # Not without the second yes.
    assert Donor.objects.exclude(name_sealed="").exists()
    page.locator("input[name=sure]").check()
    press(page, "删除")
    expect(page.get_by_role("heading", level=1)).to_have_text("已经删除")
    assert not Donor.objects.exclude(name_sealed="").exists()
    assert_books_clean()
