"""A vote past its deadline is counted as soon as anyone looks, whether or not the timer runs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.core import clock
from apps.core.verdicts import Refused
from apps.disclosure import bodies
from apps.governance import services
from apps.governance.models import Ballot, Motion
from tests.cast import Cast
from tests.governance.house import DEADLINE, NOON, open_motion, vote
from tests.governance.test_pages import signed_in

pytestmark = pytest.mark.django_db
LATE = DEADLINE + timedelta(seconds=1)


@pytest.fixture
def voted(house: Cast) -> Motion:
    bodies.forget()
    motion = open_motion(house)
    with clock.set_to(NOON):
        vote(motion, house.chair, "yes")
    return motion


def as_public(_house: Cast) -> Client:
    return Client()


def as_chair(house: Cast) -> Client:
    return signed_in(house.chair)


@pytest.mark.parametrize(
    ("who", "place"),
    [
        (as_public, "/m/{motion}/"),
        (as_public, "/m/{motion}/record.json"),
        (as_chair, "/vote/{motion}/"),
        (as_chair, "/motion/{motion}/"),
        (as_chair, "/motion/{motion}/ballots/"),
        (as_chair, "/committee/{fund}/"),
        (as_chair, "/desk/"),
    ],
)
def test_any_look_after_the_deadline_counts(
    voted: Motion,
    house: Cast,
    who: Callable[[Cast], Client],
    place: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client, address = who(house), place.format(motion=voted.code, fund=house.fund.code)
    with clock.set_to(DEADLINE - timedelta(seconds=1)), django_capture_on_commit_callbacks(execute=True):
        client.get(address)
    voted.refresh_from_db()
    assert voted.state == "open"
    with clock.set_to(LATE), django_capture_on_commit_callbacks(execute=True):
        first = client.get(address).content.decode()
    voted.refresh_from_db()
    assert voted.state == "lost"
    assert "截止前谁也看不到票数" not in first
    with clock.set_to(LATE):
        again = client.get(address)
    assert again.status_code == 200
    assert "正在计票" not in again.content.decode()


def test_a_kept_public_page_does_not_say_open_past_the_deadline(voted: Motion) -> None:
    client = Client()
    with clock.set_to(DEADLINE - timedelta(seconds=1)):
        for _turn in range(2):
            assert "截止前谁也看不到票数" in client.get(f"/m/{voted.code}/").content.decode()
        assert "表决中" in client.get("/motions/?state=open").content.decode()
    with clock.set_to(LATE):
        page = client.get(f"/m/{voted.code}/").content.decode()
        assert "正在计票" in page
        assert "截止前谁也看不到票数" not in page
        assert "正在计票" in client.get("/motions/?state=open").content.decode()


def test_a_ballot_that_is_late_by_a_moment_is_refused_and_nothing_changes(voted: Motion, house: Cast) -> None:
    with clock.set_to(DEADLINE - timedelta(microseconds=1)):
        vote(voted, house.members[0], "yes")
    with clock.set_to(DEADLINE):
        with pytest.raises(Refused, match="截止"):
            vote(voted, house.members[1], "yes")
        with pytest.raises(Refused, match="没有在进行"):
            services.cast_many(
                voted,
                [services.Given(voted.roll.all()[2].seat, "yes", "hand")],
                subject_hash=voted.subject_hash,
                witness=house.supervisor,
                by=house.secretary,
            )
    assert Ballot.objects.count() == 2
