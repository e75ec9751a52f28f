"""The staff's pages about seed programmes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.seeding.models import Award, Programme
from tests.cast import Cast
from tests.funds.money import give

pytestmark = pytest.mark.django_db


def test_a_programme_is_opened_and_given_out(client: Client, cast: Cast) -> None:
    give(cast.general, 15_000_00)
    client.force_login(cast.admin)
    address, today = reverse("seeding:open", args=["H-QJ"]), clock.today()
    facts = {
        "title": "启动资金",
        "per_fund": "一万",
        "pot": "70,000",
        "document": "决议 3 号",
        "opens_on": today.isoformat(),
        "closes_on": (today + timedelta(days=30)).isoformat(),
    }
    answer = client.post(address, facts)
    assert answer.status_code == 422
    assert "阿拉伯数字" in answer.content.decode()
    assert client.post(address, facts | {"per_fund": "10,000.01"}).status_code == 422
    assert client.post(address, facts | {"per_fund": "10,000"}).status_code == 302
    programme = Programme.objects.get()
    page = reverse("seeding:programme", args=[programme.code])
    give_out = reverse("seeding:award", args=[programme.code])
    assert "拨 ¥10,000.00 给百步梯社区慈善基金" in client.get(page).content.decode()
    assert client.post(give_out, {"fund": cast.fund.code}).headers["Location"] == page
    assert client.post(give_out, {"fund": cast.fund.code}).status_code == 302
    answer = client.post(give_out, {"fund": cast.other_fund.code})
    assert answer.status_code == 422
    assert "5,000.00" in answer.content.decode()
    assert client.post(give_out, {"fund": "F-NONE"}).status_code == 404
    assert Award.objects.count() == 1
    assert "已给 1 支" in client.get(reverse("seeding:list")).content.decode()


def test_only_the_hosts_people_and_only_its_administrator(client: Client, cast: Cast) -> None:
    give(cast.general, 15_000_00)
    client.force_login(cast.finance)
    assert client.get(reverse("seeding:list")).status_code == 200
    assert "慈善会管理员" in client.get(reverse("seeding:open", args=["H-QJ"])).content.decode()
    assert client.post(reverse("seeding:open", args=["H-QJ"]), {}).status_code == 400
    client.force_login(cast.stranger)
    for address in (reverse("seeding:list"), reverse("seeding:open", args=["H-QJ"])):
        assert client.get(address).status_code == 404
