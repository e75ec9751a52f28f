"""What replies come to, how sure it is, and how it weighs the next time."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.projects.rules import Record, formula, record_words, satisfaction, wilson, with_record


@pytest.mark.parametrize(
    ("part", "whole", "interval"),
    [
        # Brown, Cai and DasGupta (2001) and every table of the score interval give 0.4902 to 0.9433 for 8 of 10.
        (8, 10, (49, 95)),
        (0, 0, (0, 100)),
        (0, 10, (0, 28)),
        (10, 10, (72, 100)),
        (1, 1, (20, 100)),
        (50, 100, (40, 60)),
    ],
)
def test_the_interval_of_few_replies(part: int, whole: int, interval: tuple[int, int]) -> None:
    assert wilson(part, whole) == interval


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_that_of_the_formula_rounded_outwards(facts: tuple[int, int]) -> None:
    k, n = facts
    low, high = wilson(k, n)
    with localcontext() as context:
        context.prec = 60
        z, p, m = Decimal("1.96"), Decimal(k) / n, Decimal(n)
        middle = p + z * z / (2 * m)
        half = z * (p * (1 - p) / m + z * z / (4 * m * m)).sqrt()
        below = 100 * (middle - half) / (1 + z * z / m)
        above = 100 * (middle + half) / (1 + z * z / m)
        tiny = Decimal("1e-6")
        assert low <= below + tiny and below < low + 1 + tiny
        assert high >= above - tiny and above > high - 1 - tiny
    assert 0 <= low <= 100 * Fraction(k, n) <= high <= 100


def test_a_part_that_is_none() -> None:
    with pytest.raises(ValueError, match="no part"):
        wilson(3, 2)


@pytest.mark.parametrize(
    ("stars", "issued", "said", "few", "percent"),
    [
        ([(5, 6), (4, 2), (2, 2)], 40, "10 人评，8 人满意", True, 25),
        # Whoever asked everyone knows, and need not guess.
        ([(5, 6), (4, 2), (2, 2)], 10, "10 人评，8 人满意", False, 100),
        ([(5, 30)], 200, "30 人评，30 人满意", False, 15),
        ([], 40, "0 人评", False, 0),
        ([], 0, "0 人评", False, 0),
    ],
)
def test_what_is_said(stars: list[tuple[int, int]], issued: int, said: str, few: bool, percent: int) -> None:
    found = satisfaction(stars, issued=issued)
    assert said in found.sentence
    assert ("在 49% 到 95% 之间" in found.sentence) is few
    assert found.response_percent == percent


@pytest.mark.parametrize(
    ("mean", "record", "weight", "final"),
    [
        (None, Record(9, 10), 1000, None),
        (Fraction(80), Record(), 1000, Fraction(80)),
        (Fraction(80), Record(30, 30), 0, Fraction(80)),
        # Thirty replies weigh half of what the rules allow.
        (Fraction(80), Record(30, 30), 1000, Fraction(81)),
        (Fraction(80), Record(0, 30), 1000, Fraction(76)),
        (Fraction(80), Record(5, 10), 1000, Fraction(80) - Fraction(30) * Fraction(1, 40)),
    ],
)
def test_the_record_weighs_by_how_many_replied(
    mean: Fraction | None, record: Record, weight: int, final: Fraction | None
) -> None:
    assert with_record(mean, record, weight) == final


@given(
    st.integers(0, 100),
    st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.integers(0, 3000),
)
def test_a_record_never_moves_a_score_beyond_itself_or_its_weight(
    mean: int, facts: tuple[int, int], weight: int
) -> None:
    record = Record(*facts)
    final = with_record(Fraction(mean), record, weight)
    assert final is not None
    ends = sorted([Fraction(mean), record.points if record.count else Fraction(mean)])
    assert ends[0] <= final <= ends[1]
    assert abs(final - mean) <= Fraction(weight, 100)


def test_the_formula_is_said_with_its_numbers() -> None:
    assert "w = 10.0% × 评价人数 ÷（评价人数 + 30）" in formula(1000)
    assert formula(0) == "" == record_words(Record(3, 3), 0)
    assert "30 人评，27 人满意；占总分的 5.0%" in record_words(Record(27, 30), 1000)
    assert "还没有受益人评分" in record_words(Record(), 1000)
