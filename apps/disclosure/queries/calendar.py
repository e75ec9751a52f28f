"""Days ahead that everyone may know: what projects owe, notices, money planned, calls and votes that close, reports
due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock, money
from apps.core.calendars import Day
from apps.disclosure.queries.cards import TABLED_NOT_PUBLIC
from apps.disclosure.queries.reports import owed_reports
from apps.funds.models import Fund, Host
from apps.governance.models import Motion
from apps.governance.states import OPEN
from apps.grants.models import Grant, Instalment
from apps.grants.states import EVIDENCE_ACCEPTED, NOTICE, NOTICE_ENDED, WAITING
from apps.projects.models import Call, Project
from apps.projects.queries import public_calls, unreported
from apps.projects.states import RUNNING

MOST_OF_A_KIND = 500


@dataclass(frozen=True)
class Dated:
    """One public day: what it is (`kind`, in words), of what, for which fund, and the page that says more.

    `key` names the thing and not the day, so that a subscriber's calendar moves it when its day moves.
    """

    key: str
    day: date
    kind: str
    title: str
    fund: str
    path: str


def public_days(funds: Q, *, first: date, last: date) -> list[Dated]:
    """Return the public days of some funds' work from one day to another, in order; nine statements and three more
    for each host. `funds` is a condition on `Fund`. At most 500 of a kind."""
    chosen = Fund.objects.filter(funds)
    found = [
        *_work(chosen, first, last),
        *_money(chosen, first, last),
        *_calls(chosen, first, last),
        *_votes(chosen, first, last),
        *_reports(funds, first, last),
    ]
    return sorted(found, key=lambda row: (row.day, row.kind, row.title, row.key))


def _work(funds: QuerySet[Fund], first: date, last: date) -> Iterator[Dated]:
    """What projects under way owe: a report on each milestone, the closing report on the last day."""
    for row in (
        unreported(first=first, last=last).filter(project__shares__fund__in=funds).distinct()[:MOST_OF_A_KIND]
    ):
        title = _("%(project)s：%(words)s") % {"project": row.project.title, "words": row.words}
        yield Dated(
            f"milestone-{row.pk}", row.due_on, _("节点到期"), title, row.project.fund.name, _page(row.project)
        )
    ending = Project.objects.filter(
        state=RUNNING, ends_on__gte=first, ends_on__lte=last, shares__fund__in=funds
    )
    for project in ending.select_related("fund").distinct().order_by("ends_on", "pk")[:MOST_OF_A_KIND]:
        yield Dated(
            f"end-{project.code}",
            project.ends_on,
            _("该交结项成果、验收"),
            project.title,
            project.fund.name,
            _page(project),
        )


def _money(funds: QuerySet[Fund], first: date, last: date) -> Iterator[Dated]:
    """Notices that end, and what is planned to be paid: after its notice, or when the work is to be accepted."""
    begin, end = clock.midnight(first), clock.midnight(last + timedelta(days=1))
    noticed = Grant.objects.filter(
        state=NOTICE, fund__in=funds, notice_until__gte=begin, notice_until__lt=end
    ).select_related("project", "fund")
    for grant in noticed.order_by("notice_until", "pk")[:MOST_OF_A_KIND]:
        day, page = clock.day_of(grant.notice_until), _page(grant.project)
        yield Dated(f"notice-{grant.code}", day, _("公示期满"), grant.project.title, grant.fund.name, page)
    after_notice = Q(condition=NOTICE_ENDED, grant__notice_until__gte=begin, grant__notice_until__lt=end)
    after_work = Q(
        condition=EVIDENCE_ACCEPTED, grant__project__ends_on__gte=first, grant__project__ends_on__lte=last
    )
    after_step = Q(milestone__due_on__gte=first, milestone__due_on__lte=last)
    planned = Instalment.objects.filter(
        after_notice | after_work | after_step, state=WAITING, grant__fund__in=funds
    )
    found = planned.select_related("grant__project", "grant__fund", "milestone")
    for row in found.order_by("pk")[:MOST_OF_A_KIND]:
        grant = row.grant
        is_first = row.condition == NOTICE_ENDED
        worked_until = row.milestone.due_on if row.milestone else grant.project.ends_on
        title = _("%(project)s：第 %(number)d 期 ¥%(amount)s") % {
            "project": grant.project.title, "number": row.number, "amount": money.written(row.amount),
        }  # fmt: skip
        yield Dated(
            f"instalment-{row.pk}",
            clock.day_of(grant.notice_until) if is_first else worked_until,
            _("公示期满后付款") if is_first else _("验收后付款"),
            title,
            grant.fund.name,
            _page(grant.project),
        )


def _calls(funds: QuerySet[Fund], first: date, last: date) -> Iterator[Dated]:
    """The last day to answer a public call, once however many funds it is for; on the day before where it closes at
    midnight, since on the next nobody may apply any more."""
    begin, end = clock.midnight(first), clock.midnight(last + timedelta(days=1))
    closing = public_calls().filter(
        pk__in=Call.funds.through.objects.filter(fund__in=funds).values("call"),
        closes_at__gt=begin,
        closes_at__lte=end,
    )
    for call in closing.order_by("closes_at", "pk")[:MOST_OF_A_KIND]:
        named = [fund.name for fund in call.funds.all()]
        yield Dated(
            f"call-{call.code}",
            clock.day_of(call.closes_at - timedelta(microseconds=1)),
            _("征集截止"),
            call.title,
            named[0] if len(named) == 1 else call.host.name,
            reverse("disclosure:call", args=[call.code]),
        )


def _votes(funds: QuerySet[Fund], first: date, last: date) -> Iterator[Dated]:
    begin, end = clock.midnight(first), clock.midnight(last + timedelta(days=1))
    open_ones = Motion.objects.exclude(TABLED_NOT_PUBLIC).filter(
        state=OPEN, committee__fund__in=funds, closes_at__gte=begin, closes_at__lt=end
    )
    for motion in open_ones.select_related("committee__fund").order_by("closes_at", "pk")[:MOST_OF_A_KIND]:
        if motion.closes_at is not None:
            page = reverse("disclosure:motion", args=[motion.code])
            yield Dated(
                f"vote-{motion.code}",
                clock.day_of(motion.closes_at),
                _("表决截止"),
                motion.title,
                motion.committee.fund.name,
                page,
            )


def _reports(funds: Q, first: date, last: date) -> Iterator[Dated]:
    for host in Host.objects.filter(pk__in=Fund.objects.filter(funds).values("host")):
        for row in owed_reports(host, Fund.objects.filter(funds)):
            if first <= row.due_on <= last:
                yield Dated(
                    f"report-{row.fund.code}-{row.quarter}",
                    row.due_on,
                    _("季度报告该公布"),
                    str(row.quarter),
                    row.fund.name,
                    reverse("disclosure:fund", args=[row.fund.code]),
                )


def _page(project: Project) -> str:
    return reverse("disclosure:project", args=[project.code])


def as_feed(days: list[Dated]) -> list[Day]:
    """Return public days as events of a feed, with addresses and names that hold outside this site."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return [
        Day(
            uid=f"{row.key}@{host}",
            day=row.day,
            title=_("%(kind)s：%(title)s") % {"kind": row.kind, "title": row.title},
            words=row.fund,
            url=settings.SITE_URL + row.path,
        )
        for row in days
    ]
