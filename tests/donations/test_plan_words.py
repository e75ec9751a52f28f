"""A monthly gift says and shows what its donor agreed to, each month, and asks by text where there is only a phone."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from apps.core import clock, versions
from apps.core.verdicts import Refused
from apps.donations import queries, services
from apps.donations.models import Campaign, Consent, Donation, DonorText, GivingPlan
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.rules import Giver
from apps.donations.services import OfflineGift, Shown
from tests.cast import Cast
from tests.donations.conftest import file_campaign
from tests.donations.monthly import Begin, fresh

pytestmark = pytest.mark.django_db
PHONE = "13912345678"
SAID = Shown(amount=True, dedication="王奶奶", dedication_kind="name", dedication_in_public=True)


@pytest.fixture
def desk(settings: Any, tmp_path: Path) -> Path:
    """A provider of text messages that writes them down."""
    settings.SMS_SENDER, settings.DATA_DIR = "file", tmp_path
    return tmp_path / "sms.jsonl"


def texts(desk: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in desk.read_text().splitlines()] if desk.exists() else []


def gave_before(cast: Cast) -> None:
    gift = OfflineGift(cast.fund, 1_00, "cash", clock.today(), "before", contact=PHONE)
    services.record_offline(gift, by=cast.finance)


def soon() -> int:
    """Return the day of the month ten days from now, while the campaign still runs."""
    return (clock.today() + timedelta(days=10)).day


def asked(plan: GivingPlan) -> int:
    with clock.set_to(clock.now() + timedelta(days=12)):
        services.remind()
    # Nobody is texted at night.
    with clock.set_to(clock.now() + timedelta(days=13)):
        return services.send_donor_texts()


@pytest.mark.parametrize("rail", ["card", "reminder"])
def test_each_month_carries_what_was_said_once(begin: Begin, stand_in: StandIn, rail: str) -> None:
    plan = begin(rail=rail, message="保重身体", shown=SAID)
    if rail == "card":
        stand_in.pay(plan.session_id)
        services.settle_plan(plan)
        gift = Donation.objects.get(plan=plan)
    else:
        gift = services.pay_month(plan)
    assert (gift.shows_amount, gift.message, gift.public_dedication) == (True, "保重身体", "王奶奶")
    assert gift.spoken_dedication == plan.spoken_dedication == "以王奶奶的名义"
    assert gift.dedication_sealed != plan.dedication_sealed
    agreed = Consent.objects.filter(donation_code=plan.code).values_list("purpose", flat=True)
    assert sorted(agreed) == ["dedication", "provider_abroad", "publish_amount"]


@pytest.mark.parametrize("purpose", ["publish_amount", "dedication"])
def test_what_is_taken_back_is_hidden_in_past_and_coming_months(begin: Begin, purpose: str) -> None:
    plan = begin(rail="reminder", shown=SAID)
    gift = services.pay_month(plan)
    consent = Consent.objects.get(donation_code=plan.code, purpose=purpose)
    services.withdraw_consent(consent, by=Giver(contact_index=plan.donor.contact_index))
    gift.refresh_from_db()
    Donation.objects.filter(pk=gift.pk).update(state="failed")
    for month in (gift, services.pay_month(fresh(plan))):
        shown = {"publish_amount": month.shows_amount, "dedication": bool(month.public_dedication)}
        assert shown == {"publish_amount": True, "dedication": True} | {purpose: False}


def test_a_dedication_hidden_for_all_months_leaves_the_page_of_the_fund_a_month_was_moved_to(
    cast: Cast, begin: Begin
) -> None:
    plan = begin(rail="reminder", shown=SAID)
    gift = services.pay_month(plan)
    Donation.objects.filter(pk=gift.pk).update(fund=cast.other_fund)
    before = versions.version(f"fund:{cast.other_fund.code}")
    hidden = services.choose_name_of_plan(
        plan, name_choice="anonymous", consents=(), shows_amount=True, shows_dedication=False, by=None
    )
    gift.refresh_from_db()
    assert gift.public_dedication == hidden.public_dedication == fresh(plan).public_dedication == ""
    assert versions.version(f"fund:{cast.other_fund.code}") > before
    shown = services.choose_name_of_plan(
        plan, name_choice="anonymous", consents=(), shows_amount=True, shows_dedication=True, by=None
    )
    assert shown.public_dedication == fresh(plan).public_dedication == "王奶奶"


def test_an_erased_donor_leaves_no_words(begin: Begin) -> None:
    plan = begin(rail="reminder", message="保重身体", shown=SAID)
    services.erase_donor(plan.donor, by=None)
    plan = fresh(plan)
    assert (plan.message, plan.dedication_sealed, plan.public_dedication) == ("", "", "")


def test_its_months_count_for_the_chosen_campaign_while_that_runs(
    cast: Cast, begin: Begin, campaign: Campaign
) -> None:
    today = clock.today()
    winter = file_campaign(cast, name="冬衣", ends_on=today + timedelta(days=20))
    plan = begin(rail="reminder", campaign=winter)
    assert plan.campaign == winter
    with clock.set_to(clock.now() + timedelta(days=10)):
        assert queries.campaign_of_month(plan) == winter
    with clock.set_to(clock.now() + timedelta(days=25)):
        assert queries.campaign_of_month(plan) == campaign


def test_the_page_of_a_campaign_begins_one_for_it(
    client: Client, cast: Cast, campaign: Campaign, stand_in: StandIn
) -> None:
    own = file_campaign(cast, name="冬衣", ends_on=clock.today() + timedelta(days=5))
    own.funds.add(cast.fund)
    address = f"/give/{own.code}/monthly/"
    assert address in client.get(f"/give/{own.code}/").content.decode()
    typed = {
        "preset": "2000", "rail": "reminder", "day": "5", "name_choice": "anonymous", "contact": "a@example.org",
        "provider_abroad": "on", "publish_amount": "on", "message": "加油", "token": "token-of-a-monthly-form",
        "restriction": queries.restrictions_open(cast.fund)[0].code, "dedication_to": "王奶奶",
    }  # fmt: skip
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "请选是献给这位" in refused.content.decode()
    assert client.post(address, typed | {"dedication_kind": "to"}).status_code == 302
    plan = GivingPlan.objects.get()
    assert (plan.campaign, plan.shows_amount, plan.message) == (own, True, "加油")
    assert (plan.spoken_dedication, plan.public_dedication) == ("献给王奶奶", "")


def test_a_phone_alone_is_texted_once_for_each_month(cast: Cast, begin: Begin, desk: Path) -> None:
    gave_before(cast)
    plan = begin(rail="reminder", day=soon(), contact=PHONE)
    assert asked(plan) == 1
    assert asked(plan) == 0
    [text] = texts(desk)
    assert (text["to"], text["template"]) == (PHONE, "month_asked")
    assert f"/monthly/{plan.token}/pay/" in text["text"]
    assert "50.00" in text["text"]
    services.stop_plan(plan, by=None)
    with clock.set_to(clock.now() + timedelta(days=15)):
        services.send_donor_texts()
    assert texts(desk)[-1]["template"] == "plan_changed"
    assert plan.get_state_display() != fresh(plan).get_state_display()
    assert fresh(plan).get_state_display() in texts(desk)[-1]["text"]


def test_months_that_nobody_could_be_asked_for_in_time_are_not_asked_for(
    cast: Cast, begin: Begin, desk: Path
) -> None:
    gave_before(cast)
    plan = begin(rail="reminder", day=soon(), contact=PHONE)
    now = clock.now()
    for key in ("2026-01", "2026-02", f"{clock.today():%Y-%m}"):
        DonorText.objects.create(
            plan=plan, kind="month", code=f"{plan.code}:month:{key}", laid_at=now, due_at=now
        )
    assert services.send_donor_texts() == 1
    assert not DonorText.objects.filter(closed_at=None).exists()


def test_a_number_nobody_gave_by_is_never_texted(begin: Begin, desk: Path) -> None:
    plan = begin(rail="reminder", day=soon(), contact=PHONE)
    assert asked(plan) == 0
    assert not texts(desk)
    assert not DonorText.objects.exists()


def test_an_erased_donor_is_texted_no_more(cast: Cast, begin: Begin, desk: Path) -> None:
    gave_before(cast)
    plan = begin(rail="reminder", day=soon(), contact=PHONE)
    with clock.set_to(clock.now() + timedelta(days=12)):
        services.remind()
    services.erase_donor(plan.donor, by=None)
    with clock.set_to(clock.now() + timedelta(days=13)):
        assert services.send_donor_texts() == 0
    assert not texts(desk)


def test_whoever_stopped_meanwhile_is_not_asked(cast: Cast, begin: Begin, desk: Path) -> None:
    gave_before(cast)
    plan = begin(rail="reminder", day=soon(), contact=PHONE)
    with clock.set_to(clock.now() + timedelta(days=12)):
        services.remind()
        services.pause_plan(plan, by=None)
    with clock.set_to(clock.now() + timedelta(days=13)):
        assert services.send_donor_texts() == 0
    assert not texts(desk)


@pytest.mark.parametrize(
    ("rail", "sender", "contact"),
    [("card", "file", PHONE), ("reminder", "", PHONE), ("reminder", "file", "not an address")],
)
def test_whoever_cannot_be_reached_begins_none(
    begin: Begin, settings: Any, desk: Path, rail: str, sender: str, contact: str
) -> None:
    settings.SMS_SENDER = sender
    with pytest.raises(Refused) as refused:
        begin(rail=rail, contact=contact)
    assert refused.value.field == "contact"


def test_one_number_is_texted_about_three_at_most(begin: Begin, desk: Path) -> None:
    for _n in range(3):
        begin(rail="reminder", contact=PHONE)
    with pytest.raises(Refused):
        begin(rail="reminder", contact=PHONE)
