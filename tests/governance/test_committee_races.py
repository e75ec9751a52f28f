"""Two people at once: one last seat, one hand-over, one substitute."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest

from apps.core import clock
from apps.core.verdicts import Refused
from apps.governance import queries, services
from apps.governance.checks import CHECKS
from apps.governance.models import Seat
from apps.governance.services import SeatPlan
from apps.users.models import User
from tests.cast import Cast
from tests.crowd import unlocked
from tests.governance.house import give_seat
from tests.governance.test_races import in_parallel

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def last_seat(house: Cast) -> list[User]:
    """One vacant seat, and eight people for it."""
    services.end_seat(Seat.objects.get(user=house.members[0]), reason="moved", by=None)
    return [User.objects.create_user(email=f"new{number}@qj.test", name=f"新{number}") for number in range(8)]


def broken() -> list[str]:
    return [check.name for check in CHECKS if list(check.rows())]


def seat_all(house: Cast, users: list[User]) -> list[Exception | None]:
    jobs: list[Callable[[], object]] = [partial(give_seat, house.fund.committee, user) for user in users]
    return in_parallel(jobs)


def test_the_last_seat_goes_to_one(house: Cast, last_seat: list[User]) -> None:
    raised = seat_all(house, last_seat)
    assert [type(error) for error in raised].count(Refused) == 7
    assert raised.count(None) == 1
    assert queries.filled(house.fund.committee) == 7
    assert broken() == []


def test_without_the_lock_the_last_seat_goes_to_several(house: Cast, last_seat: list[User]) -> None:
    """The control: with the committee's lock off, the same race seats more people than there are seats."""
    with unlocked():
        raised = seat_all(house, last_seat)
    assert raised.count(None) > 1
    assert "governance.size" in broken()


def test_a_hand_over_is_done_once(house: Cast) -> None:
    today = clock.today()
    plans = [
        SeatPlan(house.stranger, "chair", "party"),
        *[SeatPlan(user, "member", "resident") for user in house.members],
        SeatPlan(house.supervisor, "supervisor", "host_staff"),
    ]
    hand_over = services.prepare_hand_over(
        house.fund.committee, size=7, plans=plans, until_day=date(today.year + 2, 6, 30), by=house.admin
    )
    sides = [("outgoing", house.chair), ("incoming", house.stranger)] * 4
    jobs: list[Callable[[], object]] = [
        partial(services.confirm_hand_over, hand_over, side=side, by=user) for side, user in sides
    ]
    assert in_parallel(jobs) == [None] * 8
    hand_over.refresh_from_db()
    assert hand_over.state == "done"
    assert Seat.objects.filter(ended_at=None).count() == 8
    assert [seat.user for seat in queries.seats_of(house.fund) if seat.office == "chair"] == [house.stranger]
    assert set(Seat.objects.filter(ended_at=None).values_list("began_at", flat=True)) == {hand_over.done_at}
    assert broken() == []


def test_one_substitute_is_called_up_into_one_vacancy(house: Cast, last_seat: list[User]) -> None:
    seats = [give_seat(house.fund.committee, user, "substitute") for user in last_seat[:2]]
    jobs: list[Callable[[], object]] = [
        partial(services.call_up, seat, by=house.secretary) for seat in seats for _window in range(3)
    ]
    raised = in_parallel(jobs)
    assert raised.count(None) == 1
    assert {type(error) for error in raised if error is not None} == {Refused}
    assert queries.filled(house.fund.committee) == 7
    assert broken() == []
