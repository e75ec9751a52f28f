"""Limits on sign-ins: by the reader's own address, counted together by all worker processes."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from apps.users import services
from charityfund.settings import base

LOGIN = "/accounts/login/"
PASSWORD = "not-so-secret-7"
PROXY = "127.0.0.1"


@pytest.fixture(autouse=True)
def person(db: None) -> None:
    cache.clear()
    services.create_user(email="li@qj.test", name="李红", password=PASSWORD, verified=True)


def try_as(address: str, email: str, password: str) -> Client:
    client = Client(REMOTE_ADDR=PROXY)
    client.post(LOGIN, {"login": email, "password": password}, headers={"X-Forwarded-For": address})
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_one_readers_attempts_shut_nobody_else_out(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for turn in range(40):
        try_as("203.0.113.9", f"nobody{turn}@qj.test", "wrong")
    assert not is_in(try_as("203.0.113.9", "li@qj.test", PASSWORD))
    assert is_in(try_as("198.51.100.7", "li@qj.test", PASSWORD))


def test_a_made_up_address_in_front_of_the_proxys_does_not_help(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for turn in range(40):
        try_as(f"10.0.0.{turn}, 203.0.113.9", f"nobody{turn}@qj.test", "wrong")
    assert not is_in(try_as("10.0.0.99, 203.0.113.9", "li@qj.test", PASSWORD))


def test_without_a_trusted_proxy_the_header_is_not_believed() -> None:
    for turn in range(40):
        try_as(f"10.0.0.{turn}", f"nobody{turn}@qj.test", "wrong")
    assert not is_in(try_as("10.0.0.99", "li@qj.test", PASSWORD))


def test_all_workers_of_a_machine_count_together() -> None:
    assert "LocMem" not in base.CACHES["default"]["BACKEND"]
