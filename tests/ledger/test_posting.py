"""Booking: balanced, once, in open months only."""

from datetime import date

import pytest

from apps.ledger import queries, services
from apps.ledger.rules import Draft, Line
from tests.books import assert_books_clean

HOST, FUND, LIMIT, DAY = "H-QJ", "F-BBT", "F-BBT-G", date(2026, 3, 5)
pytestmark = pytest.mark.django_db


def gift(
    source: str = "D1", amount: int = 5000, day: date = DAY, fund: str = FUND, account: str = "bank_deposits"
) -> Draft:
    lines = [Line(account, amount, fund, LIMIT), Line("donation_income", -amount, fund, LIMIT, donor="X1")]
    return Draft("donation", source, HOST, day, lines, "捐赠")


def test_a_set_is_booked_in_order_and_once() -> None:
    first, second, again = services.post_many([gift("D1"), gift("D2", 70), gift("D1")])
    assert first != second
    assert again == first
    assert services.post_many([gift("D2", 70), gift("D3", 1)])[0] == second
    assert queries.spendable(FUND, host=HOST) == {LIMIT: 5071}
    assert queries.fund_balance(FUND, host=HOST) == 5071
    assert queries.flows(FUND, host=HOST)["donated"] == 5071
    assert_books_clean()
