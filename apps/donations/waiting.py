"""What gifts leave for a person to do."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import clock
from apps.core.waiting import Waiting
from apps.donations import queries
from apps.donations.duties import DutyKind
from apps.donations.models import Campaign
from apps.donations.queries import PledgeStanding, Silence
from apps.donations.queries.by_hand import texts_by_hand
from apps.donations.states import TextKind
from apps.funds.models import Host
from apps.users.models import Role, User
from apps.users.queries import scope_codes

MOST = 20
SOON = timedelta(days=7)
DUTY_WORDS = {
    DutyKind.FILING: gettext_lazy("补办备案：%(name)s"),
    DutyKind.CHANGE: gettext_lazy("变更备案：%(name)s"),
    DutyKind.EMERGENCY: gettext_lazy("公布应急募捐收支：%(name)s"),
    DutyKind.PROGRESS: gettext_lazy("公布募捐情况：%(name)s"),
    DutyKind.CLOSING: gettext_lazy("公布募捐结束后的情况：%(name)s"),
}


def waiting_for(user: User) -> list[Waiting]:
    """Return what finance is to look at again or after, and what the host's fundraising plans owe."""
    return _of_finance(user) + _duties(user) + _appeals(user)


def _appeals(user: User) -> list[Waiting]:
    """Return the appeals to the host's own people whose audience waits for this person as the second one."""
    kinds = (Role.Kind.HOST_ADMIN, Role.Kind.FINANCE)
    codes = {code for kind in kinds for code in scope_codes(user, kind, Role.Scope.HOST)}
    hosts = Host.objects.filter(code__in=codes)
    return [
        Waiting(
            state="due",
            label=_("待核对"),
            title=_("定向募捐：%(name)s") % {"name": row.name},
            url=reverse("donations:appeal", args=[row.code]),
            action=_("去核对名单"),
            words=row.roster,
            since=row.written_at,
        )
        for row in queries.directed.appeals_to_look_at(hosts, user)[:MOST]
    ]


def _duties(user: User) -> list[Waiting]:
    """Return what plans owe by law, late or within a week, to the administrator who runs them."""
    today = clock.today()
    plans = list(
        Campaign.objects.filter(
            host__code__in=scope_codes(user, Role.Kind.HOST_ADMIN, Role.Scope.HOST), starts_on__lte=today
        ).order_by("pk")
    )
    owed = queries.duties_of(plans, today=today)
    return [
        Waiting(
            state="late" if duty.days_late(today) else "due",
            label=_("已晚") if duty.days_late(today) else _("应办"),
            title=str(DUTY_WORDS[duty.kind]) % {"name": plan.name},
            url=reverse("donations:campaign", args=[plan.code]),
            action=_("去办"),
            # Due by the end of its day.
            until=clock.midnight(duty.due_on + timedelta(days=1)),
        )
        for plan in plans
        for duty in owed[plan.pk]
        if duty.due_on <= today + SOON
    ][:MOST]


def _of_finance(user: User) -> list[Waiting]:
    hosts = Host.objects.filter(code__in=scope_codes(user, Role.Kind.FINANCE, Role.Scope.HOST))
    if not hosts:
        return []
    return (
        _unread()
        + [_silence(one) for one in queries.silences()]
        + [
            Waiting(
                state="due",
                label=_("待复核"),
                title=_("退款：捐给%(fund)s") % {"fund": row.donation.fund.name},
                url=reverse("donations:gift", args=[row.donation.code]),
                action=_("去复核"),
                words=row.get_why_display(),
                amount=row.amount,
                since=row.asked_at,
            )
            for row in queries.refunds_to_release(hosts, user)[:MOST]
        ]
        + [
            Waiting(
                state="due",
                label=_("待复核"),
                title=_("核销物资：%(name)s") % {"name": row.gift.name},
                url=reverse("donations:goods_gift", args=[row.gift.code]),
                action=_("去复核"),
                words=row.reason,
                since=row.asked_at,
            )
            for row in queries.write_offs_to_release(hosts, user)[:MOST]
        ]
        + [
            Waiting(
                state="due",
                label=_("等清点"),
                title=_("募捐箱：%(place)s") % {"place": row.box.place},
                url=reverse("donations:sign_count", args=[row.code]),
                action=_("再数一遍，签字"),
                words=row.box.fund.name,
                since=row.counted_at,
            )
            for row in queries.counts_to_sign(hosts, user)[:MOST]
        ]
        + [
            Waiting(
                state="due",
                label=_("待复核"),
                title=_("代管转交：%(code)s") % {"code": row.custody.code},
                url=reverse("donations:custody", args=[row.custody.code]),
                action=_("去核对"),
                words=row.get_kind_display(),
                amount=row.amount,
                since=row.asked_at,
            )
            for row in queries.hand_overs_to_release(hosts, user)[:MOST]
        ]
        + [
            Waiting(
                state="due",
                label=_("等您打电话"),
                title=_("%(what)s：捐给%(fund)s")
                % {"what": row.get_kind_display(), "fund": row.about.fund.name},
                url=reverse("donations:by_hand"),
                action=_("去告诉捐赠人"),
                since=row.laid_at,
            )
            # A pledge that is late is told of below.
            for row in texts_by_hand(hosts).exclude(kind=TextKind.PLEDGE_LATE)[:MOST]
        ]
        + [_late_pledge(one) for host in hosts for one in queries.pledges_to_come(host) if one.overdue][:MOST]
    )


def _unread() -> list[Waiting]:
    """Return that what providers brought is not read, which an operator mends."""
    found = queries.unread()
    if found is None:
        return []
    count, since = found
    return [
        Waiting(
            state="late",
            label=_("没人处理"),
            title=_("支付机构的 %(count)d 条通知没有处理，后台程序可能停了") % {"count": count},
            url=reverse("donations:parked"),
            action=_("去看看"),
            words=_("请系统管理员看看后台程序。捐款不会丢，恢复以后自动入账。"),
            since=since,
            until=since,
        )
    ]


def _silence(one: Silence) -> Waiting:
    return Waiting(
        state="late",
        label=_("没有通知"),
        title=_("支付通知没有按时来：%(provider)s") % {"provider": one.label},
        url=reverse("donations:parked"),
        action=_("看怎么办"),
        words=_("捐赠的钱不会丢，但入账会慢"),
        since=one.since,
        until=one.told_at,
    )


def _late_pledge(one: PledgeStanding) -> Waiting:
    pledge = one.pledge
    return Waiting(
        state="late",
        label=_("认捐过期未到"),
        title=_("认捐：%(fund)s") % {"fund": pledge.fund.name},
        url=reverse("donations:pledge", args=[pledge.code]),
        action=_("联系捐赠人"),
        words=pledge.code,
        amount=one.overdue,
        since=clock.midnight(one.next.due_on) if one.next else pledge.made_at,
    )
