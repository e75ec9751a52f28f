"""What the database itself refuses, whoever asks and by whatever SQL."""

import pytest
from django.db import DatabaseError, connection, transaction

from apps.core import canonical, clock
from apps.governance import queries, services
from apps.governance.models import Meeting, Minutes, Motion, Seat
from tests.cast import Cast
from tests.governance.house import DEADLINE, NOON, make_draft, open_motion, vote
from tests.governance.life import DAY, call

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
CAST = """INSERT INTO governance_ballot
    (motion_id, seat_id, choice, channel, recorded_by_id, subject_hash, reason, receipt, cast_at, is_current)
    SELECT m.id, {seat}, 'yes', 'online', 1, {hash}, '', {receipt}, {at}, {current} FROM governance_motion m"""
GOOD = {"hash": "m.subject_hash", "at": "m.opens_at", "current": "TRUE", "receipt": "''"}


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError:
        return True
    return False


@pytest.fixture
def voted(house: Cast) -> Motion:
    motion = open_motion(house)
    with clock.set_to(NOON):
        vote(motion, house.chair, "no")
        vote(motion, house.chair, "yes")
        services.recuse(motion, by=house.members[0])
    return motion


def test_ballots_come_from_the_roll_in_time_on_this_text_and_once(voted: Motion, house: Cast) -> None:
    seats = {seat.user_id: seat.pk for seat in Seat.objects.all()}
    member = seats[house.members[1].pk]
    assert not refused(CAST.format(seat=member, **GOOD))
    assert refused(CAST.format(seat=member, **GOOD)), "a second current ballot"
    other = seats[house.members[2].pk]
    assert refused(CAST.format(seat=other, **GOOD | {"hash": f"'{'0' * 64}'"})), "another text"
    assert refused(CAST.format(seat=other, **GOOD | {"at": "m.closes_at"})), "at the deadline"
    assert refused(CAST.format(seat=seats[house.supervisor.pk], **GOOD)), "off the roll"
    assert refused(CAST.format(seat=seats[house.members[0].pk], **GOOD)), "recused"
    assert refused(CAST.format(seat=other, **GOOD | {"receipt": "'X'"})), "a receipt in an open vote"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE governance_ballot SET choice = 'no'",
        "UPDATE governance_ballot SET reason = 'x'",
        "UPDATE governance_ballot SET cast_at = '2026-11-22 00:00:00'",
        "UPDATE governance_ballot SET is_current = TRUE",
        "UPDATE governance_ballot SET recorded_by_id = 0",
        "UPDATE governance_ballot SET receipt = 'X'",
        "DELETE FROM governance_ballot",
        "UPDATE governance_rollentry SET seat_id = 1",
        "DELETE FROM governance_rollentry",
        "INSERT INTO governance_rollentry (motion_id, seat_id)"
        " SELECT m.id, s.id FROM governance_motion m, governance_seat s WHERE s.office = 'supervisor'",
        "UPDATE governance_recusal SET seat_id = 1",
        "DELETE FROM governance_recusal",
        "UPDATE governance_motion SET title = 'x'",
        "UPDATE governance_motion SET amount = amount + 1",
        "UPDATE governance_motion SET subject = '{}'",
        "UPDATE governance_motion SET subject_hash = ''",
        "UPDATE governance_motion SET rules = '{}'",
        "UPDATE governance_motion SET closes_at = '2030-01-01 00:00:00'",
        "UPDATE governance_motion SET is_major = NOT is_major",
        "UPDATE governance_motion SET is_secret = NOT is_secret",
        "UPDATE governance_motion SET seats_total = 99",
        "DELETE FROM governance_motion",
    ],
)
def test_an_open_vote_is_frozen(voted: Motion, sql: str) -> None:
    assert refused(sql)


def test_after_the_deadline_a_tie_turns_aside_and_nobody_steps_aside_by_their_word(
    voted: Motion, house: Cast
) -> None:
    seat = Seat.objects.get(user=house.members[3]).pk
    columns = "INSERT INTO governance_recusal (motion_id, seat_id, reason, declared_at, declared_by_id)"
    sql = f"{columns} SELECT id, {seat}, '', closes_at, {{by}} FROM governance_motion"
    assert refused(sql.format(by=house.members[3].pk))
    assert not refused(sql.format(by="NULL"))


def test_a_closed_vote_is_written_once(voted: Motion, house: Cast) -> None:
    with clock.set_to(DEADLINE):
        services.close(voted)
    member = Seat.objects.get(user=house.members[3]).pk
    for sql in (
        "UPDATE governance_motion SET result = '{}'",
        "UPDATE governance_motion SET state = 'carried'",
        "UPDATE governance_motion SET state = 'open'",
        "UPDATE governance_motion SET decided_at = NULL",
        CAST.format(seat=member, **GOOD),
        "UPDATE governance_ballot SET is_current = FALSE",
        f"INSERT INTO governance_recusal (motion_id, seat_id, reason, declared_at)"
        f" SELECT id, {member}, '', opens_at FROM governance_motion",
    ):
        assert refused(sql), sql


def test_after_the_close_only_the_review_above_moves_a_carried_motion(house: Cast) -> None:
    def carried() -> Motion:
        motion = open_motion(house)
        Motion.objects.filter(pk=motion.pk).update(state="carried", decided_at=DEADLINE, result={})
        return motion

    def moved(motion: Motion, **changes: object) -> bool:
        try:
            with transaction.atomic():
                return bool(Motion.objects.filter(pk=motion.pk).update(**changes))
        except DatabaseError:
            return False

    first, second = carried(), carried()
    for state in ("open", "draft", "lost", "withdrawn"):
        assert not moved(first, state=state), state
    assert not moved(first, state="in_force", result={"yes": 9})
    assert not moved(first, state="in_force", amount=1)
    assert not moved(first, settled_at=DEADLINE)
    assert moved(first, state="in_force", settled_at=DEADLINE)
    assert moved(second, state="returned", settled_at=DEADLINE)
    for motion in (first, second):
        assert not moved(motion, state="carried")
        assert not moved(motion, settled_at=NOON)
        assert moved(motion, done_at=NOON, waits_for="")


def test_a_noticed_text_changes_only_by_going_back_to_draft(house: Cast) -> None:
    motion = make_draft(house)
    Motion.objects.filter(pk=motion.pk).update(state="noticed")
    assert refused("UPDATE governance_motion SET title = 'x'")
    assert not refused("UPDATE governance_motion SET title = 'x', state = 'draft'")
    assert not refused("UPDATE governance_motion SET title = 'y'")


@pytest.fixture
def signed(house: Cast) -> Minutes:
    """The minutes of a meeting, signed by the chair alone."""
    with clock.set_to(NOON):
        motion = make_draft(house)
    meeting = call(house, motion)
    with clock.set_to(meeting.starts_at):
        services.record_attendance(meeting, seats=Seat.objects.filter(user=house.chair), by=house.secretary)
        services.end_meeting(meeting, by=house.chair)
        minutes = services.draft_minutes(Meeting.objects.get(), by=house.secretary)
        text = canonical.canonical_json(queries.minutes_content(minutes))
        return services.sign(minutes, content_hash=canonical.sha256_hex(text), by=house.chair)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE governance_agendaitem SET added_at = '2026-01-01 00:00:00'",
        "UPDATE governance_agendaitem SET position = 9",
        "DELETE FROM governance_agendaitem",
        "INSERT INTO governance_agendaitem (meeting_id, motion_id, position, added_at)"
        " SELECT meeting_id, motion_id, 2, added_at FROM governance_agendaitem",
        "UPDATE governance_attendance SET seat_id = (SELECT MAX(id) FROM governance_seat)",
        "DELETE FROM governance_attendance",
        "INSERT INTO governance_attendance (meeting_id, seat_id) SELECT a.meeting_id, s.id"
        " FROM governance_attendance a, governance_seat s WHERE s.office = 'supervisor'",
        "UPDATE governance_signature SET signed_at = '2026-01-01 00:00:00'",
        "INSERT INTO governance_signature (minutes_id, seat_id, content_hash, signed_at)"
        " SELECT g.minutes_id, s.id, 'another text', g.signed_at"
        " FROM governance_signature g, governance_seat s WHERE s.office = 'supervisor'",
        "UPDATE governance_meeting SET state = 'called'",
        "UPDATE governance_meeting SET starts_at = '2026-01-01 00:00:00'",
        "DELETE FROM governance_meeting",
    ],
)
def test_what_a_meeting_was_stays(signed: Minutes, sql: str) -> None:
    assert refused(sql)


def test_an_unsigned_text_lets_who_came_be_mended_and_signed_minutes_keep_their_signatures(
    signed: Minutes, house: Cast
) -> None:
    assert signed.meeting is not None
    with clock.set_to(signed.meeting.starts_at + DAY):
        services.remark(signed, remarks="补充一句", by=house.secretary)
        services.record_attendance(signed.meeting, seats=Seat.objects.all(), by=house.secretary)
        signed.refresh_from_db()
        text = canonical.canonical_json(queries.minutes_content(signed))
        for user in (house.supervisor, house.chair):
            services.sign(signed, content_hash=canonical.sha256_hex(text), by=user)
    assert Minutes.objects.get().state == Minutes.State.SIGNED
    assert refused("DELETE FROM governance_signature")
