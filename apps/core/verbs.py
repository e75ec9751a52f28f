"""How every verb that writes runs: atomically, and again from the start when the database asks for it."""

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")
# serialization_failure and deadlock_detected: the whole verb is safe to run again.
RETRYABLE = {"40001", "40P01"}
ATTEMPTS = 5


def verb(function: Callable[P, R]) -> Callable[P, R]:
    """Make a service atomic; the outermost one is run again after a serialisation failure or a deadlock."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            with transaction.atomic():
                return function(*args, **kwargs)
        for attempt in range(ATTEMPTS):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in RETRYABLE or attempt == ATTEMPTS - 1:
                    raise
                time.sleep(0.01 * 2**attempt)
        raise AssertionError("unreachable")

    return run
