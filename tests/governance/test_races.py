"""Real concurrency: two windows per member, and votes against the close."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from unittest import mock

import pytest

from apps.core import clock
from apps.core.verdicts import Refused
from apps.governance import queries, services
from apps.governance.checks import CHECKS
from apps.governance.models import Ballot, Motion, Seat
from apps.users.models import User
from tests.cast import Cast
from tests.crowd import at_once, errors, unlocked
from tests.governance.house import adopt, make_draft, vote

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def in_parallel(jobs: list[Callable[[], object]]) -> list[Exception | None]:
    """Run the jobs at once; return what each raised."""
    return errors(at_once(*jobs))


def open_for(house: Cast, seconds: float) -> Motion:
    """Open a vote that is short: the least length is a rule of days, and the race a matter of seconds."""
    with mock.patch("apps.governance.services.motions.preparing._check_length"):
        return services.open_voting(
            make_draft(house), closes_at=clock.now() + timedelta(seconds=seconds), by=house.chair
        )


def seat_more(house: Cast, number: int) -> list[User]:
    """Seat as many more members, whom the rules only flag, in few statements; return them."""
    adopt(house, composition_action="flag")
    first = house.fund.committee.seats.get(user=house.members[0])
    users = User.objects.bulk_create(
        User(email=f"m{place}@qj.test", name=f"委员甲{place}") for place in range(number)
    )
    Seat.objects.bulk_create(
        Seat(
            committee=first.committee, user=user, office="member", kind="resident",
            from_day=first.from_day, until_day=first.until_day,
        )
        for user in users
    )  # fmt: skip
    return users


@pytest.fixture
def twenty(house: Cast) -> list[User]:
    """A committee of twenty-one, of whom twenty vote."""
    services.resize(house.fund.committee, size=21, by=None)
    return [house.chair, *house.members, *seat_more(house, 14)][:20]


def test_two_windows_each_leave_one_current_ballot(house: Cast, twenty: list[User]) -> None:
    motion = open_for(house, 3600)
    jobs: list[Callable[[], object]] = [
        partial(vote, motion, user, choice) for user in twenty for choice in ("yes", "no")
    ]
    assert in_parallel(jobs) == [None] * 40
    assert Ballot.objects.filter(is_current=True).count() == 20
    assert Ballot.objects.count() == 40
    assert [list(check.rows()) for check in CHECKS] == [[]] * len(CHECKS)


def test_without_the_lock_two_windows_collide(house: Cast, twenty: list[User]) -> None:
    """The control: with the motion's lock off, the same race makes the database refuse ballots."""
    motion = open_for(house, 3600)
    jobs: list[Callable[[], object]] = [
        partial(vote, motion, user, choice) for user in twenty for choice in ("yes", "no")
    ]
    with unlocked():
        raised: list[Any] = in_parallel(jobs)
    assert any(error is not None for error in raised)


@pytest.fixture
def many(house: Cast, full: bool) -> list[User]:
    """A committee of a thousand and one in the full run, of two hundred and one in the gate."""
    return [*house.members, *seat_more(house, 994 if full else 194)]


def vote_in(motion: Motion, ballots: list[tuple[User, str]]) -> list[BaseException]:
    """Cast the ballots from eight web threads that share them out; return what was raised."""
    waiting, raised, taking = iter(ballots), [], threading.Lock()

    def work() -> None:
        while True:
            with taking:
                one = next(waiting, None)
            if one is None:
                return
            try:
                vote(motion, *one)
            except Exception as error:
                raised.append(error)

    assert in_parallel([work] * 8) == [None] * 8
    return raised


def test_many_members_vote_at_once(house: Cast, many: list[User], full: bool) -> None:
    """Each has one current ballot, also those who voted from two windows at once; a thousand within a minute."""
    motion = open_for(house, 3600)
    ballots = [(user, "yes") for user in many]
    # Every tenth member's second window is sent right after the first.
    for place in range(len(many), 0, -10):
        ballots.insert(place, (many[place - 1], "no"))
    begun = time.monotonic()
    assert vote_in(motion, ballots) == []
    took = time.monotonic() - begun
    current = Ballot.objects.filter(motion=motion, is_current=True)
    assert (current.count(), Ballot.objects.count()) == (len(many), len(ballots))
    assert current.values("seat_id").distinct().count() == len(many)
    assert took < 60 or not full, f"a thousand votes took {took:.0f} s"
    assert not list({check.name: check for check in CHECKS}["governance.one_ballot"].rows())


def test_votes_against_the_close(house: Cast, twenty: list[User]) -> None:
    """Whatever was accepted is counted, and nothing is accepted after the deadline or the count."""
    # Long enough that somebody votes in time on a busy machine too.
    motion = open_for(house, 2.0)
    stop = clock.now() + timedelta(seconds=2.5)
    accepted: list[int] = []

    def keep_voting(user: User) -> None:
        number = 0
        while clock.now() < stop:
            number += 1
            try:
                accepted.append(vote(motion, user, "yes" if number % 2 else "no").pk)
            except Refused:
                return

    def keep_closing() -> None:
        while clock.now() < stop:
            services.close_due()

    jobs: list[Callable[[], object]] = [partial(keep_voting, user) for user in twenty]
    assert in_parallel([*jobs, keep_closing, keep_closing]) == [None] * 22
    motion.refresh_from_db()
    tally = queries.result(motion)
    assert tally is not None
    assert set(Ballot.objects.values_list("pk", flat=True)) == set(accepted)
    voters = set(Ballot.objects.values_list("seat_id", flat=True))
    assert tally.present == len(voters) > 0
    assert motion.closes_at is not None
    assert not Ballot.objects.filter(cast_at__gte=motion.closes_at).exists()
    assert [list(check.rows()) for check in CHECKS] == [[]] * len(CHECKS)


def test_a_tie_declared_while_voting_opens_is_not_missed(house: Cast) -> None:
    member, code = house.members[0], house.organisation.code
    closes = clock.now() + timedelta(days=4)
    for _round in range(5):
        draft = make_draft(house)
        opening = partial(services.open_voting, draft, closes_at=closes, by=house.chair)
        declaring = partial(services.declare_tie, member, organisation_code=code, kind="kin", by=member)
        assert in_parallel([opening, declaring]) == [None, None]
        draft.refresh_from_db()
        with pytest.raises(Refused, match="回避"):
            vote(draft, member, "yes")
        assert draft.recusals.count() == 1
        services.withdraw(draft, by=house.chair)
        member.ties.all().delete()
