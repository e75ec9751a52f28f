"""What comes after a gift, in a browser: given back by two people and seen by the donor; a monthly gift stopped by its
signed link."""

import pytest
from playwright.sync_api import expect

from apps.core import clock
from apps.donations.models import Donation, GivingPlan, Refund
from tests.books import assert_books_clean
from tests.browser.conftest import DESKTOP, START, Visitor
from tests.browser.test_walk import give
from tests.browser.thumb import fits, press, tap
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_large_gift_goes_back_by_two_people_and_the_donor_sees_it(house: Cast, visitor: Visitor) -> None:
    with clock.set_to(START):
        donor = visitor()
        give(donor, house.fund.code, "3000")
        thanks = donor.url
        gift = Donation.objects.get()
        asks = visitor(house.finance, size=DESKTOP)
        asks.goto(f"/gifts/{gift.code}/")
        asks.locator("input[name=amount]").fill("2500")
        asks.locator("input[name=why]").first.check()
        asks.locator("[name=reason]").fill("多付了一个零")
        press(asks, "退款")
        refund = Refund.objects.get()
        assert refund.state == "waiting"
        expect(asks.get_by_role("button", name="复核，同意退款")).to_have_count(0)
        decides = visitor(house.second_finance)
        decides.goto(f"/gifts/{gift.code}/")
        assert fits(decides)
        press(decides, "复核，同意退款")
        donor.goto(thanks)
        expect(donor.locator("dl.facts").first).to_contain_text("2,500.00", timeout=15_000)
        refund.refresh_from_db()
        assert (refund.state, refund.decided_by_id) == ("done", house.second_finance.pk)
        assert Donation.objects.get().refunded == 2_500_00
        assert_books_clean()


def test_a_monthly_gift_begins_and_is_stopped_by_its_link(house: Cast, visitor: Visitor) -> None:
    with clock.set_to(START):
        page = visitor()
        page.goto(f"/give/{house.fund.code}/monthly/")
        assert fits(page)
        page.locator("input[name=amount]").fill("50")
        page.locator("input[name=rail][value=card]").check()
        page.locator("[name=day]").fill("15")
        page.locator("input[name=name_choice][value=anonymous]").check()
        page.locator("input[name=contact]").fill("donor@example.org")
        page.locator("input[name=provider_abroad]").check()
        press(page, "开始月捐")
        tap(page.locator("button[value=card_ok]"))
        expect(page.locator("h1")).to_contain_text("每月")
        plan = GivingPlan.objects.get()
        # The link alone is enough, on any other phone.
        other = visitor()
        other.goto(f"/monthly/{plan.token}/")
        expect(other.locator("dl.facts")).to_contain_text("1 个月，共 ¥50.00")
        expect(other.locator("body")).not_to_contain_text("donor@example.org")
        assert fits(other)
        press(other, "停止月捐")
        expect(other.get_by_role("link", name="重新开始一份")).to_be_visible()
        plan.refresh_from_db()
        assert plan.state == "stopped"
        assert_books_clean()
