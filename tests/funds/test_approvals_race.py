"""Two people decide one step at the same moment: one of them is told that it is done already."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from apps.core.verdicts import Refused
from apps.funds import queries, services
from apps.funds.models import Approval, ApprovalStep
from apps.funds.services import approvals
from apps.users.models import User
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.funds.test_approvals import DISTRICT, TOWN, ask, second_coordinator

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PAUSE = 0.1


@pytest.fixture(autouse=True)
def slow_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a gap between reading whose turn it is and deciding, with and without the lock."""
    real = queries.current_step

    def slowly(approval: Approval) -> Any:
        step = real(approval)
        time.sleep(PAUSE)
        return step

    monkeypatch.setattr(approvals.queries, "current_step", slowly)


def decide(approval: Approval, people: list[User], step: int) -> int:
    """Let one pass and one refuse at once; return how many were not refused."""
    start = Barrier(len(people))

    def one(number: int) -> bool:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            if number:
                services.refuse_step(approval, reason="不行", step=step, by=people[number])
            else:
                services.pass_step(approval, step=step, by=people[number])
        except Refused:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        return sum(pool.map(one, range(len(people))))


def test_with_the_lock_one_decision_counts(cast: Cast) -> None:
    approval = ask(cast, steps=[TOWN, DISTRICT])
    step = ApprovalStep.objects.get(state="current")
    assert decide(approval, [cast.coordinator, second_coordinator()], step.pk) == 1
    assert_books_clean("funds.")


def test_without_the_lock_both_think_they_decided(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        approvals,
        "lock_approval",
        lambda code: Approval.objects.select_related("host", "fund").get(code=code),
    )
    approval = ask(cast, steps=[TOWN, DISTRICT])
    step = ApprovalStep.objects.get(state="current")
    assert decide(approval, [cast.coordinator, second_coordinator()], step.pk) == 2
