"""Two people decide one step at the same moment: one of them is told that it is done already."""

import time
from typing import Any

import pytest

from apps.funds import queries, services
from apps.funds.models import Approval, ApprovalStep
from apps.funds.services import approvals
from apps.users.models import User
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.crowd import at_once, passed
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
    found = at_once(
        lambda: services.pass_step(approval, step=step, by=people[0]),
        lambda: services.refuse_step(approval, reason="不行", step=step, by=people[1]),
    )
    return sum(passed(found))


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
