"""How a final account is worked out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.grants.rules.final_account import LineIn, PayerIn, settle


def lines(*rows: tuple[int, int]) -> list[LineIn]:
    return [LineIn(str(n), granted, granted, spent) for n, (granted, spent) in enumerate(rows)]


def payer(
    paid: int, returned: int = 0, written_off: int = 0, *, may_keep: bool = False, name: str = "G"
) -> PayerIn:
    return PayerIn(name, paid, paid, returned, written_off, may_keep)


@pytest.mark.parametrize(
    ("rows", "paid", "spent", "surplus"),
    [
        ([(600, 600), (400, 400)], 1_000, 1_000, 0),
        ([(600, 500), (400, 390)], 1_000, 890, 110),
        # 40 over, within the tenth of the grant: moved from the other line.
        ([(600, 640), (400, 300)], 1_000, 940, 60),
        # 200 over, of which a tenth of the grant is borne.
        ([(600, 800), (400, 100)], 1_000, 800, 200),
        # Everything over: no more than was paid.
        ([(600, 900), (400, 400)], 1_000, 1_000, 0),
        ([(600, 0), (400, 0)], 1_000, 0, 1_000),
    ],
)
def test_what_the_grant_bears(rows: list[tuple[int, int]], paid: int, spent: int, surplus: int) -> None:
    settled = settle(lines(*rows), [payer(paid)], tolerance_bp=1_000, keep=False)
    assert (settled.spent, settled.surplus, settled.kept) == (spent, surplus, 0)


def test_what_came_back_and_was_given_up_is_not_accounted_for_again() -> None:
    settled = settle(lines((1_000, 900)), [payer(1_000, 60, 40)], tolerance_bp=1_000, keep=False)
    assert (settled.spent, settled.surplus) == (900, 0)


def test_each_fund_has_its_share_and_keeps_only_where_its_rules_allow() -> None:
    payers = [payer(700, name="A"), payer(300, may_keep=True, name="B")]
    settled = settle(lines((1_000, 901)), payers, tolerance_bp=0, keep=True)
    assert [(one.spent, one.surplus, one.kept, one.to_return) for one in settled.payers] == [
        (631, 69, 0, 69),
        (270, 30, 30, 0),
    ]


fen = st.integers(0, 10**10)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(1, 10**10), fen), min_size=1, max_size=8),
    st.lists(
        st.tuples(st.integers(1, 10**10), st.integers(0, 100), st.integers(0, 100)), min_size=1, max_size=4
    ),
    st.integers(0, 5_000),
)
def test_every_account_adds_up(
    rows: list[tuple[int, int]], grants: list[tuple[int, int, int]], tolerance: int
) -> None:
    payers = [
        payer(paid, paid * back // 200, paid * lost // 200, name=str(n))
        for n, (paid, back, lost) in enumerate(grants)
    ]
    settled = settle(lines(*rows), payers, tolerance_bp=tolerance, keep=False)
    assert settled.spent + settled.surplus == sum(one.ceiling for one in payers)
    for one in settled.payers:
        assert one.spent + one.surplus == one.payer.ceiling and one.surplus >= 0
    assert all(0 <= line.borne <= line.spent for line in settled.lines)
    assert sum(line.borne for line in settled.lines) == settled.spent
