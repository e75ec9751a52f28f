"""What a pledge is on paper: its plan, how far it came, and whether it may be claimed."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.verdicts import Refused
from apps.donations.pledging import (
    Due,
    PledgeState,
    Standing,
    check_plan,
    equal_parts,
    is_binding,
    next_due,
    overdue,
    spread,
    standing,
)

DAY = date(2026, 11, 21)
PLAN = [Due(date(2026, 12, 1), 300), Due(date(2027, 3, 1), 700)]


@pytest.mark.parametrize(
    ("form", "relief", "binding"),
    [
        ("public", False, True),
        ("public", True, True),
        ("written", True, True),
        ("written", False, False),
        ("other", True, False),
    ],
)
def test_what_article_41_lets_a_charity_claim(form: str, relief: bool, binding: bool) -> None:
    assert is_binding(form, serves_relief=relief) is binding


@pytest.mark.parametrize(
    ("state", "received", "today", "expected"),
    [
        ("open", 0, date(2026, 12, 1), Standing.AWAITED),
        ("open", 0, date(2026, 12, 2), Standing.OVERDUE),
        ("open", 299, date(2026, 12, 2), Standing.OVERDUE),
        ("open", 300, date(2027, 3, 1), Standing.PART),
        ("open", 300, date(2027, 3, 2), Standing.OVERDUE),
        ("open", 1000, date(2030, 1, 1), Standing.FULFILLED),
        ("released", 300, date(2030, 1, 1), Standing.RELEASED),
        ("cancelled", 0, date(2030, 1, 1), Standing.CANCELLED),
    ],
)
def test_how_it_stands(state: str, received: int, today: date, expected: Standing) -> None:
    assert standing(state, PLAN, received, today) is expected


DUES = st.lists(
    st.tuples(st.dates(date(2026, 1, 1), date(2035, 1, 1)), st.integers(1, 10**9)),
    min_size=1,
    max_size=12,
    unique_by=lambda pair: pair[0],
)


@given(DUES, st.floats(0, 1), st.dates(date(2025, 1, 1), date(2036, 1, 1)))
def test_what_came_and_what_is_missing_make_up_the_pledge(
    pairs: list[tuple[date, int]], share: float, today: date
) -> None:
    plan = [Due(*pair) for pair in pairs]
    total = sum(one.amount for one in plan)
    received = int(total * share)
    parts = spread(plan, received)
    assert sum(one.paid for one in parts) == received
    assert sum(one.missing for one in parts) == total - received
    assert all(0 <= one.paid <= one.amount for one in parts)
    # No later instalment has anything before the earlier ones are whole.
    assert all(not later.paid or not one.missing for one, later in pairwise(parts))
    assert 0 <= overdue(plan, received, today) <= total - received
    assert (next_due(plan, received) is None) == (received == total)
    found = standing(PledgeState.OPEN, plan, received, today)
    assert (found is Standing.FULFILLED) == (received == total)


@given(st.integers(60, 10**12), st.integers(1, 60), st.sampled_from([1, 3, 6, 12]))
def test_equal_parts_lose_no_fen(amount: int, times: int, months: int) -> None:
    plan = equal_parts(amount, first=date(2026, 1, 31), times=times, months=months)
    assert sum(one.amount for one in plan) == amount
    assert max(one.amount for one in plan) - min(one.amount for one in plan) <= 1
    assert len({one.due_on for one in plan}) == times


@pytest.mark.parametrize(
    ("amount", "plan", "said"),
    [
        (1000, [], "什么时候付"),
        (1000, [Due(DAY, 500), Due(DAY, 500)], "同一天"),
        (1000, [Due(DAY, 0), Due(date(2027, 1, 1), 1000)], "大于 0"),
        (1000, [Due(date(2026, 11, 20), 1000)], "早于"),
        (1000, [Due(date(2099, 1, 1), 1000)], "太远"),
        (1000, [Due(DAY, 999)], r"¥9\.99"),
        (61, [Due(date(2027, 1, 1), 1)] * 61, "最多 60"),
    ],
)
def test_plans_that_are_none(amount: int, plan: list[Due], said: str) -> None:
    with pytest.raises(Refused, match=said):
        check_plan(amount, plan, pledged_on=DAY)


def test_no_parts_of_nothing() -> None:
    for times in (0, 61):
        with pytest.raises(Refused):
            equal_parts(1000, first=DAY, times=times, months=1)
    with pytest.raises(Refused):
        equal_parts(3, first=DAY, times=4, months=1)
