"""Monthly gifts by wallet whose donor left a phone number alone: they are asked, and told, by text message."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import clock, money, sms
from apps.donations import queries
from apps.donations.models import PlanText
from apps.donations.services.texting import each_due, mark, went
from apps.donations.states import PlanState


def send_plan_texts(limit: int = 100) -> int:
    """Send the texts that are due and return how many left; what fails waits longer each time. Safe to repeat."""
    provider = sms.sender()
    if provider is None:
        return 0
    due = PlanText.objects.select_related("plan__donor", "plan__fund", "plan__host")
    return sum(_send(row, provider) for row in each_due(due, limit))


def _send(row: PlanText, provider: sms.Sender) -> int:
    """Send one text that was taken, or say when to try again; return how many left."""
    number = queries.number_of(row.plan)
    # What waited for the morning may leave on the first of the next month; an older month is asked for no more.
    month = clock.today() - timedelta(days=1)
    is_pointless = row.asks and (row.plan.state != PlanState.ACTIVE or row.key < f"month:{month:%Y-%m}")
    # Erased, paused or stopped meanwhile, or a number nobody ever gave by: nobody is texted.
    if not number or is_pointless:
        return 0
    return mark(row, was_sent=_left(row, number, provider))


def _left(row: PlanText, number: str, provider: sms.Sender) -> bool:
    plan = row.plan
    page = "donations:plan_pay" if row.asks else "donations:plan"
    facts = {
        "fund": plan.fund.name,
        "amount": money.written(plan.amount),
        "state": str(plan.get_state_display()),
        "url": settings.SITE_URL + reverse(page, args=[plan.token]),
    }
    with translation.override(settings.LANGUAGE_CODE):
        words = (
            _("您说过每月捐给%(fund)s ¥%(amount)s。点开就能付，不点不会扣款，也能在那里停掉：%(url)s")
            if row.asks
            else _("您每月捐给%(fund)s ¥%(amount)s 的月捐现在是“%(state)s”，以前捐的照常用：%(url)s")
        )
    template = sms.MONTH_ASKED if row.asks else sms.PLAN_CHANGED
    return went(provider, number, template=template, facts=facts, text=words % facts)
