"""Fifty people at once."""

from collections.abc import Callable
from functools import partial

from tests.crowd import at_once, passed

CROWD = 50


def approvals(attempt: Callable[[int], object]) -> int:
    """Let fifty people do `attempt` (given their number) at the same moment; return how many were not refused."""
    return sum(passed(at_once(*[partial(attempt, number) for number in range(CROWD)])))
