"""The tally against the rules' own words, worked out a second time with fractions, for every possible vote."""

from fractions import Fraction
from itertools import product

import pytest

from apps.governance.rules import VoteRules, is_major, tally

STATUSES = ("yes", "no", "abstain", "recused", "absent")
HALF, TWO_THIRDS, THREE_QUARTERS, ALL = (1, 2), (2, 3), (3, 4), (1, 1)
SHAPES = [
    VoteRules(quorum, threshold, of_all, recused_count)
    for quorum in (HALF, TWO_THIRDS, ALL)
    for threshold, of_all in (
        (HALF, False), (TWO_THIRDS, False), ((9, 10), False), (HALF, True), (TWO_THIRDS, True), (ALL, True),
    )
    for recused_count in (False, True)
]  # fmt: skip


def by_the_words(statuses: tuple[str, ...], shape: VoteRules) -> tuple[bool, str]:
    """What the rules say, in their order: nobody left to decide; too few came; not enough said yes."""
    who_may_decide = [status for status in statuses if status != "recused"]
    if not who_may_decide:
        return False, "all_recused"
    came = [status for status in who_may_decide if status != "absent"]
    should_come = len(statuses) if shape.recused_count else len(who_may_decide)
    if not came or Fraction(len(came), should_come) < Fraction(*shape.quorum):
        return False, "quorum"
    said_yes = came.count("yes")
    if said_yes == 0:
        return False, "threshold"
    if shape.of_all:
        return Fraction(said_yes, should_come) >= Fraction(*shape.threshold), "threshold"
    return Fraction(said_yes, len(came)) > Fraction(*shape.threshold), "threshold"


def test_every_vote_agrees_with_the_rules_words(full: bool) -> None:
    compared = 0
    for size in range(1, 8 if full else 6):
        seats = range(size)
        for statuses in product(STATUSES, repeat=size):
            recused = {seat for seat in seats if statuses[seat] == "recused"}
            ballots = {seat: statuses[seat] for seat in seats if statuses[seat] in {"yes", "no", "abstain"}}
            for shape in SHAPES:
                result = tally(seats, recused=recused, ballots=ballots, rules=shape)
                assert (result.carried, result.decided_by) == by_the_words(statuses, shape), (statuses, shape)
                compared += 1
    assert compared == len(SHAPES) * sum(5**size for size in range(1, 8 if full else 6))


def test_more_yes_never_hurts_and_no_yes_never_carries() -> None:
    for shape in SHAPES:
        for statuses in product(("yes", "no", "abstain"), repeat=5):
            before = tally(range(5), recused=(), ballots=dict(enumerate(statuses)), rules=shape)
            after = tally(range(5), recused=(), ballots=dict(enumerate(("yes", *statuses[1:]))), rules=shape)
            assert after.carried >= before.carried
            assert before.carried <= (before.yes > 0)


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


@pytest.mark.parametrize("share", [(1, 0), (3, 2), (-1, 2)])
def test_a_share_lies_between_nothing_and_all(share: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="share"):
        VoteRules(share, HALF)


def test_what_is_major() -> None:
    assert is_major(amount=2_000_001, limit=2_000_000, tabled_as_major=False)
    assert not is_major(amount=2_000_000, limit=2_000_000, tabled_as_major=False)
    assert is_major(amount=0, limit=2_000_000, tabled_as_major=True)
