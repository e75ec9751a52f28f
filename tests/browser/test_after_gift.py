"""From the thank-you page to the certificate on the wall and its check, on a phone."""

import pytest
from playwright.sync_api import expect

from apps.donations.models import Certificate, FiscalReceipt
from tests.browser.conftest import Visitor
from tests.browser.test_walk import give
from tests.browser.thumb import fits, follow, press
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_thanks_to_the_check(house: Cast, visitor: Visitor) -> None:
    page = visitor()
    give(page, "F-BBT", "66")
    assert fits(page)
    follow(page, "领证书、申请票据")
    follow(page, "做证书")
    page.locator("input[name=prints_full_name]").check()
    press(page, "做证书")
    picture = page.locator("img.certificate")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 1000")
    assert fits(page)
    follow(page, "申请票据")
    page.locator("input[name=name]").fill("欧阳雪")
    press(page, "申请")
    expect(page.locator("#main")).to_contain_text("待开票")
    assert FiscalReceipt.objects.get().payer == "欧阳雪"
    follow(page, "看核验页")
    expect(page.locator("h1")).to_have_text("这张证书是真的")
    expect(page.locator("#main")).to_contain_text(Certificate.objects.get().number)
    expect(page.locator("#main")).to_contain_text("欧阳*")
    expect(page.locator("body")).not_to_contain_text("欧阳雪")
    assert fits(page)
