"""Hearing the provider's events while its own clock runs."""

import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from apps.demonstration import money


def test_no_event_is_lost_while_others_are_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wallet ends a refund in the stand-in's own thread, at any moment."""
    heard: list[int] = []
    waiting: list[int] = []
    monkeypatch.setattr(money, "receive_event", lambda channel, body, headers: heard.append(body))
    stand_in: Any = SimpleNamespace(
        webhooks=SimpleNamespace(waiting=waiting, envelope=lambda event, at: (event, "signature"))
    )

    def tell() -> None:
        for number in range(2000):
            # Where a listener holds on to the list it was made with, as the stand-in's does between look-up and append.
            held = stand_in.webhooks.waiting
            if number % 100 == 0:
                time.sleep(0.001)
            held.append(number)

    teller = threading.Thread(target=tell)
    teller.start()
    while teller.is_alive():
        money.hear(stand_in)
    money.hear(stand_in)
    assert heard == list(range(2000))
