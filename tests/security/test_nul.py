"""PostgreSQL takes no NUL in text: whichever way one is sent, it is refused with a sentence before it gets there."""

import pytest
from django.test import Client

from apps.funds.models import Fund
from tests.cast import Cast

URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("address", ["/choose/", "/rate/", "/people/H-QJ/", "/accounts/login/"])
def test_in_any_kind_of_form(cast: Cast, address: str) -> None:
    client = Client(raise_request_exception=False)
    if not address.startswith("/accounts"):
        client.force_login(cast.admin)
    # The test client sends a dictionary as multipart, the way a form with a file is sent.
    as_multipart = client.post(address, {"name": "a\x00b"})
    as_query = client.post(address, "name=a%00b", content_type=URLENCODED)
    for answer in (as_multipart, as_query):
        assert answer.status_code == 400 and "控制字符" in answer.content.decode()


def test_a_webhook_keeps_its_bytes_whatever_they_are_called(db: None) -> None:
    answer = Client(raise_request_exception=False).post("/webhooks/stripe/", {"name": "a\x00b"})
    assert answer.status_code == 400 and answer.content == b"not accepted"
    assert not Fund.objects.exists()
