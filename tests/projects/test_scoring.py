"""How reviews add up: weights, means and what fits, on plain values."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.verdicts import Refused
from apps.projects.rules import (
    Candidate,
    Criterion,
    check_points,
    check_sheet,
    even_sheet,
    is_over,
    one_decimal,
    score,
    suggest,
    summed,
    weigh,
)

SHEET = [Criterion(1, "需要", 60, 10), Criterion(2, "做法", 40, 5)]


@pytest.mark.parametrize(
    ("points", "expected"),
    [([10, 5], 100), ([0, 0], 0), ([5, 5], 70), ([10, 0], 60), ([1, 1], 14), ([7, 3], 66)],
)
def test_a_score_is_the_weighted_share_of_full_points(points: list[int], expected: int) -> None:
    assert score(points, SHEET) == expected


@st.composite
def sheets(draw: st.DrawFn) -> list[Criterion]:
    """Sheets whose weights are a hundred cut at random places."""
    cuts = sorted(draw(st.sets(st.integers(1, 99), max_size=9)))
    weights = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    return [Criterion(n, f"项{n}", weight, draw(st.integers(1, 100))) for n, weight in enumerate(weights, 1)]


@given(st.data())
def test_scores_are_exact_and_lie_between_nothing_and_a_hundred(data: st.DataObject) -> None:
    sheet = data.draw(sheets())
    check_sheet(sheet)
    points = {one.number: data.draw(st.integers(0, one.most)) for one in sheet}
    given_points = check_points(points, sheet)
    value = score(given_points, sheet)
    assert 0 <= value <= 100
    assert score([one.most for one in sheet], sheet) == 100
    common = 1
    for one in sheet:
        common *= one.most
    # The same sum, in integers over one common denominator.
    assert value * common == sum(one.weight * points[one.number] * (common // one.most) for one in sheet)


@given(st.lists(st.fractions(0, 100, max_denominator=60), min_size=1, max_size=15))
def test_the_mean_lies_between_the_lowest_and_the_highest_and_shows_its_nearest_tenth(
    scores: list[Fraction],
) -> None:
    found = summed(scores)
    assert found.count == len(scores) and found.mean is not None and found.spread is not None
    assert found.mean * len(scores) == sum(scores)
    assert min(scores) <= found.mean <= max(scores) and found.spread == max(scores) - min(scores)
    assert abs(Fraction(one_decimal(found.mean)) - found.mean) <= Fraction(1, 20)


def test_nothing_scored_shows_nothing() -> None:
    assert summed([]).mean is None and one_decimal(None) == ""
    assert one_decimal(Fraction(1, 20)) == "0.1" and one_decimal(Fraction(9995, 100)) == "100.0"


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        ([], "1 到 10 项"),
        ([Criterion(n, str(n), 1, 1) for n in range(1, 12)], "1 到 10 项"),
        ([Criterion(1, "a", 50, 10), Criterion(2, "a", 50, 10)], "不能重复"),
        ([Criterion(1, "", 100, 10)], "不能重复"),
        ([Criterion(1, "a", 99, 10)], "现在是 99"),
        ([Criterion(1, "a", 101, 10), Criterion(2, "b", -1, 10)], "大于 0"),
        ([Criterion(1, "a", 100, 0)], "满分"),
        ([Criterion(1, "a", 100, 101)], "满分"),
    ],
)
def test_a_sheet_that_cannot_be_is_refused(sheet: list[Criterion], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        check_sheet(sheet)


@pytest.mark.parametrize("count", range(1, 11))
def test_a_sheet_that_nobody_wrote_weighs_evenly(count: int) -> None:
    sheet = even_sheet([f"项{n}" for n in range(count)])
    check_sheet(sheet)
    weights = [one.weight for one in sheet]
    assert max(weights) - min(weights) <= 1


@pytest.mark.parametrize(
    ("points", "field"),
    [
        ({1: 11, 2: 5}, "points_1"),
        ({1: -1, 2: 5}, "points_1"),
        ({1: 5}, "points_2"),
        ({1: 5, 2: 5, 3: 1}, None),
    ],
)
def test_points_out_of_bounds_or_of_another_sheet_are_refused(
    points: dict[int, int], field: str | None
) -> None:
    with pytest.raises(Refused) as refused:
        check_points(points, SHEET)
    assert refused.value.field == field


def test_a_choice_is_weighed_against_the_pot_and_each_fund() -> None:
    rows = [Candidate("A", {"F1": 600}, Fraction(90)), Candidate("B", {"F2": 500}, Fraction(80))]
    choice = weigh(rows, pot=1000, purses={"F1": 600, "F2": 400})
    assert (choice.total, choice.left, choice.by_fund) == (1100, -100, {"F1": 600, "F2": 500})
    assert choice.over == {"F2"} and not choice.fits
    assert weigh(rows[:1], pot=600, purses={"F1": 600}).fits


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        code=st.text("ABCDEFGH", min_size=3, max_size=3),
        shares=st.dictionaries(st.sampled_from(["F1", "F2"]), st.integers(1, 900), min_size=1),
        mean=st.one_of(st.none(), st.fractions(0, 100, max_denominator=10)),
    ),
    max_size=7,
    unique_by=lambda one: one.code,
)


@given(CANDIDATES, st.integers(0, 2000), st.integers(0, 1500))
def test_a_suggestion_fits_and_leaves_out_only_what_would_not(
    rows: list[Candidate], pot: int, purse: int
) -> None:
    purses = {"F1": purse, "F2": 700}
    taken = suggest(rows, pot=pot, purses=purses)
    chosen = [one for one in rows if one.code in taken]
    assert weigh(chosen, pot=pot, purses=purses).fits
    for one in rows:
        if one.code in taken or one.mean is None:
            assert one.mean is not None or one.code not in taken
            continue
        better = [
            other
            for other in chosen
            if other.mean is not None and (-other.mean, other.code) < (-one.mean, one.code)
        ]
        assert not weigh([*better, one], pot=pot, purses=purses).fits


@given(CANDIDATES)
def test_the_sum_of_a_choice_does_not_depend_on_its_order(rows: list[Candidate]) -> None:
    for pair in combinations(rows, 2):
        assert weigh(pair, pot=1000, purses={}) == weigh(pair[::-1], pot=1000, purses={})


@pytest.mark.parametrize(
    ("part", "whole", "bp", "over"),
    [
        (30, 100, 3000, False),
        (31, 100, 3000, True),
        (1, 3, 3333, True),
        (1, 3, 3334, False),
        (100, 100, 10_000, False),
    ],
)
def test_a_share_is_compared_in_whole_numbers(part: int, whole: int, bp: int, over: bool) -> None:
    assert is_over(part, whole, bp) is over
