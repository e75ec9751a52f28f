"""Minutes: drafted from the record, signed by two, then frozen and public."""

from typing import Any

import pytest

from apps.core import clock
from apps.core.canonical import canonical_json, sha256_hex
from apps.core.verdicts import Refused
from apps.governance import queries, services
from apps.governance.models import Seat
from tests.cast import Cast
from tests.governance.house import DEADLINE, NOON, make_draft
from tests.governance.life import call, carry, open_now, set_rules

pytestmark = pytest.mark.django_db


def sign(house: Cast, minutes: Any, user: Any, moment: Any) -> Any:
    with clock.set_to(moment):
        minutes.refresh_from_db()
        text = minutes.content or canonical_json(queries.minutes_content(minutes))
        return services.sign(minutes, content_hash=sha256_hex(text), by=user)


def test_minutes_are_drafted_from_the_record_and_frozen_by_two(house: Cast) -> None:
    with clock.set_to(NOON):
        draft = make_draft(house)
    meeting = call(house, draft)
    motion = open_now(house, draft, meeting.starts_at, meeting=meeting, closes_at=meeting.ends_at)
    carry(house, motion)
    seats = list(Seat.objects.exclude(user=house.members[5]))
    with clock.set_to(meeting.ends_at):
        services.record_attendance(meeting, seats=seats, guests="街道科长", by=house.secretary)
        services.end_meeting(meeting, by=house.chair)
        minutes = services.draft_minutes(meeting, by=house.secretary)
        assert services.draft_minutes(meeting, by=house.chair) == minutes
        services.remark(minutes, remarks="请承办方每周报菜单。", by=house.secretary)
    for nobody in (house.members[0], house.stranger):
        with pytest.raises(Refused, match="两个人签署"):
            sign(house, minutes, nobody, meeting.ends_at)
    sign(house, minutes, house.secretary, meeting.ends_at)
    assert sign(house, minutes, house.supervisor, meeting.ends_at).state == "draft"
    with clock.set_to(meeting.ends_at), pytest.raises(Refused, match="到会名单不能再改"):
        services.record_attendance(meeting, seats=[], by=house.secretary)
    with clock.set_to(meeting.ends_at):
        services.remark(minutes, remarks="改一句。", by=house.secretary)
    assert minutes.signatures.count() == 0
    with clock.set_to(meeting.ends_at), pytest.raises(Refused, match="不是现在这一版"):
        services.sign(minutes, content_hash="0" * 64, by=house.chair)
    sign(house, minutes, house.chair, meeting.ends_at)
    signed = sign(house, minutes, house.supervisor, meeting.ends_at)
    assert signed.state == "signed"
    said = queries.read_minutes(signed)
    assert [person["name"] for person in said["absent"]] == ["委员6"]
    assert said["motions"][0]["outcome"] == "通过"
    assert "@" not in signed.content
    with clock.set_to(meeting.ends_at), pytest.raises(Refused, match="不能再改"):
        services.remark(minutes, remarks="晚了", by=house.chair)


def test_a_vote_by_correspondence_has_minutes_of_its_own(house: Cast) -> None:
    with clock.set_to(NOON):
        motion = make_draft(house)
        with pytest.raises(Refused, match="计票以后"):
            services.draft_minutes(motion, by=house.secretary)
    closed = carry(house, open_now(house, motion))
    with clock.set_to(DEADLINE):
        minutes = services.draft_minutes(closed, by=house.secretary)
    assert sign(house, minutes, house.chair, DEADLINE).state == "draft"
    assert sign(house, minutes, house.secretary, DEADLINE).state == "signed"


def test_in_the_minutes_of_a_secret_vote_no_choice_stands_beside_a_name(house: Cast) -> None:
    set_rules(house, secret_ballot="all")
    with clock.set_to(NOON):
        motion = make_draft(house)
    closed = carry(house, open_now(house, motion))
    with clock.set_to(DEADLINE):
        minutes = services.draft_minutes(closed, by=house.secretary)
        said = queries.minutes_content(minutes)
    assert {seat["choice"] for seat in said["motions"][0]["seats"]} & {"赞成", "反对", "弃权"} == set()
