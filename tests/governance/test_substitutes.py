"""Substitutes: called up in order into a vacancy of their kind, and without a vote until then."""

import pytest

from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.verdicts import Refused
from apps.governance import queries, services
from apps.governance.models import Seat
from tests.books import assert_books_clean
from tests.cast import Cast, person
from tests.governance.house import NOON, UNTIL, give_seat, open_motion, vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def substitutes(house: Cast) -> list[Seat]:
    """Two substitutes for residents, in order, and one for donors."""
    people = [house.stranger, person("候补二", "sub2@qj.test"), person("候补三", "sub3@qj.test")]
    with clock.set_to(NOON):
        return [
            give_seat(house.fund.committee, user, "substitute", kind)
            for user, kind in zip(people, ("resident", "resident", "donor"), strict=True)
        ]


def test_a_substitute_is_called_up_in_order_into_a_vacancy(house: Cast, substitutes: list[Seat]) -> None:
    first, second, donor = substitutes
    assert [seat.rank for seat in substitutes] == [1, 2, 1]
    with clock.set_to(NOON):
        with pytest.raises(Refused, match="没有空缺"):
            services.call_up(first, by=house.secretary)
        services.end_seat(Seat.objects.get(user=house.members[0]), reason="moved", by=house.admin)
        with pytest.raises(Refused, match="轮到的是路人"):
            services.call_up(second, by=house.secretary)
        with pytest.raises(Refused, match="另一方"):
            services.call_up(donor, by=house.secretary)
        for user in (house.chair, house.members[1], house.supervisor, house.auditor):
            with pytest.raises(Refused, match="要由"):
                services.call_up(first, by=user)
        seat = services.call_up(first, by=house.secretary)
        assert (seat.user, seat.office, seat.kind, seat.until_day) == (
            house.stranger,
            "member",
            "resident",
            UNTIL,
        )
        assert seat.succeeds is not None
        assert seat.succeeds.user == house.members[0]
        assert queries.vacancies(house.fund.committee) == []
        with pytest.raises(Refused, match="不是候补"):
            services.call_up(first, by=house.secretary)
        assert AuditEvent.objects.filter(verb="governance.call_up", by_id=house.secretary.pk).count() == 1
        assert_books_clean("governance")


def test_a_vacancy_of_a_kind_without_substitutes_is_open_to_others(
    house: Cast, substitutes: list[Seat]
) -> None:
    with clock.set_to(NOON):
        services.end_seat(Seat.objects.get(user=house.chair), reason="resigned", by=house.admin)
        seat = services.call_up(substitutes[2], by=house.admin)
        assert (seat.office, seat.kind) == ("member", "donor")
        assert_books_clean("governance")


def test_a_substitute_neither_votes_nor_counts(house: Cast, substitutes: list[Seat]) -> None:
    motion = open_motion(house)
    assert motion.roll.count() == 7
    with clock.set_to(NOON):
        assert queries.filled(house.fund.committee) == 7
        with pytest.raises(Refused, match="名册"):
            vote(motion, house.stranger, "yes")
