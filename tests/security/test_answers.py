"""What every answer carries, and that no form is taken without its token."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch

from tests.cast import Cast
from tests.test_routes import DUMMIES, routes

TAKES_NO_TOKEN = {"donations:webhook"}


@pytest.mark.dear
def test_no_post_is_listened_to_without_a_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(cast.finance)
    listened = set()
    for route in routes():
        try:
            address = route.address({name: DUMMIES[kind] for name, kind in route.kinds.items()})
        except NoReverseMatch:
            continue
        if client.post(address, {}).status_code not in {403, 404, 405}:
            listened.add(route.name)
    assert listened <= TAKES_NO_TOKEN


@pytest.mark.parametrize(
    "address", ["/", "/f/F-BBT/", "/accounts/login/", "/nosuch/", "/give/F-BBT/", "/desk/"]
)
def test_every_answer_is_guarded(cast: Cast, address: str) -> None:
    headers = Client().get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ["/", "/organisations/", "/grants/payments/", "/me/", "/finance/H-QJ/"])
def test_a_signed_in_persons_pages_are_kept_nowhere(cast: Cast, address: str) -> None:
    client = Client()
    client.force_login(cast.finance)
    answer = client.get(address)
    assert answer.status_code == 200
    assert {"no-store", "private"} <= set(answer.headers["Cache-Control"].replace(" ", "").split(","))


def test_a_public_page_may_be_kept(cast: Cast) -> None:
    assert "no-store" not in Client().get("/f/F-BBT/").headers.get("Cache-Control", "")


def test_nobody_else_sets_where_links_lead(client: Client, db: None) -> None:
    """A server that trusts its proxy takes SCRIPT_NAME from a header; addresses are kept for all visitors."""
    page = client.get("/books/", SCRIPT_NAME="/elsewhere").content.decode()
    assert 'href="/books/"' in page
    assert "elsewhere" not in page
