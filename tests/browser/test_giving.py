"""From a poster to certificate and trace, on a phone: by card, wallets, a bank that takes a while, transfer."""

import pytest
from playwright.sync_api import Page, expect

from apps.core import clock
from apps.donations.models import Donation
from apps.donations.services import Transfer, receive_transfers
from tests.books import assert_books_clean
from tests.browser.conftest import START, Visitor, shoot
from tests.browser.thumb import fits, follow, press, tap
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Amount, name, way, consent, go: what a donor without a name has to touch.
ONLINE_TAPS, TRANSFER_TAPS = 5, 4


def from_poster(page: Page, fund: str) -> None:
    """Open the poster's page and go to the address in its code."""
    page.goto(f"/give/{fund}/poster/")
    page.goto(page.locator("p.code").inner_text())
    assert fits(page)


def touch(page: Page, *choices: str) -> int:
    """Tick each choice as a thumb would, by its label, and send the form; return how many taps that took."""
    for choice in choices:
        page.locator(f"label:has({choice}), {choice}").first.click()
        assert page.locator(choice).is_checked(), choice
    press(page, "去付款")
    return len(choices) + 1


def to_certificate_and_trace(page: Page, gift: Donation) -> None:
    """Go on from the thanks to the certificate, and to where the money went."""
    follow(page, "领证书、申请票据")
    follow(page, "做证书")
    press(page, "做证书")
    picture = page.locator("img.certificate")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 1000
    shoot(page, "certificate")
    page.go_back()
    page.go_back()
    follow(page, "看我的钱去了哪里")
    expect(page.get_by_role("heading", level=1)).to_have_text("这笔钱去了哪里")
    assert fits(page)


@pytest.mark.parametrize("outcome", ["card_ok", "alipay", "wechat_pay", "delayed_ok"])
def test_from_a_poster_to_certificate_and_trace_online(house: Cast, visitor: Visitor, outcome: str) -> None:
    with clock.set_to(START):
        page = visitor()
        from_poster(page, house.fund.code)
        shoot(page, "give")
        taps = touch(
            page,
            "input[name=preset][value='2000']",
            "input[name=name_choice][value=anonymous]",
            "input[name=channel][value=stripe]",
            "input[name=provider_abroad]",
        )
        assert taps == ONLINE_TAPS
        expect(page.locator("body")).to_contain_text("TEST")
        tap(page.locator(f"button[value={outcome}]"))
        expect(page.locator("body")).to_contain_text("已入账", timeout=20_000)
        gift = Donation.objects.get()
        assert gift.state == "booked"
        to_certificate_and_trace(page, gift)
        assert_books_clean()


def test_from_a_poster_to_certificate_and_trace_by_transfer(house: Cast, visitor: Visitor) -> None:
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
        to_certificate_and_trace(page, gift)
        assert_books_clean()
