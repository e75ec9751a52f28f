"""The tally against the rule's own words, worked out a second time with fractions, for every possible vote."""

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement as multisets
from itertools import product
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.governance.rules import Result, VoteRules, is_major, is_secret, tally

STATUSES = ("yes", "no", "abstain", "recused", "absent")
HALF, TWO_THIRDS, ALL = (1, 2), (2, 3), (1, 1)
# What a committee of up to seven can tell apart: the least, the usual and the strictest of every clause.
SHARES: list[tuple[tuple[int, int], bool, str]] = [
    *product((HALF, TWO_THIRDS, (9, 10)), [False], ["present", "cast"]),
    *product((HALF, TWO_THIRDS, ALL), [True], ["all", "present"]),
]
SHAPES = [
    VoteRules(quorum, threshold, major, of, recused_count, vacancies > 0, chair_decides)
    for quorum in (HALF, TWO_THIRDS, ALL)
    for threshold, major, of in SHARES
    for recused_count in (False, True)
    for vacancies in (0, 2)
    for chair_decides in ((False,) if major else (False, True))
]
VACANT = 2


def by_the_words(chair: str, others: Sequence[str], shape: VoteRules, seats_total: int) -> tuple[bool, str]:
    """The written rule of `rules/votes.py`, sentence by sentence, with fractions. `chair` is what the chair did."""
    everyone = Counter([chair, *others])
    members = everyone.total()
    if everyone["recused"] == members:
        return False, "all_recused"
    should_come = max(seats_total, members) if shape.all_seats else members
    should_come -= 0 if shape.recused_count else everyone["recused"]
    here = Counter(
        {choice: number for choice, number in everyone.items() if choice in {"yes", "no", "abstain"}}
    )
    if here.total() == 0 or Fraction(here.total(), should_come) < Fraction(*shape.quorum):
        return False, "quorum"
    if here["yes"] == 0:
        return False, "threshold"
    if shape.major:
        whole = should_come if shape.of == "all" else here.total()
        return Fraction(here["yes"], whole) >= Fraction(*shape.threshold), "threshold"
    whole = here.total() if shape.of == "present" else here["yes"] + here["no"]
    if Fraction(here["yes"], whole) > Fraction(*shape.threshold):
        return True, "threshold"
    if here["yes"] == here["no"] and shape.chair_decides and Fraction(*shape.threshold) == Fraction(1, 2):
        return (chair == "yes", "chair") if chair in {"yes", "no"} else (False, "threshold")
    return False, "threshold"


def count_of(statuses: Sequence[str], shape: VoteRules, chair: int | None = 0) -> Result:
    """Tally what each seat did; seat 0 is the chair's."""
    return tally(
        range(len(statuses)),
        recused={seat for seat, status in enumerate(statuses) if status == "recused"},
        ballots={seat: status for seat, status in enumerate(statuses) if status in {"yes", "no", "abstain"}},
        rules=shape,
        seats_total=len(statuses) + VACANT,
        chair=chair,
    )


def compare(votes: Iterable[tuple[str, ...]]) -> int:
    """Compare each vote (the chair's first) under each shape with the written rule; return how many were compared."""
    compared = 0
    for statuses in votes:
        for shape in SHAPES:
            result = count_of(statuses, shape)
            assert (result.carried, result.decided_by) == by_the_words(
                statuses[0], statuses[1:], shape, len(statuses) + VACANT
            ), (statuses, shape)
            compared += 1
    return compared


@pytest.mark.parametrize("size", range(1, 8))
def test_every_vote_agrees_with_the_written_rule(size: int) -> None:
    """Every vote, up to the order of the members beside the chair, which the test below shows not to matter."""
    votes = ((chair, *others) for chair in STATUSES for others in multisets(STATUSES, size - 1))
    assert compare(votes) == 5 * comb(size + 3, 4) * len(SHAPES)


def test_every_vote_in_every_order_agrees_with_the_written_rule(full: bool) -> None:
    sizes = range(1, 8 if full else 5)
    assert sum(compare(product(STATUSES, repeat=size)) for size in sizes) == len(SHAPES) * sum(
        5**n for n in sizes
    )


@given(
    st.lists(st.sampled_from(STATUSES), min_size=1, max_size=9), st.randoms(use_true_random=False),
    st.sampled_from(SHAPES), st.integers(0, 8),
)  # fmt: skip
def test_only_the_chair_is_more_than_a_number(
    statuses: list[str], random: Random, shape: VoteRules, chair: int
) -> None:
    """Whatever the order of the seats and wherever the chair sits, the figures are the same."""
    chair %= len(statuses)
    order = list(range(len(statuses)))
    random.shuffle(order)
    moved = count_of([statuses[seat] for seat in order], shape, chair=order.index(chair))
    assert moved == count_of(statuses, shape, chair=chair)


def test_more_yes_never_hurts_and_no_yes_never_carries() -> None:
    for shape in SHAPES:
        for statuses in product(("yes", "no", "abstain"), repeat=5):
            before = count_of(statuses, shape)
            after = count_of(("yes", *statuses[1:]), shape)
            assert before.carried <= (before.yes > 0)
            # A chair's yes may turn a tie that his no had decided; another's yes may only help.
            assert after.carried >= before.carried


@pytest.mark.parametrize(
    ("statuses", "carried", "decided_by"),
    [
        (["yes", "yes", "no", "no"], True, "chair"),
        (["no", "yes", "yes", "no"], False, "chair"),
        (["abstain", "yes", "no"], False, "threshold"),
        (["absent", "yes", "no"], False, "threshold"),
        (["recused", "yes", "no"], False, "threshold"),
        (["yes", "no", "abstain"], True, "chair"),
        (["abstain", "abstain", "absent"], False, "threshold"),
    ],
)
def test_the_chairs_ballot_in_a_tie(statuses: list[str], carried: bool, decided_by: str) -> None:
    result = count_of(statuses, VoteRules(HALF, HALF, chair_decides=True))
    assert (result.carried, result.decided_by) == (carried, decided_by)


def test_the_chairs_ballot_replaces_no_larger_share_and_decides_no_major_matter() -> None:
    for shape in (
        VoteRules(HALF, TWO_THIRDS, chair_decides=True),
        VoteRules(HALF, HALF, major=True, of="all", chair_decides=True, all_seats=True),
    ):
        assert not count_of(["yes", "yes", "no", "no"], shape).carried


def test_vacant_seats_count_where_the_rule_says_so() -> None:
    five = ["yes", "yes", "yes", "yes", "absent"]
    filled, all_seats = VoteRules(TWO_THIRDS, HALF), VoteRules(TWO_THIRDS, HALF, all_seats=True)
    assert (count_of(five, filled).base, count_of(five, filled).carried) == (5, True)
    result = count_of(five, all_seats)
    assert (result.base, result.vacant, result.quorum_needed, result.decided_by) == (7, 2, 5, "quorum")


def test_absent_is_not_abstain() -> None:
    rules = VoteRules(TWO_THIRDS, HALF)
    absent = tally(range(5), recused=(), ballots={0: "yes", 1: "yes", 2: "no"}, rules=rules)
    abstaining = tally(
        range(5), recused=(), ballots={0: "yes", 1: "yes", 2: "no", 3: "abstain", 4: "abstain"}, rules=rules
    )
    assert (absent.decided_by, absent.present) == ("quorum", 3)
    assert (abstaining.decided_by, abstaining.carried, abstaining.yes_needed) == ("threshold", False, 3)


def test_the_arithmetic_is_shown_whole() -> None:
    result = tally(
        range(7),
        recused={6},
        ballots={0: "yes", 1: "yes", 2: "yes", 3: "yes", 4: "no"},
        rules=VoteRules(TWO_THIRDS, HALF),
    )
    assert (result.roll, result.recused, result.base, result.quorum_needed) == (7, 1, 6, 4)
    assert (result.present, result.absent, result.yes_needed, result.carried) == (5, 1, 3, True)


@pytest.mark.parametrize(
    ("recused", "ballots"), [({9}, {}), (set(), {9: "yes"}), (set(), {0: "maybe"}), (set(), {0: "absent"})]
)
def test_what_cannot_be_is_refused(recused: set[int], ballots: dict[int, str]) -> None:
    with pytest.raises(ValueError, match=r"seat|ballot"):
        tally(range(5), recused=recused, ballots=ballots, rules=VoteRules(HALF, HALF))


def test_a_seat_stands_once_on_the_roll() -> None:
    with pytest.raises(ValueError, match="one seat"):
        tally([1, 1], recused=(), ballots={}, rules=VoteRules(HALF, HALF))


@pytest.mark.parametrize("share", [(1, 0), (3, 2), (-1, 2), (0, 1), (101, 100)])
def test_a_share_is_more_than_nothing_and_at_most_all(share: tuple[int, int]) -> None:
    for shares in ((share, HALF), (HALF, share)):
        with pytest.raises(ValueError, match="share"):
            VoteRules(*shares)


@pytest.mark.parametrize(("major", "of"), [(True, "cast"), (False, "all"), (False, "")])
def test_a_share_of_something_else_is_no_rule(major: bool, of: str) -> None:
    with pytest.raises(ValueError, match="share"):
        VoteRules(HALF, HALF, major=major, of=of)


@pytest.mark.parametrize(
    ("clause", "kind", "secret"),
    [
        ("all", "grant", True), ("all", "election", True), ("elections", "election", True),
        ("elections", "grant", False), ("none", "election", False),
    ],
)  # fmt: skip
def test_which_votes_are_secret(clause: str, kind: str, secret: bool) -> None:
    assert is_secret(clause, kind) is secret


def test_what_is_major() -> None:
    assert is_major(amount=2_000_001, limit=2_000_000, tabled_as_major=False)
    assert not is_major(amount=2_000_000, limit=2_000_000, tabled_as_major=False)
    assert is_major(amount=0, limit=2_000_000, tabled_as_major=True)
