"""Hints: many in one second are two messages, and what came last is always seen."""

import sys
import time
from types import SimpleNamespace

import pytest
from celery import Celery, current_app
from django.db import transaction

from apps.core import jobs


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses of the messages that went out, with workers apart as in service."""
    pauses: list[float] = []
    monkeypatch.setattr(jobs, "_send", lambda name, codes, *, wait=0.0: pauses.append(wait))
    monkeypatch.setattr(jobs, "_planned", {})
    apart = SimpleNamespace(conf=SimpleNamespace(task_always_eager=False))
    monkeypatch.setattr(jobs, "current_app", apart)
    return pauses


@pytest.mark.django_db(transaction=True)
def test_many_hints_of_one_moment_become_two_messages(sent: list[float]) -> None:
    for _event in range(50):
        jobs.hint("donations.settle")
    assert sent[0] == 0.0
    assert len(sent) == 2
    assert 0.5 < sent[1] <= jobs.HINT_SECONDS


@pytest.mark.django_db(transaction=True)
def test_a_hint_after_a_quiet_second_goes_out_at_once(
    sent: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "HINT_SECONDS", 0.05)
    for _turn in range(3):
        jobs.hint("donations.settle")
        time.sleep(0.06)
    assert sent == [0.0, 0.0, 0.0]


def broken_broker() -> Celery:
    """A broker that nothing can be handed to."""
    current_app.loader.import_default_modules()
    return Celery("broken", broker="nowhere://", set_as_current=False)


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_does_not_fail_for_a_broker_out_of_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[object] = []
    monkeypatch.setattr(jobs.logger, "exception", lambda words, task: told.extend([task, sys.exc_info()[0]]))
    monkeypatch.setattr(jobs, "current_app", broken_broker())
    with transaction.atomic():
        jobs.kick("donations.settle")
    assert told == ["donations.settle", KeyError]
