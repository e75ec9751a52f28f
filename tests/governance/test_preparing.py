"""Study, notice and meetings before a vote: what the rules ask for, and what they refuse."""

from datetime import timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.core.models import OutboxMessage
from apps.core.verdicts import Refused
from apps.governance import queries, services
from apps.governance.models import Meeting, Motion, PartyReview, Seat
from tests.cast import Cast
from tests.governance.house import DEADLINE, NOON, at, make_draft, vote
from tests.governance.life import DAY, call, open_now, set_rules

pytestmark = pytest.mark.django_db
STUDY: dict[str, Any] = {
    "held_on": clock.day_of(NOON),
    "took_part": "社区党委书记、两委委员",
    "opinion": "no_objection",
}


@pytest.fixture
def draft(house: Cast) -> Motion:
    with clock.set_to(NOON):
        return make_draft(house)


def study(house: Cast, motion: Motion, **changes: Any) -> PartyReview:
    return at(NOON, lambda: services.record_study(motion, by=house.secretary, **(STUDY | changes)))


# --- the party organisation's study --------------------------------------------------------------------------------


def test_where_the_rules_ask_for_a_study_nothing_opens_without_it(house: Cast, draft: Motion) -> None:
    set_rules(house, party_review="all")
    with pytest.raises(Refused, match="先由社区党组织研究"):
        open_now(house, draft)
    at(NOON, lambda: services.send_to_study(draft, by=house.secretary))
    with pytest.raises(Refused, match="先由社区党组织研究"):
        open_now(house, draft)
    study(house, draft, opinion="matters_raised", raised="保温箱的钱请再核一次")
    assert open_now(house, draft).state == "open"


def test_major_matters_only(house: Cast) -> None:
    set_rules(house, party_review="major", major_grant_fen=2_000_000)
    with clock.set_to(NOON):
        small, large = (make_draft(house, amount=amount) for amount in (1_000_000, 2_000_001))
    assert open_now(house, small).state == "open"
    with pytest.raises(Refused, match="先由社区党组织研究"):
        open_now(house, large)


def test_a_text_sent_back_is_a_draft_again_with_reasons(house: Cast, draft: Motion) -> None:
    at(NOON, lambda: services.send_to_study(draft, by=house.chair))
    with pytest.raises(Refused, match="提了什么意见"):
        study(house, draft, opinion="sent_back")
    study(house, draft, opinion="sent_back", raised="先问问楼栋长")
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert OutboxMessage.objects.filter(
        key__startswith="governance.studied:", body__contains="先问问楼栋长"
    ).exists()


@pytest.mark.parametrize("opinion", ["yes", "no", "approved", ""])
def test_a_study_decides_nothing(house: Cast, draft: Motion, opinion: str) -> None:
    at(NOON, lambda: services.send_to_study(draft, by=house.chair))
    with pytest.raises(Refused, match="不作赞成或反对"):
        study(house, draft, opinion=opinion)
    assert not PartyReview.objects.exists()


def test_a_study_stands_in_no_tally(house: Cast, draft: Motion) -> None:
    at(NOON, lambda: services.send_to_study(draft, by=house.chair))
    study(house, draft, opinion="no_objection")
    motion = open_now(house, draft)
    closed = at(DEADLINE, lambda: services.close(motion))
    tally = queries.result(closed)
    assert tally is not None
    assert (closed.state, tally.yes, tally.present) == ("lost", 0, 0)


def test_who_minutes_a_study(house: Cast, draft: Motion) -> None:
    at(NOON, lambda: services.send_to_study(draft, by=house.chair))
    for person in (house.members[0], house.supervisor, house.stranger, house.admin):
        with pytest.raises(Refused, match="秘书或社区党组织"):
            at(NOON, lambda person=person: services.record_study(draft, by=person, **STUDY))
    # The chair of the cast sits for the party organisation.
    assert at(NOON, lambda: services.record_study(draft, by=house.chair, **STUDY)).opinion == "no_objection"
    with pytest.raises(Refused, match="已经研究过"):
        study(house, draft)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"held_on": clock.day_of(NOON) + DAY}, "held_on"),
        ({"held_on": clock.day_of(NOON) - 400 * DAY}, "held_on"),
        ({"took_part": " "}, "took_part"),
        ({"took_part": "长" * 301}, "took_part"),
        ({"opinion": "matters_raised"}, "raised"),
    ],
)
def test_a_study_without_its_minutes_is_refused(
    house: Cast, draft: Motion, changes: dict[str, Any], field: str
) -> None:
    at(NOON, lambda: services.send_to_study(draft, by=house.chair))
    with pytest.raises(Refused) as refusal:
        study(house, draft, **changes)
    assert refusal.value.field == field


def test_a_changed_text_is_studied_again(house: Cast, draft: Motion) -> None:
    set_rules(house, party_review="all")
    at(NOON, lambda: services.send_to_study(draft, by=house.chair))
    study(house, draft)
    at(NOON, lambda: services.edit(draft, title="改过的", by=house.secretary))
    draft.refresh_from_db()
    assert draft.state == "draft"
    with pytest.raises(Refused, match="先由社区党组织研究"):
        open_now(house, draft)
    assert PartyReview.objects.count() == 1


# --- notice to the members -----------------------------------------------------------------------------------------


def test_a_vote_opens_when_the_notice_is_over(house: Cast, draft: Motion) -> None:
    set_rules(house, motion_notice_days=5)
    with pytest.raises(Refused, match="先通知委员，5 天"):
        open_now(house, draft)
    noticed = at(NOON, lambda: services.give_notice(draft, by=house.secretary))
    assert (noticed.state, noticed.notice_until) == ("noticed", NOON + 5 * DAY)
    assert OutboxMessage.objects.filter(key__startswith="governance.noticed:").count() == Seat.objects.count()
    with pytest.raises(Refused, match="通知期还没满"):
        open_now(house, draft, NOON + 5 * DAY - timedelta(seconds=1))
    assert open_now(house, draft, NOON + 5 * DAY).state == "open"


def test_editing_during_the_notice_begins_it_anew(house: Cast, draft: Motion) -> None:
    set_rules(house, motion_notice_days=5)
    at(NOON, lambda: services.give_notice(draft, by=house.secretary))
    same = at(NOON + DAY, lambda: services.edit(draft, title=draft.title, by=house.secretary))
    assert same.state == "noticed"
    edited = at(NOON + 4 * DAY, lambda: services.edit(draft, amount=1_000_000, by=house.secretary))
    assert (edited.state, edited.noticed_at) == ("draft", None)
    assert OutboxMessage.objects.filter(key__startswith="governance.notice_off:").exists()
    again = at(NOON + 4 * DAY, lambda: services.give_notice(draft, by=house.secretary))
    assert again.notice_until == NOON + 9 * DAY
    with pytest.raises(Refused, match="通知期还没满"):
        open_now(house, draft, NOON + 6 * DAY)


def test_only_officers_prepare(house: Cast, draft: Motion) -> None:
    for verb in (services.send_to_study, services.give_notice):
        with pytest.raises(Refused, match="主任或秘书"):
            verb(draft, by=house.members[0])
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_nothing_is_prepared_once_the_vote_is_open(house: Cast, draft: Motion) -> None:
    motion = open_now(house, draft)
    for verb in (services.send_to_study, services.give_notice):
        with pytest.raises(Refused, match="已经开过表决"):
            at(NOON, lambda verb=verb: verb(motion, by=house.chair))


# --- meetings ------------------------------------------------------------------------------------------------------


def test_a_matter_for_a_meeting_opens_only_in_one(house: Cast, draft: Motion) -> None:
    set_rules(house, meeting_needed="always")
    with pytest.raises(Refused, match="要开会表决"):
        open_now(house, draft)
    meeting = call(house, draft)
    start = meeting.starts_at
    facts = {"meeting": meeting, "closes_at": meeting.ends_at}
    with pytest.raises(Refused, match="会议进行的时候"):
        open_now(house, draft, start - timedelta(minutes=1), **facts)
    with pytest.raises(Refused, match="最晚在散会时"):
        open_now(house, draft, start, meeting=meeting, closes_at=meeting.ends_at + timedelta(minutes=1))
    motion = open_now(house, draft, start, **facts)
    assert (motion.state, motion.meeting) == ("open", meeting)


def test_a_meeting_is_no_way_around_the_days_to_think(house: Cast, draft: Motion) -> None:
    meeting = call(house, draft, days=1)
    with pytest.raises(Refused, match="提前 3 天列进议程"):
        open_now(house, draft, meeting.starts_at, meeting=meeting, closes_at=meeting.ends_at)


def test_what_is_not_on_the_agenda_is_not_voted_there(house: Cast, draft: Motion) -> None:
    meeting = call(house)
    with pytest.raises(Refused, match="不在这次会议的议程上"):
        open_now(house, draft, meeting.starts_at, meeting=meeting, closes_at=meeting.ends_at)


def test_the_end_of_a_meeting_closes_its_votes(house: Cast, draft: Motion) -> None:
    meeting = call(house, draft)
    motion = open_now(house, draft, meeting.starts_at, meeting=meeting, closes_at=meeting.ends_at)
    during = meeting.starts_at + timedelta(minutes=10)
    with clock.set_to(during):
        for user in (house.chair, *house.members):
            vote(motion, user, "yes", channel="hand", by=house.secretary, witness=house.supervisor)
    end = during + timedelta(minutes=5)
    held = at(end, lambda: services.end_meeting(meeting, by=house.chair))
    motion.refresh_from_db()
    assert (held.state, held.ends_at) == ("held", end)
    assert (motion.state, motion.closes_at) == ("in_force", end)
    with pytest.raises(Refused, match="截止"):
        at(end, lambda: vote(motion, house.chair, "no"))


def test_attendance_counts_towards_the_year(house: Cast) -> None:
    meeting = call(house)
    seats = list(Seat.objects.filter(user__in=[house.chair, house.supervisor, house.members[0]]))
    with pytest.raises(Refused, match="还没有开始"):
        at(NOON, lambda: services.record_attendance(meeting, seats=seats, by=house.secretary))
    at(
        meeting.starts_at,
        lambda: services.record_attendance(
            meeting, seats=seats, guests="街道社会事务科科长", by=house.secretary
        ),
    )
    with clock.set_to(meeting.ends_at):
        assert queries.meeting_count(house.fund).held == 0
        assert services.end_due_meetings() == 1
        count = queries.meeting_count(house.fund)
    assert (count.held, count.needed, count.missing) == (1, 2, 1)


def test_a_meeting_to_which_nobody_came_does_not_count(house: Cast) -> None:
    meeting = call(house)
    with clock.set_to(meeting.ends_at + DAY):
        assert services.end_due_meetings() == 0
        assert queries.meeting_count(house.fund).held == 0


def test_a_called_meeting_can_be_called_off_until_a_vote(house: Cast, draft: Motion) -> None:
    meeting = call(house, draft)
    open_now(house, draft, meeting.starts_at, meeting=meeting, closes_at=meeting.ends_at)
    with pytest.raises(Refused, match="不能取消"):
        at(meeting.starts_at, lambda: services.cancel_meeting(meeting, by=house.chair))
    other = call(house, days=9)
    at(NOON, lambda: services.cancel_meeting(other, by=house.chair))
    other.refresh_from_db()
    assert other.state == Meeting.State.CANCELLED
    with pytest.raises(Refused, match="取消"):
        at(other.starts_at, lambda: services.record_attendance(other, seats=[], by=house.chair))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_at": NOON}, "starts_at"),
        ({"ends_at": NOON + DAY}, "ends_at"),
        ({"ends_at": NOON + 3 * DAY}, "ends_at"),
        ({"place": "  "}, "place"),
    ],
)
def test_an_impossible_meeting_is_refused(house: Cast, changes: dict[str, Any], field: str) -> None:
    facts: dict[str, Any] = {
        "starts_at": NOON + DAY,
        "ends_at": NOON + DAY + timedelta(hours=2),
        "place": "议事厅",
    }
    with pytest.raises(Refused) as refusal:
        at(NOON, lambda: services.call_meeting(house.fund.committee, by=house.chair, **(facts | changes)))
    assert refusal.value.field == field
    assert not Meeting.objects.exists()
