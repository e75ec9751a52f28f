"""A matched gift that is given back after its fund has ended: who bears the match, and that the books hold."""

import pytest

from apps.core import clock
from apps.donations import services as donations
from apps.donations.models import Donation
from apps.finance import services
from apps.funds import queries as funds_queries
from apps.funds import services as funds
from apps.seeding.models import TakenBack
from apps.seeding.services import match_gifts
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.finance.life import money_of, refreshed
from tests.finance.test_reorganising import merge
from tests.funds.money import give
from tests.seeding.house import gift as matchable
from tests.seeding.house import open_matching

pytestmark = pytest.mark.django_db


def matched_gift(cast: Cast) -> Donation:
    """Record a gift of ¥100 that the host matches with as much."""
    give(cast.general, 500_00)
    today = clock.today()
    open_matching(cast, opens_on=today, closes_on=today)
    given = matchable(cast.fund, 100_00, day=today)
    match_gifts()
    return given


def test_a_match_is_taken_back_out_of_the_heir(cast: Cast) -> None:
    given = matched_gift(cast)
    merge(cast)
    donations.refund(given, amount=60_00, reason="捐错了", by=cast.finance)
    match_gifts()
    assert money_of(refreshed(cast.fund)) == {}
    assert sum(money_of(refreshed(cast.other_fund)).values()) == 80_00
    assert money_of(cast.general) == {"": 460_00}
    assert_books_clean()


@pytest.mark.parametrize("ending", ["merged", "closed"])
def test_a_match_that_the_heir_has_promised_away_becomes_what_it_owes(cast: Cast, ending: str) -> None:
    given = matched_gift(cast)
    if ending == "merged":
        merge(cast)
    else:
        services.close_fund(
            cast.fund, receiver=cast.other_fund, reason="同为为老服务", document="决定1号", by=cast.admin
        )
    heir = refreshed(cast.other_fund)
    funds.reserve(heir, amounts={"": 70_00}, source_kind="grant", source_code="G-1", by=None)
    donations.refund(given, amount=100_00, reason="捐错了", by=cast.finance)
    match_gifts()
    # The successor bears it: what is promised stays, the rest goes back, and the missing part is a receivable.
    back = TakenBack.objects.get()
    assert (back.amount, back.short) == (100_00, 70_00)
    assert money_of(refreshed(cast.fund)) == {}
    assert funds_queries.available(heir).get("", 0) == 0
    for room in ("seeding", "funds", "ledger"):
        assert_books_clean(room)


def test_a_match_that_came_back_with_the_closing_is_not_taken_twice(cast: Cast) -> None:
    given = matched_gift(cast)
    services.close_fund(
        cast.fund, receiver=cast.general, reason="没有相近的基金", document="决定1号", by=cast.admin
    )
    donations.refund(given, amount=100_00, reason="捐错了", by=cast.finance)
    match_gifts()
    assert money_of(refreshed(cast.fund)) == {}
    assert money_of(cast.general) == {"": 500_00}
    assert_books_clean()
