"""A new installation, in which nothing has happened yet."""

from django.test import Client

from tests.disclosure.test_pages import text


def test_an_empty_installation_shows_the_next_step(client: Client, db: None) -> None:
    assert "¥ 0 .00" in text(client, "/")
    for address in ("/find/", "/books/", "/projects/", "/motions/"):
        text(client, address)
