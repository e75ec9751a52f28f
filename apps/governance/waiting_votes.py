"""What waits around votes for a person: texts to study, to notice and to open, meetings, minutes to write and sign."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.waiting import Waiting
from apps.funds.queries import effective_rules
from apps.governance import permissions, queries
from apps.governance.models import Meeting, Minutes, Motion, Seat
from apps.governance.states import BEFORE_THE_VOTE, CARRIED, NOTICED, PARTY_REVIEW
from apps.users.models import User

MOST_OF_A_KIND = 20


def proceedings(user: User) -> list[Waiting]:
    """Return what a person's seats ask of them."""
    held = list(Seat.objects.filter(queries.in_force(), user=user).select_related("committee__fund"))
    if not held:
        return []
    run = [seat.committee_id for seat in held if seat.office in permissions.OFFICERS]
    studies = [seat.committee_id for seat in held if seat.kind == Seat.Kind.PARTY]
    signs = [seat.committee_id for seat in held if seat.office in permissions.SIGNERS]
    return [
        *_motions(user, run),
        *_studies([*run, *studies]),
        *_above(run),
        *_meetings(run),
        *_minutes(user, run, signs),
    ]


def _motions(user: User, committees: list[int]) -> list[Waiting]:
    """Motions to notice or to open; one in its notice waits for the day."""
    found = Motion.objects.filter(committee__in=committees, state__in=BEFORE_THE_VOTE)
    rows = []
    for motion in found.select_related("committee__fund__host").order_by("tabled_at")[:MOST_OF_A_KIND]:
        way = queries.way_of(motion, effective_rules(motion.committee.fund))
        waits = motion.state == PARTY_REVIEW and not queries.is_studied(motion)
        if waits:
            continue
        soon = motion.notice_until if motion.state == NOTICED else None
        in_notice = soon is not None and soon > clock.now()
        url = reverse("governance:motion", args=[motion.code])
        if way.study and not queries.is_studied(motion):
            what = _("送党组织研究：%(title)s")
        elif way.notice_days and motion.state != NOTICED:
            what = _("通知委员：%(title)s")
        elif way.meeting and queries.meeting_for(motion) is None:
            what, url = _("列入会议议程：%(title)s"), _place_on_an_agenda(motion)
        else:
            what = _("开始表决：%(title)s")
        rows.append(
            Waiting(
                state=motion.state,
                label=str(motion.get_state_display()),
                title=what % {"title": motion.title},
                url=url,
                action="" if in_notice else _("看议案"),
                words=motion.committee.fund.name,
                amount=motion.amount or None,
                since=motion.tabled_at,
                until=soon if in_notice else None,
                mine=not in_notice,
            )
        )
    return rows


def _place_on_an_agenda(motion: Motion) -> str:
    """The next meeting's agenda, or the page that calls a meeting when none is called."""
    meeting = queries.next_meeting(motion.committee)
    if meeting is None:
        return reverse("governance:call_meeting", args=[motion.committee.fund.code])
    return reverse("governance:meeting", args=[meeting.code]) + "#agenda"


def _studies(committees: list[int]) -> list[Waiting]:
    found = Motion.objects.filter(committee__in=committees, state=PARTY_REVIEW).select_related(
        "committee__fund"
    )
    return [
        Waiting(
            state="party_review",
            label=_("前置研究"),
            title=_("登记前置研究：%(title)s") % {"title": motion.title},
            url=reverse("governance:study", args=[motion.code]),
            action=_("去登记"),
            words=motion.committee.fund.name,
            amount=motion.amount or None,
            since=motion.tabled_at,
        )
        for motion in found.order_by("tabled_at")[:MOST_OF_A_KIND]
        if not queries.is_studied(motion)
    ]


def _above(committees: list[int]) -> list[Waiting]:
    """Carried motions that wait for a level above, with its deadline; late ones say so."""
    found = Motion.objects.filter(committee__in=committees, state=CARRIED).select_related("committee__fund")
    rows = []
    for motion in found.order_by("decided_at")[:MOST_OF_A_KIND]:
        current = [step for step in queries.review_above(motion) if step.state == "current"]
        late = bool(current) and current[0].is_late
        rows.append(
            Waiting(
                state="late" if late else "pending",
                label=_("上级晚了") if late else _("等上级"),
                title=motion.title,
                url=reverse("governance:motion", args=[motion.code]),
                words=current[0].label if current else _("还没有人担任要审核的那一级"),
                since=current[0].since if current else motion.decided_at,
                until=current[0].due_at if current else None,
                mine=False,
            )
        )
    return rows


def _meetings(committees: list[int]) -> list[Waiting]:
    """Meetings that are over and where nobody wrote who came."""
    found = Meeting.objects.filter(
        committee__in=committees, state=Meeting.State.CALLED, starts_at__lte=clock.now()
    ).select_related("committee__fund")
    return [
        Waiting(
            state="due",
            label=_("待登记"),
            title=_("登记到会、散会：%(fund)s") % {"fund": meeting.committee.fund.name},
            url=reverse("governance:meeting", args=[meeting.code]),
            action=_("去登记"),
            words=meeting.place,
            since=meeting.starts_at,
        )
        for meeting in found.order_by("starts_at")[:MOST_OF_A_KIND]
    ]


def _minutes(user: User, run: list[int], signs: list[int]) -> list[Waiting]:
    """Meetings without minutes for those who write them, minutes to sign for those who sign."""
    meetings, _motions_without = queries.without_minutes()
    rows = [
        Waiting(
            state="draft",
            label=_("纪要"),
            title=_("写会议纪要：%(fund)s") % {"fund": meeting.committee.fund.name},
            url=reverse("governance:meeting", args=[meeting.code]),
            action=_("去写"),
            since=meeting.ends_at,
        )
        for meeting in meetings.filter(committee__in=run, minutes=None)[:MOST_OF_A_KIND]
    ]
    drafts = Minutes.objects.filter(Q(committee__in=signs), state=Minutes.State.DRAFT)
    mine = drafts.exclude(signatures__seat__user=user).select_related("committee__fund")
    return rows + [
        Waiting(
            state="waiting",
            label=_("待签署"),
            title=_("签署纪要：%(fund)s") % {"fund": minutes.committee.fund.name},
            url=reverse("governance:minutes", args=[minutes.code]),
            action=_("去看"),
            since=minutes.drafted_at,
        )
        for minutes in mine.order_by("drafted_at")[:MOST_OF_A_KIND]
    ]
