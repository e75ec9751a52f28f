"""A donor without an account proves a phone number or an e-mail address, and nobody learns whether one is known."""

import json
import logging
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.test import Client

from apps.core import clock
from apps.core.sealing import blind_index
from apps.core.verdicts import Refused
from apps.donations import queries, rules, services
from apps.donations.models import Donation, SignInCode
from apps.donations.rules import Giver
from tests.cast import Cast
from tests.donations.conftest import Give

pytestmark = pytest.mark.django_db
PHONE, MAIL = "13812345678", "wang@example.org"


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("138 1234 5678", PHONE),
        ("+86 138-1234-5678", PHONE),
        ("0086 13812345678", PHONE),
        ("8613812345678", PHONE),
        ("00852 9123 4567", "+85291234567"),
        (" Wang@Example.org ", MAIL),
        ("门卫老李", "门卫老李"),
        ("", ""),
    ],
)
def test_contacts_compare_as_people_mean_them(written: str, normal: str) -> None:
    assert rules.normal_contact(written) == normal


def texts(settings: Any) -> list[dict[str, str]]:
    place = Path(settings.DATA_DIR) / "sms.jsonl"
    return [json.loads(line) for line in place.read_text().splitlines()] if place.exists() else []


@pytest.fixture(autouse=True)
def messages_to_file(settings: Any, tmp_path: Path) -> None:
    settings.SMS_SENDER, settings.DATA_DIR = "file", tmp_path


@pytest.fixture
def gift(give: Give) -> Donation:
    return give(channel="bank", name="王芳", contact="138 1234 5678", name_choice="masked", consents=())


def code_sent(settings: Any) -> str:
    return re.findall(r"\d{6}", texts(settings)[-1]["text"])[0]


def sign_in(client: Client, contact: str, settings: Any) -> str:
    """Ask for a code and return it; the worker runs between."""
    answer = client.post("/donors/sign-in/", {"contact": contact})
    assert answer.status_code == 302, answer.content.decode()
    services.send_codes()
    return code_sent(settings)


def test_a_guest_sees_their_gifts_by_code_and_nobody_elses(gift: Donation, give: Give, settings: Any) -> None:
    other = give(channel="bank", name="李四", contact="13900000000", name_choice="masked", consents=())
    client = Client()
    assert client.get("/desk/gifts/").headers["Location"] == "/donors/sign-in/"
    code = sign_in(client, "+86 13812345678", settings)
    assert client.post("/donors/code/", {"code": code}).headers["Location"] == "/desk/gifts/"
    page = client.get("/desk/gifts/").content.decode()
    assert gift.code in page
    assert other.code not in page
    assert client.get(f"/give/{other.code}/name/").status_code == 404
    # A donor's session opens nothing of the workbench.
    assert client.get("/desk/").status_code == 302
    assert client.post("/donors/sign-out/").status_code == 302
    assert client.get("/desk/gifts/").status_code == 302


def test_a_donor_by_code_changes_what_is_shown(gift: Donation, settings: Any) -> None:
    client = Client()
    code = sign_in(client, PHONE, settings)
    client.post("/donors/code/", {"code": code})
    answer = client.post(f"/give/{gift.code}/name/", {"name_choice": "anonymous"})
    assert answer.status_code == 302
    gift.refresh_from_db()
    assert gift.spoken_name == "爱心居民"
    stranger = Giver(contact_index=blind_index("13900000000"))
    with pytest.raises(Refused, match="只有捐赠人自己"):
        services.choose_name(gift, name_choice="masked", consents=(), by=stranger)


def test_an_email_gets_its_code_by_mail(give: Give, settings: Any) -> None:
    give(channel="bank", name="王芳", contact="Wang@example.org", name_choice="masked", consents=())
    token = services.ask_code(MAIL, address="1.2.3.4")
    assert services.send_codes() == 1
    letter = mail.outbox[-1]
    assert letter.to == [MAIL]
    code = re.findall(r"\d{6}", letter.body)[0]
    assert services.enter_code(token, code) == blind_index(MAIL)
    assert texts(settings) == []


def test_an_unknown_contact_looks_the_same_and_gets_nothing(gift: Donation, settings: Any) -> None:
    known, unknown = Client(), Client()
    first = known.post("/donors/sign-in/", {"contact": PHONE})
    second = unknown.post("/donors/sign-in/", {"contact": "13987654321"})
    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
    pages = [client.get("/donors/code/").content.decode() for client in (known, unknown)]
    csrf = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert csrf.sub("", pages[0]) == csrf.sub("", pages[1])
    services.send_codes()
    assert [line["to"] for line in texts(settings)] == [PHONE]
    wrong = [client.post("/donors/code/", {"code": "000000x"}) for client in (known, unknown)]
    assert wrong[0].status_code == wrong[1].status_code == 422
    assert csrf.sub("", wrong[0].content.decode()) == csrf.sub("", wrong[1].content.decode())


def test_a_code_is_used_once_expires_and_allows_few_tries(gift: Donation, settings: Any) -> None:
    token = services.ask_code(PHONE, address="a")
    services.send_codes()
    code = code_sent(settings)
    assert services.enter_code("another" + token, code) == ""
    assert services.enter_code(token, code) == blind_index(PHONE)
    assert services.enter_code(token, code) == ""

    late = services.ask_code(PHONE, address="a")
    services.send_codes()
    with clock.set_to(clock.now() + timedelta(minutes=10)):
        assert services.enter_code(late, code_sent(settings)) == ""

    guessed = services.ask_code(PHONE, address="a")
    services.send_codes()
    right = code_sent(settings)
    for _turn in range(5):
        assert services.enter_code(guessed, "x") == ""
    assert services.enter_code(guessed, right) == ""


def test_asking_is_limited_by_contact_and_by_address(gift: Donation) -> None:
    for turn in range(5):
        services.ask_code(PHONE, address=f"net{turn}")
    with pytest.raises(Refused, match="太多"):
        services.ask_code("138-1234-5678", address="net9")
    # The limit is the same for a contact that nobody left.
    for turn in range(5):
        services.ask_code("13900001111", address=f"net{turn}")
    with pytest.raises(Refused, match="太多"):
        services.ask_code("13900001111", address="net9")
    with clock.set_to(clock.now() + timedelta(minutes=61)):
        services.ask_code(PHONE, address="net9")
    for turn in range(20):
        services.ask_code(f"139{turn:08d}", address="one")
    with pytest.raises(Refused, match="太多"):
        services.ask_code("13777777777", address="one")


def test_the_code_is_in_no_table_and_no_log(
    gift: Donation, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SMS_SENDER = "tests.donations.test_signing_in.Failing"
    with caplog.at_level(logging.DEBUG):
        services.ask_code(PHONE, address="a")
        row = SignInCode.objects.get()
        assert PHONE not in str(vars(row))
        assert services.send_codes() == 0
    row.refresh_from_db()
    assert row.contact_sealed == ""
    assert len(Failing.sent) == 1
    assert Failing.sent[0] not in str(vars(row))
    assert PHONE not in caplog.text
    assert Failing.sent[0] not in caplog.text


class Failing:
    """A provider that is down and says too much."""

    sent: list[str] = []

    def send(self, number: str, *, template: str, facts: dict[str, str], text: str) -> None:
        self.sent.append(facts["code"])
        raise RuntimeError(f"{number}: {text}")


def test_without_text_messages_a_phone_is_told_so_and_bad_contacts_too(settings: Any, cast: Cast) -> None:
    settings.SMS_SENDER = ""
    client = Client()
    assert "还不能发短信" in client.post("/donors/sign-in/", {"contact": PHONE}).content.decode()
    answer = client.post("/donors/sign-in/", {"contact": "门卫老李"})
    assert answer.status_code == 422
    assert "手机号或电子邮箱" in answer.content.decode()
    assert not SignInCode.objects.exists()


def test_a_proof_ends_by_itself_and_an_erased_donor_is_no_longer_known(gift: Donation) -> None:
    proof = {"donor": queries.proof_of(gift.donor.contact_index)}
    giver = queries.giver_of(AnonymousUser(), proof)
    assert list(queries.gifts_of(giver)) == [gift]
    with clock.set_to(clock.now() + timedelta(hours=2)):
        assert not queries.giver_of(AnonymousUser(), proof)
    services.erase_donor(gift.donor, by=giver)
    assert not queries.gifts_of(giver).exists()
    services.ask_code(PHONE, address="a")
    assert services.send_codes() == 0
