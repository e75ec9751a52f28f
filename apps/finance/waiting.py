"""What waits for the host and the committees because funds sleep, end or have ended."""

from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.waiting import Waiting
from apps.donations import queries as gifts
from apps.donations.models import GiftBatch
from apps.donations.states import BatchState, ReceiptState
from apps.finance import queries
from apps.finance.models import Cleanup
from apps.funds.models import Fund, Host, Succession
from apps.grants.queries import funds_run_by
from apps.ledger.rules import last_day
from apps.users.models import Role, User

MOST = 5


def waiting_for(user: User) -> list[Waiting]:
    """Return idle funds to wake (host and officers), closings to carry out and surpluses to publish (host)."""
    hosts = queries.hosts_of(user, Role.Kind.HOST_ADMIN)
    found = _idle(hosts, None)
    run = funds_run_by(user).exclude(host__in=hosts)
    found += _idle(Host.objects.filter(pk__in=run.order_by().values("host_id")), run)
    keeps = queries.hosts_of(user, Role.Kind.FINANCE)
    return (
        found
        + _closings(hosts)
        + _surpluses(hosts)
        + _receipts(keeps)
        + _lists(keeps)
        + _cash(keeps)
        + _months(keeps)
    )


def _idle(hosts: QuerySet[Host], funds: QuerySet[Fund] | None) -> list[Waiting]:
    rows = []
    for host in hosts:
        for sleeper in queries.sleepers(host, funds)[:MOST]:
            last = Cleanup.objects.filter(fund=sleeper.fund).order_by("-day", "-pk").first()
            rows.append(
                Waiting(
                    state="late",
                    label=_("闲置"),
                    title=_("%(fund)s从 %(day)s 起没有活动")
                    % {"fund": sleeper.fund.name, "day": sleeper.last_day.isoformat()},
                    url=reverse("finance:cleanup", args=[sleeper.fund.code]),
                    action=_("去处理"),
                    words=str(last.get_step_display()) if last else _("还没有处理"),
                    since=clock.midnight(sleeper.idle_since),
                )
            )
    return rows


def _closings(hosts: QuerySet[Host]) -> list[Waiting]:
    motions = queries.closings_to_carry_out().filter(committee__fund__host__in=hosts)
    return [
        Waiting(
            state="due",
            label=_("待终止"),
            title=_("终止%(fund)s") % {"fund": motion.committee.fund.name},
            url=reverse("finance:close_fund", args=[motion.committee.fund.code]),
            action=_("去办理"),
            words=_("议案 %(number)s 已经生效") % {"number": motion.number},
            since=motion.settled_at or motion.decided_at,
        )
        for motion in motions[:MOST]
    ]


def _surpluses(hosts: QuerySet[Host]) -> list[Waiting]:
    acts = Succession.objects.filter(
        host__in=hosts, kind=Succession.Kind.CLOSING, published_at=None
    ).order_by("publish_by", "pk")
    rows = []
    for act in acts[:MOST]:
        names = [fund["name"] for fund in act.facts["funds"] if fund["ends"]]
        late = act.publish_by is not None and act.publish_by < clock.today()
        rows.append(
            Waiting(
                state="late" if late else "due",
                label=_("已晚") if late else _("待公布"),
                title=_("公布%(fund)s的终止报告和剩余财产") % {"fund": _("、").join(names)},
                url=reverse("finance:publish_surplus", args=[act.code]),
                action=_("去公布"),
                since=act.made_at,
                until=clock.midnight(act.publish_by) if act.publish_by else None,
            )
        )
    return rows


def _months(hosts: QuerySet[Host]) -> list[Waiting]:
    """Return the month that each host's books close next, from the day it is over."""
    return [
        Waiting(
            state="due",
            label=_("待结账"),
            title=_("结 %(month)s 的账") % {"month": f"{month:%Y-%m}"},
            url=reverse("finance:months", args=[host.code]),
            action=_("去结账"),
            since=clock.midnight(last_day(month) + timedelta(days=1)),
        )
        for host in hosts
        if (month := queries.month_to_close(host)) is not None
    ]


def _lists(hosts: QuerySet[Host]) -> list[Waiting]:
    """Return the lists of gifts that are announced and not typed in yet."""
    rows = GiftBatch.objects.filter(host__in=hosts, state=BatchState.DECLARED).select_related("host", "fund")
    return [
        Waiting(
            state="due",
            label=row.get_state_display(),
            title=_("录名单：%(name)s") % {"name": row.name},
            url=reverse("finance:batch", args=[row.host.code, row.code]),
            action=_("去录"),
            words=row.fund.name,
            amount=row.expected_total,
            since=row.declared_at,
        )
        for row in rows.order_by("declared_at", "pk")[:MOST]
    ]


def _cash(hosts: QuerySet[Host]) -> list[Waiting]:
    """Return the cash that should be in the bank by now, one row for each host."""
    rows = []
    for host in hosts:
        late = gifts.late_cash(host, clock.today())
        if late is None:
            continue
        count, fen, due = late
        rows.append(
            Waiting(
                state="late",
                label=_("没按时存"),
                title=_("%(count)d 笔现金该存银行了") % {"count": count},
                url=reverse("finance:cash", args=[host.code]),
                action=_("去存银行"),
                amount=fen,
                until=clock.midnight(due + timedelta(days=1)),
            )
        )
    return rows


def _receipts(hosts: QuerySet[Host]) -> list[Waiting]:
    """Return standing receipts to make void and requests to answer: one row each, so that none hides another."""
    rows = [
        Waiting(
            state="late",
            label=_("待冲红"),
            title=_("票据 %(code)s-%(number)s 的钱已经退回") % {"code": row.batch_code, "number": row.number},
            url=reverse("finance:receipt", args=[row.host.code, row.code]),
            action=_("去冲红"),
            amount=row.amount,
            since=row.recalled_at,
        )
        for row in gifts.receipts_to_void(hosts)[:MOST]
    ]
    for host in hosts:
        waiting = gifts.receipts_of([host]).filter(state=ReceiptState.REQUESTED)
        count, first = waiting.count(), waiting.first()
        if first is None:
            continue
        due = gifts.due_on(first.asked_at, gifts.work_days(host))
        late = due < clock.today()
        rows.append(
            Waiting(
                state="late" if late else "due",
                label=_("已晚") if late else _("待开票"),
                title=_("%(count)d 张捐赠票据待开") % {"count": count},
                url=reverse("finance:receipts", args=[host.code]),
                action=_("去开票"),
                since=first.asked_at,
                # Due by the end of its day.
                until=clock.midnight(due + timedelta(days=1)),
            )
        )
    return rows
