"""What a board looks out for, by table."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.grants.rules.boards import (
    Award,
    Limits,
    Line,
    alarms_of,
    months_between,
    percent,
    share_bp,
    splits,
    worst_first,
)

DAY = date(2026, 3, 1)
LIMITS = Limits(payee_bp=6000, split_days=90, idle_months=12, reviews={"town": 100})


def award(code: str, amount: int, after: int = 0, payee: int = 1) -> Award:
    return Award(code, payee, amount, DAY + timedelta(days=after))


@pytest.mark.parametrize(
    ("awards", "expected"),
    [
        ([], []),
        # One grant is never split, however large; at the limit it needs no review.
        ([award("A", 100)], []),
        ([award("A", 500)], []),
        ([award("A", 60), award("B", 60, 90)], [("A", "B")]),
        # Together they only reach the limit, which needs no review either.
        ([award("A", 50), award("B", 50)], []),
        ([award("A", 60), award("B", 60, 91)], []),
        ([award("A", 60), award("B", 60, payee=2)], []),
        # What was reviewed by itself is no part of it.
        ([award("A", 60), award("B", 101)], []),
        # A row of grants is named by its longest runs.
        ([award("A", 60), award("B", 60, 50), award("C", 60, 100)], [("A", "B"), ("B", "C")]),
        ([award("A", 60), award("B", 60, 5), award("C", 60, 9)], [("A", "B", "C")]),
    ],
)
def test_splitting(awards: list[Award], expected: list[tuple[str, ...]]) -> None:
    found = splits(reversed(awards), days=90, limits={"town": 100})
    assert sorted(row.codes for row in found) == expected


def test_one_set_of_grants_names_every_clause_it_passes_under() -> None:
    (found,) = splits([award("A", 90), award("B", 90)], days=90, limits={"town": 100, "district": 150})
    assert (found.keys, found.total) == (("town", "district"), 180)


@given(
    st.lists(st.tuples(st.integers(1, 120), st.integers(0, 400), st.integers(1, 2)), max_size=12),
    st.integers(1, 120),
)
def test_splitting_finds_a_set_exactly_where_two_days_and_a_sum_allow_it(
    facts: list[tuple[int, int, int]], days: int
) -> None:
    awards = [award(f"G{n:02}", amount, after, payee) for n, (amount, after, payee) in enumerate(facts)]
    found = splits(awards, days=days, limits={"town": 100})
    small = [one for one in awards if one.amount <= 100]
    expected = set()
    for first in small:
        window = [
            one for one in small if one.payee == first.payee and 0 <= (one.day - first.day).days <= days
        ]
        if len(window) > 1 and sum(one.amount for one in window) > 100:
            expected.add(frozenset(one.code for one in window))
    largest = {one for one in expected if not any(one < other for other in expected)}
    assert {frozenset(row.codes) for row in found} == largest


@pytest.mark.parametrize(
    ("part", "whole", "written"), [(1, 3, "33.3%"), (2, 5, "40%"), (0, 0, "0%"), (7, 7, "100%")]
)
def test_shares_are_rounded_down(part: int, whole: int, written: str) -> None:
    assert percent(share_bp(part, whole)) == written


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 0),
        (date(2025, 11, 21), date(2026, 11, 21), 12),
        (date(2025, 11, 22), date(2026, 11, 21), 11),
        (date(2026, 11, 21), date(2026, 1, 1), 0),
    ],
)
def test_whole_months(first: date, last: date, months: int) -> None:
    assert months_between(first, last) == months


@pytest.mark.parametrize(
    ("facts", "alarms"),
    [
        ({}, ()),
        ({"payee": "甲", "payee_bp": 6001, "recent": 2}, ("crowded",)),
        ({"payee": "甲", "payee_bp": 6000, "recent": 2}, ()),
        # The only grant of a year is all of it.
        ({"payee": "甲", "payee_bp": 10_000, "recent": 1}, ()),
        ({"free": 1, "idle_months": 12}, ("idle",)),
        ({"free": 0, "idle_months": 99}, ()),
        ({"late": 1, "unproven": 1, "owed": 1}, ("late", "unproven", "owed")),
    ],
)
def test_alarms(facts: dict[str, int], alarms: tuple[str, ...]) -> None:
    assert alarms_of(Line(1, "F", "基金", **facts), LIMITS) == alarms  # type: ignore[arg-type]


def test_the_worst_comes_first() -> None:
    calm = Line(1, "F-1", "甲", planned=900)
    late = Line(2, "F-2", "乙", late=1, late_since=DAY, alarms=("late",))
    later = Line(3, "F-3", "丙", late=1, late_since=DAY - timedelta(days=1), alarms=("late",))
    both = Line(4, "F-4", "丁", owed=1, alarms=("late", "owed"), late=1, late_since=DAY)
    assert [line.code for line in worst_first([calm, late, later, both])] == ["F-4", "F-3", "F-2", "F-1"]
    assert worst_first([late, calm], "left")[0] is calm
