"""A long application on a phone: kept while it is typed, honest without a network, there again after a reload."""

import pytest
from playwright.sync_api import expect

from apps.projects.models import Unfinished
from tests.browser.conftest import Visitor
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_is_typed_survives_the_network_and_a_reload(house: Cast, visitor: Visitor) -> None:
    page = visitor(house.implementer)
    page.goto(f"/work/apply/{house.fund.code}/")
    told = page.locator("#kept")
    page.locator("#id_title").fill("独居老人午餐")
    expect(told).to_contain_text("已保存", timeout=20_000)
    page.context.set_offline(True)
    page.locator("#id_title").fill("独居老人午餐第三期")
    expect(told).to_have_text("未保存，请检查网络", timeout=20_000)
    page.context.set_offline(False)
    expect(told).to_contain_text("已保存", timeout=20_000)
    page.reload()
    expect(page.locator("#id_title")).to_have_value("独居老人午餐第三期")
    assert Unfinished.objects.get().typed["title"] == "独居老人午餐第三期"
