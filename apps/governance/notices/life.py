"""What the committee is told of a motion's way: study, notice, the levels above, what is done and what is not yet."""

from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import money, outbox
from apps.core.templatetags.figures import moment
from apps.governance import queries
from apps.governance.models import Motion, PartyReview, Seat
from apps.users.models import Role, User
from apps.users.queries import users_with

OFFICERS = (Seat.Office.CHAIR, Seat.Office.SECRETARY)


def to_study(motion: Motion) -> None:
    """Tell the party organisation's seats and the secretary that a text waits to be studied."""
    seats = queries.seats_of(motion.committee.fund)
    people = [
        seat.user for seat in seats if seat.kind == Seat.Kind.PARTY or seat.office == Seat.Office.SECRETARY
    ]
    _tell(
        people,
        f"governance.to_study:{motion.code}:{motion.subject_hash[:16]}",
        _("请研究：%(title)s"),
        _(
            "%(fund)s的议案 %(number)s 要先由社区党组织研究。\n\n%(title)s\n%(amount)s\n\n研究以后请登记：\n%(page)s\n"
        ),
        motion,
    )


def studied(motion: Motion, study: PartyReview) -> None:
    """Tell the officers what the party organisation's study came to."""
    _tell(
        _officers(motion),
        f"governance.studied:{study.pk}",
        _("前置研究有了意见：%(title)s"),
        _("%(fund)s的议案 %(number)s：%(opinion)s。\n\n%(raised)s\n\n%(page)s\n"),
        motion,
        opinion=str(study.get_opinion_display()),
        raised=study.raised,
    )


def noticed(motion: Motion) -> None:
    """Tell every seat what will be voted on and from when."""
    _tell(
        [seat.user for seat in queries.seats_of(motion.committee.fund)],
        f"governance.noticed:{motion.code}:{motion.subject_hash[:16]}:{queries.utc_text(motion.noticed_at)}",
        _("即将表决：%(title)s"),
        _(
            "%(fund)s的议案 %(number)s 将在 %(until)s 以后开始表决。\n\n%(title)s\n%(amount)s\n\n"
            "全文在这里，从现在起一个字也不改；要改，就重新通知：\n%(page)s\n"
        ),
        motion,
        until=moment(motion.notice_until),
    )


def notice_off(motion: Motion) -> None:
    """Tell every seat that the noticed text was changed, and that the notice begins anew."""
    _tell(
        [seat.user for seat in queries.seats_of(motion.committee.fund)],
        f"governance.notice_off:{motion.code}:{motion.subject_hash[:16]}",
        _("文字改了，通知作废：%(title)s"),
        _("%(fund)s的议案 %(number)s 改了文字，先前的通知作废，会重新通知。\n\n%(page)s\n"),
        motion,
    )


def in_force(motion: Motion) -> None:
    """Tell the committee that the levels above agreed."""
    _tell(
        [seat.user for seat in queries.seats_of(motion.committee.fund)],
        f"governance.in_force:{motion.code}",
        _("上级同意：%(title)s"),
        _("%(fund)s的议案 %(number)s 上级已经同意，从现在起生效。\n\n%(public)s\n"),
        motion,
    )


def returned(motion: Motion) -> None:
    """Tell the committee that an upper level sent the motion back, and why."""
    _tell(
        [seat.user for seat in queries.seats_of(motion.committee.fund)],
        f"governance.returned:{motion.code}",
        _("上级退回：%(title)s"),
        _(
            "%(fund)s的议案 %(number)s 被上级退回，不生效。\n\n原因：%(reason)s\n\n"
            "可以补充以后另提一个议案。\n%(public)s\n"
        ),
        motion,
        reason=queries.return_reason(motion),
    )


def cannot_be_done(motion: Motion) -> None:
    """Tell the officers and the host why what was decided cannot be done yet."""
    host = users_with(Role.Kind.HOST_ADMIN, host=motion.committee.fund.host.code)
    _tell(
        [*_officers(motion), *host],
        f"governance.cannot_be_done:{motion.code}:{motion.waits_for[:60]}",
        _("通过了，还没有执行：%(title)s"),
        _("%(fund)s的议案 %(number)s 已经生效，但还没有执行。\n\n%(waits_for)s\n\n%(public)s\n"),
        motion,
        waits_for=motion.waits_for,
    )


def _officers(motion: Motion) -> list[User]:
    return [seat.user for seat in queries.seats_of(motion.committee.fund).filter(office__in=OFFICERS)]


def _tell(people: Iterable[User], key: str, subject: str, body: str, motion: Motion, **more: str) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        facts = {
            "fund": motion.committee.fund.name,
            "number": motion.number,
            "title": motion.title,
            "amount": f"¥{money.written(motion.amount)}" if motion.amount else "",
            "page": f"{settings.SITE_URL}/motion/{motion.code}/",
            "public": f"{settings.SITE_URL}/m/{motion.code}/",
        } | more
        by_key = {person.pk: person for person in people}
        outbox.say_all(
            [
                outbox.Letter(f"{key}:{person.pk}", person.email, subject % facts, body % facts)
                for person in by_key.values()
            ]
        )
