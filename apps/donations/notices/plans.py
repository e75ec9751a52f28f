"""Letters and texts about monthly gifts."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import money, outbox, sms
from apps.donations import queries
from apps.donations.models import GivingPlan
from apps.donations.notices.texts import is_address, lay_text
from apps.donations.states import PlanReason, PlanState, TextKind


def _say_of_plan(plan: GivingPlan, key: str, subject: str, body: str) -> None:
    """Write to the donor of a plan, with the link that steers it; an erased donor is not written to."""
    contact = plan.donor.contact
    if not is_address(contact):
        _text(plan, key)
        return
    facts = {
        "fund": plan.fund.name,
        "host": plan.host.name,
        "amount": money.written(plan.amount),
        "day": plan.day,
        "state": plan.get_state_display(),
        "url": settings.SITE_URL + reverse("donations:plan", args=[plan.token]),
        "pay": settings.SITE_URL + reverse("donations:plan_pay", args=[plan.token]),
    }
    path = reverse("donations:plan", args=[plan.token])
    outbox.say(f"plan:{plan.code}:{key}", to=contact, subject=subject, body=body % facts, path=path)


def _text(plan: GivingPlan, key: str) -> None:
    """Tell whoever left a phone number alone. The page it began on told all about the start.

    A number by which nobody ever gave is neither texted nor called; nobody is called about what they did themselves.
    """
    is_own = plan.state == PlanState.STOPPED and plan.reason == PlanReason.DONOR
    if key == "started" or (is_own and sms.sender() is None) or not queries.number_of(plan):
        return
    kind = TextKind.MONTH if key.startswith("month:") else TextKind.PLAN
    lay_text(plan, kind, f"{plan.code}:{key}")


def tell_plan_started(plan: GivingPlan) -> None:
    """Tell a donor that their monthly gift has begun, and how it is stopped."""
    _say_of_plan(
        plan,
        "started",
        _("您的月捐开始了"),
        _(
            "谢谢您每月捐给%(fund)s ¥%(amount)s，每月 %(day)d 日。\n"
            "改金额、改日子、暂停、停止，都在这一页，不用登录：%(url)s\n请收好这个链接。"
        ),
    )


def ask_for_month(plan: GivingPlan, month: str) -> None:
    """Ask a donor for one month; nothing is taken unless they pay."""
    _say_of_plan(
        plan,
        f"month:{month}",
        _("这个月的月捐，等您点一下"),
        _(
            "您说过每月捐给%(fund)s ¥%(amount)s。点开就能付，不点不会扣款：%(pay)s\n"
            "改金额、暂停、停止：%(url)s"
        ),
    )


def tell_plan_past_due(plan: GivingPlan) -> None:
    """Tell a donor that this month was not paid; once a month at most."""
    _say_of_plan(
        plan,
        f"past-due:{plan.next_on or plan.started_at.date()}",
        _("这个月的月捐没有扣成"),
        _(
            "银行没有放行这个月捐给%(fund)s的 ¥%(amount)s。支付机构会再试几次，一直不成就自动停止。\n"
            "想换卡，请停掉这份再新开一份：%(url)s"
        ),
    )


def tell_plan_halted(plan: GivingPlan) -> None:
    """Tell a donor that their monthly gift is paused or stopped because the fund takes none."""
    changes = plan.changes.count()
    _say_of_plan(
        plan,
        f"halted:{changes}",
        _("您的月捐停下来了"),
        _(
            "%(fund)s现在不收新的捐款，您每月 ¥%(amount)s 的月捐已经改成“%(state)s”，不会再扣款。\n"
            "以前捐的钱照常用、照常公开。想继续的时候由您自己决定：%(url)s"
        ),
    )


def tell_plan_stopped(plan: GivingPlan) -> None:
    """Tell a donor that their monthly gift has ended."""
    _say_of_plan(
        plan,
        "stopped",
        _("您的月捐停止了"),
        _("每月捐给%(fund)s ¥%(amount)s 的月捐已经停止，不会再扣款。谢谢您一路的支持。\n%(url)s"),
    )
