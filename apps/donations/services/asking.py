"""Asking the provider for many facts at once, outside any transaction, a few at a time."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

from apps.donations.providers.base import ProviderError

K = TypeVar("K")
F = TypeVar("F")
AT_ONCE = 8


def ask_all(
    keys: Iterable[K], ask: Callable[[K], F], *, within: timedelta = timedelta.max
) -> dict[K, F | ProviderError]:
    """Return the answer, or the provider's failure, for each distinct key, asked in this order. `ask` must not touch
    the database. Of several, those that are still to be asked when `within` is over get no answer."""
    wanted = list(dict.fromkeys(keys))

    def one(key: K) -> F | ProviderError:
        try:
            return ask(key)
        except ProviderError as error:
            return error

    if len(wanted) < 2:
        return {key: one(key) for key in wanted}
    left, answers = deque(wanted), dict[K, F | ProviderError]()
    ends = time.monotonic() + within.total_seconds()

    def some(_number: int) -> None:
        while time.monotonic() < ends:
            try:
                key = left.popleft()
            except IndexError:
                return
            answers[key] = one(key)

    # One errand per thread instead of one per key, which would cost more than booking the answer does.
    threads = min(AT_ONCE, len(wanted))
    with ThreadPoolExecutor(max_workers=threads) as pool:
        try:
            list(pool.map(some, range(threads)))
        finally:
            left.clear()
    return answers
