"""Pausing, resuming, changing and stopping a monthly gift: decided here at once, told to the provider afterwards."""

from django.utils.translation import gettext as _

from apps.core import audit, clock, jobs
from apps.core.locking import lock_row
from apps.core.moves import check_move
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import notices, permissions, rules
from apps.donations.models import GivingPlan, PlanChange
from apps.donations.providers import registry
from apps.donations.services.donor_texts import close_pointless
from apps.donations.states import PLAN_MOVES, PlanRail, PlanReason, PlanState
from apps.users.models import User

By = rules.Giver | User | None


def lock_plan(plan: GivingPlan) -> GivingPlan:
    """Lock a plan and return it as it stands."""
    return lock_row(GivingPlan, "fund__host", "fund__division", "host", "donor", pk=plan.pk)


def note(
    plan: GivingPlan, what: str, *, before: object = "", after: object = "", reason: str = "", by: By
) -> None:
    """Write a step into a plan's history and into the trail. The caller holds the plan's lock."""
    PlanChange.objects.create(
        plan=plan,
        at=clock.now(),
        what=what,
        before=str(before),
        after=str(after),
        reason=reason,
        by_id=getattr(by, "pk", None),
    )
    audit.record(by, f"{what}_plan", plan, before=str(before), after=str(after), why=reason)


def move_plan(plan: GivingPlan, state: str, *, what: str, reason: str = "", by: By) -> None:
    """Move a plan to a state and write it down. The caller holds its lock and saves nothing else."""
    check_move(PLAN_MOVES, plan.state, state, what=_("月捐"))
    before, plan.state, plan.reason = plan.state, state, reason
    plan.stopped_at = clock.now() if state == PlanState.STOPPED else None
    plan.save(update_fields=["state", "reason", "stopped_at"])
    note(plan, what, before=before, after=state, reason=reason, by=by)
    close_pointless(plan.texts.all())


def tell_provider(plan: GivingPlan) -> None:
    """Remember that the provider has to hear of a change, and ask for it after commit."""
    if plan.rail == PlanRail.CARD:
        plan.revision += 1
        plan.save(update_fields=["revision"])
        jobs.kick("donations.send_plans", plan.code)


@verb
def pause_plan(plan: GivingPlan, *, reason: str = PlanReason.DONOR.value, by: User | None) -> GivingPlan:
    """Take and ask nothing until it is resumed. Paused already, nothing changes."""
    plan = lock_plan(plan)
    if plan.state == PlanState.PAUSED:
        return plan
    permissions.may_steer_plan(plan).require()
    move_plan(plan, PlanState.PAUSED.value, what="pause", reason=reason, by=by)
    tell_provider(plan)
    if reason == PlanReason.FUND:
        notices.plans.tell_plan_halted(plan)
    return plan


@verb
def resume_plan(plan: GivingPlan, *, by: User | None) -> GivingPlan:
    """Go on from the next day of the plan; months that passed are not made up for. Raises `Refused` while the fund
    takes no gifts."""
    plan = lock_plan(plan)
    if plan.state == PlanState.ACTIVE:
        return plan
    permissions.may_steer_plan(plan).require()
    permissions.may_give_each_month(plan.fund).require()
    move_plan(plan, PlanState.ACTIVE.value, what="resume", by=by)
    plan.next_on = rules.next_month_day(plan.day, after=clock.today())
    plan.save(update_fields=["next_on"])
    tell_provider(plan)
    return plan


@verb
def change_plan(plan: GivingPlan, *, amount: int, day: int, by: User | None) -> GivingPlan:
    """Change how much and on which day of the month, from the next month on. Raises `Refused` naming the field."""
    plan = lock_plan(plan)
    permissions.may_steer_plan(plan).require()
    check_plan(amount, day, plan.channel)
    if amount != plan.amount:
        note(plan, "amount", before=plan.amount, after=amount, by=by)
    if day != plan.day:
        note(plan, "day", before=plan.day, after=day, by=by)
    if (amount, day) == (plan.amount, plan.day):
        return plan
    if day != plan.day:
        plan.next_on = rules.next_month_day(day, after=clock.today())
        plan.shift_on = plan.next_on if plan.rail == PlanRail.CARD else None
    plan.amount, plan.day = amount, day
    plan.save(update_fields=["amount", "day", "next_on", "shift_on"])
    tell_provider(plan)
    return plan


def check_plan(amount: int, day: int, channel: str) -> None:
    """Raise `Refused` unless this much may be given on this day of each month."""
    way = registry.way_of(channel)
    if way is None:
        raise Refused(_("网上支付还没有开通，请用银行转账。"), "amount")
    rules.check_within(amount, way.least, way.most)
    if type(day) is not int or not 1 <= day <= 31:
        raise Refused(_("请选 1 到 31 之间的一天；没有这一天的月份按月底算。"), "day")


@verb
def stop_plan(plan: GivingPlan, *, reason: str = PlanReason.DONOR.value, by: By) -> GivingPlan:
    """End a monthly gift for good. What was given stays; stopped already, nothing changes."""
    plan = lock_plan(plan)
    if plan.state == PlanState.STOPPED:
        return plan
    move_plan(plan, PlanState.STOPPED.value, what="stop", reason=reason, by=by)
    tell_provider(plan)
    if reason in {PlanReason.DONOR, PlanReason.UNPAID, PlanReason.PROVIDER}:
        notices.plans.tell_plan_stopped(plan)
    elif reason == PlanReason.FUND:
        notices.plans.tell_plan_halted(plan)
    return plan
