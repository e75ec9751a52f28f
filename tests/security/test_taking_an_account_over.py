"""Whoever signs up with somebody else's address never gets into the account that its owner uses later."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from apps.registry import services as registry
from apps.users.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SIGN_UP, LOGIN, CODE = "/accounts/signup/", "/accounts/login/", "/accounts/login/code/"
CONFIRM, PROVE = "/accounts/login/code/confirm/", "/accounts/confirm-email/"
ADDRESS, PASSWORD = "owner@qj.test", "left-behind-99"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def sent_code() -> str:
    found = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", str(mail.outbox[-1].body), re.M)
    assert found, mail.outbox[-1].body
    return found.group(1)


def sign_up(client: Client) -> None:
    client.post(SIGN_UP, {"name": "某人", "email": ADDRESS, "password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.filter(email=ADDRESS).exists() and not is_in(client)


def by_password() -> Client:
    cache.clear()
    client = Client()
    client.post(LOGIN, {"login": ADDRESS, "password": PASSWORD})
    return client


def by_code() -> Client:
    cache.clear()
    client = Client()
    client.post(CODE, {"email": ADDRESS})
    client.post(CONFIRM, {"code": sent_code()})
    assert is_in(client)
    return client


def test_a_password_left_behind_by_a_stranger_opens_nothing(cast: Cast) -> None:
    stranger = Client()
    sign_up(stranger)
    assert not is_in(by_password())
    registry.add_implementer(cast.organisation, email=ADDRESS, name="社工", by=cast.admin)
    by_code()
    assert not is_in(by_password())
    stranger.get(PROVE)
    assert not is_in(stranger)
    assert stranger.get("/work/").status_code == 302


def test_a_password_proven_by_its_own_code_stays(db: None) -> None:
    client = Client()
    sign_up(client)
    client.post(PROVE, {"code": sent_code()})
    assert is_in(client)
    by_code()
    assert is_in(by_password())
