"""Notices on the page, wishes about e-mails, and how often the desk asks the database."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core import letterbox, outbox
from apps.core.models import OutboxMessage
from apps.core.quiet import Wishes
from apps.desk.queries import tasks
from tests.cast import Cast
from tests.desk.test_desk import page
from tests.grants import house as grants

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(cast: Cast, settings: Any, tmp_path: Path) -> Cast:
    settings.MEDIA_ROOT = tmp_path
    grants.seat_everyone(cast)
    grants.money(cast)
    return cast


def test_notices_are_ones_own_and_lead_to_where_it_is_done(house: Cast) -> None:
    grants.tabled(house)
    mine, other = house.members[0], house.members[1]
    (letter,) = letterbox.letters_of(mine.email)
    foreign = letterbox.letters_of(other.email).get()
    shown = page(mine, "/desk/notices/")
    assert letter.subject in shown and "1 条没看的通知" in shown and "通知 1" in page(mine)
    assert "还没有通知" in page(house.stranger, "/desk/notices/")
    client = Client()
    client.force_login(mine)
    for mark in (letterbox.mark_of(foreign), foreign.pk, letter.pk, 10**25, 0):
        assert client.post(f"/desk/notices/{mark}/").status_code == 404
    address = f"/desk/notices/{letterbox.mark_of(letter)}/"
    answer = client.post(address)
    assert answer.headers["Location"].startswith("/vote/")
    assert letterbox.unread(mine.email) == 0 and letterbox.unread(other.email) == 1
    assert client.get(address).status_code == 405
    client.force_login(other)
    assert client.post("/desk/notices/read/").status_code == 302
    assert letterbox.unread(other.email) == 0


def test_a_notice_does_not_tell_how_many_letters_others_got(house: Cast) -> None:
    """Each ballot is confirmed by a letter: running numbers in addresses would tell the turnout of an open vote."""
    grants.tabled(house)
    (letter,) = letterbox.letters_of(house.members[0].email)
    addresses = set(re.findall(r"/desk/notices/(\w+)/", page(house.members[0], "/desk/notices/")))
    assert addresses == {"read", "wishes", letterbox.mark_of(letter)}
    assert not any(address.isdigit() for address in addresses)


@pytest.mark.parametrize("path", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", ""])
def test_a_notice_never_leads_away(house: Cast, path: str) -> None:
    outbox.say("k", to=house.chair.email, subject="s", body="b", path=path)
    client = Client()
    client.force_login(house.chair)
    answer = client.post(f"/desk/notices/{letterbox.mark_of(OutboxMessage.objects.get(key='k'))}/")
    assert answer.headers["Location"] == "/desk/"


def test_wishes_are_kept_and_nonsense_is_refused(house: Cast) -> None:
    client, path = Client(), "/desk/notices/wishes/"
    client.force_login(house.chair)
    for wrong in (
        {"quiet_from": "22:00"},
        {"quiet_until": "07:00"},
        {"quiet_from": "25:00", "quiet_until": "07:00"},
        {"daily": "on"},
        {"daily": "on", "summary_at": "x"},
    ):
        answer = client.post(path, wrong)
        assert answer.status_code == 422
    wanted = {"quiet_from": "22:00", "quiet_until": "07:00", "daily": "on", "summary_at": "08:00"}
    assert client.post(path, wanted).status_code == 302
    assert outbox.wish_of(house.chair.email) == Wishes(1320, 420, 480)
    assert 'value="22:00"' in client.get(path).content.decode()
    assert outbox.wish_of(house.secretary.email) == Wishes()
    assert client.post(path, {}).status_code == 302
    assert outbox.wish_of(house.chair.email) == Wishes()


def test_the_desk_asks_as_often_for_many_things_as_for_few(
    house: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(3):
        grants.submitted(house, title=f"第{number}份")
    with CaptureQueriesContext(connection) as few:
        tasks.desk_of(house.implementer), tasks.desk_of(house.secretary)
    for number in range(12):
        grants.submitted(house, title=f"又{number}份")
    with django_assert_max_num_queries(len(few)):
        tasks.desk_of(house.implementer), tasks.desk_of(house.secretary)
