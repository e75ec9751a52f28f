"""我的捐赠: where each gift went, for its donor alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.donations.models import Donation
from apps.donations.queries import key_of
from apps.donations.services import erase_donor, record_many
from apps.donations.services.offline import OfflineGift
from tests.cast import Cast
from tests.grants import house

pytestmark = pytest.mark.django_db


@pytest.fixture
def gift(cast: Cast, settings: Any, tmp_path: Any) -> Donation:
    settings.MEDIA_ROOT = tmp_path
    house.seat_everyone(cast)
    with clock.set_to(house.NOON - timedelta(days=1)):
        row = OfflineGift(
            cast.fund, 300_000, "cash", clock.today(), "k1", name="王芳", user_id=cast.stranger.pk
        )
        more = OfflineGift(cast.fund, 5_000_000, "cash", clock.today(), "k2")
        return record_many([row, more], by=cast.finance)[0]


def page(cast: Cast, path: str, who: str = "stranger") -> Any:
    client = Client()
    client.force_login(getattr(cast, who))
    return client.get(path)


def test_the_trace_opens_down_to_the_voucher_and_adds_up(cast: Cast, gift: Donation) -> None:
    before = page(cast, f"/desk/gifts/{gift.code}/").content.decode()
    assert "还没用" in before
    grant = house.at_work(cast)
    house.paid(cast, grant)
    text = page(cast, f"/desk/gifts/{gift.code}/").content.decode()
    assert f"用在：{grant.project.title}" in text
    assert "/entry/" in text
    assert f"/p/{grant.project.code}/" in text or grant.project.code in text
    voucher = text.split('href="/f/')[1].split('"')[0]
    assert page(cast, f"/f/{voucher}").status_code == 200


def test_nobody_else_opens_it(cast: Cast, gift: Donation) -> None:
    for who in ("chair", "finance", "admin"):
        assert page(cast, f"/desk/gifts/{gift.code}/", who).status_code == 404
    assert Client().get(f"/desk/gifts/{gift.code}/").status_code == 302


def test_the_gifts_own_address_leads_to_its_trace_without_an_account(cast: Cast, gift: Donation) -> None:
    key, visitor = key_of(gift), Client()
    assert f"/gift/{key}/where/" in visitor.get(f"/gift/{key}/").content.decode()
    answer = visitor.get(f"/gift/{key}/where/")
    text = answer.content.decode()
    assert "3,000.00" in text and cast.fund.name in text and "王芳" not in text
    assert 'content="noindex"' in text and answer["Referrer-Policy"] == "same-origin"
    for wrong in (gift.code, f"{gift.code}-", key[:-1] + ("0" if key[-1] != "0" else "1")):
        assert visitor.get(f"/gift/{wrong}/where/").status_code == 404
    assert visitor.post(f"/gift/{key}/where/").status_code == 405
    erase_donor(gift.donor, by=None)
    assert visitor.get(f"/gift/{key}/where/").status_code == 404
