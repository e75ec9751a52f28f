"""From a poster to thanks, on a phone: by card, by a wallet, by a bank that takes a while, by transfer."""

import pytest
from playwright.sync_api import Page, expect

from apps.core import clock
from apps.donations.models import Donation
from apps.donations.services import Transfer, receive_transfers
from tests.books import assert_books_clean
from tests.browser.conftest import START, Visitor
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Amount, name, way, consent, go: what a donor without a name has to touch.
ONLINE_TAPS, TRANSFER_TAPS = 5, 4


def from_poster(page: Page, fund: str) -> None:
    """Open the poster's page and go to the address in its code."""
    page.goto(f"/give/{fund}/poster/")
    page.goto(page.locator("p.code").inner_text())
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def touch(page: Page, *choices: str) -> int:
    """Tick each choice as a thumb would, by its label, and send the form; return how many taps that took."""
    for choice in choices:
        page.locator(f"label:has({choice}), {choice}").first.click()
        assert page.locator(choice).is_checked(), choice
    page.get_by_role("button", name="去付款").click()
    page.wait_for_load_state()
    return len(choices) + 1


@pytest.mark.parametrize("outcome", ["card_ok", "alipay", "delayed_ok"])
def test_from_a_poster_to_thanks_online(house: Cast, visitor: Visitor, outcome: str) -> None:
    with clock.set_to(START):
        page = visitor()
        from_poster(page, house.fund.code)
        taps = touch(
            page,
            "input[name=preset][value='2000']",
            "input[name=name_choice][value=anonymous]",
            "input[name=channel][value=stripe]",
            "input[name=provider_abroad]",
        )
        assert taps == ONLINE_TAPS
        expect(page.locator("body")).to_contain_text("TEST")
        page.locator(f"button[value={outcome}]").click()
        expect(page.locator("body")).to_contain_text("已入账", timeout=20_000)
        assert Donation.objects.get().state == "booked"
        assert_books_clean()


def test_from_a_poster_to_thanks_by_transfer(house: Cast, visitor: Visitor) -> None:
    with clock.set_to(START):
        page = visitor()
        from_poster(page, house.fund.code)
        taps = touch(
            page,
            "input[name=preset][value='5000']",
            "input[name=name_choice][value=anonymous]",
            "input[name=channel][value=bank]",
        )
        assert taps == TRANSFER_TAPS
        gift = Donation.objects.get()
        expect(page.locator("body")).to_contain_text(gift.reference or "?")
        line = Transfer(str(gift.reference), gift.amount, clock.today(), "line-1")
        receive_transfers(house.host, [line], by=house.finance)
        page.goto(f"/give/{gift.code}/done/")
        expect(page.locator("body")).to_contain_text("已入账")
        assert_books_clean()
