"""Donors with a phone and no e-mail address are thanked by text, once, by day, and leave no trace of their number."""

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers

from apps.core import clock
from apps.donations import rules
from apps.donations.models import Donation, ThankText
from apps.donations.services import OfflineGift, erase_donor, record_offline, send_thanks
from apps.donations.services.texting import TRIES
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PHONE = "13912345678"


@pytest.fixture(autouse=True)
def texting(settings: Any, tmp_path: Path) -> None:
    settings.SMS_THANKS, settings.SMS_SENDER, settings.DATA_DIR = True, "file", tmp_path


def give(cast: Cast, contact: str = f"+86 {PHONE}", key: str = "K") -> Donation:
    gift = OfflineGift(cast.fund, 50_00, "cash", clock.today(), key, name="张三丰", contact=contact)
    return record_offline(gift, by=cast.finance)


def texts(tmp_path: Path) -> list[dict[str, str]]:
    file = tmp_path / "sms.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


class Broken:
    def send(self, number: str, *, template: str, facts: Mapping[str, str], text: str) -> None:
        raise RuntimeError(f"no credit for {number}")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-28T12:00", "2026-11-28T12:00"),
        ("2026-11-28T08:00", "2026-11-28T08:00"),
        ("2026-11-28T07:59", "2026-11-28T08:00"),
        ("2026-11-28T21:00", "2026-11-29T08:00"),
        ("2026-12-31T23:30", "2027-01-01T08:00"),
    ],
)
def test_nobody_is_texted_at_night(now: str, due: str) -> None:
    assert rules.texting_time(datetime.fromisoformat(now)) == datetime.fromisoformat(due)


def test_a_gift_is_thanked_for_once(cast: Cast, tmp_path: Path) -> None:
    gift = give(cast)
    give(cast, contact="a@example.org", key="mail")
    give(cast, contact="", key="nobody")
    assert [row.donation for row in ThankText.objects.all()] == [gift]
    for _turn in range(2):
        send_thanks()
    [text] = texts(tmp_path)
    assert text["to"] == PHONE
    assert cast.fund.name in text["text"] and "50.00" in text["text"]
    assert "张" not in text["text"]
    assert PHONE not in serializers.serialize("json", ThankText.objects.all())


def test_what_fails_is_tried_again_and_given_up_without_a_word_of_the_donor(
    cast: Cast, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SMS_SENDER = f"{__name__}.Broken"
    give(cast)
    with caplog.at_level(logging.DEBUG):
        for _turn in range(TRIES + 2):
            ThankText.objects.update(due_at=clock.now())
            assert send_thanks() == 0
    row = ThankText.objects.get()
    assert (row.tries, row.was_sent, row.closed_at is None) == (TRIES, False, False)
    assert "RuntimeError" in caplog.text
    assert PHONE not in caplog.text


def test_an_erased_donor_is_not_texted(cast: Cast, settings: Any, tmp_path: Path) -> None:
    gift = give(cast)
    ThankText.objects.update(closed_at=None, was_sent=False, due_at=clock.now())
    (tmp_path / "sms.jsonl").unlink(missing_ok=True)
    erase_donor(gift.donor, by=None)
    assert send_thanks() == 0
    assert not texts(tmp_path)


@pytest.mark.parametrize("changes", [{"SMS_THANKS": False}, {"SMS_SENDER": ""}])
def test_an_installation_that_texts_nobody(
    cast: Cast, settings: Any, tmp_path: Path, changes: dict[str, Any]
) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    give(cast)
    assert send_thanks() == 0
    assert not texts(tmp_path)
