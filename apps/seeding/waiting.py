"""What waits for a person in the rooms of seed money. Steps of approvals are told by `funds`."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.waiting import Waiting
from apps.seeding import permissions
from apps.seeding.models import Application, Programme
from apps.seeding.queries.scores import funds_run_by, open_to, unscored_by
from apps.seeding.states import ApplicationState, ProgrammeKind
from apps.users.models import Role, User
from apps.users.queries import scope_codes

MOST = 20


def waiting_for(user: User) -> list[Waiting]:
    """Return what a person may apply for, has to score, to give out, or to find money for."""
    found = [_offer(fund.code, fund.name, one) for fund in funds_run_by(user) for one in open_to(fund)]
    scored = [one for one in unscored_by(user)[: 2 * MOST] if permissions.may_score(user, one)]
    found += [_to_score(one) for one in scored[:MOST]]
    hosts = scope_codes(user, Role.Kind.HOST_ADMIN, Role.Scope.HOST)
    own = Programme.objects.filter(source__host__code__in=hosts, closed_at=None)
    found += [_to_give(one) for one in _passed(own)[:MOST]]
    found += [_to_pay(one) for one in _due(own)[:MOST]]
    found += [_short(one) for one in own.exclude(waiting_since=None)[:MOST]]
    return found


def _offer(code: str, name: str, one: Programme) -> Waiting:
    return Waiting(
        state="waiting",
        label=_("可以申请"),
        title=_("：").join([one.title, name]),
        url=reverse("seeding:apply", args=[one.code, code]),
        action=_("去申请"),
        words=_("%(day)s 截止") % {"day": (one.apply_until or one.closes_on).isoformat()},
        amount=one.per_fund,
        until=clock.midnight(one.apply_until) if one.apply_until else None,
    )


def _to_score(one: Application) -> Waiting:
    return Waiting(
        state="due",
        label=_("待评分"),
        title=_("：").join([one.programme.title, one.fund.name]),
        url=reverse("seeding:application", args=[one.code]),
        action=_("去评分"),
        since=one.submitted_at,
    )


def _passed(own: QuerySet[Programme]) -> QuerySet[Application]:
    """Return the passed applications for a fixed sum that nobody has given out yet, the oldest first."""
    rows = Application.objects.filter(
        programme__in=own, programme__kind=ProgrammeKind.FIXED, state=ApplicationState.PASSED, award=None
    )
    return rows.select_related("programme", "fund").order_by("decided_at", "pk")


def _to_give(one: Application) -> Waiting:
    return Waiting(
        state="due",
        label=_("待拨"),
        title=_("：").join([one.programme.title, one.fund.name]),
        url=reverse("seeding:programme", args=[one.programme.code]) + "#eligible",
        action=_("去拨付"),
        amount=one.programme.per_fund,
        since=one.decided_at,
        until=clock.midnight(one.programme.closes_on),
    )


def _due(own: QuerySet[Programme]) -> QuerySet[Programme]:
    """Return the rewards whose applications are all in and decided."""
    open_ones = Application.objects.filter(
        state__in=[ApplicationState.UNDER_REVIEW, ApplicationState.RETURNED]
    ).values("programme_id")
    return (
        own.filter(
            kind=ProgrammeKind.REWARD,
            awards=None,
            apply_until__lt=clock.today(),
            applications__state=ApplicationState.PASSED,
        )
        .exclude(pk__in=open_ones)
        .distinct()
        .order_by("apply_until", "pk")
    )


def _to_pay(one: Programme) -> Waiting:
    return Waiting(
        state="due",
        label=_("待发放"),
        title=one.title,
        url=reverse("seeding:programme", args=[one.code]) + "#rewards",
        action=_("去发放"),
        words=_("评分够了就按得分发放"),
        since=clock.midnight(one.apply_until) if one.apply_until else None,
    )


def _short(one: Programme) -> Waiting:
    return Waiting(
        state="late",
        label=_("等钱"),
        title=one.title,
        url=reverse("seeding:programme", args=[one.code]),
        action=_("去看看"),
        words=_("慈善会的非限定资金不够，配捐排着队"),
        since=one.waiting_since,
    )
