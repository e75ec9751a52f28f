"""Live invariants of the votes, each as a query for the rows that break it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.core import canonical
from apps.core.checks import Check, Row
from apps.governance import queries, rules
from apps.governance.models import Ballot, Motion, Recusal, RollEntry
from apps.governance.states import BEFORE_THE_VOTE, DECIDED


def _rows(found: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    return (dict(row) for row in found)


def results_that_differ() -> Iterator[Row]:
    """Decided motions whose published arithmetic, seats or state are not what their rows give."""
    decided = (
        Motion.objects.filter(state__in=DECIDED)
        .select_related("committee__fund")
        .prefetch_related("roll__seat", "recusals", "ballots")
    )
    for motion in decided.iterator(chunk_size=200):
        tally = queries.tally_of(motion)
        if (
            queries.result(motion) != tally
            or _written(motion) != _voted(motion)
            or tally.carried != motion.passed
        ):
            yield {"motion": motion.code, "state": motion.state, "carried": tally.carried}


def _voted(motion: Motion) -> tuple[dict[int, str], list[tuple[str, str]]]:
    """What the rows say: the choice of every seat, and of a secret vote who voted and the ballots by receipt."""
    ballots = [ballot for ballot in motion.ballots.all() if ballot.is_current]
    choices = dict.fromkeys((entry.seat_id for entry in motion.roll.all()), rules.ABSENT)
    choices |= {ballot.seat_id: rules.VOTED if motion.is_secret else ballot.choice for ballot in ballots}
    choices |= dict.fromkeys((recusal.seat_id for recusal in motion.recusals.all()), rules.RECUSED)
    receipts = sorted((ballot.receipt, ballot.choice) for ballot in ballots) if motion.is_secret else []
    return choices, receipts


def _written(motion: Motion) -> tuple[dict[int, str], list[tuple[str, str]]]:
    """What the published result says of the same."""
    result = motion.result or {}
    choices = {row["seat"]: row["choice"] for row in result.get("seats", [])}
    return choices, [(row["receipt"], row["choice"]) for row in result.get("ballots", [])]


def texts_that_differ() -> Iterator[Row]:
    """Motions whose text is not the one that the fingerprint was made of."""
    for motion in Motion.objects.select_related("committee__fund").iterator(chunk_size=500):
        if canonical.fingerprint(queries.text_of(motion)) != motion.subject_hash:
            yield {"motion": motion.code, "subject_hash": motion.subject_hash}


def several_current_ballots() -> Iterator[Row]:
    """Members with more than one current ballot on a motion."""
    return _rows(
        Ballot.objects.filter(is_current=True)
        .values("motion__code", "seat_id")
        .annotate(current=Count("pk"))
        .filter(current__gt=1)
        .order_by()
    )


def ballots_off_the_roll() -> Iterator[Row]:
    """Ballots of seats that are not on their motion's roll."""
    on_roll = RollEntry.objects.filter(motion_id=OuterRef("motion_id"), seat_id=OuterRef("seat_id"))
    return _rows(Ballot.objects.filter(~Exists(on_roll)).values("motion__code", "seat_id", "pk"))


def ballots_outside_the_voting() -> Iterator[Row]:
    """Ballots cast before voting opened, at the deadline or later, or on another text."""
    outside = (
        Q(motion__state__in=BEFORE_THE_VOTE)
        | Q(cast_at__lt=F("motion__opens_at"))
        | Q(cast_at__gte=F("motion__closes_at"))
        | ~Q(subject_hash=F("motion__subject_hash"))
    )
    return _rows(Ballot.objects.filter(outside).values("motion__code", "seat_id", "pk"))


def ballots_of_recused() -> Iterator[Row]:
    """Current ballots of members who stepped aside."""
    aside = Recusal.objects.filter(motion_id=OuterRef("motion_id"), seat_id=OuterRef("seat_id"))
    return _rows(
        Ballot.objects.filter(Exists(aside), is_current=True).values("motion__code", "seat_id", "pk")
    )


CHECKS = [
    Check("governance.results", _("表决结果能从每一张票重算出来。"), results_that_differ),
    Check("governance.texts", _("议案的文字和金额就是投票时的那一版。"), texts_that_differ),
    Check("governance.one_ballot", _("一个席位对一个议案只有一张有效票。"), several_current_ballots),
    Check("governance.roll", _("每张票都来自名册上的席位。"), ballots_off_the_roll),
    Check("governance.deadline", _("每张票都在表决期间投，投的是同一版。"), ballots_outside_the_voting),
    Check("governance.recused", _("回避的人没有有效票。"), ballots_of_recused),
]
