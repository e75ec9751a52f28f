"""Suspending with a public reason, renaming with the old name kept, and who still takes gifts."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.verdicts import Refused
from apps.disclosure import bodies
from apps.donations import services as donations
from apps.donations.queries import campaign_for
from apps.donations.services import OfflineGift
from apps.funds import queries, services
from apps.funds.models import Fund, FundName
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_kept_pages() -> Iterator[None]:
    """Keep no public page from another test."""
    bodies.forget()
    yield
    bodies.forget()


def test_everything_that_takes_gifts_asks_the_one_question(cast: Cast) -> None:
    fund = services.suspend_fund(cast.fund, reason="换届", why="reorganising", by=cast.admin)
    assert not queries.takes_gifts(fund)
    assert campaign_for(fund) is None
    assert "区划调整或换届" in queries.gifts_refused(fund)
    today = clock.today()
    assert queries.takes_gifts(fund, today - timedelta(days=1)) and not queries.takes_gifts(fund, today)
    cash = OfflineGift(fund=fund, amount=100, channel="cash", day=today, key="1")
    with pytest.raises(Refused) as refusal:
        donations.record_offline(cash, by=cast.finance)
    assert refusal.value.field == "fund" and "暂停" in str(refusal.value)
    before = OfflineGift(fund=fund, amount=100, channel="cash", day=today - timedelta(days=1), key="2")
    assert donations.record_offline(before, by=cast.finance).state == "booked"
    with pytest.raises(Refused, match="请选择暂停的原因"):
        services.suspend_fund(cast.other_fund, reason="x", why="weather", by=cast.admin)
    fund = services.resume_fund(fund, reason="换好了", by=cast.admin)
    assert (fund.suspended_for, fund.suspended_on) == ("", None)
    cash = OfflineGift(fund=fund, amount=100, channel="cash", day=today, key="1")
    assert donations.record_offline(cash, by=cast.finance).state == "booked"


def test_a_renamed_fund_is_found_by_both_names(client: Client, cast: Cast) -> None:
    old = cast.fund.name
    fund = services.rename_fund(cast.fund, name="百步梯社区治理基金", document="补充协议 1 号", by=cast.admin)
    assert fund.name == "百步梯社区治理基金"
    assert [row.name for row in queries.former_names(fund)] == [old]
    for name in (old, "社区治理"):
        assert Fund.objects.filter(queries.named(name)).get() == fund
    services.rename_fund(fund, name="百步梯社区治理基金", document="", by=cast.admin)
    assert FundName.objects.count() == 1
    client.force_login(cast.admin)
    assert fund.name in client.get(reverse("funds:list"), {"q": "百步梯社区慈善"}).content.decode()
    page = client.get(reverse("disclosure:fund", args=[fund.code])).content.decode()
    assert "曾用名" in page and old in page


@pytest.mark.parametrize(
    ("name", "document", "field"),
    [
        ("百步梯ABC基金", "x", "name"),
        ("全国百步梯基金", "x", "name"),
        ("新街子社区慈善基金", "x", "name"),
        ("", "x", "name"),
        ("百步梯治理基金", " ", "document"),
    ],
)
def test_a_name_keeps_the_rules(cast: Cast, name: str, document: str, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        services.rename_fund(cast.fund, name=name, document=document, by=cast.admin)
    assert refusal.value.field == field
    assert not FundName.objects.exists()


def test_the_page_asks_why_and_shows_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    move = reverse("funds:move", args=[cast.fund.code])
    assert client.post(move, {"reason": "没有写原因种类"}).status_code == 422
    assert client.post(move, {"reason": "", "why": "idle"}).status_code == 422
    assert client.post(move, {"reason": "内部的话甲乙丙", "why": "idle"}).status_code == 302
    page = client.get(reverse("disclosure:fund", args=[cast.fund.code])).content.decode()
    assert "长期没有活动" in page and "甲乙丙" not in page
    rename = reverse("funds:rename", args=[cast.fund.code])
    assert client.post(rename, {"name": "ABC", "document": "x"}).status_code == 422
    client.force_login(cast.finance)
    assert client.post(rename, {"name": "百步梯基金", "document": "x"}).status_code == 422
