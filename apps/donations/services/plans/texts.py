"""Monthly gifts by wallet whose donor left a phone number alone: they are asked, and told, by text message."""

import logging
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import clock, money, sms
from apps.donations import queries
from apps.donations.models import PlanText
from apps.donations.services.texting import again_at, take
from apps.donations.states import PlanState

logger = logging.getLogger(__name__)


def send_plan_texts(limit: int = 100) -> int:
    """Send the texts that are due and return how many left; what fails waits longer each time. Safe to repeat."""
    provider = sms.sender()
    sent = 0
    due = PlanText.objects.select_related("plan__donor", "plan__fund", "plan__host")
    for _turn in range(limit if provider is not None else 0):
        row = take(due, closed_at=clock.now())
        if row is None or provider is None:
            break
        sent += _send(row, provider)
    return sent


def _send(row: PlanText, provider: sms.Sender) -> int:
    """Send one text that was taken, or say when to try again; return how many left."""
    number = queries.number_of(row.plan)
    # What waited for the morning may leave on the first of the next month; an older month is asked for no more.
    month = clock.today() - timedelta(days=1)
    is_pointless = row.asks and (row.plan.state != PlanState.ACTIVE or row.key < f"month:{month:%Y-%m}")
    # Erased, paused or stopped meanwhile, or a number nobody ever gave by: nobody is texted.
    if not number or is_pointless:
        return 0
    row.was_sent = _left(row, number, provider)
    if not row.was_sent and (again := again_at(row.tries)):
        row.due_at, row.closed_at = again, None
    row.save(update_fields=["due_at", "closed_at", "was_sent"])
    return int(row.was_sent)


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
    try:
        provider.send(number, template=template, facts=facts, text=words % facts)
    except Exception as error:
        # A provider raises whatever it likes, and its text may hold the number: only the kind is told.
        logger.warning("a text about a monthly gift was not sent: %s", type(error).__name__)
        return False
    return True
