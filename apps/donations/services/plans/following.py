"""What the provider tells of monthly gifts: how a plan stands, and each paid month as a gift of its own."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from apps.core import clock, jobs
from apps.core.verbs import verb
from apps.donations import notices, queries, rules
from apps.donations.models import Donation, GivingPlan
from apps.donations.providers.base import Monthly, PaymentFact, PlanFact, ProviderError
from apps.donations.services.booking import Unbookable
from apps.donations.services.plans.months import gift_of_month
from apps.donations.services.plans.steering import lock_plan, move_plan, note, tell_provider
from apps.donations.states import DonationState, PlanReason, PlanState

logger = logging.getLogger(__name__)
PAID = {"paid", "pending"}


@verb
def follow_plan(fact: PlanFact, *, channel: str) -> str:
    """Bring a plan in line with what the provider knows of it now; returns a note. Safe to repeat, in any order.

    What we decided and the provider has not heard yet is not overruled. Raises `Unbookable` for a plan that claims to
    be ours and is not known by this `channel`, or that another subscription pays already.
    """
    if not fact.plan:
        return "not a plan of this site"
    found = GivingPlan.objects.filter(code=fact.plan, channel=channel).first()
    if found is None:
        raise Unbookable(_("支付机构说这是月捐 %(code)s，这里没有。") % {"code": fact.plan})
    plan = lock_plan(found)
    if fact.subscription_id and plan.subscription_id not in {None, fact.subscription_id}:
        raise Unbookable(_("月捐 %(code)s 在支付机构那边有两份。") % {"code": plan.code})
    _keep_ids(plan, fact)
    if plan.state == PlanState.STOPPED:
        if fact.status in {"active", "past_due", "paused"}:
            # It began or went on after it was stopped here.
            tell_provider(plan)
        return ""
    _move(plan, fact)
    if plan.state == PlanState.STOPPED or plan.sent_revision < plan.revision:
        return ""
    if fact.next_at is not None and fact.status != "ended":
        plan.next_on = clock.day_of(fact.next_at)
        if fact.amount != plan.amount and fact.currency == "cny" and fact.amount > 0:
            note(
                plan,
                "amount",
                before=plan.amount,
                after=fact.amount,
                reason=PlanReason.PROVIDER.value,
                by=None,
            )
            plan.amount = fact.amount
        plan.save(update_fields=["next_on", "amount"])
    return ""


def _keep_ids(plan: GivingPlan, fact: PlanFact) -> None:
    plan.session_id = plan.session_id or fact.session_id
    plan.subscription_id = fact.subscription_id or plan.subscription_id
    plan.save(update_fields=["session_id", "subscription_id"])


def _move(plan: GivingPlan, fact: PlanFact) -> None:
    """Move a plan only where the provider's word is newer than ours."""
    is_heard = plan.sent_revision == plan.revision
    if fact.status == "ended":
        reason = {PlanState.PAST_DUE.value: PlanReason.UNPAID, PlanState.STARTING.value: PlanReason.UNSTARTED}
        why = reason.get(plan.state, PlanReason.PROVIDER)
        move_plan(plan, PlanState.STOPPED.value, what="stop", reason=why.value, by=None)
        if why != PlanReason.UNSTARTED:
            notices.plans.tell_plan_stopped(plan)
    elif plan.state == PlanState.STARTING:
        if fact.status in {"active", "past_due", "paused"}:
            move_plan(plan, PlanState.ACTIVE.value, what="start", by=None)
            notices.plans.tell_plan_started(plan)
    elif fact.status == "past_due" and plan.state == PlanState.ACTIVE and is_heard:
        move_plan(plan, PlanState.PAST_DUE.value, what="fail", by=None)
        notices.plans.tell_plan_past_due(plan)
    elif fact.status == "paused" and plan.state != PlanState.PAUSED and is_heard:
        reason_of_theirs = PlanReason.PROVIDER.value
        move_plan(plan, PlanState.PAUSED.value, what="pause", reason=reason_of_theirs, by=None)
    elif fact.status == "active" and plan.state in {PlanState.PAST_DUE, PlanState.PAUSED} and is_heard:
        move_plan(plan, PlanState.ACTIVE.value, what="resume", by=None)


@verb
def months_as_gifts(told: Sequence[tuple[PaymentFact, str]]) -> dict[str, str]:
    """Make sure that each paid month has its gift, and return the gifts' codes by invoice. Each invoice has one.

    A month is known by its invoice, as a gift by its form: copies that arrive in the same moment meet at the unique
    key. The amount is what was paid, whatever the plan says by now.
    """
    paid = {fact.session_id: fact for fact, _channel in told if fact.plan and fact.status in PAID}
    channels = {fact.session_id: channel for fact, channel in told}
    plans = {
        plan.code: plan
        # Locked: a name that is taken back in this moment is not copied any more.
        for plan in GivingPlan.objects.filter(code__in={fact.plan for fact in paid.values()})
        .select_related("fund__host", "host", "donor")
        .select_for_update(no_key=True, of=("self",))
        .order_by("pk")
    }
    known = _known(paid)
    fresh = [
        _gift(plans[fact.plan], fact)
        for invoice, fact in paid.items()
        if invoice not in known
        and fact.plan in plans
        and plans[fact.plan].channel == channels[invoice]
        and fact.amount > 0
    ]
    if fresh:
        Donation.objects.bulk_create(fresh, ignore_conflicts=True)
        known = _known(paid)
    return known


def _known(paid: dict[str, PaymentFact]) -> dict[str, str]:
    keys = {rules.month_key(invoice): invoice for invoice in paid}
    rows = Donation.objects.filter(form_token__in=list(keys)).values_list("form_token", "code")
    return {keys[str(key)]: code for key, code in rows}


def _gift(plan: GivingPlan, fact: PaymentFact) -> Donation:
    """Return the unsaved gift of a month that the bank took."""
    return gift_of_month(
        plan,
        amount=fact.amount,
        form_token=rules.month_key(fact.session_id),
        state=DonationState.PENDING,
        session_id=fact.session_id,
    )


def with_gifts(told: Sequence[tuple[PaymentFact, str]]) -> list[PaymentFact]:
    """Return the facts (each with the channel that told it) with the codes of the gifts that their months are. Others
    pass unchanged."""
    facts = [fact for fact, _channel in told]
    if not any(fact.plan for fact in facts):
        return facts
    codes = months_as_gifts(told)
    return [
        replace(fact, donation=codes.get(fact.session_id, fact.plan))
        if fact.plan and fact.status in PAID
        else fact
        for fact in facts
    ]


def ask_plans(channel: str, monthly: Monthly) -> tuple[int, list[PaymentFact]]:
    """Ask for every plan of a channel of which something should have been heard: how it stands, the months it paid.

    Returns how many were asked and the payments to book. This is how a month is found whose event was lost long ago.
    """
    payments: list[PaymentFact] = []
    plans = list(queries.plans_to_ask().filter(channel=channel))
    for plan in plans:
        try:
            if plan.subscription_id:
                fact = monthly.plan(plan.subscription_id)
                payments += monthly.payments(plan.subscription_id)
                follow_plan(fact, channel=channel)
            else:
                for found in monthly.fetch(plan.session_id):
                    if isinstance(found, PlanFact):
                        follow_plan(found, channel=channel)
                    elif isinstance(found, PaymentFact):
                        payments.append(found)
        except (ProviderError, Unbookable):
            logger.warning("plan %s waits", plan.code)
    jobs.hint("donations.settle")
    return len(plans), payments
