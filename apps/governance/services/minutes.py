"""Minutes: drafted from the record, remarked on, signed by two people, then frozen and public."""

from django.utils.translation import gettext as _

from apps.core import audit, canonical, clock, versions
from apps.core.codes import new_code
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.governance import notices, permissions, queries
from apps.governance.models import Meeting, Minutes, Motion, Seat, Signature
from apps.users.models import User

REMARKS_LIMIT = 5000
BESIDE_THE_CHAIR = (Seat.Office.SUPERVISOR, Seat.Office.SECRETARY)


@verb
def draft_minutes(of: Meeting | Motion, *, by: User | None) -> Minutes:
    """Begin the minutes of a meeting that was held, or of a vote by correspondence that was counted; begun once."""
    fund = of.committee.fund
    permissions.may_run_meetings(by, fund).require()
    if isinstance(of, Meeting):
        of = lock_row(Meeting, pk=of.pk)
        if of.state != Meeting.State.HELD:
            raise Refused(_("散会以后才能写纪要。"))
        found = Minutes.objects.filter(meeting=of).first()
    else:
        of = lock_row(Motion, pk=of.pk)
        if not of.is_decided:
            raise Refused(_("计票以后才能写纪要。"))
        if of.meeting_id is not None:
            raise Refused(_("这件事是会上表决的，写在会议的纪要里。"))
        found = Minutes.objects.filter(motion=of).first()
    if found is not None:
        return found
    minutes = Minutes.objects.create(
        code=new_code("J"),
        committee_id=of.committee_id,
        meeting=of if isinstance(of, Meeting) else None,
        motion=of if isinstance(of, Motion) else None,
        drafted_by_id=by.pk if by else None,
        drafted_at=clock.now(),
    )
    audit.record(by, "governance.draft_minutes", minutes, fund=fund.code)
    return minutes


@verb
def remark(minutes: Minutes, *, remarks: str, by: User | None) -> Minutes:
    """Write what the record does not say. Changed words take the first signature away: who signed reads them first."""
    minutes = _lock(minutes)
    permissions.may_run_meetings(by, minutes.committee.fund).require()
    _check_draft(minutes)
    words = clean_text(remarks, field="remarks", limit=REMARKS_LIMIT, lines=True)
    if words == minutes.remarks:
        return minutes
    minutes.remarks, minutes.content, minutes.content_hash = words, "", ""
    minutes.signatures.all().delete()
    minutes.save(update_fields=["remarks", "content", "content_hash"])
    audit.record(by, "governance.remark", minutes)
    return minutes


@verb
def sign(minutes: Minutes, *, content_hash: str, by: User) -> Minutes:
    """Sign the minutes as they were read: `content_hash` is the fingerprint of that text.

    The first signature freezes the text; with the chair's and a supervisor's or the secretary's on it they are signed
    and public. Signing twice is once. Raises `Refused` when the record has changed since.
    """
    minutes = _lock(minutes)
    fund = minutes.committee.fund
    permissions.may_sign(by, fund).require()
    seat = queries.seat_of(by, fund)
    assert seat is not None  # noqa: S101  (may_sign)
    signatures = list(minutes.signatures.select_related("seat"))
    if any(one.seat.user_id == by.pk for one in signatures):
        return minutes
    _check_draft(minutes)
    content = minutes.content or canonical.canonical_json(queries.minutes_content(minutes))
    if content_hash != canonical.sha256_hex(content):
        raise Refused(_("您看到的不是现在这一版纪要，没有签上。请重新读一遍再签。"))
    minutes.content, minutes.content_hash = content, content_hash
    minutes.save(update_fields=["content", "content_hash"])
    Signature.objects.create(minutes=minutes, seat=seat, content_hash=content_hash, signed_at=clock.now())
    offices = {seat.office, *(one.seat.office for one in signatures)}
    complete = Seat.Office.CHAIR in offices and bool(offices & set(BESIDE_THE_CHAIR))
    if complete:
        minutes.state, minutes.signed_at = Minutes.State.SIGNED, clock.now()
        minutes.save(update_fields=["state", "signed_at"])
    audit.record(by, "governance.sign_minutes", minutes, content_hash=content_hash, complete=complete)
    if complete:
        versions.bump(f"fund:{fund.code}", "site")
    else:
        wanted = BESIDE_THE_CHAIR if Seat.Office.CHAIR in offices else (Seat.Office.CHAIR,)
        seats = queries.seats_of(fund).filter(office__in=wanted)
        notices.minutes_to_sign(minutes, [one.user for one in seats if one.user_id != by.pk])
    return minutes


def _check_draft(minutes: Minutes) -> None:
    if minutes.state == Minutes.State.SIGNED:
        raise Refused(_("纪要已经签署，不能再改。"))


def _lock(minutes: Minutes) -> Minutes:
    return lock_row(Minutes, "committee__fund__host", "meeting", "motion__committee__fund", pk=minutes.pk)
