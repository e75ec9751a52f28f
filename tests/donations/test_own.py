"""What donors do with what is known of them: consents, their data, being forgotten."""

import contextlib
import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import NoReverseMatch

from apps.core import clock, outbox, versions
from apps.core.models import AuditEvent, OutboxMessage
from apps.core.sealing import blind_index
from apps.core.verdicts import Refused
from apps.desk.queries.own_data import everything
from apps.disclosure.bodies import forget
from apps.donations import notices, queries, services
from apps.donations.models import Consent, Donation, GivingPlan, SignInCode
from apps.donations.providers.stand_in.handle import StandIn
from apps.donations.rules import Giver
from apps.donations.services import OfflineGift, record_offline
from apps.donations.services.donors import consent_rows
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.donations.monthly import Begin, fresh, told
from tests.donations.test_goods import receive
from tests.test_routes import routes, row_of

pytestmark = pytest.mark.django_db
STAFF_PAGES = ("donations:", "desk:", "finance:")
NAME, CONTACT, MESSAGE = "欧阳䶮雪", "canary-7@example.org", "给隔壁的陈奶奶"


def me() -> Giver:
    return Giver(contact_index=blind_index(CONTACT))


@pytest.fixture
def gift(cast: Cast) -> Donation:
    """A booked gift whose donor let the name be shown, and has a letter about it."""
    row = OfflineGift(
        cast.fund,
        8_800,
        "cash",
        clock.today(),
        "k",
        name=NAME,
        contact=CONTACT,
        name_choice="real",
        message=MESSAGE,
        consents=frozenset({"publish_name"}),
    )
    return record_offline(row, by=cast.finance)


def monthly(begin: Begin, rail: str = "card") -> GivingPlan:
    """A monthly gift of the same donor, who let the name be shown."""
    return begin(
        rail=rail,
        name=NAME,
        contact=CONTACT,
        name_choice="real",
        consents=("provider_abroad", "publish_name"),
    )


def words_of_tables() -> Iterator[tuple[str, str]]:
    """Every text of every row of every table, with where it stands."""
    for model in apps.get_models():
        if model._meta.label_lower.startswith(("ledger.account", "ledger.chartcode", "divisions.")):
            continue
        for values in model._default_manager.values():
            for column, value in values.items():
                yield f"{model._meta.label_lower}.{column}", str(value)


def where(*words: str) -> set[str]:
    return {place for place, text in words_of_tables() if any(word in text for word in words)}


def test_a_name_taken_back_is_gone_at_once(cast: Cast, gift: Donation) -> None:
    page = f"/f/{cast.fund.code}/"
    assert NAME in Client().get(page).content.decode()
    before = versions.version(f"fund:{cast.fund.code}"), versions.version("site")
    consent = Consent.objects.get(purpose="publish_name")
    with pytest.raises(Refused, match="只有捐赠人自己"):
        services.withdraw_consent(consent, by=Giver(contact_index=blind_index("other@example.org")))
    taken = services.withdraw_consent(consent, by=me())
    assert taken.withdrawn_at is not None
    assert services.withdraw_consent(consent, by=me()).withdrawn_at == taken.withdrawn_at
    after = versions.version(f"fund:{cast.fund.code}"), versions.version("site")
    assert all(new > old for new, old in zip(after, before, strict=True))
    text = Client().get(page).content.decode()
    assert NAME not in text
    assert "爱心居民" in text


def test_my_gifts_lead_to_certificate_year_and_plans(gift: Donation) -> None:
    client = Client()
    session = client.session
    session["donor"] = queries.proof_of(blind_index(CONTACT))
    session.save()
    client.cookies["sessionid"] = session.session_key
    page = client.get("/desk/gifts/").content.decode()
    assert f"/gift/{queries.key_of(gift)}/" in page
    assert f"/mine/{clock.today().year}.pdf" in page


def test_an_amount_taken_back_is_hidden_and_the_name_stays(gift: Donation) -> None:
    Consent.objects.bulk_create(consent_rows(gift.donor, gift.code, ["publish_amount"], now=gift.started_at))
    services.withdraw_consent(Consent.objects.get(purpose="publish_amount"), by=me())
    gift.refresh_from_db()
    assert (gift.shows_amount, gift.public_name) == (False, NAME)
    assert Consent.objects.get(purpose="publish_name").withdrawn_at is None


class TestConsentsOfMonthlyGifts:
    """They carry the plan's code and hold for all its months, those to come as well."""

    @pytest.fixture
    def paid(self, begin: Begin, stand_in: StandIn) -> GivingPlan:
        plan = monthly(begin)
        stand_in.pay(plan.session_id)
        told(stand_in)
        return fresh(plan)

    def consent(self, plan: GivingPlan, purpose: str) -> Consent:
        return Consent.objects.get(donation_code=plan.code, purpose=purpose)

    def test_a_name_taken_back_is_gone_from_all_months(
        self, cast: Cast, paid: GivingPlan, stand_in: StandIn
    ) -> None:
        page = f"/f/{cast.fund.code}/"
        assert NAME in Client().get(page).content.decode()
        for _turn in range(2):
            services.withdraw_consent(self.consent(paid, "publish_name"), by=me())
        assert NAME not in Client().get(page).content.decode()
        stand_in.advance(days=31)
        told(stand_in)
        assert list(paid.donations.values_list("public_name", flat=True)) == ["爱心居民"] * 2
        assert (fresh(paid).state, fresh(paid).public_name) == ("active", "爱心居民")
        assert not Consent.objects.filter(purpose="publish_name", withdrawn_at=None).exists()

    def test_an_amount_taken_back_is_hidden_in_all_months(self, cast: Cast, paid: GivingPlan) -> None:
        now = clock.now()
        for code in (paid.code, paid.donations.get().code):
            Consent.objects.bulk_create(consent_rows(paid.donor, code, ["publish_amount"], now=now))
        paid.donations.update(shows_amount=True)
        before = versions.version(f"fund:{cast.fund.code}")
        services.withdraw_consent(self.consent(paid, "publish_amount"), by=me())
        month = paid.donations.get()
        assert (month.shows_amount, month.public_name) == (False, NAME)
        assert versions.version(f"fund:{cast.fund.code}") > before
        assert not Consent.objects.filter(purpose="publish_amount", withdrawn_at=None).exists()

    def test_without_the_provider_abroad_it_stops(self, paid: GivingPlan, stand_in: StandIn) -> None:
        services.withdraw_consent(self.consent(paid, "provider_abroad"), by=me())
        services.send_plans()
        stand_in.advance(days=62)
        told(stand_in)
        assert (fresh(paid).state, fresh(paid).reason) == ("stopped", "donor")
        assert paid.donations.count() == 1
        assert NAME in paid.donations.get().public_name

    def test_a_month_tried_again_is_hidden_too(self, begin: Begin) -> None:
        plan = monthly(begin, "reminder")
        month = services.pay_month(plan)
        Donation.objects.update(state="expired")
        month.refresh_from_db()
        again = services.give_again(month, channel="bank")
        assert again.public_name == NAME
        services.withdraw_consent(self.consent(plan, "publish_name"), by=me())
        again.refresh_from_db()
        assert again.public_name == "爱心居民"

    def test_no_month_renews_a_consent_that_was_taken_back(self, begin: Begin) -> None:
        plan = monthly(begin, "reminder")
        services.pay_month(plan)
        services.withdraw_consent(self.consent(plan, "provider_abroad"), by=me())
        assert not Consent.objects.filter(purpose="provider_abroad", withdrawn_at=None).exists()
        # Even where the plan itself was left running.
        GivingPlan.objects.update(state="active", stopped_at=None)
        Donation.objects.update(state="expired")
        with pytest.raises(Refused, match="单独同意"):
            services.pay_month(fresh(plan))
        assert not Consent.objects.filter(purpose="provider_abroad", withdrawn_at=None).exists()


def test_whoever_was_erased_pays_no_month(begin: Begin) -> None:
    plan = monthly(begin, "reminder")
    services.erase_all(me())
    with pytest.raises(Refused, match="单独同意"):
        services.pay_month(fresh(plan))
    assert not Donation.objects.exists()


def test_each_consent_leads_to_its_own_page(cast: Cast, gift: Donation, begin: Begin) -> None:
    plan = monthly(begin)
    receive(cast, donor_name=NAME, contact=CONTACT, name_choice="real", consents=frozenset({"publish_name"}))
    Consent.objects.bulk_create(consent_rows(gift.donor, "PL-NOWHERE", ["publish_name"], now=clock.now()))
    client = Client()
    session = client.session
    session["donor"] = queries.proof_of(blind_index(CONTACT))
    session.save()
    client.cookies["sessionid"] = session.session_key
    page = client.get("/desk/gifts/consents/").content.decode()
    led = set(re.findall(r'<a href="([^"]+)" class="code">', page))
    assert len(led) == 3
    assert f"/monthly/{plan.token}/" in led
    assert all(client.get(address).status_code == 200 for address in led)
    assert "PL-NOWHERE" in page
    assert page.count("这份月捐也就停止") == 1
    services.stop_plan(plan, by=None)
    assert "这份月捐也就停止" not in client.get("/desk/gifts/consents/").content.decode()


def test_the_pages_of_consents_and_export_are_the_donors(gift: Donation) -> None:
    client = Client()
    session = client.session
    session["donor"] = queries.proof_of(blind_index(CONTACT))
    session.save()
    client.cookies["sessionid"] = session.session_key
    consent = Consent.objects.get()
    assert consent.text in client.get("/desk/gifts/consents/").content.decode()
    assert client.post(f"/donors/consents/{consent.pk}/withdraw/").status_code == 302
    assert Client().post(f"/donors/consents/{consent.pk}/withdraw/").headers["Location"] == "/donors/sign-in/"
    archive = zipfile.ZipFile(io.BytesIO(client.get("/desk/gifts/my-data.zip").content))
    facts = json.loads(archive.read("my-data.json"))
    assert facts["donors"][0]["name"] == NAME
    assert facts["donors"][0]["consent"][0]["purpose"] == "publish_name"
    assert facts["gifts"][0]["message"] == MESSAGE
    rows = list(csv.reader(io.StringIO(archive.read("gifts.csv").decode("utf-8-sig"))))
    assert NAME in rows[1]
    assert "88.00" in rows[1]
    assert "hash" not in str(facts)


def test_the_export_misses_no_row_that_points_at_a_donor_or_a_gift(gift: Donation) -> None:
    """A new model with a link to a donor or a gift is in the export without anybody thinking of it."""
    found = everything(me())
    told = set(found["donors"][0]) | set(found["gifts"][0])
    for model in (type(gift.donor), Donation):
        for relation in model._meta.related_objects:
            other = relation.related_model
            if (
                other is Donation
                or not other._default_manager.filter(  # type: ignore[union-attr]
                    **{relation.field.name: (gift if model is Donation else gift.donor).pk}
                ).exists()
            ):
                continue
            assert other._meta.model_name in told  # type: ignore[union-attr]


def test_a_forgotten_donor_is_in_no_table_and_the_books_are_whole(
    cast: Cast, gift: Donation, begin: Begin
) -> None:
    notices.thank([gift])
    outbox.say(f"other:{gift.code}", to=CONTACT, subject=NAME, body=MESSAGE)
    services.ask_code(CONTACT, address="a")
    receive(cast, donor_name=NAME, contact=CONTACT, name_choice="real", consents=frozenset({"publish_name"}))
    monthly(begin)
    assert OutboxMessage.objects.filter(address=CONTACT).exists()
    client = Client()
    session = client.session
    session["donor"] = queries.proof_of(blind_index(CONTACT))
    session.save()
    client.cookies["sessionid"] = session.session_key
    assert client.post("/donors/erase/", {}).status_code == 422
    assert where(NAME, CONTACT, MESSAGE)
    assert client.post("/donors/erase/", {"sure": "on"}).status_code == 200
    assert where(NAME, CONTACT, MESSAGE) == set()
    assert not SignInCode.objects.exists()
    gift.refresh_from_db()
    assert (gift.amount, gift.state, gift.spoken_name) == (8_800, "booked", "爱心居民")
    assert client.get("/desk/gifts/").status_code == 302
    assert_books_clean()


def test_who_looked_at_a_name_is_on_the_trail_once_a_day(cast: Cast, gift: Donation) -> None:
    client = Client()
    looks = AuditEvent.objects.filter(verb="see_donor", subject_code=gift.code)
    client.force_login(cast.auditor)
    assert NAME not in client.get(f"/gifts/{gift.code}/").content.decode().split("<h1>")[0]
    assert not looks.exists()
    client.force_login(cast.finance)
    for _turn in range(2):
        assert CONTACT in client.get(f"/gifts/{gift.code}/").content.decode()
    assert list(looks.values_list("by_id", flat=True)) == [cast.finance.pk]
    with clock.set_to(clock.now() + timedelta(days=1)):
        client.force_login(cast.finance)
        client.get(f"/gifts/{gift.code}/")
    assert looks.count() == 2


def test_canaries_show_only_where_their_consent_lets_them(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    """A donor of each choice, over every page with arguments, for those who are not finance."""
    forget()
    names = {"real": "欧阳䶮雪", "masked": "司马䶮霜", "anonymous": "诸葛䶮露"}
    gifts = [
        record_offline(
            OfflineGift(
                cast.fund,
                8_800,
                "cash",
                clock.today(),
                choice,
                name=name,
                contact=f"canary-{choice}@example.org",
                name_choice=choice,
                consents=frozenset({"publish_name"} if choice == "real" else set()),
            ),
            by=cast.finance,
        )
        for choice, name in names.items()
    ]
    hidden = ("canary-", names["masked"], names["anonymous"])
    with caplog.at_level("DEBUG", "apps"):
        for who in (None, cast.auditor):
            client = Client(raise_request_exception=False)
            if who is not None:
                client.force_login(who)
            for address in addresses(gifts, "" if who is None else STAFF_PAGES):
                text = client.get(address).content.decode(errors="ignore")
                found = [word for word in hidden if word in text]
                assert not found, (address, found)
    assert not any(word in caplog.text for word in (*hidden, names["real"]))
    page = Client().get(f"/f/{cast.fund.code}/").content.decode()
    assert all(shown in page for shown in (names["real"], "司马**", "爱心居民"))
    trail = str(list(AuditEvent.objects.values_list("facts")))
    assert not any(word in trail for word in (*hidden, names["real"]))


def addresses(gifts: list[Donation], only: str | tuple[str, ...]) -> Iterator[str]:
    """Every address of the site whose arguments exist in the cast, and the pages of the gifts."""
    for route in routes():
        row = row_of(route.name)
        if (
            row is not None
            and (not route.kinds or row.args is not None)
            and not route.name.startswith("admin:")
        ):
            with contextlib.suppress(NoReverseMatch):
                yield route.address(dict(row.args or {}))
    for gift in gifts:
        yield from (f"/give/{gift.code}/done/", f"/gifts/{gift.code}/", f"/desk/gifts/{gift.code}/")
