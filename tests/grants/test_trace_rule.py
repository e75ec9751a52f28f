"""Every fen of every gift is in exactly one place, whatever was given back, returned, moved or paid in which order."""

from collections import defaultdict
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.grants.rules.trace import Change, Lines, Place, Pool, merged, net_changes, own_parts

A, B, C = ("A", "r"), ("B", "r"), ("B", "")


@dataclass(frozen=True)
class Gift:
    pool: Pool
    moment: str
    amount: int
    fee: int = 0
    refunded: int = 0

    @property
    def net(self) -> int:
        return own_parts(self.amount, self.fee, self.refunded)[2]


def lines_of(gifts: list[Gift], changes: list[Change]) -> Lines:
    def until(pool: Pool, moment: str) -> int:
        return sum(one.net for one in gifts if one.pool == pool and (not moment or one.moment < moment))

    return Lines(changes, until)


def traced(gifts: list[Gift], changes: list[Change]) -> list[list[Place]]:
    lines, found, before = lines_of(gifts, changes), [], defaultdict[Pool, int](int)
    for one in gifts:
        start = lines.start_of(one.pool, one.moment, before[one.pool])
        found.append(merged(list(lines.places(one.pool, start, one.net))))
        before[one.pool] += one.net
    return found


def brief(places: list[Place]) -> list[tuple[int, str]]:
    return [(place.amount, place.use.source if place.use else f"left in {place.pool[0]}") for place in places]


def pay(moment: int, amount: int, name: str, pool: Pool = A, project: str = "") -> Change:
    return Change(moment, f"{moment:04d}", pool, -amount, "grant_payment", name, project or name)


def come(moment: int, amount: int, pool: Pool = A, project: str = "") -> Change:
    return Change(moment, f"{moment:04d}", pool, amount, project=project)


def move(moment: int, amount: int, source: Pool = A, into: Pool = B) -> Change:
    return Change(moment, f"{moment:04d}", source, -amount, into=into)


FIRST, SECOND = Gift(A, "0010", 100), Gift(A, "0020", 100)


@pytest.mark.parametrize(
    ("gifts", "changes", "expected"),
    [
        ([FIRST, SECOND], [], [[(100, "left in A")], [(100, "left in A")]]),
        (
            [FIRST, SECOND],
            [pay(30, 60, "p"), pay(40, 60, "q")],
            [[(60, "p"), (40, "q")], [(20, "q"), (80, "left in A")]],
        ),
        # What was there before the gift is used before it.
        ([FIRST], [come(5, 50), pay(30, 60, "p")], [[(10, "p"), (90, "left in A")]]),
        # A gift that went back used nothing: the next one moves up.
        (
            [Gift(A, "0010", 100, refunded=100), SECOND],
            [pay(30, 60, "p")],
            [[], [(60, "p"), (40, "left in A")]],
        ),
        # What the project returned is no use any more.
        (
            [FIRST],
            [pay(30, 60, "p"), come(40, 20, project="p")],
            [[(40, "p"), (60, "left in A")]],
        ),
        # A merger takes along what is left; it is used there after what lay there.
        (
            [Gift(B, "0005", 30), FIRST],
            [pay(20, 60, "p"), move(30, 40), pay(40, 50, "q", B)],
            [[(30, "q")], [(60, "p"), (20, "q"), (20, "left in B")]],
        ),
        # A refund after the merger takes from the moved money, not from other gifts.
        (
            [Gift(A, "0010", 100, refunded=100), SECOND, Gift(B, "0050", 100)],
            [move(30, 200), pay(60, 150, "q", B)],
            [[], [(100, "q")], [(50, "q"), (50, "left in B")]],
        ),
        # Merged, then the restriction was lifted.
        (
            [FIRST],
            [move(20, 100), move(30, 100, B, C), pay(40, 30, "p", C)],
            [[(30, "p"), (70, "left in B")]],
        ),
    ],
)
def test_places(gifts: list[Gift], changes: list[Change], expected: list[list[tuple[int, str]]]) -> None:
    assert [brief(places) for places in traced(gifts, changes)] == expected


def test_own_parts_are_the_gift() -> None:
    assert own_parts(100, 3, 0) == (0, 3, 97)
    assert own_parts(100, 3, 99) == (99, 1, 0)
    assert own_parts(100, 3, 100) == (100, 0, 0)


def test_returns_take_off_the_latest_payment_first_and_only_of_their_project() -> None:
    kept = net_changes([pay(1, 50, "x", project="p"), pay(2, 30, "y", project="p"), come(3, 40, project="p")])
    assert [(one.source, one.amount) for one in kept] == [("x", -40)]
    kept = net_changes([pay(1, 50, "x", project="p"), come(3, 40, project="other")])
    assert [one.amount for one in kept] == [-50, 40]


amounts = st.integers(1, 500)
events = st.lists(
    st.tuples(st.sampled_from("gprmo"), amounts, st.integers(0, 5), st.integers(0, 500)), max_size=40
)


@given(events)
def test_every_fen_is_in_exactly_one_place(drawn: list[tuple[str, int, int, int]]) -> None:
    """Play a history that a host could have: pools pay only what they hold, A ends in B once."""
    gifts: list[Gift] = []
    changes: list[Change] = []
    held: defaultdict[Pool, int] = defaultdict(int)
    paid: defaultdict[tuple[Pool, str], int] = defaultdict(int)
    ended = False
    for step, (what, amount, which, back) in enumerate(drawn, 1):
        pool = B if ended or which % 2 else A
        moment, project = f"{step:04d}", f"P{which}"
        if what == "g":
            one = Gift(pool, moment, amount, min(which, amount), min(back, amount) if back > 400 else 0)
            gifts.append(one)
            held[pool] += one.net
        elif what == "o":
            changes.append(come(step, amount, pool))
            held[pool] += amount
        elif what == "p" and held[pool]:
            part = min(amount, held[pool])
            changes.append(pay(step, part, f"{step}", pool, project))
            held[pool] -= part
            paid[pool, project] += part
        elif what == "r" and paid[pool, project]:
            part = min(amount, paid[pool, project])
            changes.append(come(step, part, pool, project))
            held[pool] += part
            paid[pool, project] -= part
        elif what == "m" and not ended and held[A]:
            changes.append(move(step, held[A]))
            held[B] += held.pop(A)
            ended = True
    found = traced(gifts, changes)
    used: defaultdict[int, int] = defaultdict(int)
    left: defaultdict[Pool, int] = defaultdict(int)
    for one, places in zip(gifts, found, strict=True):
        assert all(place.amount > 0 for place in places)
        assert sum(place.amount for place in places) == one.net
        for place in places:
            if place.use is None:
                left[place.pool] += place.amount
            else:
                used[place.use.entry] += place.amount
    spent = {one.entry: -one.amount for one in net_changes(changes) if one.amount < 0}
    assert all(amount <= spent[entry] for entry, amount in used.items())
    assert all(amount <= held[pool] for pool, amount in left.items())
    # Where nothing but gifts came in, the gifts explain everything.
    if not any(one.amount > 0 and not one.project for one in changes):
        assert sum(left.values()) == sum(held.values())
