"""Reports that wait for a person: to be drafted by the fund's officers, to be published by the host."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.waiting import Waiting
from apps.disclosure import permissions
from apps.disclosure.queries import reports
from apps.disclosure.queries.reports import OwedReport
from apps.funds.models import Fund, Host
from apps.funds.queries import family
from apps.governance.models import Committee
from apps.grants.queries import funds_run_by
from apps.users.models import Role, User
from apps.users.queries import scope_codes

# One row says the rest, so that a desk with eighty funds stays a desk.
MOST = 5


def waiting_for(user: User) -> list[Waiting]:
    """Return the reports a person is to draft or publish, and those they drafted that wait for the host."""
    found = []
    # What a predecessor owes passes on to who runs its successor.
    run = Fund.objects.filter(pk__in={key for fund in funds_run_by(user) for key in family(fund)})
    for host in Host.objects.filter(pk__in=run.order_by().values("host_id")):
        found += _rows(reports.owed_reports(host, run), publishes=False)
    codes = {code for kind in permissions.PUBLISHERS for code in scope_codes(user, kind, Role.Scope.HOST)}
    for host in Host.objects.filter(code__in=codes):
        owed = reports.owed_reports(host)
        found += _rows([one for one in owed if one.draft], publishes=True)
        alone = _without_committee(owed)
        found += _rows([one for one in alone if not one.draft], publishes=True)
    return found


def _without_committee(owed: list[OwedReport]) -> list[OwedReport]:
    funds: set[Fund] = {one.fund for one in owed}
    seated = set(Committee.objects.filter(fund__in=funds).values_list("fund_id", flat=True))
    return [one for one in owed if one.fund.pk not in seated]


def _rows(owed: list[OwedReport], *, publishes: bool) -> list[Waiting]:
    rows = [_row(one, publishes=publishes) for one in owed[:MOST]]
    if len(owed) > MOST:
        rest = _("还有 %(count)d 份季度报告") % {"count": len(owed) - MOST}
        url = reverse("disclosure:report_bench")
        last = owed[MOST]
        rows.append(Waiting("waiting", _("待办"), rest, url, _("看全部"), until=_until(last)))
    return rows


def _row(one: OwedReport, *, publishes: bool) -> Waiting:
    late = _("已晚 %(days)d 天") % {"days": one.days_late} if one.is_late else ""
    what = _("公布季度报告") if one.draft else _("起草季度报告")
    return Waiting(
        state="late" if late else "waiting",
        label=late or (_("待公布") if one.draft else _("待起草")),
        title=_("：").join([what, f"{one.fund.name} {one.quarter}"]),
        url=reverse("disclosure:report_work", args=[one.fund.code, one.quarter]),
        action=_("去公布") if one.draft and publishes else _("去起草") if not one.draft else "",
        words=_("%(day)s 前公布") % {"day": one.due_on.isoformat()},
        since=clock.midnight(one.quarter.next.first_day),
        until=_until(one),
        mine=publishes or one.draft is None,
    )


def _until(one: OwedReport) -> datetime:
    return clock.midnight(one.due_on)
