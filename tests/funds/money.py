"""Money for tests: income and expense booked straight into the ledger, as opening entries that no room answers for."""

from datetime import date
from itertools import count

from apps.funds.models import Fund
from apps.ledger.rules import Draft, EntryKind, Line
from apps.ledger.services import post

DAY = date(2026, 11, 1)
_numbers = count(1)


def give(fund: Fund, amount: int, *, restriction: str = "", day: date = DAY) -> None:
    """Book a gift to the fund's bank money."""
    _book(fund, "donation_income", amount, restriction, day)


def pay(fund: Fund, amount: int, *, restriction: str = "", day: date = DAY) -> None:
    """Book a grant's payment."""
    _book(fund, "programme_expense", -amount, restriction, day)


def _book(fund: Fund, account: str, amount: int, restriction: str, day: date) -> None:
    lines = (
        Line("bank_deposits", amount, fund.code, restriction),
        Line(account, -amount, fund.code, restriction),
    )
    post(Draft(EntryKind.OPENING, f"test:{next(_numbers)}", fund.host.code, day, lines))
