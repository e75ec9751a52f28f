"""A person's own deadlines in their calendar program."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.waiting import Waiting
from apps.desk import services
from apps.desk.models import CalendarLink
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    def rows(user: Any) -> list[Waiting]:
        return [
            Waiting("new", "公示异议", f"答复, {user.pk}", "/grants/objections/Q1/", until=clock.now()),
            Waiting("new", "没有期限的", "随便哪天", "/x/"),
        ]

    monkeypatch.setattr("apps.desk.queries.tasks.collect", rows)


def test_a_secret_address_shows_ones_own_deadlines_until_it_is_shut(cast: Cast, waiting: None) -> None:
    client, page = Client(), reverse("desk:calendar")
    assert client.get(page).status_code == 302
    client.force_login(cast.secretary)
    assert "生成地址" in client.get(page).content.decode()
    made = client.post(page)
    address = made.context["address"].split("://", 1)[1].split("/", 1)[1]
    feed = Client().get(f"/{address}")
    body = feed.content.decode().replace("\r\n ", "")
    assert feed.status_code == 200 and feed["Content-Type"].startswith("text/calendar")
    assert "no-store" in feed["Cache-Control"] and f"答复\\, {cast.secretary.pk}" in body
    assert body.count("BEGIN:VEVENT") == 1 and cast.secretary.email not in body
    assert address.rsplit("/", 1)[-1] not in client.get(page).content.decode()
    again = services.make_calendar_link(by=cast.secretary)
    assert Client().get(f"/{address}").status_code == 404
    assert Client().get(reverse("desk:feed", args=[again])).status_code == 200
    assert client.post(reverse("desk:revoke_calendar")).status_code == 302
    assert Client().get(reverse("desk:feed", args=[again])).status_code == 404


def test_only_a_live_token_of_somebody_who_may_sign_in_opens_anything(cast: Cast, waiting: None) -> None:
    token = services.make_calendar_link(by=cast.chair)
    assert services.reader_of(token) == cast.chair
    assert token not in str(CalendarLink.objects.values().get())
    for forged in ("", "x", token[:-1], token.split(":")[0], token + "x", CalendarLink.objects.get().digest):
        assert services.reader_of(forged) is None
    cast.chair.is_active = False
    cast.chair.save()
    assert services.reader_of(token) is None
