"""Meetings of a committee: what is called, what was held, and whether there were as many as the rules ask."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from apps.core import clock
from apps.funds.models import Fund
from apps.funds.queries import effective_rules
from apps.funds.rules import EffectiveRule
from apps.governance.models import Attendance, Committee, Meeting, Motion
from apps.governance.queries.committees import whole


@dataclass(frozen=True)
class MeetingCount:
    """How many meetings a year has seen, and how many the rules ask for."""

    year: int
    held: int
    needed: int
    rule: EffectiveRule

    @property
    def missing(self) -> int:
        """How many are still owed this year."""
        return max(self.needed - self.held, 0)


def meetings_of(committee: Committee) -> QuerySet[Meeting]:
    """Return a committee's meetings, the latest first."""
    return (
        Meeting.objects.filter(committee=committee)
        .prefetch_related("agenda__motion")
        .order_by("-starts_at", "-pk")
    )


def meeting_count(fund: Fund, year: int | None = None) -> MeetingCount:
    """Return how many meetings a fund's committee held in a year (this one by default).

    A meeting counts once it is over and somebody is written as present.
    """
    year = year or clock.today().year
    rule = effective_rules(fund)["meetings_per_year"]
    held = Meeting.objects.filter(
        Exists(Attendance.objects.filter(meeting=OuterRef("pk"))),
        committee__fund=fund,
        state=Meeting.State.HELD,
        starts_at__gte=clock.midnight(date(year, 1, 1)),
        starts_at__lt=clock.midnight(date(year + 1, 1, 1)),
    ).count()
    return MeetingCount(year, held, whole(rule), rule)


def meetings_over() -> list[Meeting]:
    """Return the called meetings whose planned end has passed and to which somebody came."""
    return list(
        Meeting.objects.filter(
            Exists(Attendance.objects.filter(meeting=OuterRef("pk"))),
            state=Meeting.State.CALLED,
            ends_at__lte=clock.now(),
        ).order_by("ends_at")
    )


def meeting_for(motion: Motion) -> Meeting | None:
    """Return the called meeting that is going on or comes next and has the motion on its agenda."""
    return (
        Meeting.objects.filter(agenda__motion=motion, state=Meeting.State.CALLED, ends_at__gt=clock.now())
        .order_by("starts_at")
        .first()
    )


def next_meeting(committee: Committee) -> Meeting | None:
    """Return the committee's called meeting that is going on or comes next: its agenda still takes motions."""
    coming = Meeting.objects.filter(committee=committee, state=Meeting.State.CALLED, ends_at__gt=clock.now())
    return coming.order_by("starts_at").first()


def is_going_on(meeting: Meeting) -> bool:
    """Whether a called meeting is in session now."""
    return meeting.state == Meeting.State.CALLED and meeting.starts_at <= clock.now() < meeting.ends_at
