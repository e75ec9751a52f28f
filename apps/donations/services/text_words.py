"""What each text to a donor says, from the facts as they stand when it is sent. No name, no number stands in it."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock, money, sms
from apps.donations import notices, queries
from apps.donations.models import (
    CampaignCorrection,
    Correction,
    DonorText,
    FiscalReceipt,
    GivingPlan,
    Pledge,
    PurposeRequest,
    Refund,
)
from apps.donations.states import PlanState, PurposeState, RefundState, TextKind

TEMPLATES = {
    TextKind.REFUND: sms.GIFT_REFUNDED,
    TextKind.RECEIPT: sms.RECEIPT_ISSUED,
    TextKind.CORRECTION: sms.GIFT_CORRECTED,
    TextKind.CAMPAIGN: sms.CAMPAIGN_CORRECTED,
    TextKind.PURPOSE: sms.PURPOSE_ASKED,
    TextKind.MONTH: sms.MONTH_ASKED,
    TextKind.PLAN: sms.PLAN_CHANGED,
    TextKind.PLEDGE_SOON: sms.PLEDGE_DUE,
    TextKind.PLEDGE_LATE: sms.PLEDGE_LATE,
}
Said = tuple[str, dict[str, str]] | None


def said(row: DonorText) -> Said:
    """Return the words and facts of a text, None when it became pointless.

    No secret link but a question's, and the one that opens a monthly gift to its own donor.
    """
    if row.plan is not None:
        return _of_month(row, row.plan) if row.kind == TextKind.MONTH else _of_plan(row.plan)
    if row.pledge is not None:
        return _of_pledge(row, row.pledge)
    return _of_gift(row)


def _of_gift(row: DonorText) -> Said:
    own, fund = settings.SITE_URL + reverse("desk:gifts"), row.about.fund.name
    if row.kind == TextKind.REFUND:
        refund = Refund.objects.get(code=row.code)
        if refund.state != RefundState.DONE:
            return None
        facts = {"fund": fund, "amount": money.written(refund.amount), "url": own}
        return _("您捐给%(fund)s的钱里，¥%(amount)s 已经退回。明细用这个手机号在这里看：%(url)s"), facts
    if row.kind == TextKind.RECEIPT:
        receipt = FiscalReceipt.objects.get(code=row.code)
        facts = {"fund": fund, "number": f"{receipt.batch_code}-{receipt.number}", "url": own}
        return _("您捐给%(fund)s的捐赠票据开好了，号码 %(number)s。用这个手机号在这里取：%(url)s"), facts
    if row.kind == TextKind.CORRECTION:
        made = Correction.objects.select_related("from_fund", "to_fund").get(code=row.code)
        facts = {
            "amount": money.written(made.amount),
            "before": made.from_fund.name,
            "after": made.to_fund.name,
        }
        return _("您捐的 ¥%(amount)s 原来记在%(before)s，现在改记在%(after)s。不对请联系慈善会。"), facts
    if row.kind == TextKind.CAMPAIGN:
        moved = CampaignCorrection.objects.select_related("from_campaign", "to_campaign").get(code=row.code)
        facts = {
            "fund": fund,
            "before": notices.campaign_words(moved.from_campaign),
            "after": notices.campaign_words(moved.to_campaign),
        }
        return _("您给%(fund)s的捐赠原来%(before)s，现在%(after)s，用途不变。不对请联系慈善会。"), facts
    asked = PurposeRequest.objects.select_related("donation__fund", "donation__host").get(code=row.code)
    if asked.state != PurposeState.ASKED or clock.now() > asked.answer_by:
        return None
    facts = {
        "host": asked.donation.host.name,
        "before": asked.donation.fund.name,
        "url": settings.SITE_URL + reverse("donations:purpose", args=[asked.token]),
    }
    return _("%(host)s想请您同意改变一笔捐给%(before)s的捐款的用途，请点开看，不答复就不改：%(url)s"), facts


def _of_month(row: DonorText, plan: GivingPlan) -> Said:
    """Ask for a month, unless it is over or paid; what waited for the morning may leave on the first of the next."""
    is_over = row.day < f"{clock.today() - timedelta(days=1):%Y-%m}"
    if is_over or plan.state != PlanState.ACTIVE or queries.month_is_paid(plan, row.day):
        return None
    words = _("您说过每月捐给%(fund)s ¥%(amount)s。点开就能付，不点不会扣款，也能在那里停掉：%(url)s")
    return _with_link(words, plan, "donations:plan_pay")


def _of_plan(plan: GivingPlan) -> Said:
    if plan.state == PlanState.ACTIVE:
        return None
    words = _("您每月捐给%(fund)s ¥%(amount)s 的月捐现在是“%(state)s”，以前捐的照常用：%(url)s")
    return _with_link(words, plan, "donations:plan")


def _with_link(words: str, plan: GivingPlan, page: str) -> Said:
    # Nobody is written to, or called, by a number by which nobody ever gave.
    if not queries.number_of(plan):
        return None
    return words, {
        "fund": plan.fund.name,
        "amount": money.written(plan.amount),
        "state": str(plan.get_state_display()),
        "url": settings.SITE_URL + reverse(page, args=[plan.token]),
    }


def _of_pledge(row: DonorText, pledge: Pledge) -> Said:
    """Remind of an instalment that is not whole: before its day, or after it was missed."""
    stand = queries.stand(pledge)
    part = next((one for one in stand.parts if one.due_on.isoformat() == row.day), None)
    if not stand.is_waiting or part is None or not part.missing:
        return None
    facts = {
        "fund": pledge.fund.name,
        "amount": money.written(part.missing),
        "day": row.day,
        "reference": pledge.reference,
        "contact": pledge.host.contact,
    }
    if row.kind == TextKind.PLEDGE_LATE:
        return _(
            "您认捐给%(fund)s、约定 %(day)s 付的还有 ¥%(amount)s 没有收到。已经付了请不用理会；"
            "有困难请联系：%(contact)s。转账附言请写 %(reference)s"
        ), facts
    if part.due_on < clock.today():
        return None
    return _(
        "谢谢您认捐%(fund)s。约定 %(day)s 付的一期是 ¥%(amount)s，转账附言请写 %(reference)s。收款账户请问：%(contact)s"
    ), facts
