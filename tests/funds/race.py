"""Fifty people at once, each in a thread with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from apps.core.verdicts import Refused

CROWD = 50


def approvals(attempt: Callable[[int], object]) -> int:
    """Let fifty people do `attempt` (given their number) at the same moment; return how many were not refused."""
    start = Barrier(CROWD)

    def one(number: int) -> bool:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            attempt(number)
        except Refused:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as pool:
        return sum(pool.map(one, range(CROWD)))
