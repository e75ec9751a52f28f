"""What each day brings to monthly gifts: letters that ask, changes to carry out, funds that stopped taking gifts."""

import logging
from datetime import timedelta

from django.db import IntegrityError
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import notices, permissions, queries, rules
from apps.donations.models import Consent, Donation, GivingPlan
from apps.donations.providers import registry
from apps.donations.providers.base import Monthly, PlanFact, ProviderError
from apps.donations.services.booking import Unbookable
from apps.donations.services.donors import consent_rows
from apps.donations.services.giving import goes_on
from apps.donations.services.plans.following import follow_plan
from apps.donations.services.plans.months import gift_of_month
from apps.donations.services.plans.steering import lock_plan, note, pause_plan, stop_plan
from apps.donations.states import PlanRail, PlanReason, PlanState
from apps.funds.states import FundState

logger = logging.getLogger(__name__)
# The hour in Shanghai at which a moved payment is taken: nobody is charged at midnight.
HOUR = timedelta(hours=9)


def remind() -> int:
    """Ask the donors whose day has come for this month, each once; return how many. Nothing is taken without a tap."""
    return sum(_remind(plan) for plan in queries.plans_to_remind()[:500])


@verb
def _remind(plan: GivingPlan) -> int:
    plan = lock_plan(plan)
    today = clock.today()
    if plan.state != PlanState.ACTIVE or plan.next_on is None or plan.next_on > today:
        return 0
    if not queries.may_give_now(plan.fund):
        # `look_after_plans` pauses it and says why.
        return 0
    month, plan.next_on = plan.next_on, rules.next_month_day(plan.day, after=today)
    plan.save(update_fields=["next_on"])
    if queries.month_is_paid(plan, f"{month:%Y-%m}"):
        # Paid as the plan began, before its first day: nobody is asked twice for one month.
        return 0
    note(plan, "remind", after=f"{month:%Y-%m}", by=None)
    notices.plans.ask_for_month(plan, f"{month:%Y-%m}")
    return 1


def pay_month(plan: GivingPlan) -> Donation:
    """Return the gift that the last reminder's button pays for: one a month, however often it is pressed.

    A page that ran out or failed is followed by a new one. Raises `Refused` while the fund takes no gifts.
    """
    asked = plan.changes.filter(what="remind").order_by("pk").last()
    month = asked.after if asked else f"{clock.today():%Y-%m}"
    for key in queries.keys_of_month(plan, month):
        found = Donation.objects.filter(form_token=key).select_related("fund", "host", "donor").first()
        if found is None:
            try:
                return _month(plan, key)
            except IntegrityError:
                # Pressed twice at once, and the other one was first.
                found = Donation.objects.select_related("fund", "host", "donor").get(form_token=key)
        if goes_on(found):
            return found
    raise Refused(_("这个月的付款页开得太多次了，请明天再试。"))


@verb
def _month(plan: GivingPlan, key: str) -> Donation:
    plan = lock_plan(plan)
    permissions.may_pay_month(plan).require()
    donation = gift_of_month(plan, amount=plan.amount, form_token=key)
    donation.save(force_insert=True)
    way = registry.way_of(plan.channel)
    wanted = way.consents if way is not None else ()
    Consent.objects.bulk_create(consent_rows(plan.donor, donation.code, wanted, now=donation.started_at))
    return donation


def send_plans(code: str = "") -> int:
    """Carry what was decided to the provider, outside any transaction; returns how many plans it has heard of.

    Safe to repeat: what the provider is told is how the plan should stand, not what to do to it.
    """
    waiting = queries.plans_to_send()
    sent = 0
    for plan in waiting.filter(code=code) if code else waiting[:200]:
        try:
            if (monthly := registry.monthly_of(plan.channel)) is None:
                continue
            fact = _send(monthly, plan)
        except ProviderError:
            logger.warning("plan %s waits for the provider", plan.code)
            continue
        GivingPlan.objects.filter(pk=plan.pk, sent_revision__lt=plan.revision).update(
            sent_revision=plan.revision
        )
        GivingPlan.objects.filter(pk=plan.pk, revision=plan.revision).update(shift_on=None)
        sent += 1
        if fact is not None:
            follow_plan(fact, channel=plan.channel)
    return sent


def _send(monthly: Monthly, plan: GivingPlan) -> PlanFact | None:
    if not plan.subscription_id:
        if plan.state == PlanState.STOPPED and plan.session_id:
            monthly.close(plan.session_id)
        return None
    if plan.state == PlanState.STOPPED:
        return monthly.stop(plan.subscription_id)
    shift_to = clock.midnight(plan.shift_on) + HOUR if plan.shift_on else None
    return monthly.steer(
        plan.subscription_id,
        amount=plan.amount,
        is_paused=plan.state == PlanState.PAUSED,
        shift_to=shift_to if shift_to and shift_to > clock.now() else None,
        key=f"plan-{plan.code}-{plan.revision}",
    )


def look_after_plans() -> int:
    """Pause the plans of funds that take no gifts now, stop those of funds that ended and of donors who were erased.

    Each donor is told why, once; a plan is never resumed by itself. Returns how many changed.
    """
    changed = 0
    open_now: dict[int, bool] = {}
    for plan in queries.plans_to_look_after():
        try:
            if plan.donor.erased_at is not None:
                stop_plan(plan, reason=PlanReason.ERASED.value, by=None)
            elif plan.fund.state == FundState.CLOSED:
                stop_plan(plan, reason=PlanReason.FUND.value, by=None)
            elif plan.state in queries.RUNNING and not open_now.setdefault(
                plan.fund_id, queries.may_give_now(plan.fund)
            ):
                pause_plan(plan, reason=PlanReason.FUND.value, by=None)
            else:
                continue
            changed += 1
        except (Refused, Unbookable):
            logger.warning("plan %s could not be looked after", plan.code)
    return changed


def close_unstarted() -> int:
    """Stop the plans whose first month was never paid, a day after their page closed; returns how many."""
    late = GivingPlan.objects.filter(
        rail=PlanRail.CARD, state=PlanState.STARTING, started_at__lte=clock.now() - timedelta(hours=25)
    )
    for plan in late:
        stop_plan(plan, reason=PlanReason.UNSTARTED.value, by=None)
    return len(late)
