"""Reminders go to exactly those who have not voted, and nothing tells anybody who or how many they are."""

from datetime import timedelta

import pytest
from django.contrib import admin

from apps.core import clock
from apps.core.models import AuditEvent, OutboxMessage
from apps.core.verdicts import Refused
from apps.governance import services
from apps.governance.models import Ballot, Motion, Recusal, RollEntry, Seat, Sheet
from apps.governance.rules import reminder_due
from apps.users.models import User
from tests.cast import Cast
from tests.governance.house import DEADLINE, NOON, vote
from tests.governance.test_pages import signed_in

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def reminded(occasion: str) -> set[str]:
    keys = OutboxMessage.objects.filter(key__startswith="governance.reminder:", key__endswith=f":{occasion}")
    return set(keys.values_list("address", flat=True))


def mails(*users: User) -> set[str]:
    return {user.email for user in users}


@pytest.fixture
def some_voted(motion: Motion, house: Cast) -> Motion:
    """The chair and two members voted, one stepped aside, one left: two still owe their vote."""
    with clock.set_to(NOON):
        for user in (house.chair, *house.members[:2]):
            vote(motion, user, "yes")
        services.recuse(motion, by=house.members[2])
        services.end_seat(Seat.objects.get(user=house.members[3]), reason="resigned", by=house.admin)
    return motion


def test_the_button_writes_to_those_who_have_not_voted_once(some_voted: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        services.remind(some_voted, by=house.secretary)
        assert reminded("button") == mails(*house.members[4:])
        vote(some_voted, house.members[4], "no")
        services.remind(some_voted, by=house.chair)
    assert OutboxMessage.objects.filter(key__contains=":button").count() == 2


def test_the_clock_reminds_a_day_and_three_hours_before(some_voted: Motion, house: Cast) -> None:
    for moment in (DEADLINE - 2 * DAY, DEADLINE - DAY, DEADLINE - DAY + HOUR, DEADLINE - 3 * HOUR, DEADLINE):
        with clock.set_to(moment):
            services.remind_due()
            if moment == DEADLINE - DAY:
                assert reminded("24h") == mails(*house.members[4:])
                vote(some_voted, house.members[4], "yes")
    assert reminded("24h") == mails(*house.members[4:])
    assert reminded("3h") == mails(house.members[5])


@pytest.mark.parametrize(
    ("length", "before", "occasion"),
    [
        (4 * DAY, DAY + timedelta(seconds=1), ""),
        (4 * DAY, DAY, "24h"),
        (4 * DAY, 3 * HOUR, "3h"),
        (4 * DAY, timedelta(0), ""),
        (DAY, 13 * HOUR, ""),
        (DAY, 3 * HOUR, "3h"),
        (2 * HOUR, HOUR, ""),
    ],
)
def test_when_a_reminder_is_due(length: timedelta, before: timedelta, occasion: str) -> None:
    assert reminder_due(NOON, NOON + length, NOON + length - before) == occasion


def test_whoever_presses_learns_nothing(motion: Motion, house: Cast) -> None:
    """The same answer, and the same trace, whether nobody or everybody has voted."""
    address, seen = f"/motion/{motion.code}/remind/", []
    with clock.set_to(NOON):
        for voters in ((), (house.chair, *house.members)):
            for user in voters:
                vote(motion, user, "yes")
            before = AuditEvent.objects.count()
            client = signed_in(house.secretary)
            answer = client.post(address, follow=True)
            event = AuditEvent.objects.latest("pk")
            said = [str(message) for message in answer.context["messages"]]
            seen.append(
                (answer.status_code, said, event.verb, event.facts, AuditEvent.objects.count() - before)
            )
    assert seen[0] == seen[1]


def test_only_officers_remind_and_only_while_voting(motion: Motion, house: Cast) -> None:
    for user in (house.members[0], house.supervisor, house.admin):
        with clock.set_to(NOON), pytest.raises(Refused, match="主任或秘书"):
            services.remind(motion, by=user)
    with clock.set_to(DEADLINE), pytest.raises(Refused, match="没有在进行"):
        services.remind(motion, by=house.chair)
    assert not reminded("button")


def test_nobody_lists_letters_or_ballots_in_the_admin() -> None:
    """Who was written to, who voted and who has a sheet would tell the turnout before the close."""
    assert not {OutboxMessage, Ballot, RollEntry, Recusal, Sheet} & set(admin.site._registry)


def test_a_voter_is_told_what_was_recorded_for_them(motion: Motion, house: Cast) -> None:
    with clock.set_to(NOON):
        facts = {"channel": "phone", "by": house.secretary, "witness": house.supervisor}
        vote(motion, house.members[0], "abstain", **facts)
        vote(motion, house.members[0], "yes")
    letters = OutboxMessage.objects.filter(key__startswith="governance.ballot:").order_by("pk")
    assert {letter.address for letter in letters} == {house.members[0].email}
    assert ["您投的是：弃权" in letters[0].body, "方式：电话" in letters[0].body] == [True, True]
    assert "您投的是：赞成" in letters[1].body
