"""Minutes drafted from the record: who came, what was voted, how it came out, what was said beforehand.

Names and offices are all that is personal in them. A secret vote's choices stand beside no name.
"""

import json
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import clock, money
from apps.core.templatetags.figures import moment
from apps.governance.models import Meeting, Minutes, Motion, Seat, SupervisorOpinion
from apps.governance.queries.committees import Person, in_force, seats_of
from apps.governance.queries.life import review_above, study_of
from apps.governance.queries.records import utc_text
from apps.governance.queries.results import result_of
from apps.governance.states import DECIDED
from apps.users.models import User

FORMAT = "charityfund-minutes/1"


def visible_minutes(user: Person) -> QuerySet[Minutes]:
    """Return the minutes a person may read before they are public: of committees on which they sit."""
    if not isinstance(user, User) or not user.is_active:
        return Minutes.objects.none()
    held = Seat.objects.filter(in_force(), user=user).values("committee_id")
    return Minutes.objects.filter(committee_id__in=held).select_related(
        "committee__fund__host", "meeting", "motion"
    )


def signed_minutes() -> QuerySet[Minutes]:
    """Return the minutes that everyone may read, the latest first."""
    return (
        Minutes.objects.filter(state=Minutes.State.SIGNED)
        .select_related("committee__fund__host", "meeting", "motion")
        .order_by("-signed_at", "-pk")
    )


def without_minutes() -> tuple[QuerySet[Meeting], QuerySet[Motion]]:
    """Return the meetings that were held and the votes by correspondence that were counted, without signed minutes."""
    unsigned = Q(minutes=None) | Q(minutes__state=Minutes.State.DRAFT)
    meetings = Meeting.objects.filter(unsigned, state=Meeting.State.HELD)
    motions = Motion.objects.filter(unsigned, state__in=DECIDED, meeting=None)
    return (
        meetings.select_related("committee__fund", "minutes").order_by("starts_at"),
        motions.select_related("committee__fund", "minutes").order_by("decided_at"),
    )


def read_minutes(minutes: Minutes) -> dict[str, Any]:
    """Return what minutes say: the frozen content once somebody signed, else what the record gives now."""
    if minutes.content:
        frozen: dict[str, Any] = json.loads(minutes.content)
        return frozen
    return minutes_content(minutes)


def minutes_content(minutes: Minutes) -> dict[str, Any]:
    """Return the minutes as plain values, in the site's own language; moments are UTC text, days ISO text."""
    with translation.override(settings.LANGUAGE_CODE):
        fund, meeting = minutes.committee.fund, minutes.meeting
        motions = list(meeting.motions.order_by("opens_at", "pk")) if meeting else [minutes.motion]
        content = {
            "format": FORMAT,
            "code": minutes.code,
            "fund": fund.name,
            "fund_code": fund.code,
            "host": fund.host.name,
            "title": _("%(fund)s管委会会议纪要") % {"fund": fund.name}
            if meeting
            else _("%(fund)s管委会通讯表决纪要") % {"fund": fund.name},
            "by_meeting": meeting is not None,
            "motions": [_motion(motion) for motion in motions if motion is not None],
            "remarks": minutes.remarks,
        }
        if meeting is None:
            return content
        return content | {
            "starts_at": utc_text(meeting.starts_at),
            "ends_at": utc_text(meeting.ends_at),
            "place": meeting.place,
            "present": _present(meeting),
            "absent": _absent(meeting),
            "guests": meeting.guests,
            "not_voted": [
                {"number": item.motion.number, "title": item.motion.title}
                for item in meeting.agenda.select_related("motion")
                if item.motion.meeting_id != meeting.pk
            ],
        }


def _person(seat: Seat) -> dict[str, str]:
    return {
        "name": seat.user.name,
        "office": str(seat.get_office_display()),
        "kind": str(seat.get_kind_display()),
    }


def _present(meeting: Meeting) -> list[dict[str, str]]:
    seats = Seat.objects.filter(attendances__meeting=meeting).select_related("user")
    return [_person(seat) for seat in seats.order_by("office", "user__name", "pk")]


def _absent(meeting: Meeting) -> list[dict[str, str]]:
    """The members seated on that day who did not come."""
    held = seats_of(meeting.committee.fund, clock.day_of(meeting.starts_at))
    came = set(meeting.attendances.values_list("seat_id", flat=True))
    return [_person(seat) for seat in held if seat.votes and seat.pk not in came]


def _motion(motion: Motion) -> dict[str, Any]:
    page, study = result_of(motion), study_of(motion)
    opinions = SupervisorOpinion.objects.filter(motion=motion).select_related("seat__user").order_by("pk")
    return {
        "code": motion.code,
        "number": motion.number,
        "title": motion.title,
        "kind": str(motion.get_kind_display()),
        "amount": motion.amount,
        "subject_hash": motion.subject_hash,
        "opens_at": utc_text(motion.opens_at),
        "closes_at": utc_text(motion.closes_at),
        "outcome": _("通过") if motion.passed else _("未通过"),
        "lines": [
            {
                "question": line.question,
                "sum": line.sum,
                "verdict": line.verdict,
                "clause": _clause(line.clause),
            }
            for line in (page.lines if page else ())
        ],
        "sentence": page.sentence if page else "",
        "seats": [
            {"name": seat.name, "office": seat.office, "choice": seat.choice_words}
            for seat in (page.seats if page else ())
        ],
        "party_review": {"held_on": study.held_on.isoformat(), "opinion": str(study.get_opinion_display())}
        if study
        else None,
        "opinions": [
            {"name": row.seat.user.name, "text": row.text, "written_at": utc_text(row.written_at)}
            for row in opinions
        ],
        "above": [{"label": step.label, "state": step.state_words} for step in review_above(motion)],
    }


def _clause(clause: Any) -> str:
    if clause is None:
        return ""
    return " ".join(part for part in (clause.words, clause.title or clause.document, clause.article) if part)


def minutes_facts(minutes: Minutes) -> dict[str, Any]:
    """Return signed minutes as the PDF's template takes them: moments and amounts in words, and who signed."""
    with translation.override(settings.LANGUAGE_CODE):
        content = read_minutes(minutes)
        signatures = minutes.signatures.select_related("seat__user").order_by("pk")
        return content | {
            "times": f"{moment(minutes.meeting.starts_at)} – {moment(minutes.meeting.ends_at)}"
            if minutes.meeting
            else "",
            "motions": [
                row | {"amount": f"¥{money.written(row['amount'])}" if row["amount"] else ""}
                for row in content["motions"]
            ],
            "signatures": [
                f"{one.seat.get_office_display()} {one.seat.user.name} {moment(one.signed_at)}"
                for one in signatures
            ],
            "content_hash": minutes.content_hash,
        }
