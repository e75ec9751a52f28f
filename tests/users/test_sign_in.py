"""Signing in by password or by e-mailed code, without telling who has an account."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings

from apps.users import services
from apps.users.models import Role, User
from apps.users.rules import DEMO_DOMAIN, DEMO_PASSWORD
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LOGIN, CODE, CONFIRM = "/accounts/login/", "/accounts/login/code/", "/accounts/login/code/confirm/"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """The limits on attempts live in the cache."""
    cache.clear()


@pytest.fixture
def person() -> User:
    return services.create_user(email="li@qj.test", name="李红", password="not-so-secret-7", verified=True)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_by_password(client: Client, person: User) -> None:
    answer = client.post(LOGIN, {"login": "LI@qj.test", "password": "not-so-secret-7"})
    assert answer.status_code == 302 and answer["Location"] == "/desk/"
    assert is_in(client)


def test_back_to_where_one_wanted_to_go_but_not_elsewhere(client: Client, person: User) -> None:
    words = {"login": "li@qj.test", "password": "not-so-secret-7"}
    assert client.post(LOGIN, {**words, "next": "/me/"})["Location"] == "/me/"
    client.post("/accounts/logout/")
    assert client.post(LOGIN, {**words, "next": "https://evil.test/"})["Location"] == "/desk/"


@pytest.mark.parametrize(
    ("email", "password"), [("li@qj.test", "wrong"), ("nobody@qj.test", "not-so-secret-7")]
)
def test_a_wrong_password_and_an_unknown_address_read_the_same(
    client: Client, person: User, email: str, password: str
) -> None:
    answer = client.post(LOGIN, {"login": email, "password": password})
    assert not is_in(client)
    body = answer.content.decode()
    assert "您提供的电子邮件地址或密码不正确" in body or "不正确" in body
    assert password not in body


def test_guessing_is_stopped(client: Client, person: User) -> None:
    for _turn in range(6):
        client.post(LOGIN, {"login": "li@qj.test", "password": "wrong"})
    client.post(LOGIN, {"login": "li@qj.test", "password": "not-so-secret-7"})
    assert not is_in(client)


def sent_code() -> str:
    found = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", str(mail.outbox[-1].body), re.M)
    assert found, mail.outbox[-1].body
    return found.group(1)


def test_by_e_mailed_code_without_a_password_which_also_proves_the_address(client: Client) -> None:
    user = services.create_user(email="wang@qj.test", name="王委员")
    answer = client.post(CODE, {"email": "wang@qj.test"})
    assert answer["Location"].startswith(CONFIRM)
    assert mail.outbox[-1].to == ["wang@qj.test"]
    assert client.get(CONFIRM).status_code == 200
    assert client.post(CONFIRM, {"code": sent_code()})["Location"] == "/desk/"
    assert is_in(client)
    assert user.emailaddress_set.get().verified  # type: ignore[attr-defined]


def test_a_wrong_code_does_not_sign_in_and_is_not_tried_for_ever(client: Client, person: User) -> None:
    client.post(CODE, {"email": "li@qj.test"})
    code = sent_code()
    for _turn in range(3):
        client.post(CONFIRM, {"code": "ABC-123"})
    client.post(CONFIRM, {"code": code})
    assert not is_in(client)


def test_a_code_for_an_unknown_address_looks_the_same(client: Client, person: User) -> None:
    known = client.post(CODE, {"email": "li@qj.test"})
    unknown = Client().post(CODE, {"email": "nobody@qj.test"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_signing_up_asks_for_a_name_and_a_proof_of_the_address(client: Client, person: User) -> None:
    form = {"name": "赵六", "password1": "long-enough-99", "password2": "long-enough-99"}
    fresh = client.post("/accounts/signup/", {**form, "email": "Zhao@qj.test"})
    taken = Client().post("/accounts/signup/", {**form, "email": "li@qj.test"})
    assert fresh["Location"] == taken["Location"]
    assert User.objects.get(email="zhao@qj.test").name == "赵六"
    assert not is_in(client)
    nameless = Client().post("/accounts/signup/", {**form, "name": "\u202e", "email": "x@qj.test"})
    assert nameless.status_code == 200 and not User.objects.filter(email="x@qj.test").exists()


def test_someone_closed_does_not_sign_in(client: Client, person: User) -> None:
    User.objects.update(is_active=False)
    client.post(LOGIN, {"login": "li@qj.test", "password": "not-so-secret-7"})
    assert not is_in(client)


@pytest.mark.parametrize(
    "path",
    [
        LOGIN,
        CODE,
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-x/",
        "/accounts/password/reset/key/done/",
        "/accounts/inactive/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/x/",
    ],
)
def test_entrance_pages_stand_in_the_sites_frame_in_chinese(client: Client, path: str) -> None:
    answer = client.get(path, follow=True, headers={"Accept-Language": "en"})
    body = answer.content.decode()
    assert answer.status_code in {200, 404} and 'lang="zh-Hans"' in body
    assert "<style" not in body and " style=" not in body and "<script>" not in body
    assert "Sign In" not in body and "Password" not in body


@pytest.mark.parametrize(
    "path",
    [
        "/me/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/logout/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
    ],
)
def test_pages_of_ones_own_account_do_too(client: Client, person: User, path: str) -> None:
    client.post(LOGIN, {"login": "li@qj.test", "password": "not-so-secret-7"})
    client.post("/accounts/reauthenticate/", {"password": "not-so-secret-7"})
    answer = client.get(path, follow=True)
    body = answer.content.decode()
    assert answer.status_code == 200 and 'lang="zh-Hans"' in body and "我的" in body
    assert "<style" not in body and " style=" not in body and "onload.js" not in body


def test_the_demonstrations_cast_signs_in_by_one_button_and_only_there(client: Client) -> None:
    user = services.create_user(
        email=f"finance@{DEMO_DOMAIN}", name="何会计", password=DEMO_PASSWORD, verified=True
    )
    Role.objects.create(user=user, kind="finance", scope_kind="host", scope_code="H", valid_from="2020-01-01")
    services.create_user(email="real@qj.test", name="真名", password="x" * 12, verified=True)
    assert "何会计" not in client.get(LOGIN).content.decode()
    with override_settings(IS_DEMO=True):
        body = client.get(LOGIN).content.decode()
    assert "何会计 · 慈善会财务（制单）" in body and "真名" not in body
    client.post(LOGIN, {"login": user.email, "password": DEMO_PASSWORD})
    assert is_in(client)


def test_an_ended_role_is_gone_on_the_next_request(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    assert client.get("/people/H-QJ/").status_code == 200
    services.end_role(Role.objects.get(user=cast.admin), by=None)
    assert client.get("/people/H-QJ/").status_code == 404
