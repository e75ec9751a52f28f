"""Donors without e-mail hear of refund, receipt and correction, and are asked about a purpose, by text or by hand."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.core import clock, sms
from apps.core.models import AuditEvent, OutboxMessage, StoredFile
from apps.core.verdicts import Refused
from apps.donations import services
from apps.donations.models import Correction, Donation, DonorText, FiscalReceipt, PurposeRequest
from apps.donations.services import OfflineGift, ReceiptNumber, record_offline
from apps.donations.services.donors import erase_donor
from apps.donations.waiting import waiting_for
from apps.funds.services import open_restriction
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.donations.test_instructions import PAPER

pytestmark = pytest.mark.django_db
PHONE, LANDLINE = "13812345678", "023-48612345"


@pytest.fixture
def texted(settings: Any, tmp_path: Path) -> Path:
    """Text messages are on; return where they are written."""
    settings.SMS_SENDER, settings.DATA_DIR = "file", tmp_path
    return tmp_path / "sms.jsonl"


def give(cast: Cast, contact: str = PHONE) -> Donation:
    given = OfflineGift(
        cast.fund, 8_800, "bank", clock.today(), f"text-{contact}", name="欧阳䶮", contact=contact
    )
    return record_offline(given, by=cast.finance)


def ask(cast: Cast, gift: Donation) -> PurposeRequest:
    target = open_restriction(cast.fund, purpose="冬衣", by=None)
    return services.ask_purpose(gift, restriction=target, reason="原来的项目办完了", by=cast.finance)


def everything(cast: Cast, gift: Donation) -> FiscalReceipt:
    """A receipt is issued, made void again, money goes back, and the rest is moved to another book."""
    receipt = services.request_receipt(gift, name="欧阳䶮", by=None)
    given = ReceiptNumber("50010123", "0000000001", "abc123", clock.today())
    services.issue_receipt(receipt, given=given, file=None, by=cast.finance)
    services.void_receipt(
        FiscalReceipt.objects.get(),
        why="refund",
        red_batch_code="50010126",
        red_number="0000000009",
        by=cast.finance,
    )
    services.refund(gift, amount=800, why="twice", reason="多付了", key="r" * 20, by=cast.finance)
    target = open_restriction(cast.fund, purpose="冬衣", by=None)
    services.correct_gift(gift, restriction=target, basis="mistake", reason="记错了", by=cast.finance)
    return receipt


def read(place: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in place.read_text().splitlines()] if place.exists() else []


def test_a_phone_is_texted_once_about_each(cast: Cast, texted: Path) -> None:
    everything(cast, give(cast))
    with clock.set_to(clock.now() + timedelta(hours=20)):
        assert services.send_donor_texts() == 3 and services.send_donor_texts() == 0
    said = read(texted)
    assert [row["template"] for row in said] == ["receipt_issued", "gift_refunded", "gift_corrected"]
    assert {row["to"] for row in said} == {PHONE}
    assert "¥8.00" in said[1]["text"] and "欧阳" not in str(said)
    assert_books_clean()


def test_without_texts_it_stands_on_finances_list_until_told(cast: Cast, settings: Any) -> None:
    settings.SMS_SENDER = ""
    everything(cast, give(cast))
    record_offline(
        OfflineGift(cast.fund, 100, "bank", clock.today(), "mail", name="李", contact="li@example.org"),
        by=cast.finance,
    )
    assert [row.due_at for row in DonorText.objects.all()] == [None] * 3
    assert sum("打电话" in row.label for row in waiting_for(cast.finance)) == 3
    client = Client()
    client.force_login(cast.finance)
    page = client.get("/gifts/by-hand/").content.decode()
    assert "退款办好了" in page and "欧阳" not in page and PHONE not in page
    for row in DonorText.objects.all():
        for _turn in range(2):
            client.post(f"/gifts/by-hand/{row.pk}/told/")
    assert not DonorText.objects.exclude(told_by_id=cast.finance.pk).exists()
    assert AuditEvent.objects.filter(verb="tell_by_hand").count() == 3
    assert not [row for row in waiting_for(cast.finance) if "打电话" in row.label]
    client.force_login(cast.auditor)
    assert client.post(f"/gifts/by-hand/{row.pk}/told/").status_code == 404


def test_what_never_leaves_is_for_a_person_and_the_erased_are_not_told(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch, texted: Path
) -> None:
    def fails(*_words: Any, **_facts: Any) -> None:
        raise OSError(PHONE)

    monkeypatch.setattr(sms.ToFile, "send", fails)
    gift = give(cast)
    everything(cast, gift)
    for days in range(1, 8):
        with clock.set_to(clock.now() + timedelta(days=days)):
            services.send_donor_texts()
    assert [row.due_at for row in DonorText.objects.all()] == [None] * 3
    erase_donor(gift.donor, by=None)
    assert not DonorText.objects.filter(closed_at=None).exists()


def test_a_question_by_text_carries_its_link_and_the_answer_closes_it(cast: Cast, texted: Path) -> None:
    gift = give(cast)
    asked = ask(cast, gift)
    with clock.set_to(clock.now() + timedelta(hours=20)):
        services.send_donor_texts()
        [said] = read(texted)
        assert asked.token in said["text"]
        services.answer_purpose(asked, agrees=True, by=None)
    asked.refresh_from_db()
    assert (asked.state, asked.answer_way, asked.answer_by_id) == ("agreed", "link", None)
    assert_books_clean()


def test_a_question_by_telephone_is_answered_on_finances_page(cast: Cast) -> None:
    gift = give(cast, LANDLINE)
    asked = ask(cast, gift)
    row = DonorText.objects.get()
    services.tell_by_hand(row, by=cast.finance)
    assert DonorText.objects.get().closed_at is None
    client = Client()
    client.force_login(cast.auditor)
    page, sent = f"/gifts/purposes/{asked.code}/answer/", {
        "agrees": "yes", "way": "paper", "answered_on": clock.today().isoformat(),
    }  # fmt: skip
    assert client.post(page, sent).status_code == 422
    client.force_login(cast.finance)
    assert client.get(page).status_code == 200
    assert "附上" in client.post(page, sent).content.decode()
    assert client.post(page, sent | {"paper": SimpleUploadedFile("答复.pdf", PAPER)}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.answer_way, asked.answer_by_id) == ("agreed", "paper", cast.finance.pk)
    assert asked.correction.basis == "consent"
    assert DonorText.objects.get(kind="purpose").closed_at is not None
    assert DonorText.objects.get(kind="correction").code == asked.correction.code
    assert client.get(f"{page}paper/").status_code == 200
    client.force_login(cast.auditor)
    assert client.get(f"{page}paper/").status_code == 404
    erase_donor(gift.donor, by=None)
    assert not StoredFile.objects.exists()
    assert_books_clean()


def test_a_yes_by_telephone_is_heard_by_another_and_the_donor_is_told(cast: Cast) -> None:
    asked = ask(cast, give(cast, "donor@example.org"))
    page, sent = f"/gifts/purposes/{asked.code}/answer/", {
        "agrees": "yes", "way": "phone", "answered_on": clock.today().isoformat(),
    }  # fmt: skip
    client = Client()
    client.force_login(cast.finance)
    assert "另一位财务" in client.get(page).content.decode()
    assert client.post(page, sent).status_code == 422
    assert not Correction.objects.exists()
    client.force_login(cast.second_finance)
    assert "另一位财务" not in client.get(page).content.decode()
    assert client.post(page, sent).status_code == 302
    told = OutboxMessage.objects.get(key=f"gift-corrected:{Correction.objects.get().code}")
    assert told.address == "donor@example.org"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"way": "link"}, "way"),
        ({"way": "paper"}, "paper"),
        ({"days": 1}, "answered_on"),
        ({"days": -1}, "answered_on"),
    ],
)
def test_an_answer_that_cannot_be(cast: Cast, changes: dict[str, Any], field: str) -> None:
    asked = ask(cast, give(cast))
    on: date = clock.today() + timedelta(days=changes.pop("days", 0))
    with pytest.raises(Refused) as refusal:
        services.record_purpose_answer(
            asked, **{"agrees": True, "way": "phone", "answered_on": on} | changes, by=cast.second_finance
        )
    assert refusal.value.field == field
    with pytest.raises(Refused):
        services.record_purpose_answer(
            asked, agrees=True, way="phone", answered_on=clock.today(), by=cast.auditor
        )
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_a_donor_without_any_contact_cannot_be_asked(cast: Cast) -> None:
    with pytest.raises(Refused, match="没有留联系方式"):
        ask(cast, give(cast, ""))
