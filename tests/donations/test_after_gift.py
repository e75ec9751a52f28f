"""What a donor gets after a gift: the thank-you page, the certificate and its check, the year's list, the agreement."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from apps.core import clock, pdf
from apps.core.models import OutboxMessage
from apps.core.verdicts import Refused
from apps.donations import queries
from apps.donations.models import Certificate, Donation, FiscalReceipt
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.services import (
    choose_name,
    draw_donation_agreement,
    erase_donor,
    file_donation_agreement,
    issue_receipt,
    make_certificate,
    refund,
    settle_session,
)
from tests.cast import ORGANISATION_USCC, Cast
from tests.donations.conftest import Give
from tests.donations.test_pages import URL, fields
from tests.donations.test_receipts import gift_of, number

pytestmark = pytest.mark.django_db
CANARY = "金丝雀王䶮"
NAMES = [
    "王",
    "王䶮",
    "陈𠮷",
    "㐂多",
    "阿·买买提",
    "O'Brien",
    "<script>alert(1)</script>",
    "%s%n {{7*7}} ${7*7}",
    '#import "x": *',
    "x" * 60,
    "名" * 60,
    "👩‍👩‍👧",
]


def own(donation: Donation, rest: str = "") -> str:
    return f"/gift/{queries.key_of(donation)}/{rest}"


def certified(donation: Donation, **changes: Any) -> Certificate:
    words: dict[str, Any] = {"prints_full_name": True, "shows_amount": True, "by": None}
    return make_certificate(donation, **(words | changes))


def checked(client: Client, made: Certificate) -> str:
    return client.get(f"/certificate/{made.code}/").content.decode()


def test_from_thanks_to_the_certificate(client: Client, cast: Cast, give: Give, stand_in: StandIn) -> None:
    gift = give(name=CANARY, contact="canary@example.org", name_choice="masked")
    stand_in.pay(gift.session_id)
    gift = settle_session(gift)
    page = client.get(f"/give/{gift.code}/done/").content.decode()
    # Whoever knows a gift's code is not yet its donor.
    assert "/gift/" not in page
    assert "我的捐赠" in page
    letter = OutboxMessage.objects.get(key=f"gift-booked:{gift.code}")
    assert own(gift) in letter.body and own(gift, "where/") in letter.body
    assert CANARY not in letter.body
    assert CANARY not in client.get(own(gift)).content.decode()
    client.post(own(gift, "certificate/"), {"prints_full_name": "on", "shows_amount": "on"})
    made = Certificate.objects.get()
    picture = client.get(own(gift, "certificate.png"))
    with Image.open(io.BytesIO(b"".join(picture) if picture.streaming else picture.content)) as drawn:
        assert drawn.format == "PNG"
        assert drawn.width > 1000
    assert client.get(own(gift, "certificate.pdf")).content.startswith(b"%PDF-")
    shown = checked(client, made)
    assert "这张证书是真的" in shown
    assert "金****" in shown or "金***" in shown
    assert CANARY not in shown


def test_the_browser_that_gave_finds_its_own_page(
    client: Client, cast: Cast, campaign: Any, stand_in: StandIn
) -> None:
    client.post(URL, fields(cast))
    gift = Donation.objects.get()
    stand_in.pay(gift.session_id)
    assert own(gift) in client.get(f"/give/{gift.code}/done/").content.decode()
    assert "/gift/" not in Client().get(f"/give/{gift.code}/done/").content.decode()


def test_no_other_address_opens_a_gift(client: Client, cast: Cast) -> None:
    gift, other = gift_of(cast), gift_of(cast, key="K2")
    proof = queries.key_of(other).rpartition("-")[2]
    for key in (
        gift.code,
        f"{gift.code}-",
        f"{gift.code}-{proof}",
        f"-{proof}",
        "0",
        "é-é",
        queries.key_of(gift).upper(),
    ):
        for rest in ("", "certificate.png", "receipt/", "agreement.pdf", "2026.pdf"):
            assert client.get(f"/gift/{key}/{rest}").status_code == 404, key
    answer = client.get(own(gift))
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]
    erase_donor(gift.donor, by=None)
    assert client.get(own(gift)).status_code == 404


@pytest.mark.parametrize("choice", ["anonymous", "masked"])
def test_checking_shows_what_the_donor_published_and_no_more(client: Client, cast: Cast, choice: str) -> None:
    gift = gift_of(cast, name=CANARY, contact="canary@example.org", name_choice=choice)
    made = certified(gift)
    facts = queries.certificate_facts(made)
    assert facts["name"] == CANARY
    page = checked(client, made)
    for secret in (CANARY, "canary@example.org", queries.key_of(gift), gift.code, gift.donor.code):
        assert secret not in page
    certified(gift, shows_amount=False)
    page = checked(client, made)
    assert "捐赠人选择不公开" in page
    assert "500.00" not in page
    assert "500.00" not in str(queries.certificate_facts(Certificate.objects.get())["capitals"])


def test_a_changed_mind_shows_at_once(client: Client, cast: Cast) -> None:
    gift = gift_of(cast, name=CANARY, name_choice="real", consents=frozenset({"publish_name"}))
    made = certified(gift, prints_full_name=False)
    assert CANARY in checked(client, made)
    choose_name(gift, name_choice="anonymous", consents=[], by=None)
    assert CANARY not in checked(client, made)
    made.refresh_from_db()
    assert queries.certificate_facts(Certificate.objects.get(pk=made.pk))["name"] == "爱心居民"
    erase_donor(gift.donor, by=None)
    assert queries.certificate_facts(Certificate.objects.get(pk=made.pk))["name"] == "爱心居民"


def test_what_was_given_back_is_told(client: Client, cast: Cast) -> None:
    gift = gift_of(cast)
    made = certified(gift)
    refund(gift, amount=10_000, why="twice", by=cast.finance)
    assert "其中 ¥100.00 已经退回" in checked(client, made)
    refund(gift, amount=40_000, why="twice", by=cast.finance)
    page = checked(client, made)
    assert "已经作废" in page
    assert "是真的" not in page
    assert "作废" in queries.certificate_facts(queries.certificate_by_code(made.code))["refunded"]  # type: ignore[arg-type]
    gift.refresh_from_db()
    with pytest.raises(Refused, match="全部退回"):
        certified(gift)


def test_one_certificate_whoever_asks_again(cast: Cast) -> None:
    gift = gift_of(cast)
    first, second = certified(gift), certified(gift, shows_amount=False)
    assert (first.code, first.number) == (second.code, second.number)
    with pytest.raises(Refused, match="自己"):
        certified(gift, by=cast.stranger)


def test_unknown_certificates_are_not_there(client: Client, cast: Cast) -> None:
    for code in ("0", "ABCDEFGHJK", "%00", "a" * 300):
        assert client.get(f"/certificate/{code}/").status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_any_name_fits_a_certificate(cast: Cast, name: str) -> None:
    gift = gift_of(cast, name=name)
    facts = queries.certificate_facts(certified(gift))
    assert facts["name"] == name
    document = pdf.render("certificate", facts)
    assert document.startswith(b"%PDF-")
    # One page, whatever the name.
    assert document.count(b"/Type /Page\n") + document.count(b"/Type/Page/") <= 1


def test_a_picture_is_drawn_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = queries.certificate_facts(certified(gift_of(cast)))
    first = pdf.picture("certificate", facts)
    monkeypatch.setattr(pdf.typst, "compile", None)
    assert pdf.picture("certificate", dict(facts)) == first


def test_the_year_lists_gifts_refunds_and_receipts(client: Client, cast: Cast) -> None:
    gift = gift_of(cast)
    asked = client.post(own(gift, "receipt/"), {"kind": "person", "name": "王䶮"})
    assert asked.status_code == 302
    issue_receipt(FiscalReceipt.objects.get(), given=number(7), by=cast.finance)
    year = clock.today().year
    facts = queries.year_facts(gift.donor.donations.all(), gift.donor.in_kind_gifts.all(), year)
    assert facts is not None
    (part,) = facts["hosts"]
    assert (part["names"], part["total"], part["capitals"]) == ("王䶮", "500.00", "伍佰元整")
    assert part["rows"][0][-1] == "50010126-0000000007"
    assert client.get(own(gift, f"{year}.pdf")).content.startswith(b"%PDF-")
    for other in (year - 1, year + 1, 0, 10**9):
        assert client.get(own(gift, f"{other}.pdf")).status_code == 404


def test_the_year_takes_refunds_off(cast: Cast) -> None:
    gift = gift_of(cast)
    refund(gift, amount=12_34, why="twice", by=cast.finance)
    facts = queries.year_facts(gift.donor.donations.all(), gift.donor.in_kind_gifts.all(), clock.today().year)
    assert facts is not None
    assert facts["hosts"][0]["rows"][0][3:6] == ["500.00", "12.34", "487.66"]
    assert facts["hosts"][0]["total"] == "487.66"


def test_my_year_is_for_who_is_signed_in(client: Client, cast: Cast) -> None:
    gift = gift_of(cast)
    Donation.objects.get(pk=gift.pk).donor.__class__.objects.filter(pk=gift.donor_id).update(
        user_id=cast.stranger.pk
    )
    year = clock.today().year
    assert client.get(f"/mine/{year}.pdf").status_code == 302
    client.force_login(cast.admin)
    assert client.get(f"/mine/{year}.pdf").status_code == 404
    client.force_login(cast.stranger)
    assert client.get(f"/mine/{year}.pdf").status_code == 200


def test_a_receipt_is_asked_for_waived_and_refused_in_words(client: Client, cast: Cast) -> None:
    gift = gift_of(cast)
    bad = client.post(own(gift, "receipt/"), {"kind": "organisation", "name": "暖阳", "uscc": "123"})
    assert bad.status_code == 422
    assert "18 位" in bad.content.decode()
    assert not FiscalReceipt.objects.exists()
    client.post(own(gift, "receipt/"), {"waive": "1"})
    assert FiscalReceipt.objects.get().state == "waived"
    client.post(own(gift, "receipt/"), {"kind": "organisation", "name": "暖阳", "uscc": ORGANISATION_USCC})
    assert (FiscalReceipt.objects.get().state, FiscalReceipt.objects.get().payer) == ("requested", "暖阳")
    assert "待开票" in client.get(own(gift)).content.decode()
    assert client.get(own(gift, "receipt/file/")).status_code == 404


def test_an_agreement_is_drawn_signed_and_kept(client: Client, cast: Cast) -> None:
    gift = gift_of(cast)
    sent = {"kind": "person", "name": CANARY, "wishes": "每年告诉我一次"}
    assert client.post(own(gift, "agreement/"), sent).status_code == 302
    agreement = queries.agreement_of(gift)
    assert agreement is not None
    facts = queries.agreement_facts(agreement)
    assert (facts["party"], facts["capitals"], facts["wishes"]) == (CANARY, "伍佰元整", "每年告诉我一次")
    assert client.get(own(gift, "agreement.pdf")).content.startswith(b"%PDF-")
    picture = io.BytesIO()
    Image.new("RGB", (400, 600), "white").save(picture, "JPEG")
    upload = SimpleUploadedFile("signed.jpg", picture.getvalue())
    for person in (cast.stranger, cast.auditor):
        with pytest.raises(Refused):
            file_donation_agreement(agreement, upload=upload, signed_on=clock.today(), by=person)
    kept = file_donation_agreement(agreement, upload=upload, signed_on=clock.today(), by=cast.finance)
    assert (kept.state, kept.file is not None and kept.file.is_public) == ("signed", False)
    with pytest.raises(Refused, match="已经签了"):
        draw_donation_agreement(gift, name="别人", kind="person", by=None)
    assert client.get(own(gift, "agreement.pdf"))["Content-Type"] == "image/jpeg"
