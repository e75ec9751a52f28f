"""One yuan's whole way in a real browser: given, voted on, paid, reported and accepted, and seen by everyone."""

import io
import re
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from apps.core import clock
from apps.donations.models import Donation
from apps.funds.services import fold_totals
from apps.governance.models import Motion
from apps.governance.services import close_due
from apps.grants.models import Grant, Instalment
from apps.grants.services import end_notices, prepare_payment, release_payment
from apps.projects.models import Evidence, Project
from tests.books import assert_books_clean
from tests.browser.conftest import DESKTOP, START, Visitor
from tests.browser.thumb import follow, press, tap
from tests.cast import Cast
from tests.grants.house import with_account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CLOSES = START + timedelta(days=4)


def photo() -> dict[str, object]:
    body = io.BytesIO()
    Image.new("RGB", (800, 500), "#0B6650").save(body, "JPEG")
    return {"name": "午餐.jpg", "mimeType": "image/jpeg", "buffer": body.getvalue()}


def give(page: Page, fund: str, amount: str) -> None:
    """Fill in the public form and pay on the test checkout."""
    page.goto(f"/f/{fund}/")
    follow(page, "去捐款")
    page.locator("input[name=preset][value=other]").check()
    page.locator("input[name=amount]").fill(amount)
    page.locator("input[name=name_choice][value=masked]").check()
    page.locator("input[name=name]").fill("欧阳雪")
    page.locator("input[name=channel][value=stripe]").check()
    page.locator("input[name=provider_abroad]").check()
    press(page, "去付款")
    expect(page.locator("body")).to_contain_text("TEST")
    tap(page.locator("button[value=card], button:has-text('card')"))
    expect(page.locator("body")).to_contain_text("已入账", timeout=15_000)


def apply(page: Page, fund: str, title: str = "独居老人午餐") -> Project:
    """Write an application, with two budget lines and all five partners, and hand it in."""
    page.goto(f"/work/apply/{fund}/")
    return write_application(page, title)


def write_application(page: Page, title: str) -> Project:
    page.locator("input[name=title]").fill(title)
    page.locator("input[name=field][value=elderly]").check()
    page.locator("textarea[name=goal]").fill("给 20 位独居老人送一个月午饭")
    page.locator("input[name=starts_on]").fill((clock.today() + timedelta(days=19)).isoformat())
    page.locator("input[name=ends_on]").fill((clock.today() + timedelta(days=50)).isoformat())
    page.locator("input[name=persons]").fill("20")
    page.locator("input[name=person_times]").fill("440")
    for number, (kind, words, amount) in enumerate((("materials", "食材", "60"), ("services", "配送", "20"))):
        row = number + 1 if page.locator("input[name=words_0]").count() == 0 else number
        page.locator(f"select[name=cost_type_{row}]").select_option(kind)
        page.locator(f"input[name=words_{row}]").fill(words)
        page.locator(f"input[name=amount_{row}]").fill(amount)
    for partner in ("community", "social_organisation", "social_worker", "volunteer", "charity_resource"):
        page.locator(f"[name=part_{partner}]").fill("出一份力")
    press(page, "存成草稿")
    press(page, "提交申请")
    return Project.objects.get()


def vote(page: Page, motion: Motion, choice: str) -> None:
    page.goto(f"/vote/{motion.code}/")
    page.locator("input[name=tie]").first.check()
    page.locator(f"input[name=choice][value={choice}]").check()
    press(page, "确认投票")
    expect(page.locator("body")).to_contain_text("赞成" if choice == "yes" else "反对")


def pay(visitor: Visitor, cast: Cast, number: int, reference: str) -> None:
    """One in finance prepares, the other releases."""
    instalment = Instalment.objects.get(number=number)
    page = visitor(cast.finance, size=DESKTOP)
    page.goto(f"/grants/{instalment.grant.code}/{number}/prepare/")
    press(page, "制单")
    payment = instalment.payments.get()
    page = visitor(cast.second_finance, size=DESKTOP)
    page.goto(f"/grants/payments/{payment.code}/")
    page.locator("input[name=paid_on]").fill(clock.today().isoformat())
    page.locator("input[name=bank_reference]").fill(reference)
    press(page, "登记已付出")
    instalment.refresh_from_db()
    assert instalment.state == Instalment.State.PAID


def hand_report_in(page: Page, project: Project, words: str) -> Evidence:
    """The implementer reports the end of the work, with a photograph."""
    page.goto(f"/work/{project.code}/report/")
    page.locator("textarea[name=words]").fill(words)
    page.locator("input[name=persons]").fill("20")
    page.locator("input[name=person_times]").fill("440")
    page.locator("input[type=file]").set_input_files([photo()])  # type: ignore[list-item]
    expect(page.locator("#sending-status")).to_contain_text("传好了")
    page.locator("input[name=is_final][value=yes]").check()
    press(page, "交上去")
    return project.evidence.latest("pk")


def accept(page: Page, evidence: Evidence) -> None:
    """An officer goes through the checklist and accepts."""
    page.goto(f"/grants/evidence/{evidence.code}/")
    for item in page.locator("fieldset.judged").all():
        item.locator("input[value=met]").check()
        item.locator("input[type=text]").fill("照现场看的写")
    press(page, "验收通过")


def sums(page: Page, address: str) -> str:
    page.goto(address)
    return page.locator("body").inner_text()


def test_one_yuan_walks_from_donor_to_public_record(house: Cast, visitor: Visitor) -> None:
    cast, fund = house, house.fund.code
    with_account(cast)

    with ExitStack() as day:
        day.enter_context(clock.set_to(START))
        donor = visitor()
        give(donor, fund, "100")
        fold_totals()
        assert Donation.objects.get().public_name == "欧阳*"
        for address in (f"/f/{fund}/roll/", f"/f/{fund}/", "/"):
            assert "欧阳*" in sums(donor, address)
        for address in (f"/f/{fund}/", "/d/500110001001/", "/d/500110001/", "/d/500110/", "/"):
            assert "100.00" in sums(donor, address), address
        project = apply(visitor(cast.implementer), fund)

        chair = visitor(cast.chair)
        chair.goto(f"/grants/table/{project.code}/")
        press(chair, "提交表决")
        motion = Motion.objects.get()
        chair.goto(f"/motion/{motion.code}/")
        chair.locator("input[name=closes_at]").fill(local(CLOSES))
        press(chair, "开始表决")
        for number, member in enumerate((cast.chair, *cast.members[:5])):
            vote(visitor(member), motion, "no" if number == 0 else "yes")
        hidden = sums(donor, f"/m/{motion.code}/")
        assert not re.search(r"赞成\s*\d", hidden)

    with clock.set_to(CLOSES + timedelta(minutes=1)):
        close_due()
        assert Grant.objects.get().state == Grant.State.NOTICE
        assert "公示" in sums(donor, f"/p/{project.code}/")

    with clock.set_to(CLOSES + timedelta(days=9)):
        end_notices()
        pay(visitor, cast, 1, "NB-1")
        accept(visitor(cast.secretary), hand_report_in(visitor(cast.implementer), project, "每天中午送到"))
        # How it is rated stands in the walk of a need.
        payment = prepare_payment(Instalment.objects.get(number=2), by=cast.finance)
        release_payment(payment, paid_on=clock.today(), bank_reference="NB-2", by=cast.second_finance)
        fold_totals()
        story = sums(donor, f"/p/{project.code}/")
        for words in ("已结项", "80.00", "440", "每天中午送到"):
            assert words in story, words
        assert donor.locator("img[src*='/files/']").count() >= 1
        # Given 100, the checkout's fee off, 80 paid to the project.
        left = 10_000 - Donation.objects.get().fee - 8_000
        assert f"{left / 100:.2f}" in sums(donor, f"/f/{fund}/")
        assert_books_clean()


def local(moment: datetime) -> str:
    return moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%dT%H:%M")
