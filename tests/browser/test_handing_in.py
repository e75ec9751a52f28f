"""Handing a report in from a weak telephone: files go ahead, answers are lost, and nothing goes off by itself."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from apps.core import clock
from apps.projects.models import Evidence, Project
from tests.browser.conftest import START, Visitor, shoot
from tests.browser.test_needs_and_returns import picture
from tests.browser.thumb import fits
from tests.cast import Cast
from tests.projects.house import running

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAUSES = (2000, 5000, 15000)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with clock.set_to(START):
        yield


class Road:
    """The way of a report's form and of its files to the server: open, cut, not ending, or a gateway's own
    page by its status; what was posted."""

    def __init__(self, page: Page, project: Project) -> None:
        self.form, self.files = "open", "open"
        self.posts = 0
        self.held: list[Route] = []
        page.route(f"**/work/{project.code}/report/", self._form)
        page.route("**/report/*/files/", self._file)

    def _form(self, route: Route) -> None:
        if route.request.method == "POST":
            self.posts += 1
            if self.form == "cut":
                return route.abort("connectionreset")
            if self.form.isdigit():
                page = f"<title>{self.form}</title><h1>{self.form}</h1>"
                return route.fulfill(status=int(self.form), body=page, content_type="text/html")
        return route.continue_()

    def _file(self, route: Route) -> None:
        if self.files == "hang":
            self.held.append(route)
        else:
            route.continue_()


def at_work(cast: Cast) -> Project:
    today = clock.day_of(START)
    return running(cast, starts_on=today, ends_on=today + timedelta(days=60))


def choose(page: Page, colour: str) -> None:
    page.locator("#id_photos").set_input_files([picture(colour)])  # type: ignore[list-item]


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="交上去").click()


def fill(page: Page, words: str = "送了饭") -> None:
    page.locator("[name=words]").fill(words)
    page.locator("[name=persons]").fill("9")
    page.locator("[name=person_times]").fill("9")
    page.locator("[name=is_final][value=no]").check()


def lose(page: Page) -> None:
    """Let every new try pass, until the page asks."""
    status = page.locator(".uploading [role=status]")
    for pause in PAUSES:
        expect(status).to_contain_text("断了")
        page.clock.run_for(pause)
    expect(status).to_contain_text("没传上去")


def test_a_report_goes_when_it_is_told_to_and_with_all_its_files(house: Cast, visitor: Visitor) -> None:
    project, page = at_work(house), visitor(house.implementer)
    page.clock.install()
    page.goto(f"/work/{project.code}/report/")
    road = Road(page, project)
    hand_in(page)
    expect(page.locator(".errors")).to_be_visible()
    # On the page that came back as on the first, the form waits for its files.
    road.posts, road.files = 0, "hang"
    fill(page)
    choose(page, "#0B6650")
    hand_in(page)
    expect(page.locator("#sending-status")).to_contain_text("还有 1 个文件在传")
    assert road.posts == 0
    # The files are up and the form is cut off for good: another picture does not send it.
    road.files, road.form = "open", "cut"
    road.held.pop().continue_()
    lose(page)
    assert road.posts == 1 + len(PAUSES)
    road.form = "open"
    choose(page, "#222222")
    expect(page.locator("#sending-status")).to_contain_text("可以交")
    assert road.posts == 1 + len(PAUSES) and not Evidence.objects.exists()
    # What goes again is what stands there now, and it waits for files as the first did.
    page.locator("[name=words]").fill("送了三百份饭")
    road.files = "hang"
    choose(page, "#999999")
    page.get_by_role("button", name="再传一次").click()
    expect(page.locator("#sending-status")).to_contain_text("还有 1 个文件在传")
    assert road.posts == 1 + len(PAUSES)
    road.held.pop().continue_()
    page.wait_for_url(f"**/work/{project.code}/")
    evidence = Evidence.objects.get()
    assert (evidence.words, evidence.photos.count()) == ("送了三百份饭", 3)


def test_what_no_page_of_ours_answers_keeps_the_form(house: Cast, visitor: Visitor) -> None:
    """A gateway's refusal, its page in our place, somebody who writes on after a cut, and a sign-in that ran out."""
    project, page = at_work(house), visitor(house.implementer)
    page.clock.install()
    page.goto(f"/work/{project.code}/report/")
    road, status = Road(page, project), page.locator(".uploading [role=status]")
    fill(page)
    road.form = "413"
    hand_in(page)
    expect(status).to_contain_text("413")
    expect(page.get_by_role("button", name="交上去")).to_be_enabled()
    road.form = "200"
    hand_in(page)
    lose(page)
    road.form, road.posts = "cut", 0
    hand_in(page)
    expect(status).to_contain_text("断了")
    page.locator("[name=words]").fill("送了")
    expect(status).to_contain_text("没传上去")
    page.clock.run_for(sum(PAUSES))
    assert road.posts == 1
    road.form = "open"
    context = page.context
    cookies = {cookie["name"]: cookie for cookie in context.cookies()}
    context.clear_cookies(name="sessionid")
    hand_in(page)
    expect(status).to_contain_text("登录过期了")
    expect(page.get_by_role("link", name="在新标签页登录")).to_be_visible()
    assert page.locator("[name=words]").input_value() == "送了" and fits(page)
    choose(page, "#0B6650")
    row = page.locator("li.sent")
    expect(row).to_contain_text("登录过期了")
    shoot(page, "signed-out")
    # Signing in changes the token, too.
    cookies["csrftoken"]["value"] = "t" * 32
    context.add_cookies(list(cookies.values()))  # type: ignore[arg-type]
    row.get_by_role("button", name="再传一次").click()
    expect(row).to_contain_text("传好了")
    page.locator(".uploading").get_by_role("button", name="再传一次").click()
    page.wait_for_url(f"**/work/{project.code}/")
    evidence = Evidence.objects.get()
    assert (evidence.words, evidence.photos.count()) == ("送了", 1)
