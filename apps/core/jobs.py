"""Kicking work to the workers by name. A kick is a hint: a lost one is found by the sweepers."""

import logging
import time
from threading import Lock

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerDown

logger = logging.getLogger(__name__)
HINT_SECONDS = 1.0
# When this process's last message of each hinted task runs, by the monotonic clock.
_planned: dict[str, float] = {}
_reading_tasks = Lock()


def kick(task_name: str, *codes: str | int) -> None:
    """Ask a worker to run the named task after commit. Codes and ids only, never personal data."""
    transaction.on_commit(lambda: _send(task_name, codes))


def hint(task_name: str) -> None:
    """Ask for a task that takes whatever waits, after commit. Many hints of one second become two messages: one sent
    at once, and one for the second's end, which sees what came in between."""
    transaction.on_commit(lambda: _send_seldom(task_name))


def _send_seldom(task_name: str) -> None:
    now, planned = time.monotonic(), _planned.get(task_name, float("-inf"))
    # In the eager mode of tests nothing runs later: each hint is carried out.
    if current_app.conf.task_always_eager:
        _send(task_name, ())
    elif planned <= now:
        wait = max(0.0, planned + HINT_SECONDS - now)
        _planned[task_name] = now + wait
        _send(task_name, (), wait=wait)


def _send(task_name: str, codes: tuple[str | int, ...], *, wait: float = 0.0) -> None:
    if task_name not in current_app.tasks:
        # A web process has not read the apps' tasks until it first kicks one; its threads wait for each other.
        with _reading_tasks:
            current_app.loader.import_default_modules()
    try:
        current_app.tasks[task_name].apply_async(codes, countdown=wait)
    except (BrokerDown, OSError):
        logger.warning("broker unreachable, %s is left to the sweeper", task_name)
    except Exception:
        # An eager task ran here: its fault is its own.
        if current_app.conf.task_always_eager:
            raise
        # The verb is committed and must not fail any more, whatever is wrong with a broker. Two processes that make the
        # files of the embedded one at the same moment, say, read each other's half-written.
        logger.exception("broker out of order, %s is left to the sweeper", task_name)
