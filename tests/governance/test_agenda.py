"""What stands on a meeting's agenda, in which order, and who says so."""

import pytest
from django.test import Client

from apps.core import clock
from apps.core.models import OutboxMessage
from apps.core.verdicts import Refused
from apps.governance import services
from apps.governance.models import AgendaItem, Meeting, Motion
from tests.cast import Cast
from tests.governance.house import NOON, make_draft
from tests.governance.life import call, set_rules

pytestmark = pytest.mark.django_db


def order_of(meeting: Meeting) -> list[str]:
    return list(meeting.agenda.values_list("motion__code", flat=True))


def letters() -> int:
    return OutboxMessage.objects.filter(key__startswith="governance.agenda:").count()


@pytest.fixture
def three(house: Cast) -> list[Motion]:
    with clock.set_to(NOON):
        return [make_draft(house) for _ in range(3)]


def test_motions_come_last_or_where_they_are_put_and_move(house: Cast, three: list[Motion]) -> None:
    first, second, third = three
    meeting = call(house, first)
    with clock.set_to(NOON):
        services.put_on_agenda(meeting, motion=second, by=house.secretary)
        told = letters()
        assert told == house.fund.committee.seats.count()
        services.put_on_agenda(meeting, motion=third, position=1, by=house.secretary)
        assert order_of(meeting) == [third.code, first.code, second.code]
        services.put_on_agenda(meeting, motion=second, by=house.secretary)
        assert order_of(meeting) == [third.code, first.code, second.code]
        assert letters() == 2 * told
        services.put_on_agenda(meeting, motion=third, position=3, by=house.secretary)
        assert order_of(meeting) == [first.code, second.code, third.code]
        assert [item.position for item in meeting.agenda.all()] == [1, 2, 3]
    # Who was only moved is not announced anew, and keeps the day from which the members knew.
    assert letters() == 2 * told
    assert AgendaItem.objects.filter(added_at=NOON).count() == 3


@pytest.mark.parametrize("case", ["place 0", "cancelled", "decided", "member"])
def test_what_does_not_come_on_an_agenda(house: Cast, three: list[Motion], case: str) -> None:
    meeting, motion = call(house, three[0]), three[1]
    by, position = house.secretary, None
    with clock.set_to(NOON):
        if case == "place 0":
            position = 0
        elif case == "cancelled":
            services.cancel_meeting(meeting, by=house.chair)
        elif case == "decided":
            services.withdraw(motion, by=house.secretary)
        else:
            by = house.members[0]
        with pytest.raises(Refused):
            services.put_on_agenda(meeting, motion=motion, position=position, by=by)
    assert order_of(meeting) == [three[0].code]


def test_the_secretary_puts_a_motion_on_it_from_the_desk(house: Cast, three: list[Motion]) -> None:
    set_rules(house, meeting_needed="always")
    secretary, member = Client(), Client()
    secretary.force_login(house.secretary)
    member.force_login(house.members[0])
    with clock.set_to(NOON):
        desk = secretary.get("/desk/").content.decode()
        assert "列入会议议程" in desk
        assert f"/committee/{house.fund.code}/meeting/" in desk
        meeting = call(house, three[0])
        assert f"/meeting/{meeting.code}/#agenda" in secretary.get("/desk/").content.decode()
        assert (
            f"/meeting/{meeting.code}/#agenda" in secretary.get(f"/motion/{three[1].code}/").content.decode()
        )
        place = f"/meeting/{meeting.code}/"
        assert "agenda/" not in member.get(place).content.decode()
        assert member.post(place + "agenda/", {"motion": three[1].code}).status_code == 422
        for sent in ({"motion": ""}, {"motion": "M-none"}, {"motion": three[1].code, "position": "9"}):
            assert secretary.post(place + "agenda/", sent).status_code == 422
        assert order_of(meeting) == [three[0].code]
        assert (
            secretary.post(place + "agenda/", {"motion": three[1].code, "position": "1"}).status_code == 302
        )
        assert order_of(meeting) == [three[1].code, three[0].code]
        assert "第 2 项" in secretary.get(place).content.decode()
