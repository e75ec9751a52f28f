"""From the thank-you page to the certificate on the wall and its check, on a phone."""

import pytest
from playwright.sync_api import Page, expect

from apps.donations.models import Certificate, FiscalReceipt
from tests.browser.conftest import Visitor
from tests.browser.test_walk import give, press
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fits(page: Page) -> bool:
    """Whether nothing is wider than the phone."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_from_thanks_to_the_check(house: Cast, visitor: Visitor) -> None:
    page = visitor()
    give(page, "F-BBT", "66")
    page.wait_for_load_state()
    assert fits(page)
    page.get_by_role("link", name="领证书、申请票据").click()
    page.get_by_role("link", name="做证书").click()
    page.locator("input[name=prints_full_name]").check()
    press(page, "做证书")
    picture = page.locator("img.certificate")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 1000")
    assert fits(page)
    page.get_by_role("link", name="申请票据").click()
    page.locator("input[name=name]").fill("欧阳雪")
    press(page, "申请")
    expect(page.locator("#main")).to_contain_text("待开票")
    assert FiscalReceipt.objects.get().payer == "欧阳雪"
    page.get_by_role("link", name="看核验页").click()
    expect(page.locator("h1")).to_have_text("这张证书是真的")
    expect(page.locator("#main")).to_contain_text(Certificate.objects.get().number)
    expect(page.locator("#main")).to_contain_text("欧阳*")
    expect(page.locator("body")).not_to_contain_text("欧阳雪")
    assert fits(page)
