"""A long application on a phone: kept while it is typed, honest without a network, there again after a reload."""

from datetime import timedelta

import pytest
from playwright.sync_api import Route, expect

from apps.core import clock
from apps.projects.models import Evidence, Unfinished
from tests.browser.conftest import START, Visitor
from tests.browser.test_needs_and_returns import picture
from tests.cast import Cast
from tests.projects.house import running

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


def test_a_report_goes_up_once_over_a_connection_that_breaks(house: Cast, visitor: Visitor) -> None:
    today = clock.day_of(START)
    project = running(house, starts_on=today, ends_on=today + timedelta(days=60))
    page = visitor(house.implementer)
    page.clock.install()
    page.goto(f"/work/{project.code}/report/")
    tried: list[str] = []

    def breaks(route: Route) -> None:
        tried.append(route.request.url)
        if len(tried) == 1:
            # It arrives, and its answer does not.
            route.fetch()
        if len(tried) < 3:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/files/", breaks)
    page.locator("#id_photos").set_input_files([picture()])  # type: ignore[list-item]
    for wait in (3000, 6000):
        expect(page.locator("#sending")).to_contain_text("断了")
        page.clock.run_for(wait)
    expect(page.locator("#sending")).to_contain_text("传好了")
    page.get_by_role("button", name="交上去").click()
    expect(page.locator("main")).to_contain_text("要改")
    for name, value in (("words", "送了第一餐。"), ("persons", "9"), ("person_times", "9")):
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=is_final]").first.check()
    page.context.set_offline(True)
    page.get_by_role("button", name="交上去").click()
    expect(page.locator(".uploading")).to_contain_text("断了")
    expect(page.locator("[name=words]")).to_have_value("送了第一餐。")
    page.context.set_offline(False)
    page.wait_for_url(f"**/work/{project.code}/")
    assert Evidence.objects.get().photos.count() == 1
