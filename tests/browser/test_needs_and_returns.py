"""What residents and officers do about a project on a phone: a need that became one, money asked back, two funds."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from apps.core import clock
from apps.finance import services as finance
from apps.finance.models import BankMatch
from apps.funds.services import fold_totals
from apps.governance import services as governance
from apps.governance.models import Motion
from apps.grants import services
from apps.grants.models import Clawback, Grant, Objection, Payment
from apps.projects.models import Need, Project
from tests.books import assert_books_clean
from tests.browser.conftest import START, Visitor, shoot
from tests.browser.test_walk import accept, hand_report_in, local, pay, vote, write_application
from tests.browser.thumb import fits, follow, press, tap
from tests.cast import Cast
from tests.grants import house as h
from tests.grants.test_bank import line
from tests.projects.house import running

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AFTER_NOTICE = START + timedelta(days=13)
BUDGET = [("materials", "扶手", 3_000_00), ("services", "安装", 1_000_00)]


@pytest.fixture(autouse=True)
def days(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The room's steps happen around the day on which the browser's story begins."""
    moments = {
        "NOON": START,
        "CLOSES": START + timedelta(days=4),
        "AFTER_VOTE": START + timedelta(days=4, minutes=1),
        "AFTER_NOTICE": AFTER_NOTICE,
        "PAID_ON": clock.day_of(AFTER_NOTICE),
    }
    for name, moment in moments.items():
        monkeypatch.setattr(h, name, moment)
    with clock.set_to(START):
        yield


def asked(cast: Cast, **changes: object) -> Project:
    """Hand an application in."""
    today = clock.day_of(START)
    usual: dict[str, object] = {
        "title": "三号楼装扶手",
        "goal": "给三号楼的六层楼梯装上扶手，让老人上下楼有个扶的",
        "starts_on": today + timedelta(days=20),
        "ends_on": today + timedelta(days=60),
        "budget": BUDGET,
    }
    return h.submitted(cast, **(usual | changes))


def read(page: Page, address: str) -> str:
    page.goto(address)
    assert fits(page)
    return page.locator("body").inner_text()


def voted_by_hand(cast: Cast, visitor: Visitor, project: Project) -> Grant:
    """The secretary tables, the chair opens the vote and votes, on their own telephones; the others vote alike."""
    secretary = visitor(cast.secretary)
    secretary.goto(f"/grants/table/{project.code}/")
    press(secretary, "提交表决")
    decide(cast, visitor(cast.chair), Motion.objects.get())
    return Grant.objects.get()


def test_a_need_voiced_by_phone_becomes_a_project_and_is_rated(house: Cast, visitor: Visitor) -> None:
    cast, resident, secretary = house, visitor(), visitor(house.secretary)
    h.money(cast)
    resident.goto(f"/needs/{cast.fund.division_id}/")
    assert fits(resident)
    resident.locator("input[name=field][value=elderly]").check()
    resident.locator("textarea[name=words]").fill("三号楼的楼梯没有扶手，老人上下楼不敢走")
    resident.locator("input[name=persons]").fill("40")
    resident.locator("input[name=contact]").fill("13812345678")
    press(resident, "告诉社区")
    receipt = resident.locator(".money-figure.code").inner_text()

    secretary.goto("/grants/needs/")
    assert fits(secretary)
    follow(secretary, "三号楼")
    press(secretary, "照原话公开")
    secretary.locator("select[name=field]").select_option("elderly")
    secretary.locator("input[name=urgency]").first.check()
    press(secretary, "保存")
    shoot(secretary, "need-sorted")
    need = Need.objects.get()
    assert "三号楼的楼梯没有扶手" in read(resident, f"/n/{need.code}/")
    assert "13812345678" not in resident.content()

    h.with_account(cast)
    implementer = visitor(cast.implementer)
    implementer.goto("/grants/matching/")
    assert fits(implementer)
    follow(implementer, f"向{cast.fund.name}申请")
    grant = voted_by_hand(cast, visitor, write_application(implementer, "三号楼装扶手"))
    with clock.set_to(AFTER_NOTICE):
        services.end_notices()
        pay(visitor, cast, 1, "YH-1")
        accept(secretary, hand_report_in(implementer, grant.project, "六层都装好了"))
        pay(visitor, cast, 2, "YH-2")
        secretary.goto(f"/grants/codes/{grant.project.code}/")
        secretary.locator("input[name=count]").fill("3")
        press(secretary, "生成")
        code = grant.project.rating_codes.earliest("pk").code
        resident.goto(f"/rate/#{code}")
        resident.locator("input[name=stars][value='5']").check()
        resident.locator("[name=words]").fill("扶着上楼踏实多了")
        press(resident, "交上去")
        assert "扶着上楼踏实多了" not in read(resident, f"/p/{grant.project.code}/")
        secretary.goto(f"/grants/work/{grant.project.code}/words/")
        assert fits(secretary)
        shoot(secretary, "words")
        press(secretary, "看过了，可以公开")
        secretary.goto(f"/grants/needs/{need.code}/")
        secretary.get_by_text("办完了，或者不办").click()
        secretary.locator("input[name=means][value=project]").check()
        secretary.locator("textarea[name=answer]").fill("扶手六层都装好了")
        press(secretary, "公开答复")

        resident.goto("/needs/follow/")
        resident.locator("input[name=receipt]").fill(receipt)
        press(resident, "看一看")
        expect(resident.locator("body")).to_contain_text("扶手六层都装好了")
        follow(resident, "看公开的页面")
        assert fits(resident)
        shoot(resident, "need-met")
        follow(resident, "三号楼装扶手")
        story = resident.locator("body").inner_text()
        for words in (
            "已结项",
            "80.00",
            "六层都装好了",
            "扶着上楼踏实多了",
            "三号楼的楼梯没有扶手",
        ):
            assert words in story, words
        assert resident.locator("img[src*='/files/']").count() >= 1
        rating = " ".join(resident.locator("p.rating").inner_text().split())
        assert rating.startswith("5.0") and "收回 1 张" in rating, rating
        assert_books_clean()


def decide(cast: Cast, chair: Page, motion: Motion) -> None:
    """The chair opens the vote and votes on the telephone; the others vote alike, and what follows is done."""
    chair.goto(f"/motion/{motion.code}/")
    chair.locator("input[name=closes_at]").fill(local(clock.now() + timedelta(days=4)))
    press(chair, "开始表决")
    vote(chair, motion, "yes")
    for user in cast.members:
        governance.cast(motion, user=user, choice="yes", subject_hash=motion.subject_hash, by=user)
    with clock.set_to(clock.now() + timedelta(days=5)):
        governance.close(motion)
        services.settle_decided()


def test_money_asked_back_comes_in_part_and_the_rest_is_voted_on(house: Cast, visitor: Visitor) -> None:
    cast = house
    h.money(cast)
    grant = h.at_work(cast, asked(cast))
    h.paid(cast, grant)
    with clock.set_to(AFTER_NOTICE):
        admin = visitor(cast.admin)
        admin.goto(f"/grants/{grant.code}/")
        assert fits(admin)
        admin.get_by_text("要求退回一部分钱").click()
        form = admin.locator("form[action$='/ask-back/']")
        form.locator("[name$=amount]").fill("1500")
        form.locator("[name$=reason]").fill("两层没有装")
        press(admin, "要求退回")
        clawback = Clawback.objects.get()

        finance_page = visitor(cast.finance)
        finance_page.goto(f"/grants/returns/{clawback.code}/")
        assert fits(finance_page)
        finance_page.locator("input[name=amount]").fill("900")
        finance_page.locator("input[name=received_on]").fill(h.PAID_ON.isoformat())
        finance_page.locator("input[name=bank_reference]").fill("R-900")
        press(finance_page, "登记到账")
        # The bank's own line proves it.
        line(cast, 900_00, "退回资助款", reference="R-900")
        assert [match.subject_kind for match in finance.match_lines(cast.host, by=cast.finance)] == ["return"]

        chair = visitor(cast.chair)
        chair.goto(f"/grants/clawbacks/{clawback.code}/write-off/")
        assert fits(chair)
        chair.locator("textarea[name=reason]").fill("组织注销，法院终结执行")
        tap(chair.locator("main form.form button.button"))
        motion = Motion.objects.get(kind="grant_change")
        decide(cast, chair, motion)
        fold_totals()
        clawback.refresh_from_db()
        assert (clawback.returned, clawback.written_off, clawback.outstanding) == (900_00, 600_00, 0)

        anyone = visitor()
        story = read(anyone, f"/p/{grant.project.code}/")
        shoot(anyone, "clawback")
        for words in ("已减去退回的 ¥900.00", "追回", "1,500.00", "表决核销", "600.00", "两层没有装"):
            assert words in story, words
        assert "通过" in read(anyone, f"/m/{motion.code}/")
        # Half of 4,000 was paid, 900 came back; what was given up stays spent.
        assert "1,100.00" in read(anyone, f"/f/{cast.fund.code}/")
        assert BankMatch.objects.count() == 1
        assert_books_clean()


def test_two_funds_vote_on_one_project_which_counts_once(house: Cast, visitor: Visitor) -> None:
    here, there = house, replace(house, fund=house.other_fund)
    h.seat_everyone(there)
    for side in (here, there):
        h.money(side)
    project = asked(here, partners=[(there.fund, 1_500_00)])
    secretary = visitor(here.secretary)
    secretary.goto(f"/grants/table/{project.code}/")
    assert fits(secretary)
    press(secretary, "提交表决")
    # The other fund puts its own share to its own vote.
    secretary.goto(f"/grants/table/{project.code}/")
    press(secretary, "提交表决")
    anyone, chair = visitor(), visitor(here.chair)
    motions = [Motion.objects.get(committee__fund=side.fund) for side in (here, there)]
    assert [motion.amount for motion in motions] == [2_500_00, 1_500_00]
    for motion in motions:
        assert not Grant.objects.exists()
        decide(here, chair, motion)
    with clock.set_to(AFTER_NOTICE):
        services.end_notices()
        for side, motion in zip((here, there), motions, strict=True):
            h.paid(side, Grant.objects.get(motion=motion))
        fold_totals()
        story = read(anyone, f"/p/{project.code}/")
        shoot(anyone, "joint")
        for words in (
            here.fund.name,
            there.fund.name,
            "2,500.00",
            "1,500.00",
            "几个基金一共批准",
            "4,000.00",
        ):
            assert words in story, words
        # Each fund shows its own half of the first instalments; the district adds them up once.
        for side, spent in ((here, "1,250.00"), (there, "750.00")):
            assert spent in read(anyone, f"/f/{side.fund.code}/"), spent
        district = read(anyone, "/d/500110/")
        assert "2,000.00" in district and district.count(project.title) <= 1
        assert_books_clean()


def test_an_objection_stops_a_payment_until_it_is_answered(house: Cast, visitor: Visitor) -> None:
    cast, anyone = house, visitor()
    h.money(cast)
    grant = h.awarded(cast, asked(cast))
    prepare, day_after = f"/grants/{grant.code}/1/prepare/", AFTER_NOTICE
    with clock.set_to(h.AFTER_VOTE):
        anyone.goto(f"/p/{grant.project.code}/")
        follow(anyone, "提异议")
        assert fits(anyone)
        anyone.locator("input[name=ground]").first.check()
        anyone.locator("textarea[name=words]").fill("承办方的负责人是委员的亲戚")
        press(anyone, "提交异议")
    with clock.set_to(day_after):
        services.end_notices()
        pays = visitor(cast.finance)
        assert "等条件" in read(pays, prepare)
        expect(pays.get_by_role("button", name="制单，交复核")).to_have_count(0)
        assert "答复以前公示延长，不付款" in read(anyone, f"/p/{grant.project.code}/")
        chair = visitor(cast.chair)
        chair.goto(f"/grants/objections/{Objection.objects.get().code}/")
        assert fits(chair)
        shoot(chair, "objection")
        chair.locator("textarea[name=public_words]").fill("承办方与委员有亲属关系")
        chair.locator("textarea[name=answer]").fill("查过名册和申报，没有这层关系。")
        chair.locator("input[name=decision][value=dismiss]").check()
        press(chair, "公开答复")
    with clock.set_to(day_after + timedelta(hours=1)):
        services.end_notices()
        pays.goto(prepare)
        press(pays, "制单，交复核")
        payment = Payment.objects.get()
        releases = visitor(cast.second_finance)
        releases.goto(f"/grants/payments/{payment.code}/")
        assert fits(releases)
        releases.locator("input[name=paid_on]").fill(clock.today().isoformat())
        releases.locator("input[name=bank_reference]").fill("YH-1")
        press(releases, "登记已付出")
        story = read(anyone, f"/p/{grant.project.code}/")
        for words in ("查过名册和申报", "承办方与委员有亲属关系", "2,000.00"):
            assert words in story, words
        assert "亲戚" not in story
        assert_books_clean()


def picture(colour: str = "#0B6650") -> dict[str, object]:
    body = io.BytesIO()
    Image.new("RGB", (1600, 1200), colour).save(body, "JPEG")
    return {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": body.getvalue()}


def test_files_go_up_again_after_a_cut_and_stay_chosen(house: Cast, visitor: Visitor) -> None:
    """A need's photographs and a voucher: the first try is cut off, and a refused form keeps what was chosen."""
    cast, resident = house, visitor()
    resident.clock.install()
    tried: list[str] = []

    def cut_once(route: Route) -> None:
        tried.append(route.request.method)
        if len(tried) == 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    address = f"/needs/{cast.fund.division_id}/"
    resident.goto(address)
    resident.locator("input[name=field][value=elderly]").check()
    resident.locator("textarea[name=words]").fill("饭")
    resident.locator("input[type=file]").set_input_files([picture()])  # type: ignore[list-item]
    resident.route(f"**{address}", cut_once)
    resident.get_by_role("button", name="告诉社区").click()
    expect(resident.locator(".uploading [role=status]")).to_contain_text("断了")
    resident.clock.run_for(3000)
    expect(resident.locator("main")).to_contain_text("多写几个字")
    assert len(tried) == 2 and not Need.objects.exists() and fits(resident)
    resident.locator("textarea[name=words]").fill("三号楼的楼梯没有扶手")
    resident.get_by_role("button", name="告诉社区").click()
    expect(resident.locator("main")).to_contain_text("您的回执码")
    need = Need.objects.get()
    assert need.photos.count() == 1

    today = clock.day_of(START)
    project = running(cast, starts_on=today, ends_on=today + timedelta(days=60))
    implementer = visitor(cast.implementer)
    implementer.goto(f"/work/{project.code}/expenses/")
    for name, value in (("paid_on", clock.day_of(START).isoformat()), ("payee", "五金店"), ("amount", "0")):
        implementer.locator(f"input[name={name}]").fill(value)
    implementer.locator("input[type=file]").set_input_files([picture()])  # type: ignore[list-item]
    implementer.get_by_role("button", name="记下").click()
    expect(implementer.locator("main")).to_contain_text("大于 0")
    implementer.locator("input[name=amount]").fill("12.50")
    implementer.get_by_role("button", name="记下").click()
    expect(implementer.locator("#rows + ul, main")).to_contain_text("12.50")
    assert project.expenses.get().amount == 12_50
