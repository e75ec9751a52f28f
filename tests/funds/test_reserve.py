"""Promises: never more than there is, once per source, and given back whole."""

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.verdicts import Refused
from apps.funds import queries, services
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.funds.money import give

pytestmark = pytest.mark.django_db
_numbers = count(1)


def test_available_is_what_is_there_less_what_is_promised(cast: Cast) -> None:
    give(cast.fund, 1_000_00)
    give(cast.fund, 300_00, restriction=cast.restriction)
    services.reserve(cast.fund, amounts={"": 400_00}, source_kind="test", source_code="G1", by=None)
    assert queries.available(cast.fund) == {"": 600_00, cast.restriction: 300_00}
    assert queries.available(cast.other_fund) == {}
    assert_books_clean()


def test_a_fund_promises_no_more_than_it_has_of_each_restriction(cast: Cast) -> None:
    give(cast.fund, 1_000_00)
    give(cast.fund, 300_00, restriction=cast.restriction)
    with pytest.raises(Refused, match=r"300\.00") as refusal:
        services.reserve(
            cast.fund,
            amounts={"": 400_00, cast.restriction: 300_01},
            source_kind="test",
            source_code="G1",
            by=None,
        )
    assert refusal.value.field == "amount"
    assert queries.promised(cast.fund) == {}
    with pytest.raises(Refused):
        services.reserve(cast.fund, amounts={"": 0}, source_kind="test", source_code="G1", by=None)
    with pytest.raises(Refused):
        services.reserve(cast.other_fund, amounts={"": 1}, source_kind="test", source_code="G1", by=None)


def test_a_source_promises_once(cast: Cast) -> None:
    give(cast.fund, 1_000_00)
    for _time in range(3):
        services.reserve(cast.fund, amounts={"": 400_00}, source_kind="test", source_code="G1", by=None)
    assert queries.available(cast.fund) == {"": 600_00}
    with pytest.raises(Refused):
        services.reserve(cast.fund, amounts={"": 500_00}, source_kind="test", source_code="G1", by=None)


def test_drawing_lowers_the_promise_and_never_below_zero(cast: Cast) -> None:
    give(cast.fund, 1_000_00)
    services.reserve(cast.fund, amounts={"": 400_00}, source_kind="test", source_code="G1", by=None)
    services.draw("test", "G1", amounts={"": 150_00})
    assert queries.promised(cast.fund) == {"": 250_00}
    for amounts in ({"": 250_01}, {"R": 1}, {"": 0}, {"": -1}):
        with pytest.raises(Refused):
            services.draw("test", "G1", amounts=amounts)
    assert services.release("test", "G1", by=None) == {"": 250_00}
    assert services.release("test", "G1", by=None) == {}
    assert services.release("test", "nothing", by=None) == {}


@settings(max_examples=25)
@given(
    gifts=st.lists(st.integers(min_value=1, max_value=10**9), min_size=2, max_size=2),
    shares=st.lists(st.integers(min_value=1, max_value=1000), min_size=2, max_size=2),
)
def test_releasing_undoes_reserving(cast: Cast, gifts: list[int], shares: list[int]) -> None:
    give(cast.fund, gifts[0])
    give(cast.fund, gifts[1], restriction=cast.restriction)
    code = f"G{next(_numbers)}"
    before = queries.available(cast.fund)
    amounts = {
        restriction: max(1, before[restriction] * share // 1000)
        for restriction, share in zip(("", cast.restriction), shares, strict=True)
    }
    services.reserve(cast.fund, amounts=amounts, source_kind="test", source_code=code, by=None)
    assert queries.available(cast.fund) == {key: before[key] - amounts[key] for key in before}
    services.release("test", code, by=None)
    assert queries.available(cast.fund) == before
