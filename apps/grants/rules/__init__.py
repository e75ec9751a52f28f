"""Out of which money a grant comes, in which parts it is paid, and until when it is shown first. Integer fen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from apps.core import clock
from apps.core.money import split
from apps.grants.states import EVIDENCE_ACCEPTED, MILESTONE_ACCEPTED, NOTICE_ENDED

WHOLE_BP = 10_000


def source_order(named: str, general: str) -> list[str]:
    """Return which restrictions pay, first to last: the one the motion names, the fund's own purposes, free money.

    Money given for another purpose never does.
    """
    return [*dict.fromkeys(code for code in (named, general) if code), ""]


def choose_sources(amount: int, available: Mapping[str, int], order: Sequence[str]) -> dict[str, int] | None:
    """Return fen by restriction that add up to `amount`, each source emptied before the next; None when it is too
    little. A source that is overdrawn gives nothing and takes nothing from the others."""
    chosen: dict[str, int] = {}
    missing = amount
    for restriction in order:
        part = min(missing, max(available.get(restriction, 0), 0))
        if part:
            chosen[restriction] = part
            missing -= part
    return None if missing else chosen


@dataclass(frozen=True)
class PlannedPart:
    """One instalment before it is a row: what it waits for, its fen, and the number of its milestone if it has one."""

    condition: str
    amount: int
    milestone: int | None = None


def instalment_plan(
    amount: int, first_bp: int, steps: Sequence[tuple[int, int]] = (), *, most_before_bp: int = WHOLE_BP
) -> list[PlannedPart]:
    """Return the instalments of a grant of `amount` fen: `first_bp` of it after the public notice, of each step
    (milestone's number, basis points) its share once its report is accepted, the rest on final acceptance.

    Shares are rounded down as they add up, so that never more than their sum is paid before final acceptance, nor more
    than `most_before_bp`: what a plan asks beyond it waits for the end. A part of nothing is left out. The parts add up
    to the grant.
    """
    shares = [first_bp, *(share_bp for _number, share_bp in steps)]
    if amount <= 0 or min(shares) < 0 or sum(shares) > WHOLE_BP or not 0 <= most_before_bp <= WHOLE_BP:
        raise ValueError("shares lie between 0 and 10,000 basis points, together too, of a positive amount")
    numbers = [None, *(number for number, _share_bp in steps)]
    plan, reached, before = [], 0, 0
    for number, share_bp in zip(numbers, shares, strict=True):
        reached = min(reached + share_bp, most_before_bp)
        fen = amount * reached // WHOLE_BP
        plan.append(PlannedPart(MILESTONE_ACCEPTED if number else NOTICE_ENDED, fen - before, number))
        before = fen
    plan.append(PlannedPart(EVIDENCE_ACCEPTED, amount - before))
    kept = [part for part in plan if part.amount]
    if sum(part.amount for part in kept) != amount:
        raise AssertionError("instalments must add up to the grant")
    return kept


def share(amount: int, left: Mapping[str, int]) -> dict[str, int]:
    """Return how `amount` is taken from sources in proportion to what is left in each, by largest remainder; ties go to
    the earlier source. No source gives more than it has. Raises ValueError when all together have too little."""
    if not 0 < amount <= sum(left.values()):
        raise ValueError("more is taken than is left")
    parts = zip(left, split(amount, list(left.values())), strict=True)
    return {restriction: part for restriction, part in parts if part}


def notice_end(decided_on: date, days: int) -> datetime:
    """Return the end of a public notice: the last moment of the `days`-th day after the decision, in Shanghai."""
    return clock.midnight(decided_on + timedelta(days=days + 1))


def contact_context(code: str) -> str:
    """Return what the contact of an objection is sealed for."""
    return f"objection:{code}:contact"
