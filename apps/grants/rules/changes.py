"""When a change of a grant is small enough for the chair alone. Integer fen and days."""

from collections.abc import Mapping
from datetime import date

WHOLE_BP = 10_000


def shifted(first: Mapping[str, int], now: Mapping[str, int]) -> int:
    """Return how many fen lie in other lines of a budget than at first; what one line gains another loses."""
    return sum(max(now.get(key, 0) - first.get(key, 0), 0) for key in first.keys() | now.keys())


def is_within_tolerance(amount: int, total: int, share_bp: int) -> bool:
    """Tell whether `amount` is at most `share_bp` basis points of `total`."""
    return amount * WHOLE_BP <= total * share_bp


def days_longer(first: date, now: date) -> int:
    """Return by how many days a project ends later than was decided; 0 when it ends earlier."""
    return max((now - first).days, 0)
