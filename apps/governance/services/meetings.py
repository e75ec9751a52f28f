"""Meetings of a committee: calling them, their agenda, who came, and their end, which closes what was voted there."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.governance import notices, permissions, queries
from apps.governance.models import AgendaItem, Attendance, Committee, Meeting, Motion, Seat
from apps.governance.services.closing import close
from apps.governance.services.motions.rows import lock
from apps.governance.states import BEFORE_THE_VOTE
from apps.users.models import User

PLACE_LIMIT, GUESTS_LIMIT = 100, 300
LONGEST = timedelta(hours=24)


@verb
def call_meeting(
    committee: Committee,
    *,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    agenda: Collection[Motion] = (),
    by: User | None,
) -> Meeting:
    """Call a meeting and tell every seat, supervisors too; the same meeting called twice is one.

    Both moments are aware. Raises `Refused` naming the field.
    """
    committee = lock_row(Committee, pk=committee.pk)
    permissions.may_run_meetings(by, committee.fund).require()
    now = clock.now()
    place = clean_text(place, field="place", limit=PLACE_LIMIT)
    if not place:
        raise Refused(_("请写在哪里开会；视频会议就写会议号。"), "place")
    if starts_at <= now:
        raise Refused(_("会议要定在以后的时间。"), "starts_at")
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise Refused(_("散会要在开会以后，最长一天。"), "ends_at")
    same = committee.meetings.filter(starts_at=starts_at, place=place, state=Meeting.State.CALLED).first()
    if same is not None:
        return same
    meeting = Meeting.objects.create(
        code=new_code("H"),
        committee=committee,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        called_by_id=by.pk if by else None,
        called_at=now,
    )
    for position, motion in enumerate(agenda, start=1):
        _list(meeting, motion, position)
    audit.record(
        by, "governance.call_meeting", meeting, fund=committee.fund.code, at=queries.utc_text(starts_at)
    )
    notices.meeting_called(meeting)
    _bump(meeting)
    return meeting


@verb
def put_on_agenda(
    meeting: Meeting, *, motion: Motion, position: int | None = None, by: User | None
) -> AgendaItem:
    """Put a motion on a called meeting's agenda, last or in a place from 1, and tell every seat; twice is once.

    One that is there already moves to the place given; the others close up, and nobody is written to.
    """
    meeting = _lock(meeting)
    permissions.may_run_meetings(by, meeting.committee.fund).require()
    _check_called(meeting)
    if position is not None and position < 1:
        raise Refused(_("议程从第 1 项排起。"), "position")
    motion = lock(motion)
    items = list(AgendaItem.objects.filter(meeting=meeting))
    item = next((one for one in items if one.motion_id == motion.pk), None)
    is_new = item is None
    if item is None:
        item = _list(meeting, motion, len(items) + 1)
    elif position is None or items[min(position, len(items)) - 1].pk == item.pk:
        return item
    others = [one for one in items if one.pk != item.pk]
    others.insert(len(others) if position is None else position - 1, item)
    for number, one in enumerate(others, start=1):
        if one.position != number:
            one.position = number
            one.save(update_fields=["position"])
    audit.record(by, "governance.put_on_agenda", meeting, motion=motion.code, position=item.position)
    if is_new:
        notices.agenda_changed(meeting, motion)
    return item


def _list(meeting: Meeting, motion: Motion, position: int) -> AgendaItem:
    if motion.committee_id != meeting.committee_id:
        raise Refused(_("这个议案不是本管委会的。"), "motion")
    if motion.state not in BEFORE_THE_VOTE:
        raise Refused(_("议案 %(number)s 已经开过表决，或已撤回。") % {"number": motion.number}, "motion")
    return AgendaItem.objects.create(meeting=meeting, motion=motion, position=position, added_at=clock.now())


@verb
def record_attendance(
    meeting: Meeting, *, seats: Collection[Seat], guests: str = "", by: User | None
) -> Meeting:
    """Write who came: seats (members, supervisors, secretary) and guests by office. Written anew, the last one holds
    until the minutes are signed."""
    meeting = _lock(meeting)
    permissions.may_run_meetings(by, meeting.committee.fund).require()
    if meeting.state == Meeting.State.CANCELLED:
        raise Refused(_("这次会议取消了。"))
    if clock.now() < meeting.starts_at:
        raise Refused(_("会议还没有开始，到会以后再登记。"))
    minutes = getattr(meeting, "minutes", None)
    if minutes is not None and minutes.content:
        raise Refused(_("纪要已经有人签署，到会名单不能再改。"))
    if any(seat.committee_id != meeting.committee_id for seat in seats):
        raise Refused(_("到会的席位不是本管委会的。"), "seats")
    meeting.guests = clean_text(guests, field="guests", limit=GUESTS_LIMIT)
    meeting.save(update_fields=["guests"])
    Attendance.objects.filter(meeting=meeting).exclude(seat__in=seats).delete()
    for seat in seats:
        Attendance.objects.get_or_create(meeting=meeting, seat=seat)
    audit.record(by, "governance.record_attendance", meeting, seats=len(seats))
    _bump(meeting)
    return meeting


@verb
def end_meeting(meeting: Meeting, *, by: User | None) -> Meeting:
    """End a meeting: what is still open in it closes now and is counted. Ending it again changes nothing."""
    meeting = _lock(meeting)
    permissions.may_run_meetings(by, meeting.committee.fund).require()
    if meeting.state == Meeting.State.HELD:
        return meeting
    _check_called(meeting)
    if clock.now() < meeting.starts_at:
        raise Refused(_("会议还没有开始；不开了请取消。"))
    for pk in meeting.motions.filter(state=Motion.State.OPEN).order_by("pk").values_list("pk", flat=True):
        _close_now(Motion.objects.get(pk=pk))
    meeting.state, meeting.ends_at = Meeting.State.HELD, min(meeting.ends_at, clock.now())
    meeting.save(update_fields=["state", "ends_at"])
    audit.record(by, "governance.end_meeting", meeting, fund=meeting.committee.fund.code)
    _bump(meeting)
    return meeting


def _close_now(motion: Motion) -> None:
    """Bring the deadline forward to the meeting's end, and count."""
    motion = lock(motion)
    now = clock.now()
    if motion.closes_at is not None and now < motion.closes_at:
        motion.closes_at = now
        motion.save(update_fields=["closes_at"])
    close(motion)


@verb
def cancel_meeting(meeting: Meeting, *, by: User | None) -> Meeting:
    """Call a meeting off before anything was voted in it, and tell every seat."""
    meeting = _lock(meeting)
    permissions.may_run_meetings(by, meeting.committee.fund).require()
    if meeting.state == Meeting.State.CANCELLED:
        return meeting
    _check_called(meeting)
    if meeting.motions.exists():
        raise Refused(_("会上已经开始表决，不能取消；请散会。"))
    meeting.state = Meeting.State.CANCELLED
    meeting.save(update_fields=["state"])
    audit.record(by, "governance.cancel_meeting", meeting, fund=meeting.committee.fund.code)
    notices.meeting_cancelled(meeting)
    _bump(meeting)
    return meeting


def end_due_meetings() -> int:
    """Mark as held the meetings whose planned end has passed and where somebody was present; return how many."""
    over = queries.meetings_over()
    for meeting in over:
        end_meeting(meeting, by=None)
    return len(over)


def _check_called(meeting: Meeting) -> None:
    if meeting.state != Meeting.State.CALLED:
        raise Refused(_("这次会议已经开完，或取消了。"))


def _lock(meeting: Meeting) -> Meeting:
    return lock_row(Meeting, "committee__fund__host", pk=meeting.pk)


def _bump(meeting: Meeting) -> None:
    versions.bump(f"fund:{meeting.committee.fund.code}", "site")
