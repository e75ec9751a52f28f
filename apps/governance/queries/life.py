"""A motion's way before and after the vote: what the rules ask of it, who above looks at it, what came of that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.compiled import Compiled
from apps.divisions.models import Division
from apps.divisions.rules import LENGTHS, lineage
from apps.funds.models import Approval
from apps.funds.queries import approval_of, effective_rules, history_of
from apps.funds.queries.approvals import HistoryStep, holders, outsiders
from apps.funds.rules import EffectiveRule
from apps.funds.states import PartyKind
from apps.governance import rules
from apps.governance.models import Motion, PartyReview, Seat
from apps.governance.queries.committees import in_force, tied_to, whole
from apps.governance.states import CARRIED, IN_FORCE, RETURNED
from apps.users.models import Role

SUBJECT_KIND = "motion"
# What governance itself carries out; grants and closings are acted on above.
DONE_HERE = frozenset(
    {Motion.Kind.RULE_CHANGE, Motion.Kind.PURPOSE_CHANGE, Motion.Kind.BUDGET, Motion.Kind.ELECTION}
)
LIMITS = ("town_review_fen", "district_confirm_fen")
TOWN_LENGTH = LENGTHS[Division.Level.TOWN - 1]


@dataclass(frozen=True)
class Way:
    """What the rules of today ask of a motion before it may open: study, days of notice, a meeting."""

    major: bool
    study: bool
    study_rule: EffectiveRule
    notice_days: int
    notice_rule: EffectiveRule
    meeting: bool
    meeting_rule: EffectiveRule


@dataclass(frozen=True)
class Level:
    """An upper level that has to agree: its name on pages, and the role that decides over which scope."""

    label: str
    role_kind: str
    scope_kind: str
    scope_code: str


def way_of(motion: Motion, effective: Mapping[str, EffectiveRule] | None = None) -> Way:
    """Return what the rules ask of a motion before its vote; three queries unless the rules are given."""
    effective = effective or effective_rules(motion.committee.fund)
    major = rules.is_major(
        amount=motion.amount,
        limit=whole(effective["major_grant_fen"]),
        tabled_as_major=motion.is_major,
    )
    study, meeting = effective["party_review"], effective["meeting_needed"]
    return Way(
        major=major,
        study=study.value == "all" or (study.value == "major" and major),
        study_rule=study,
        notice_days=whole(effective["motion_notice_days"]),
        notice_rule=effective["motion_notice_days"],
        meeting=meeting.value == "always" or (meeting.value == "major" and major),
        meeting_rule=meeting,
    )


def study_of(motion: Motion) -> PartyReview | None:
    """Return the party organisation's latest study of the text as it stands; None when this text was not studied."""
    return motion.party_reviews.filter(subject_hash=motion.subject_hash).order_by("-pk").first()


def is_studied(motion: Motion) -> bool:
    """Whether this very text was studied and not sent back."""
    study = study_of(motion)
    return study is not None and study.opinion != PartyReview.Opinion.SENT_BACK


def pinned(motion: Motion, key: str) -> int:
    """Return a clause's whole number as pinned at opening; for one that the motion does not know, today's."""
    if key not in motion.rules:
        return whole(effective_rules(motion.committee.fund)[key])
    return int(motion.rules[key]["value"])


_unsettled = Compiled(
    lambda: (
        Motion.objects.filter(Q(state=CARRIED) | Q(state=IN_FORCE, done_at=None, kind__in=DONE_HERE))
        .select_related("committee__fund__host", "committee__fund__division")
        .order_by("decided_at", "pk")
    )
)


def unsettled() -> list[Motion]:
    """Return the motions that were carried and still wait for the levels above, or for what they decided to be done."""
    return _unsettled.rows()


def levels_above(motion: Motion, clauses: Mapping[str, int] | None = None) -> list[Level]:
    """Return the levels that must agree once the motion is carried, from below; empty when none must.

    A grant above the town's limit goes to the town, above the district's limit to the district as well, and so does a
    later vote about it. Closing a fund
    and changing what money is for always go to the district: the host answers for both by law (慈善法第五十六条).
    `clauses` are the limits in fen; without them those pinned at opening.
    """
    limits = clauses or {key: pinned(motion, key) for key in LIMITS}
    fund, amount = motion.committee.fund, weighed_amount(motion)
    found = []
    towns = [code for code in lineage(fund.division_id) if len(code) == TOWN_LENGTH]
    if towns and amount > limits["town_review_fen"]:
        found.append(Level(_("街镇审核"), Role.Kind.TOWN_COORDINATOR, Role.Scope.DIVISION, towns[0]))
    always = motion.kind in {Motion.Kind.CLOSING, Motion.Kind.PURPOSE_CHANGE}
    if always or amount > limits["district_confirm_fen"]:
        found.append(Level(_("区里确认"), Role.Kind.HOST_ADMIN, Role.Scope.HOST, fund.host.code))
    return found


def weighed_amount(motion: Motion) -> int:
    """Return the fen by which the limits for upper levels look at a motion: of a project that several funds pay the
    whole, so that shares below a limit do not take the whole past it; of a later vote what was granted."""
    facts = motion.facts
    if motion.kind == Motion.Kind.GRANT_CHANGE:
        return int(facts.get("project_amount", facts["grant_amount"]))
    if motion.kind == Motion.Kind.GRANT and facts.get("shares"):
        return max(motion.amount, sum(int(fen) for fen in facts["shares"].values()))
    return motion.amount


def parties_to(motion: Motion) -> dict[int, str]:
    """Return who does not judge a motion on an upper level, by user id, and why.

    Whoever voted on it or sits on its committee in any office: what they decided is looked at by others. And those of
    the levels above with a tie to whom it is about, as they could not vote on it either (慈善法第十四条).
    """
    seats = Seat.objects.filter(
        Q(in_force(), committee=motion.committee) | Q(pk__in=motion.roll.values("seat_id"))
    )
    found: dict[int, str] = dict.fromkeys(seats.values_list("user_id", flat=True), PartyKind.SEAT.value)
    return dict.fromkeys(tied_to(motion, _judges(motion)), PartyKind.TIE.value) | found


def _judges(motion: Motion) -> set[int]:
    levels = levels_above(motion, dict.fromkeys(LIMITS, -1))
    return {
        pk
        for level in levels
        for pk in holders(
            role_kind=level.role_kind, scope_kind=level.scope_kind, scope_code=level.scope_code
        ).values_list("pk", flat=True)
    }


def missing_levels(motion: Motion, effective: Mapping[str, EffectiveRule]) -> list[Level]:
    """Return the upper levels that would have to agree and where nobody could who is no party and did not table it."""
    limits = {key: whole(effective[key]) for key in LIMITS}
    missing, parties = [], parties_to(motion)
    for level in levels_above(motion, limits):
        people = holders(role_kind=level.role_kind, scope_kind=level.scope_kind, scope_code=level.scope_code)
        if not outsiders(people, by=motion.tabled_by_id, parties=parties).exists():
            missing.append(level)
    return missing


def approval_above(motion: Motion) -> Approval | None:
    """Return the chain of upper levels that looks at a motion, if it was opened."""
    return approval_of(SUBJECT_KIND, motion.code)


def review_above(motion: Motion) -> list[HistoryStep]:
    """Return what the upper levels did with a motion, step by step: levels and days, nobody's name."""
    return history_of(SUBJECT_KIND, motion.code)


def waits_above(motion: Motion) -> tuple[str, datetime | None]:
    """Return the level a carried motion waits for and since when; empty when it waits for none."""
    if motion.state != CARRIED:
        return "", None
    current = [step for step in review_above(motion) if step.state == "current"]
    return (current[0].label, current[0].since) if current else (_("上级审核"), motion.decided_at)


def return_reason(motion: Motion) -> str:
    """Return why an upper level sent a motion back; empty when none did."""
    if motion.state != RETURNED:
        return ""
    said = [step.words for step in review_above(motion) if step.state in {"returned", "refused"}]
    return said[-1] if said else ""
