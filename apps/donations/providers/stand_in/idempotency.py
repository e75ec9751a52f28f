"""Idempotency-Key as Stripe keeps it: the first answer is replayed, another body is an error, a race is 409."""

import hashlib
import threading
from collections.abc import Callable
from typing import Any

from apps.donations.providers.stand_in.store import ApiError

MAX_KEY = 255
# Refused parameters and conflicts are not kept, so that a mended request may use its key again.
NOT_KEPT = frozenset({400, 401, 404, 409, 429})
Answer = tuple[int, dict[str, Any]]


class Keys:
    """The answers already given, by key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given: dict[str, tuple[str, Answer | None]] = {}

    def once(self, key: str, request: str, run: Callable[[], Answer]) -> tuple[Answer, bool]:
        """Run the request, or return what it answered before; and whether this is a replay."""
        if not key:
            return run(), False
        if len(key) > MAX_KEY:
            raise ApiError(400, "Idempotency keys are at most 255 characters long.", kind="idempotency_error")
        print_of = hashlib.sha256(request.encode()).hexdigest()
        with self._lock:
            if key in self._given:
                known, answer = self._given[key]
                if known != print_of:
                    raise ApiError(
                        400,
                        "Keys for idempotent requests can only be used with the same parameters"
                        " they were first used with.",
                        kind="idempotency_error",
                    )
                if answer is None:
                    raise ApiError(
                        409,
                        "There is currently another in-progress request using this Idempotency Key.",
                        kind="idempotency_error",
                        code="idempotency_key_in_use",
                    )
                return answer, True
            self._given[key] = (print_of, None)
        try:
            answer = run()
        except BaseException:
            self.forget(key)
            raise
        if answer[0] in NOT_KEPT:
            self.forget(key)
        else:
            with self._lock:
                self._given[key] = (print_of, answer)
        return answer, False

    def forget(self, key: str) -> None:
        """Drop one key, as the real service does after a day."""
        with self._lock:
            self._given.pop(key, None)
