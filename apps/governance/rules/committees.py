"""Whether a committee is composed as the clauses ask, and how long somebody may sit, on plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

CHAIR, MEMBER, SUPERVISOR = "chair", "member", "supervisor"
VOTING = frozenset({CHAIR, MEMBER})
# Who comes back within this time has not left, as far as consecutive terms go.
PAUSE = timedelta(days=90)


@dataclass(frozen=True)
class Place:
    """One held seat: who, in which office, for whom, whether paid for it, and who of the others is close kin."""

    person: int
    office: str
    kind: str
    is_paid: bool = False
    kin: frozenset[int] = frozenset()

    @property
    def votes(self) -> bool:
        """Whether this place has a vote."""
        return self.office in VOTING


@dataclass(frozen=True)
class Limits:
    """The clauses on composition; `kinds` maps a kind to its fewest and most voting seats."""

    min_size: int
    odd: bool
    supervisor_min: int
    unpaid: bool
    kin_apart: bool
    kinds: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """One clause held against a committee: the clause, what it asks, what there is, and whether that is enough."""

    key: str
    asked: int
    have: int
    ok: bool
    kind: str = ""


def findings(places: Sequence[Place], *, size: int, limits: Limits, lapsed: int = 0) -> list[Finding]:
    """Return every clause that asks something of this committee, in the order to say them.

    `lapsed`: voting seats whose term is over and that nobody took. `size` is the number of voting seats set up, vacant
    ones included: it is what must be odd, so that somebody's leaving does not stop the others. A supervisor who is
    paid or kin of a member does not count as one.
    """
    voting = [place for place in places if place.votes]
    members = {place.person for place in voting}
    watching = [place for place in places if place.office == SUPERVISOR and not place.is_paid]
    free = [place for place in watching if place.person not in members and not place.kin & members]
    found = [
        Finding("committee_min_size", limits.min_size, len(voting), len(voting) >= limits.min_size),
        Finding("supervisor_min", limits.supervisor_min, len(free), len(free) >= limits.supervisor_min),
    ]
    if lapsed and not voting:
        found.insert(0, Finding("term_years", 0, lapsed, ok=False))
    if limits.odd:
        found.append(Finding("committee_odd", 1, size, size % 2 == 1))
    for kind, (fewest, most) in limits.kinds.items():
        have = sum(place.kind == kind for place in voting)
        if fewest:
            found.append(Finding(f"seats_{kind}_min", fewest, have, have >= fewest, kind))
        if most < size or have > most:
            found.append(Finding(f"seats_{kind}_max", most, have, have <= most, kind))
    if limits.unpaid:
        paid = sum(place.is_paid for place in voting)
        found.append(Finding("committee_unpaid", 0, paid, paid == 0))
    if limits.kin_apart:
        related = sum(bool(place.kin & (members - {place.person})) for place in voting)
        found.append(Finding("kin_apart", 0, related, related == 0))
    return found


def most_at_once(terms: Iterable[tuple[date, date]]) -> int:
    """Return how many of the terms (first and last day, both included) run at the same time at most."""
    days = sorted(step for first, last in terms for step in ((first, 1), (last + timedelta(days=1), -1)))
    running = most = 0
    for _day, change in days:
        running += change
        most = max(most, running)
    return most


def served_since(terms: Iterable[tuple[date, date]], until: date) -> date | None:
    """Return since when somebody has sat without a real pause up to a term that begins on `until`; None if not.

    `terms` are first and last days of seats with a vote, in any order.
    """
    since: date | None = None
    for first, last in sorted(terms, key=lambda term: term[1], reverse=True):
        if first >= until:
            continue
        if last + PAUSE < (since or until):
            break
        since = min(since or first, first)
    return since


def years_after(day: date, years: int) -> date:
    """Return the same day `years` later; the 29th of February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
