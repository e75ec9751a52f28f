"""Amounts as people write them, splits, and figures as pages show them."""

import itertools
from decimal import Decimal

import pytest
from djmoney.money import Money
from hypothesis import given
from hypothesis import strategies as st

from apps.core import money
from apps.core.verdicts import Refused

READ = {
    "0.01": 1,
    "50": 5000,
    "50.5": 5050,
    "1,234.56": 123456,
    "10000.07": 1000007,
    "1,000,000.00": 100000000,
    "99999999.99": 9999999999,
    " 5 ": 500,
}
REFUSED = [
    "0", "0.00", "-1", "-0", "+5", "0.001", "1.005", "0.1+0.2", "1e3", "1E400", "NaN", "Infinity", "１００", "١٢٣",
    "1_000", "1.000,00", "12,34", "一百", "\u20035", "5\u0000", "", " ", "¥5", "5元", "9007199254740993", str(2**63),
    "9" * 40, "100000000.00", "007", "0x10", "5.", ".5", "5\n",
]  # fmt: skip


@pytest.mark.parametrize(("text", "fen"), READ.items())
def test_amounts_people_write_are_read(text: str, fen: int) -> None:
    assert money.parse_amount(text) == fen


@pytest.mark.parametrize("text", REFUSED)
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        money.parse_amount(text, field="amount")
    assert refusal.value.field == "amount"
    assert str(refusal.value).endswith(("。", "."))


@given(st.integers(1, money.MAX_FEN))
def test_what_is_written_reads_back(fen: int) -> None:
    assert money.parse_amount(money.written(fen)) == fen
    assert money.fen(money.yuan(fen)) == fen


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(any))
def test_a_split_adds_up_and_stays_within_one_fen(total: int, weights: list[int]) -> None:
    parts = money.split(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Decimal(part) - Decimal(total) * weight / sum(weights)) < 1


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_a_split_by_nothing_is_an_error(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        money.split(100, weights)


def test_only_whole_fen_of_yuan_enter_the_books() -> None:
    for wrong in (Money("0.001", "CNY"), Money("1", "JPY"), Money("1", "USD")):
        with pytest.raises(Refused):
            money.fen(wrong)


def test_the_minus_is_a_real_minus() -> None:
    assert money.written(-123456) == "\u22121,234.56"
    assert money.written(123456, sign=True) == "+1,234.56"
    assert money.written(0, sign=True) == "0.00"


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (15, "壹角伍分"),
        (105, "壹元零伍分"),
        (1000, "壹拾元整"),
        (10007, "壹佰元零柒分"),
        (100500, "壹仟零伍元整"),
        (1000050, "壹万元伍角整"),
        (1234567, "壹万贰仟叁佰肆拾伍元陆角柒分"),
        (1001000000, "壹仟零壹万元整"),
        (10010000100, "壹亿零壹拾万零壹元整"),
        (999999999999, "玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_capitals_are_what_banks_write(fen: int, words: str) -> None:
    assert money.in_capitals(fen) == words


@given(st.integers(0, 10**14 - 1))
def test_capitals_are_read_back_as_the_amount(fen: int) -> None:
    assert read_capitals(money.in_capitals(fen)) == fen


def read_capitals(words: str) -> int:
    """Return the fen that capitals say, read from left to right as a teller reads them."""
    whole, _yuan, part = words.rpartition("元")
    total = group = digit = 0
    for sign in whole:
        if sign in "亿万":
            total, group, digit = total + (group + digit) * {"亿": 10**8, "万": 10**4}[sign], 0, 0
        elif sign in "仟佰拾":
            group, digit = group + digit * {"仟": 1000, "佰": 100, "拾": 10}[sign], 0
        else:
            digit = "零壹贰叁肆伍陆柒捌玖".index(sign)
    fen = (total + group + digit) * 100
    for sign, unit in itertools.pairwise(part):
        fen += "零壹贰叁肆伍陆柒捌玖".find(sign) * {"角": 10, "分": 1}.get(unit, 0)
    return fen


def test_capitals_have_their_limits() -> None:
    for fen in (-1, 10**14):
        with pytest.raises(ValueError, match="capitals"):
            money.in_capitals(fen)
