"""Donors without a contact or an account change what the public sees by telling staff; those with a key do it alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from apps.core import clock, files
from apps.core.models import AuditEvent, StoredFile
from apps.core.sealing import seal
from apps.core.verdicts import Refused
from apps.donations import queries, rules, services
from apps.donations.models import Consent, Donation, Donor, DonorInstruction, GivingPlan
from apps.donations.services import OfflineGift, record_offline
from apps.donations.services.donors import consent_rows, erase_donor
from apps.donations.services.plans.months import gift_of_month
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.donations.test_goods import receive
from tests.donations.test_pledges import promise

pytestmark = pytest.mark.django_db
PAPER = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF"
)


@pytest.fixture
def gift(cast: Cast) -> Donation:
    """A cash gift of somebody who left no contact, shown with name, amount, message and dedication."""
    given = OfflineGift(
        cast.fund, 8_800, "cash", clock.today(), "told", name="欧阳䶮", name_choice="real",
        message="加油", dedication_kind="to", dedication="外婆",
        consents=frozenset({"publish_name", "publish_amount", "dedication"}),
    )  # fmt: skip
    row = record_offline(given, by=cast.finance)
    assert (row.public_name, row.shows_amount, row.public_dedication != "") == ("欧阳䶮", True, True)
    return row


def told(**changes: Any) -> services.Instruction:
    facts: dict[str, Any] = {
        "asker": "donor", "checked": "gift_facts", "name_choice": "real",
        "shows_amount": True, "token": "t" * 20,
    }  # fmt: skip
    facts["told_on"] = clock.today() + timedelta(days=changes.pop("days", 0))
    return services.Instruction(**facts | changes)


@pytest.mark.parametrize(
    ("before", "after", "opens"),
    [
        (("real", True), ("masked", True), False),
        (("real", True), ("anonymous", False), False),
        (("masked", False), ("masked", False), False),
        (("anonymous", True), ("masked", False), True),
        (("masked", False), ("anonymous", True), True),
        (("masked", True), ("real", True), True),
    ],
)
def test_what_shows_more(before: tuple[str, bool], after: tuple[str, bool], opens: bool) -> None:
    assert rules.opens(*after, before=before) is opens


@pytest.mark.parametrize(
    ("before", "chosen", "most"),
    [
        (("real", True), ("masked", False), ("masked", False)),
        (("masked", True), ("masked", False), ("masked", False)),
        (("real", False), ("anonymous", True), ("anonymous", True)),
        (("anonymous", True), ("masked", False), ("real", False)),
        (("anonymous", False), ("masked", False), ("real", True)),
        (("real", False), ("real", True), ("real", True)),
    ],
)
def test_what_the_other_months_may_show(
    before: tuple[str, bool], chosen: tuple[str, bool], most: tuple[str, bool]
) -> None:
    assert rules.taken_back(*chosen, before=before) == most


def test_on_the_donors_word_less_shows_at_once_and_the_fact_stays(cast: Cast, gift: Donation) -> None:
    wish = told(name_choice="masked", shows_amount=False, drops_message=True, hides_dedication=True)
    row = services.follow_instruction(gift, wish, by=cast.finance)
    assert services.follow_instruction(gift, wish, by=cast.finance) == row
    gift.refresh_from_db()
    assert (gift.public_name, gift.shows_amount, gift.message, gift.public_dedication) == (
        "欧阳*",
        False,
        "",
        "",
    )
    assert gift.dedication == "外婆"
    assert not Consent.objects.filter(donation_code=gift.code, withdrawn_at=None).exists()
    event = AuditEvent.objects.get(verb="follow_instruction")
    assert event.by_id == cast.finance.pk and "欧阳" not in str(event.facts)
    page = Client().get(f"/f/{cast.fund.code}/roll/").content.decode()
    assert "欧阳䶮" not in page and "外婆" not in page and "加油" not in page
    for change in ({"asker": "family"}, {"opens": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DonorInstruction.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        DonorInstruction.objects.filter(pk=row.pk).delete()
    assert_books_clean()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"asker": "nobody"}, "asker"),
        ({"checked": "trust"}, "checked"),
        ({"name_choice": "loud"}, "name_choice"),
        ({"days": 9000}, "told_on"),
        ({"days": -9000}, "told_on"),
        ({}, None),
        ({"name_choice": "masked", "checked": "signed"}, "document"),
    ],
)
def test_what_is_not_followed_changes_nothing(
    cast: Cast, gift: Donation, changes: dict[str, Any], field: str | None
) -> None:
    with pytest.raises(Refused) as refusal:
        services.follow_instruction(gift, told(**changes), by=cast.finance)
    assert refusal.value.field == field
    assert not DonorInstruction.objects.exists()


def test_more_shows_only_on_the_donors_own_signed_paper(cast: Cast, gift: Donation) -> None:
    services.follow_instruction(gift, told(name_choice="anonymous"), by=cast.finance)
    more = {"name_choice": "real", "token": "u" * 20}
    with pytest.raises(Refused, match="书面同意"):
        services.follow_instruction(gift, told(**more), by=cast.finance)
    client = Client()
    client.force_login(cast.finance)
    page = f"/gifts/{gift.code}/instruct/"
    sent = {
        "name_choice": "real", "shows_amount": "on", "asker": "family", "checked": "signed",
        "told_on": clock.today().isoformat(), "token": "v" * 20,
    }  # fmt: skip
    answer = client.post(page, sent | {"document": SimpleUploadedFile("同意.pdf", PAPER)})
    assert answer.status_code == 422 and "只有捐赠人本人" in answer.content.decode()
    assert not StoredFile.objects.exists()
    assert (
        client.post(
            page, sent | {"asker": "donor", "document": SimpleUploadedFile("同意.pdf", PAPER)}
        ).status_code
        == 302
    )
    gift.refresh_from_db()
    assert gift.public_name == "欧阳䶮"
    assert (
        Consent.objects.filter(donation_code=gift.code, purpose="publish_name", withdrawn_at=None).count()
        == 1
    )
    row = DonorInstruction.objects.get(opens=True)
    paper = f"/gifts/instructions/{row.code}/paper/"
    assert client.get(paper).status_code == 200
    client.force_login(cast.auditor)
    assert client.get(paper).status_code == 404
    erase_donor(gift.donor, by=None)
    assert not StoredFile.objects.exists() and DonorInstruction.objects.count() == 2


def test_only_finance_follows_and_others_are_told(cast: Cast, gift: Donation) -> None:
    for person in (cast.auditor, cast.admin, cast.stranger):
        with pytest.raises(Refused):
            services.follow_instruction(gift, told(name_choice="masked"), by=person)
    client = Client()
    client.force_login(cast.auditor)
    assert "来说要改" not in client.get(f"/gifts/{gift.code}/").content.decode()
    erase_donor(gift.donor, by=None)
    with pytest.raises(Refused, match="已经删除"):
        services.follow_instruction(gift, told(name_choice="masked"), by=cast.finance)


def test_a_donor_takes_words_back_alone_by_the_gifts_own_address(cast: Cast, gift: Donation) -> None:
    client, own = Client(enforce_csrf_checks=False), f"/gift/{queries.key_of(gift)}/"
    assert "加油" in client.get(own).content.decode()
    assert client.get(f"{own}take-back/message/").status_code == 405
    assert client.post(f"{own}take-back/amount/").status_code == 404
    assert client.post("/gift/forged/take-back/message/").status_code == 404
    for what in ("message", "dedication", "message"):
        assert client.post(f"{own}take-back/{what}/").status_code == 302
    gift.refresh_from_db()
    assert (gift.message, gift.public_dedication, gift.public_name, gift.shows_amount) == (
        "",
        "",
        "欧阳䶮",
        True,
    )
    assert not Consent.objects.filter(
        donation_code=gift.code, purpose="dedication", withdrawn_at=None
    ).exists()
    with pytest.raises(Refused):
        services.take_back_words(gift, what="message", by=cast.finance)


def again(cast: Cast) -> Donation:
    """Give once more, in the same name."""
    given = OfflineGift(cast.fund, 100, "cash", clock.today(), "more", name="欧阳䶮", name_choice="masked")
    return record_offline(given, by=cast.finance)


def monthly(cast: Cast, gift: Donation) -> GivingPlan:
    """Make the gift the first of two months of a plan that shows everything."""
    plan = GivingPlan.objects.create(
        code="M-TOLD", host=cast.host, fund=cast.fund, restriction=gift.restriction, donor=gift.donor, rail="reminder",
        state="active", amount=100, day=1, name_choice="real", public_name="欧阳䶮", shows_amount=True, message="加油",
        dedication_kind="to", public_dedication="外婆",
        dedication_sealed=seal("外婆", context="plan:M-TOLD:dedication"), started_at=clock.now(),
    )  # fmt: skip
    agreed = ["publish_name", "publish_amount", "dedication"]
    Consent.objects.bulk_create(consent_rows(plan.donor, plan.code, agreed, now=clock.now()))
    other = again(cast)
    Donation.objects.filter(pk__in=[gift.pk, other.pk]).update(plan=plan, donor=plan.donor)
    return plan


def test_of_a_monthly_gift_every_month_and_those_to_come_follow(cast: Cast, gift: Donation) -> None:
    plan = monthly(cast, gift)
    services.follow_instruction(
        gift, told(name_choice="anonymous", shows_amount=False, drops_message=True), by=cast.finance
    )
    services.take_back_words(gift, what="dedication", by=None)
    plan.refresh_from_db()
    assert (plan.public_name, plan.shows_amount, plan.message, plan.public_dedication) == (
        "爱心居民",
        False,
        "",
        "",
    )
    assert set(Donation.objects.filter(plan=plan).values_list("name_choice", "shows_amount")) == {
        ("anonymous", False)
    }
    assert not Consent.objects.filter(donation_code=plan.code, withdrawn_at=None).exists()


def test_what_is_less_holds_for_every_month_though_the_paper_shows_more_too(
    cast: Cast, gift: Donation
) -> None:
    plan = monthly(cast, gift)
    Donation.objects.filter(pk=gift.pk).update(shows_amount=False)
    wish = told(name_choice="anonymous", shows_amount=True, checked="signed")
    paper = files.keep_document(
        SimpleUploadedFile("同意.pdf", PAPER), by_id=cast.finance.pk, field="document", signed=True
    )
    services.follow_instruction(gift, wish, document=paper, by=cast.finance)
    plan.refresh_from_db()
    assert (plan.public_name, plan.shows_amount) == ("爱心居民", True)
    assert set(plan.donations.values_list("pk", "name_choice", "shows_amount")) == {
        (gift.pk, "anonymous", True),
        (gift.pk + 1, "anonymous", False),
    }


def test_what_a_donor_hides_of_one_month_is_hidden_of_the_next(cast: Cast, gift: Donation) -> None:
    plan = monthly(cast, gift)
    services.choose_name(gift, name_choice="masked", consents=(), shows_dedication=False, by=None)
    plan.refresh_from_db()
    month = gift_of_month(plan, amount=100, form_token="next")
    assert (month.public_name, month.shows_amount, month.public_dedication) == ("欧阳*", True, "")
    # More is for the one month, and for no other.
    services.choose_name(gift, name_choice="real", consents=["publish_name"], shows_amount=False, by=None)
    plan.refresh_from_db()
    gift.refresh_from_db()
    assert (gift.public_name, plan.public_name, plan.shows_amount) == ("欧阳䶮", "欧阳*", False)
    assert not Consent.objects.filter(donation_code=plan.code, withdrawn_at=None).exists()
    own = Consent.objects.get(donation_code=gift.code, purpose="publish_name", withdrawn_at=None)
    GivingPlan.objects.filter(pk=plan.pk).update(name_choice="real", public_name="欧阳䶮")
    services.withdraw_consent(own, by=None)
    plan.refresh_from_db()
    assert plan.public_name == "爱心居民"


def test_a_monthly_donor_says_by_the_plans_link_what_its_months_show(cast: Cast, gift: Donation) -> None:
    plan = monthly(cast, gift)
    client, page = Client(), f"/monthly/{plan.token}/name/"
    assert page in client.get(f"/monthly/{plan.token}/").content.decode()
    assert "欧阳" not in client.get(page).content.decode()
    assert client.post("/monthly/forged/name/", {"name_choice": "masked"}).status_code == 404
    assert client.post(page, {"name_choice": "real"}).status_code == 422
    assert client.post(page, {"name_choice": "anonymous"}).status_code == 302
    plan.refresh_from_db()
    hidden = ("anonymous", False, "")
    assert (plan.name_choice, plan.shows_amount, plan.public_dedication) == hidden
    rows = plan.donations.values_list("name_choice", "shows_amount", "public_dedication")
    assert set(rows) == {hidden}
    assert not Consent.objects.filter(withdrawn_at=None).exists()
    more = {"name_choice": "real", "publish_name": "on", "publish_amount": "on"}
    assert client.post(page, more).status_code == 302
    plan.refresh_from_db()
    assert (plan.public_name, plan.shows_amount, set(rows.all())) == ("欧阳䶮", True, {hidden})
    assert Consent.objects.filter(donation_code=plan.code, withdrawn_at=None).count() == 2
    erase_donor(plan.donor, by=None)
    assert client.get(page).status_code == 404


def test_who_left_no_contact_shows_less_or_more_by_the_gifts_own_address(cast: Cast, gift: Donation) -> None:
    client, own = Client(), f"/gift/{queries.key_of(gift)}/"
    assert f"{own}name/" in client.get(own).content.decode()
    assert client.post("/gift/forged/name/", {"name_choice": "masked"}).status_code == 404
    for choice, name, shows in (("masked", "欧阳*", False), ("real", "欧阳䶮", True)):
        sent = {"name_choice": choice} | ({"publish_amount": "on", "publish_name": "on"} if shows else {})
        assert client.post(f"{own}name/", sent).status_code == 302
        gift.refresh_from_db()
        assert (gift.public_name, gift.shows_amount, gift.public_dedication) == (name, shows, "")
    assert client.post(f"{own}name/", {"name_choice": "loud"}).status_code == 422


def test_who_left_no_contact_is_erased_by_the_gifts_own_address(cast: Cast, gift: Donation) -> None:
    client, page = Client(), f"/gift/{queries.key_of(gift)}/erase/"
    assert client.post(page).status_code == 422
    Donation.objects.filter(pk=(more := again(cast)).pk).update(donor=gift.donor)
    assert "不只这一笔" in client.get(page).content.decode()
    assert client.post(page, {"sure": "on"}).status_code == 422
    Donation.objects.filter(pk=more.pk).update(donor=more.donor)
    assert 'name="sure"' in client.get(page).content.decode()
    assert client.post(page, {"sure": "on"}).status_code == 200
    gift.refresh_from_db()
    assert (gift.donor.name, gift.public_name, gift.message) == ("", "爱心居民", "")
    assert more.donor.name == "欧阳䶮"
    assert client.get(page).status_code == 404
    assert_books_clean()


def test_a_surname_on_pledges_and_things_is_taken_back_by_the_donor_alone(cast: Cast) -> None:
    pledge = promise(cast, name="欧阳䶮", kind="person", name_choice="masked")
    things = receive(cast, donor_name="欧阳䶮", contact="boss@example.org", name_choice="masked")
    Donor.objects.filter(pk__in=[pledge.donor_id, things.donor_id]).update(user_id=cast.stranger.pk)
    client = Client()
    client.force_login(cast.implementer)
    assert client.post(f"/donors/surnames/{pledge.code}/hide/").status_code in {302, 404}
    client.force_login(cast.stranger)
    page = client.get("/desk/gifts/consents/").content.decode()
    for row in (pledge, things):
        assert row.public_name == "欧阳*"
        assert f"/donors/surnames/{row.code}/hide/" in page
        assert client.post(f"/donors/surnames/{row.code}/hide/").status_code == 302
        row.refresh_from_db()
        assert (row.name_choice, row.public_name) == ("anonymous", "爱心居民")
        assert client.post(f"/donors/surnames/{row.code}/hide/").status_code == 404
    assert "surnames" not in client.get("/desk/gifts/consents/").content.decode()
