"""Handing over at the end of a term: listed, confirmed by both chairs, done in one moment."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from apps.core import clock
from apps.core.models import OutboxMessage
from apps.core.verdicts import Refused
from apps.governance import queries, services
from apps.governance.checks import CHECKS
from apps.governance.models import HandOver, Seat
from apps.governance.services import SeatPlan
from tests.cast import Cast
from tests.governance.house import NOON, UNTIL, open_motion

pytestmark = pytest.mark.django_db
NEXT = date(2029, 11, 20)


def coming(cast: Cast) -> list[SeatPlan]:
    """The coming committee: a member becomes chair, four stay, the old chair is gone, two are new."""
    return [
        SeatPlan(cast.members[0], "chair", "party"),
        *[
            SeatPlan(user, "member", "resident")
            for user in (*cast.members[1:5], cast.stranger, cast.implementer)
        ],
        SeatPlan(cast.secretary, "secretary", "social_worker"),
        SeatPlan(cast.supervisor, "supervisor", "host_staff"),
    ]


def prepare(cast: Cast, **facts: Any) -> HandOver:
    usual: dict[str, Any] = {
        "size": 7,
        "plans": coming(cast),
        "until_day": NEXT,
        "papers": "账册\n印章使用登记",
    }
    return services.prepare_hand_over(cast.fund.committee, by=cast.secretary, **{**usual, **facts})


def chairs(cast: Cast, moment: datetime) -> list[str]:
    with clock.set_to(moment):
        return [seat.user.name for seat in queries.seats_of(cast.fund) if seat.office == "chair"]


def test_both_chairs_confirm_and_everything_changes_at_one_moment(house: Cast) -> None:
    moment = NOON + timedelta(hours=3)
    with clock.set_to(NOON):
        hand_over = prepare(house)
        assert {
            row.address for row in OutboxMessage.objects.filter(key__startswith="governance.hand_over:")
        } == {
            house.chair.email,
            house.members[0].email,
        }
        services.confirm_hand_over(hand_over, side="outgoing", by=house.chair)
        assert chairs(house, NOON) == ["赵国强"]
    with clock.set_to(moment):
        done = services.confirm_hand_over(hand_over, side="incoming", by=house.members[0])
        assert (done.state, done.done_at) == ("done", moment)
        services.confirm_hand_over(hand_over, side="incoming", by=house.members[0])
        assert Seat.objects.filter(committee=house.fund.committee, ended_at=None).count() == 9
        assert set(Seat.objects.exclude(ended_at=None).values_list("ended_at", "ended_reason")) == {
            (moment, "handed_over")
        }
        assert queries.vacancies(house.fund.committee) == []
        assert not [row for check in CHECKS for row in check.rows()]
    second = timedelta(microseconds=1)
    for at, name in (
        (NOON, "赵国强"),
        (moment - second, "赵国强"),
        (moment, "委员1"),
        (moment + timedelta(days=900), "委员1"),
    ):
        assert chairs(house, at) == [name]
    # Seen from a later day, the days before and of the hand-over each have the one chair who began them.
    with clock.set_to(moment + timedelta(days=5)):
        for day, name in (
            (clock.day_of(moment), "赵国强"),
            (clock.day_of(moment) + timedelta(days=1), "委员1"),
        ):
            held = queries.seats_of(house.fund, on=day).filter(office="chair")
            assert [seat.user.name for seat in held] == [name]


def test_the_record_lists_what_is_taken_over_and_stands(house: Cast) -> None:
    motion = open_motion(house)
    with clock.set_to(NOON):
        services.file_appointment(
            house.fund.committee,
            number="古南〔2026〕2号",
            issuer="古南街道",
            issued_on=date(2026, 1, 5),
            by=house.admin,
        )
        hand_over = prepare(house)
        services.confirm_hand_over(hand_over, side="incoming", by=house.members[0])
        done = services.confirm_hand_over(hand_over, side="outgoing", by=house.chair)
        assert done.record is not None
        assert [row["code"] for row in done.record["motions"]] == [motion.code]
        assert done.record["appointments"] == ["古南〔2026〕2号"]
        with pytest.raises(Refused, match="不能再取消"):
            services.cancel_hand_over(done, by=house.admin)
    with pytest.raises(DatabaseError), transaction.atomic():
        HandOver.objects.update(papers="别的")


def test_the_rolls_of_open_votes_stay_as_they_were(house: Cast) -> None:
    motion = open_motion(house)
    with clock.set_to(NOON):
        hand_over = prepare(house)
        services.confirm_hand_over(hand_over, side="incoming", by=house.members[0])
        services.confirm_hand_over(hand_over, side="outgoing", by=house.chair)
        for user in (house.chair, house.members[0], house.stranger):
            with pytest.raises(Refused):
                services.cast(motion, user=user, choice="yes", subject_hash=motion.subject_hash, by=user)
    assert motion.roll.count() == 7


def test_each_side_is_confirmed_by_its_own_chair(house: Cast) -> None:
    with clock.set_to(NOON):
        hand_over = prepare(house)
        for side, user in (
            ("outgoing", house.members[0]),
            ("outgoing", house.admin),
            ("incoming", house.chair),
            ("incoming", house.admin),
            ("neither", house.chair),
        ):
            with pytest.raises(Refused):
                services.confirm_hand_over(hand_over, side=side, by=user)
        hand_over.refresh_from_db()
        assert (hand_over.outgoing_at, hand_over.incoming_at) == (None, None)
        with pytest.raises(Refused, match="已经有一份"):
            prepare(house)
        for user in (house.members[1], house.auditor):
            with pytest.raises(Refused):
                services.cancel_hand_over(hand_over, by=user)
        services.cancel_hand_over(hand_over, by=house.secretary)
        with pytest.raises(Refused, match="取消"):
            services.confirm_hand_over(hand_over, side="outgoing", by=house.chair)
        prepare(house)


def test_after_the_term_the_host_confirms_for_the_chair_that_is_gone(house: Cast) -> None:
    with clock.set_to(clock.midnight(UNTIL + timedelta(days=20))):
        hand_over = services.prepare_hand_over(
            house.fund.committee, size=7, plans=coming(house), until_day=date(2031, 12, 31), by=house.admin
        )
        with pytest.raises(Refused):
            services.confirm_hand_over(hand_over, side="outgoing", by=house.chair)
        services.confirm_hand_over(hand_over, side="outgoing", by=house.admin)
        services.confirm_hand_over(hand_over, side="incoming", by=house.members[0])
        assert queries.filled(house.fund.committee) == 7
        assert queries.vacancies(house.fund.committee) == []
        assert queries.composition(house.fund) == []
        assert not [row for check in CHECKS for row in check.rows()]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"size": 4}, "至少 5 席"),
        ({"size": 8}, "单数"),
        ({"until_day": date(2026, 11, 20)}, "结束不能早于开始"),
        ({"until_day": date(2029, 11, 22)}, "任期最长 3 年"),
        ({"plans": []}, "一位主任"),
        ({"papers": "账\x00册"}, "控制字符"),
    ],
)
def test_a_list_that_cannot_be_seated_is_not_prepared(
    house: Cast, facts: dict[str, Any], sentence: str
) -> None:
    with clock.set_to(NOON), pytest.raises(Refused, match=sentence):
        prepare(house, **facts)
    assert not HandOver.objects.exists()


def test_who_has_sat_too_long_is_not_planned_again(house: Cast) -> None:
    with clock.set_to(NOON):
        for seat in Seat.objects.all():
            services.renew(seat, until_day=date(2031, 12, 31), by=house.admin)
    with (
        clock.set_to(clock.midnight(date(2031, 12, 1))),
        pytest.raises(Refused, match="委员1从 2026-01-01 起任职"),
    ):
        prepare(house, until_day=date(2034, 11, 30))
    assert not HandOver.objects.exists()
