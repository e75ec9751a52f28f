"""The pure rules: sources, instalments, shares, the end of a notice."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.grants import rules


@pytest.mark.parametrize(
    ("named", "general", "order"),
    [("", "G", ["G", ""]), ("N", "G", ["N", "G", ""]), ("G", "G", ["G", ""]), ("", "", [""])],
)
def test_source_order(named: str, general: str, order: list[str]) -> None:
    assert rules.source_order(named, general) == order


@pytest.mark.parametrize(
    ("amount", "available", "order", "chosen"),
    [
        (100, {"G": 100}, ["G", ""], {"G": 100}),
        (100, {"G": 60, "": 40}, ["G", ""], {"G": 60, "": 40}),
        (100, {"G": 60, "": 39}, ["G", ""], None),
        (100, {"N": 1, "G": 0, "": 200}, ["N", "G", ""], {"N": 1, "": 99}),
        (100, {"G": -50, "": 100}, ["G", ""], {"": 100}),
        (100, {"other": 500}, ["G", ""], None),
        (1, {}, [""], None),
    ],
)
def test_choose_sources(
    amount: int, available: dict[str, int], order: list[str], chosen: dict[str, int] | None
) -> None:
    assert rules.choose_sources(amount, available, order) == chosen


@pytest.mark.parametrize(
    ("amount", "share_bp", "plan"),
    [
        (1_860_000, 5000, [("notice_ended", 930_000), ("evidence_accepted", 930_000)]),
        (3, 5000, [("notice_ended", 1), ("evidence_accepted", 2)]),
        (1, 5000, [("evidence_accepted", 1)]),
        (100, 10_000, [("notice_ended", 100)]),
        (100, 0, [("evidence_accepted", 100)]),
        (999, 3333, [("notice_ended", 332), ("evidence_accepted", 667)]),
    ],
)
def test_instalment_plan(amount: int, share_bp: int, plan: list[tuple[str, int]]) -> None:
    assert [(part.condition, part.amount) for part in rules.instalment_plan(amount, share_bp)] == plan


@pytest.mark.parametrize(
    ("amount", "first_bp", "steps", "most", "plan"),
    [
        (1_000, 3000, [(1, 3000), (2, 2000)], 10_000, [(None, 300), (1, 300), (2, 200), (None, 200)]),
        (10, 3333, [(1, 3333)], 10_000, [(None, 3), (1, 3), (None, 4)]),
        (10, 3333, [(1, 6667)], 10_000, [(None, 3), (1, 7)]),
        (1, 3000, [(1, 3000)], 10_000, [(None, 1)]),
        (1_000, 0, [(2, 10_000)], 10_000, [(2, 1_000)]),
        # The clause was tightened since: what goes beyond it waits for the end.
        (1_000, 3000, [(1, 3000), (2, 2000)], 4000, [(None, 300), (1, 100), (None, 600)]),
        (1_000, 3000, [(1, 3000)], 0, [(None, 1_000)]),
    ],
)
def test_instalments_hang_on_milestones(
    amount: int, first_bp: int, steps: list[tuple[int, int]], most: int, plan: list[tuple[int | None, int]]
) -> None:
    parts = rules.instalment_plan(amount, first_bp, steps, most_before_bp=most)
    assert [(part.milestone, part.amount) for part in parts] == plan
    assert all((part.condition == "milestone_accepted") == bool(part.milestone) for part in parts)


@pytest.mark.parametrize(("amount", "first_bp", "step_bp"), [(0, 0, 0), (1, -1, 0), (1, 5000, 5001)])
def test_a_plan_beyond_the_whole_is_none(amount: int, first_bp: int, step_bp: int) -> None:
    with pytest.raises(ValueError, match="basis points"):
        rules.instalment_plan(amount, first_bp, [(1, step_bp)])


@given(
    amount=st.integers(1, 10**12),
    shares=st.lists(st.integers(0, 2000), min_size=1, max_size=5),
    most=st.integers(0, 10_000),
)
def test_no_more_than_the_share_before_acceptance(amount: int, shares: list[int], most: int) -> None:
    plan = rules.instalment_plan(amount, shares[0], list(enumerate(shares[1:], start=1)), most_before_bp=most)
    assert sum(part.amount for part in plan) == amount
    before = sum(part.amount for part in plan if part.condition != "evidence_accepted")
    assert before * 10_000 <= amount * min(sum(shares), most)


@given(left=st.lists(st.integers(0, 10**10), min_size=1, max_size=6).filter(any), data=st.data())
def test_shares_add_up_and_never_take_more_than_is_left(left: list[int], data: st.DataObject) -> None:
    sources = {str(number): value for number, value in enumerate(left)}
    first = data.draw(st.integers(1, sum(left)))
    parts = rules.share(first, sources)
    assert sum(parts.values()) == first
    rest = {name: value - parts.get(name, 0) for name, value in sources.items()}
    assert min(rest.values()) >= 0
    if sum(rest.values()):
        assert rules.share(sum(rest.values()), rest) == {name: value for name, value in rest.items() if value}


@pytest.mark.parametrize(("amount", "left"), [(0, {"": 5}), (6, {"": 5}), (-1, {"": 5}), (1, {"": 0})])
def test_share_refuses(amount: int, left: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="left"):
        rules.share(amount, left)


@pytest.mark.parametrize(
    ("decided", "days", "end"),
    [
        (date(2026, 11, 25), 7, datetime(2026, 12, 2, 16, tzinfo=UTC)),
        (date(2028, 2, 28), 1, datetime(2028, 2, 29, 16, tzinfo=UTC)),
        (date(2026, 12, 31), 1, datetime(2027, 1, 1, 16, tzinfo=UTC)),
    ],
)
def test_a_notice_ends_at_midnight_in_shanghai(decided: date, days: int, end: datetime) -> None:
    assert rules.notice_end(decided, days) == end
