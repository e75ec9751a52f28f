"""Out of which money a grant comes, in which parts it is paid, and until when it is shown first. Integer fen."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from apps.core import clock
from apps.core.money import split
from apps.grants.states import EVIDENCE_ACCEPTED, NOTICE_ENDED

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


def instalment_plan(amount: int, first_max_bp: int) -> list[tuple[str, int]]:
    """Return (condition, fen) of each instalment: the largest share that may be paid before acceptance, rounded down,
    after the notice; the rest after acceptance. A part of nothing is left out."""
    if not 0 <= first_max_bp <= WHOLE_BP or amount <= 0:
        raise ValueError("a share lies between 0 and 10,000 basis points of a positive amount")
    first = amount * first_max_bp // WHOLE_BP
    plan = [(NOTICE_ENDED, first), (EVIDENCE_ACCEPTED, amount - first)]
    kept = [(condition, part) for condition, part in plan if part]
    if sum(part for _condition, part in kept) != amount:
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
