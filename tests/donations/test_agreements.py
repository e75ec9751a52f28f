"""Written agreements about pledges: drawn from the pledge, signed on paper, kept, and about exactly one thing."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations import queries, services
from apps.donations.checks.promises import signed_pledges_are_in_writing
from apps.donations.models import Donation, DonationAgreement, Pledge
from apps.donations.pledging import Due
from tests.books import assert_books_clean
from tests.cast import ORGANISATION_USCC, Cast
from tests.donations.test_pledges import in_days, promise
from tests.donations.test_receipts import gift_of

pytestmark = pytest.mark.django_db


def scan() -> SimpleUploadedFile:
    picture = io.BytesIO()
    Image.new("RGB", (40, 60), "white").save(picture, "JPEG")
    return SimpleUploadedFile("signed.jpg", picture.getvalue())


def draw(cast: Cast, subject: Donation | Pledge) -> DonationAgreement:
    return services.draw_donation_agreement(
        subject, name="暖阳公司", kind="organisation", uscc=ORGANISATION_USCC, wishes="", by=cast.finance
    )


def test_it_says_what_was_promised_and_what_may_be_claimed(cast: Cast) -> None:
    parts = (Due(in_days(30), 40_000), Due(in_days(60), 60_000))
    pledge = promise(cast, plan=parts, form="other", serves_relief=True)
    template, facts = queries.agreement_paper(draw(cast, pledge))
    assert (template, facts["times"], facts["capitals"]) == ("pledge_agreement", "2", "壹仟元整")
    assert [row[2] for row in facts["parts"]] == ["400.00", "600.00"]
    assert (facts["reference"], facts["purpose"]) == (pledge.reference, queries.purpose_of(pledge))
    assert "支付令" in facts["claim"] and "第三条第一项至第三项" in facts["claim"]
    for changes, words in (
        ({"form": "public"}, "公开承诺"),
        ({"form": "written", "serves_relief": False}, "不属于"),
    ):
        other = promise(cast, **changes)
        assert words in queries.agreement_paper(draw(cast, other))[1]["claim"]


def test_signed_it_stays_and_the_pledge_is_one_in_writing(cast: Cast) -> None:
    pledge, finance = promise(cast, form="other"), Client()
    finance.force_login(cast.finance)
    page = f"/pledges/{pledge.code}/agreement/"
    assert finance.post(page, {"act": "draw", "kind": "person", "name": ""}).status_code == 422
    assert finance.post(page, {"act": "sign", "signed_on": "2026-11-01"}).status_code == 422
    sent = {"act": "draw", "kind": "person", "name": "王建国", "wishes": "每年来信一次"}
    assert finance.post(page, sent).status_code == 302
    assert finance.get(f"/pledges/{pledge.code}/agreement.pdf").content.startswith(b"%PDF-")
    signed = {"act": "sign", "file": scan(), "signed_on": clock.today().isoformat()}
    assert finance.post(page, signed).status_code == 302
    assert finance.get(f"/pledges/{pledge.code}/agreement.pdf")["Content-Type"] == "image/jpeg"
    pledge.refresh_from_db()
    assert (pledge.form, pledge.agreement.state) == ("written", "signed")
    assert_books_clean("donations")
    Pledge.objects.update(form="other")
    assert list(signed_pledges_are_in_writing()) == [{"pledge": pledge.code}]
    again = finance.post(page, sent)
    assert again.status_code == 422 and "已经签了" in again.content.decode()


def test_only_finance_sees_it_and_only_for_a_pledge_that_stands(cast: Cast) -> None:
    pledge = promise(cast)
    agreement = draw(cast, pledge)
    client = Client()
    client.force_login(cast.auditor)
    page = client.get(f"/pledges/{pledge.code}/agreement/").content.decode()
    assert agreement.party not in page and agreement.party_uscc not in page
    assert client.get(f"/pledges/{pledge.code}/agreement.pdf").status_code == 404
    for person in (cast.auditor, cast.stranger, cast.admin):
        with pytest.raises(Refused):
            services.draw_donation_agreement(pledge, name="冒名", kind="person", by=person)
        with pytest.raises(Refused):
            services.file_donation_agreement(agreement, upload=scan(), signed_on=clock.today(), by=person)
    services.end_pledge(pledge, why="mistake", reason="记重了", by=cast.finance)
    with pytest.raises(Refused, match="不再签协议"):
        draw(cast, pledge)


def test_it_is_about_exactly_one_thing(cast: Cast) -> None:
    agreement = draw(cast, promise(cast))
    for columns in ({"donation": gift_of(cast)}, {"pledge": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DonationAgreement.objects.filter(pk=agreement.pk).update(**columns)


def test_erasing_the_donor_forgets_the_draft_and_keeps_the_contract(cast: Cast) -> None:
    drawn, signed = promise(cast), promise(cast)
    for pledge in (drawn, signed):
        draw(cast, pledge)
    services.file_donation_agreement(
        signed.agreement, upload=scan(), signed_on=clock.today(), by=cast.finance
    )
    for pledge in (drawn, signed):
        services.erase_donor(pledge.donor, by=None)
    assert queries.agreement_of(drawn).party == ""
    assert queries.agreement_of(signed).party == "暖阳公司"


def test_the_donor_finds_the_pledge_and_its_agreement_and_nobody_else_does(cast: Cast) -> None:
    pledge = promise(cast)
    address = f"/mine/pledges/{pledge.code}/agreement.pdf"
    client = Client()
    assert client.get(address).status_code == 302
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404
    pledge.donor.user_id = cast.stranger.pk
    pledge.donor.save()
    assert client.get(address).status_code == 404
    draw(cast, pledge)
    assert client.get(address).content.startswith(b"%PDF-")
    page = client.get("/desk/gifts/").content.decode()
    assert address in page and pledge.reference in page
