"""The verbs of the ledger."""

from apps.ledger.services.calendar import hold_books, hold_months
from apps.ledger.services.folding import FoldedRow, take_unfolded
from apps.ledger.services.periods import close_month, close_year
from apps.ledger.services.posting import lift_restriction, post, post_many, reverse

__all__ = [
    "FoldedRow",
    "close_month",
    "close_year",
    "hold_books",
    "hold_months",
    "lift_restriction",
    "post",
    "post_many",
    "reverse",
    "take_unfolded",
]
