"""What a motion in force does by itself: rules, purposes, budgets, seats. Grants and closings are acted on above."""

from collections.abc import Callable, Mapping
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds import services as funds
from apps.funds.models import Restriction
from apps.governance import notices, queries
from apps.governance.models import AdoptedBudget, Motion, Seat
from apps.governance.services.committees import SeatPlan, give, lock_committee
from apps.governance.services.motions.rows import bump, lock
from apps.governance.services.seats import end
from apps.governance.states import IN_FORCE

WORDS = Motion._meta.get_field("waits_for").max_length or 0


@verb
def carry_out(motion: Motion) -> Motion:
    """Do what a motion in force decided, once. What cannot be done yet stays waiting, with the reason on its page.

    The fund is locked first, then the motion.
    """
    funds.lock_fund(motion.committee.fund.code)
    motion = lock(motion)
    effect = EFFECTS.get(motion.kind)
    if effect is None or motion.state != IN_FORCE or motion.done_at is not None:
        return motion
    before = motion.waits_for
    with translation.override(settings.LANGUAGE_CODE):
        try:
            waits_for = _attempt(effect, motion)
        except Refused as refusal:
            waits_for = str(refusal)[:WORDS]
    motion.waits_for = waits_for
    motion.done_at = None if waits_for else clock.now()
    motion.save(update_fields=["waits_for", "done_at"])
    if not waits_for:
        audit.record(None, "governance.carry_out", motion)
        bump(motion)
    elif waits_for != before:
        notices.cannot_be_done(motion)
        bump(motion)
    return motion


@verb
def _attempt(effect: Callable[[Motion], str], motion: Motion) -> str:
    return effect(motion)


def _change_rules(motion: Motion) -> str:
    """Adopt the new version on the motion's level; what has become looser than the levels above is refused again."""
    facts, fund = motion.facts, motion.committee.fund
    funds.adopt_rulebook(
        fund.host,
        level=facts["level"],
        division=fund.division,
        title=facts["title"],
        document=facts["document"]
        or _("%(fund)s管委会议案 %(number)s") % {"fund": fund.name, "number": motion.number},
        clauses={row["key"]: (row["value"], row["article"]) for row in facts["clauses"]},
        # Nothing is decided backwards: what was to begin while the levels above still looked begins today.
        effective_from=max(date.fromisoformat(facts["effective_from"]), clock.today()),
        motion=motion.code,
        by=None,
    )
    return ""


def _change_purpose(motion: Motion) -> str:
    facts, fund = motion.facts, motion.committee.fund
    funds.change_purpose(
        fund,
        restriction=Restriction.objects.get(fund=fund, code=facts["restriction"])
        if facts["restriction"]
        else None,
        purpose=facts["after"],
        basis=facts["basis"],
        reference=facts["reference"],
        dated=date.fromisoformat(facts["dated"]),
        source=motion.code,
        by=None,
    )
    return ""


def _adopt_budget(motion: Motion) -> str:
    facts = motion.facts
    AdoptedBudget.objects.create(
        fund=motion.committee.fund,
        year=facts["year"],
        motion=motion,
        lines={row["field"]: row["amount"] for row in facts["lines"]},
        adopted_at=clock.now(),
    )
    return ""


def _seat_elected(motion: Motion) -> str:
    """Seat who was elected from the day given, ending whom they follow; until that day it waits."""
    facts = motion.facts
    first = max(date.fromisoformat(facts["from_day"]), clock.today())
    if first > clock.today():
        return _("任期从 %(day)s 开始，到那一天自动登记席位。") % {"day": first.isoformat()}
    nominees = list(motion.nominees.select_related("user", "replaces").order_by("pk"))
    own = queries.seats_of(motion.committee.fund).filter(user__in=[one.user for one in nominees])
    committee, moment = lock_committee(motion.committee), clock.now()
    for leaving in {*own, *(one.replaces for one in nominees if one.replaces is not None)}:
        if leaving.ended_at is None:
            end(leaving, moment, Seat.Ending.HANDED_OVER, by=None)
    # Both stand in the order in which they were proposed; a name may be written otherwise by now.
    for nominee, row in zip(nominees, facts["nominees"], strict=True):
        give(
            committee,
            SeatPlan(nominee.user, row["office"], row["kind"]),
            from_day=first,
            until_day=date.fromisoformat(facts["until_day"]),
            began_at=moment,
            succeeds=nominee.replaces,
            by=None,
        )
    return ""


EFFECTS: Mapping[str, Callable[[Motion], str]] = {
    Motion.Kind.RULE_CHANGE: _change_rules,
    Motion.Kind.PURPOSE_CHANGE: _change_purpose,
    Motion.Kind.BUDGET: _adopt_budget,
    Motion.Kind.ELECTION: _seat_elected,
}
