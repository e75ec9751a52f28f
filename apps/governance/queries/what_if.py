"""What a draft of rules would do: to votes under way, to a year's decisions, to committees, to reviews above.

Votes that are open keep the rules they were opened under. Past decisions are told again from their published records,
so nothing here knows more than anybody may: an open vote shows only how large its roll is.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import clock, money
from apps.funds.models import Fund
from apps.funds.queries import Drafted, Effect, effects_of
from apps.funds.rules import Value
from apps.governance import rules
from apps.governance.models import Committee, Motion, Seat
from apps.governance.queries.committees import in_force, whole
from apps.governance.queries.composition import Composition, judge, places
from apps.governance.queries.life import weighed_amount
from apps.governance.queries.records import result, vote_rules
from apps.governance.rules import Result
from apps.governance.states import BEFORE_THE_VOTE, DECIDED

YEAR = timedelta(days=365)
CHUNK = 500
TALLY = frozenset(
    ["quorum_bp", "majority", "major_majority", "major_grant_fen", "recusal_base", "quorum_base", "majority_base",
     "major_base", "tie_rule"]
)  # fmt: skip
# What of a past decision's rules is told again.
PAST = TALLY | {"town_review_fen", "district_confirm_fen", "vote_days_min"}
COMPOSITION = ("committee_", "composition_", "seats_", "supervisor_", "kin_")
REVIEWS = {"town_review_fen": gettext_lazy("街镇审核"), "district_confirm_fen": gettext_lazy("区里确认")}


@dataclass(frozen=True)
class OpenVote:
    """An open vote: what it needs by the rules it was opened under, and what it would need by the draft."""

    motion: Motion
    needs: str
    would_need: str


@dataclass(frozen=True)
class Retold:
    """A past decision that would have ended otherwise, with both tallies."""

    motion: Motion
    was: Result
    would: Result


@dataclass(frozen=True)
class Stricter:
    """A past decision that stands as counted, and what more it would have needed."""

    motion: Motion
    words: str


@dataclass(frozen=True)
class NewFault:
    """A committee that would no longer be composed as the rules ask."""

    fund: Fund
    faults: list[str]
    stops: bool


@dataclass
class WhatIf:
    """Everything a draft would do. `retold` are the decisions that end otherwise, of `counted` told again."""

    effects: list[Effect]
    contradictions: list[tuple[list[Fund], str]] = field(default_factory=list)
    open_votes: list[OpenVote] = field(default_factory=list)
    not_open: int = 0
    counted: int = 0
    retold: list[Retold] = field(default_factory=list)
    stricter: list[Stricter] = field(default_factory=list)
    committees: list[NewFault] = field(default_factory=list)


def what_if(groups: list[Drafted]) -> WhatIf:
    """Return what a draft would do to the funds of these groups. Seven queries, however many funds and motions."""
    found = WhatIf(
        effects=effects_of(groups),
        contradictions=[(group.funds, words) for group in groups for words in group.contradictions],
    )
    group_of = {fund.pk: group for group in groups if group.changed for fund in group.funds}
    if not group_of:
        return found
    for vote in _motions(group_of).filter(state=Motion.State.OPEN).annotate(members=Count("roll")):
        found.open_votes.append(_open_vote(vote, group_of[vote.committee.fund_id].changed))
    found.not_open = _motions(group_of).filter(state__in=BEFORE_THE_VOTE).count()
    for motion in _decided({fund: group for fund, group in group_of.items() if group.changed.keys() & PAST}):
        _tell_again(found, motion, group_of[motion.committee.fund_id])
    found.committees = _committees(group_of)
    return found


def _motions(group_of: Mapping[int, Drafted]) -> "QuerySet[Motion]":
    return Motion.objects.filter(committee__fund__in=group_of).select_related("committee__fund")


def _decided(group_of: Mapping[int, Drafted]) -> Iterator[Motion]:
    """Yield the past year's decisions, newest first, each with only those of its pinned clauses that are told again.

    The pinned clauses with their provenance are the bulk of a motion, and most motions of a fund share them.
    """
    past = (
        _motions(group_of)
        .filter(state__in=DECIDED, result__isnull=False, decided_at__gte=clock.now() - YEAR)
        .defer("subject", "rules")
        .annotate(pinned=Cast("rules", TextField()))
        .order_by("-decided_at", "-pk")
    )
    read: dict[str, dict[str, object]] = {}
    for motion in past.iterator(chunk_size=CHUNK):
        if motion.pinned not in read:
            pinned = json.loads(motion.pinned)
            read[motion.pinned] = {key: pinned[key] for key in pinned.keys() & PAST}
        motion.rules = read[motion.pinned]
        yield motion


def under(motion: Motion, changed: Mapping[str, Value]) -> dict[str, Any]:
    """Return a motion's pinned clauses as if the changed ones had been pinned when it opened."""
    pinned: dict[str, Any] = motion.rules
    return pinned | {key: {"value": value} for key, value in changed.items()}


def tally_again(motion: Motion, changed: Mapping[str, Value]) -> Result:
    """Return the tally of a decided motion's published record under other clauses.

    A secret record names nobody's choice; which of those who voted said what makes no difference to its sum.
    """
    record = motion.result or {}
    seats = record.get("seats", [])
    choices = {row["seat"]: row["choice"] for row in seats}
    secret = iter(row["choice"] for row in record.get("ballots", []))
    ballots = {
        seat: next(secret) if choice == rules.VOTED else choice
        for seat, choice in choices.items()
        if choice in {*rules.CHOICES, rules.VOTED}
    }
    return rules.tally(
        list(choices),
        recused={seat for seat, choice in choices.items() if choice == rules.RECUSED},
        ballots=ballots,
        rules=vote_rules(motion, under(motion, changed)),
        seats_total=motion.seats_total,
        chair=next((row["seat"] for row in seats if row["office"] == Seat.Office.CHAIR), None),
    )


def _tell_again(found: WhatIf, motion: Motion, group: Drafted) -> None:
    changed = group.changed
    found.counted += 1
    was = result(motion)
    if was is not None and changed.keys() & TALLY:
        would = tally_again(motion, changed)
        if would.carried != was.carried:
            found.retold.append(Retold(motion, was, would))
            return
    words = _more_needed(motion, changed, group)
    if words:
        found.stricter.append(Stricter(motion, "".join(words)))


def _more_needed(motion: Motion, changed: Mapping[str, Value], group: Drafted) -> list[str]:
    """Return what a decision would have needed besides its votes: a review above, a longer vote."""
    words = []
    for key, review in REVIEWS.items():
        pinned = motion.rules.get(key, {}).get("value")
        if key in changed and motion.passed and pinned is not None:
            limit = whole(group.after[key])
            if limit < weighed_amount(motion) <= pinned:
                facts = {"limit": money.written(limit), "review": review}
                words.append(_("超过 ¥%(limit)s，要报%(review)s。") % facts)
    if "vote_days_min" in changed and motion.opens_at and motion.closes_at and motion.meeting_id is None:
        days = whole(group.after["vote_days_min"])
        if motion.closes_at - motion.opens_at < timedelta(days=days):
            words.append(_("表决开放的时间不够 %(days)d 天。") % {"days": days})
    return words


def _open_vote(motion: Motion, changed: Mapping[str, Value]) -> OpenVote:
    return OpenVote(motion, _needs(motion, {}), _needs(motion, changed))


def _needs(motion: Motion, changed: Mapping[str, Value]) -> str:
    """Say what a vote needs when nobody steps aside and all come: the roll's size is public, nothing else is."""
    roll = range(getattr(motion, "members", 0))
    full = rules.tally(
        roll,
        recused=(),
        ballots=dict.fromkeys(roll, rules.YES),
        rules=vote_rules(motion, under(motion, changed)),
        seats_total=motion.seats_total,
    )
    return _("没有人回避时至少来 %(quorum)d 人；全到时要 %(yes)d 票赞成") % {
        "quorum": full.quorum_needed,
        "yes": full.yes_needed,
    }


def _committees(group_of: Mapping[int, Drafted]) -> list[NewFault]:
    concerned = {
        fund: group
        for fund, group in group_of.items()
        if any(key.startswith(COMPOSITION) for key in group.changed)
    }
    committees = Committee.objects.filter(fund__in=concerned).select_related("fund").order_by("fund__code")
    seats = list(Seat.objects.filter(in_force(), committee__fund__in=concerned).order_by("pk"))
    held: dict[int, list[rules.Place]] = {}
    for seat, place in zip(seats, places(seats), strict=True):
        held.setdefault(seat.committee_id, []).append(place)
    found = []
    for committee in committees:
        group, sitting = concerned[committee.fund_id], held.get(committee.pk, [])
        before = judge(sitting, size=committee.size, effective=group.before)
        after = judge(sitting, size=committee.size, effective=group.after)
        known = set() if after.stops and not before.stops else set(_broken(before))
        faults = [line.sentence for line in after.lines if not line.ok and line.rule.key not in known]
        if faults:
            found.append(NewFault(committee.fund, faults, bool(after.stops)))
    return found


def _broken(composition: Composition) -> Iterable[str]:
    return (line.rule.key for line in composition.lines if not line.ok)
