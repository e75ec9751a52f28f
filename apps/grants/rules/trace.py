"""Where a gift went: first in, first out within one fund and restriction. Plain values only; amounts in fen.

Everything that came into a pool lies on a line in the order it came, everything that left lies along it in the order it
left; what lies side by side belongs together. So every fen of a gift is in exactly one place, and no use is told more
than it cost. What was given back to a donor never lay on the line, and what a grant returned shortens its payments:
later gifts and uses then move up. Money that moves to another pool (a merger, a lifted restriction) goes on along that
one's line from where the move lies there.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

# (fund, restriction)
Pool = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What one entry did to one pool beside gifts and their refunds: positive in, negative out.

    `moment` orders changes and gifts. `into` is the pool to which an outflow moved whole, when that is followed.
    """

    entry: int
    moment: str
    pool: Pool
    amount: int
    kind: str = ""
    source: str = ""
    project: str = ""
    into: Pool | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where some fen of a gift are: used by an entry's change, or (without one) still in a pool."""

    amount: int
    pool: Pool
    use: Change | None = None


@dataclass(frozen=True, slots=True)
class Lot:
    """Money other than gifts that came into a pool; `moved` is the outflow of another pool it came by."""

    moment: str
    amount: int
    moved: Change | None = None


@dataclass(slots=True)
class _Line:
    """A pool's line as far as it is known: lots with their length, the whole length, outflows with their ends."""

    lots: list[Lot]
    length: int
    outs: list[Change]
    ends: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ends = list(accumulate(-out.amount for out in self.outs))


def own_parts(amount: int, fee: int, refunded: int) -> tuple[int, int, int]:
    """Return how much of a gift went back, paid its own fee, and came into the pool; together they are the gift."""
    back = min(refunded, amount)
    own_fee = min(fee, amount - back)
    return back, own_fee, amount - back - own_fee


def net_changes(changes: Iterable[Change]) -> list[Change]:
    """Return the changes after what came back for a project was taken off the latest earlier payments for it.

    What came back beyond those (paid before the funds merged, say) stays as money that came in.
    """
    kept: list[Change] = []
    paid: defaultdict[tuple[Pool, str], list[int]] = defaultdict(list)
    for change in sorted(changes, key=lambda one: (one.moment, one.entry)):
        back = change.amount
        mine = paid[change.pool, change.project] if change.project else []
        while back > 0 and mine:
            last = kept[mine[-1]]
            part = min(back, -last.amount)
            back -= part
            kept[mine[-1]] = replace(last, amount=last.amount + part)
            if last.amount + part == 0:
                mine.pop()
        if change.amount < 0 and change.project:
            mine.append(len(kept))
        if back:
            kept.append(replace(change, amount=back))
    return [change for change in kept if change.amount]


class Lines:
    """The lines of pools that may pass money to each other.

    `gifts_until(pool, moment)` says how many fen of gifts had come into a pool until a moment (its whole with "").
    `costs` are fen of a pool that no gift on the line bears: fees of gifts that went back. They come last.
    """

    def __init__(
        self,
        changes: Iterable[Change],
        gifts_until: Callable[[Pool, str], int],
        costs: Mapping[Pool, int] | None = None,
    ) -> None:
        self._gifts_until, self._costs = gifts_until, costs or {}
        self._outs: defaultdict[Pool, list[Change]] = defaultdict(list)
        self._ins: defaultdict[Pool, list[Lot]] = defaultdict(list)
        self._built: dict[Pool, _Line] = {}
        for change in net_changes(changes):
            if change.amount > 0:
                self._ins[change.pool].append(Lot(change.moment, change.amount))
                continue
            self._outs[change.pool].append(change)
            if change.into is not None:
                self._ins[change.into].append(Lot(change.moment, -change.amount, change))

    def _line(self, pool: Pool) -> _Line:
        if pool not in self._built:
            lots = [
                lot if lot.moved is None else replace(lot, amount=self._covered(lot.moved))
                for lot in sorted(self._ins[pool], key=lambda one: one.moment)
            ]
            length = self._gifts_until(pool, "") + sum(lot.amount for lot in lots)
            outs = list(self._outs[pool])
            if cost := self._costs.get(pool, 0):
                outs.append(Change(0, "", pool, -cost))
            self._built[pool] = _Line(lots, length, outs)
        return self._built[pool]

    def _covered(self, move: Change) -> int:
        """Return how much of a move has money on its line: a refund after it may have taken some away."""
        line = self._line(move.pool)
        end = line.ends[line.outs.index(move)]
        return max(0, min(end, line.length) - (end + move.amount))

    def start_of(self, pool: Pool, moment: str, gifts_before: int) -> int:
        """Return where a gift begins on its pool's line, from the fen of gifts before it."""
        return gifts_before + sum(lot.amount for lot in self._line(pool).lots if lot.moment < moment)

    def _start_of_move(self, move: Change, pool: Pool) -> int:
        before = 0
        for lot in self._line(pool).lots:
            if lot.moved is move:
                return before + self._gifts_until(pool, lot.moment)
            before += lot.amount
        raise LookupError("a move has a lot where it leads")

    def places(self, pool: Pool, start: int, amount: int) -> Iterator[Place]:
        """Yield where `amount` fen from `start` on a pool's line are; together they are the amount."""
        line, at, end = self._line(pool), start, start + amount
        for number in range(bisect_right(line.ends, at), len(line.ends)):
            if at >= end:
                return
            out, out_end = line.outs[number], line.ends[number]
            part = min(end, out_end) - at
            if out.into is None:
                yield Place(part, pool, out)
            else:
                offset = at - (out_end + out.amount)
                yield from self.places(out.into, self._start_of_move(out, out.into) + offset, part)
            at += part
        if at < end:
            yield Place(end - at, pool)


def merged(places: Sequence[Place]) -> list[Place]:
    """Return the places with those of the same use, or of the same pool, added up."""
    found: dict[tuple[Pool, Change | None], int] = defaultdict(int)
    for place in places:
        found[place.pool, place.use] += place.amount
    return [Place(amount, pool, use) for (pool, use), amount in found.items()]
