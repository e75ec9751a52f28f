"""What every seat is told about meetings and their minutes."""

from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import outbox
from apps.core.templatetags.figures import moment
from apps.governance import queries
from apps.governance.models import Meeting, Minutes, Motion
from apps.users.models import User


def meeting_called(meeting: Meeting) -> None:
    """Tell every seat when and where, and what is on the agenda."""
    items = [f"{item.motion.number} {item.motion.title}" for item in meeting.agenda.select_related("motion")]
    _tell(
        meeting,
        f"governance.meeting:{meeting.code}",
        _("开会通知：%(fund)s %(starts)s"),
        _("%(fund)s管委会开会。\n\n时间：%(starts)s\n地点：%(place)s\n议程：\n%(agenda)s\n\n%(page)s\n"),
        agenda="\n".join(items) or "—",
    )


def agenda_changed(meeting: Meeting, motion: Motion) -> None:
    """Tell every seat what was added to the agenda."""
    _tell(
        meeting,
        f"governance.agenda:{meeting.code}:{motion.code}",
        _("议程增加：%(fund)s %(starts)s"),
        _("%(fund)s管委会 %(starts)s 的会，议程增加：\n%(motion)s\n\n%(page)s\n"),
        motion=f"{motion.number} {motion.title}",
    )


def meeting_cancelled(meeting: Meeting) -> None:
    """Tell every seat that the meeting is off."""
    _tell(
        meeting,
        f"governance.meeting_cancelled:{meeting.code}",
        _("会议取消：%(fund)s %(starts)s"),
        _("%(fund)s管委会 %(starts)s 的会取消了。\n\n%(page)s\n"),
    )


def minutes_to_sign(minutes: Minutes, people: Iterable[User]) -> None:
    """Tell who may give the second signature that the first is there."""
    with translation.override(settings.LANGUAGE_CODE):
        facts = {
            "fund": minutes.committee.fund.name,
            "page": f"{settings.SITE_URL}/minutes/{minutes.code}/edit/",
        }
        outbox.say_all(
            [
                outbox.Letter(
                    f"governance.minutes:{minutes.code}:{minutes.content_hash[:16]}:{person.pk}",
                    person.email,
                    _("请签署纪要：%(fund)s") % facts,
                    _("%(fund)s管委会的纪要已经有一个人签署，请您看过以后签署：\n%(page)s\n") % facts,
                )
                for person in people
            ]
        )


def _tell(meeting: Meeting, key: str, subject: str, body: str, **more: str) -> None:
    fund = meeting.committee.fund
    with translation.override(settings.LANGUAGE_CODE):
        facts = {
            "fund": fund.name,
            "starts": moment(meeting.starts_at),
            "place": meeting.place,
            "page": f"{settings.SITE_URL}/meeting/{meeting.code}/",
        } | more
        outbox.say_all(
            [
                outbox.Letter(f"{key}:{seat.pk}", seat.user.email, subject % facts, body % facts)
                for seat in queries.seats_of(fund)
            ]
        )
