"""Chains up the levels: who may decide, returns and rounds, missing levels, deadlines."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery import shared_task
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.models import AuditEvent, OutboxMessage
from apps.core.verdicts import Refused
from apps.core.waiting import collect
from apps.divisions.models import Division
from apps.funds import permissions, queries, services
from apps.funds.models import Approval
from apps.funds.services import StepPlan
from apps.users.models import Role, User
from tests.books import assert_books_clean
from tests.cast import OPENED, Cast, person

pytestmark = pytest.mark.django_db
TASK = "tests.approval_decided"
TOWN = StepPlan("街镇审核", Role.Kind.TOWN_COORDINATOR, Role.Scope.DIVISION, "500110001", 10)
DISTRICT = StepPlan("区级确认", Role.Kind.HOST_ADMIN, Role.Scope.HOST, "H-QJ", 0)
kicked: list[str] = []


@shared_task(name=TASK)
def decided(code: str) -> None:
    kicked.append(code)


@pytest.fixture(autouse=True)
def nothing_kicked() -> None:
    kicked.clear()


def ask(cast: Cast, by: User | None = None, **changes: Any) -> Approval:
    facts: dict[str, Any] = {
        "host": cast.host,
        "kind": "motion",
        "subject_kind": "governance.motion",
        "subject_code": "M1",
        "title": "楼道扶手资助 8 万元",
        "amount": 80_000_00,
        "steps": [TOWN, DISTRICT],
        "task": TASK,
        "division": Division.objects.get(code="500110001001"),
        "fund": cast.fund,
        "by": by or cast.secretary,
    }
    return services.open_approval(**(facts | changes))


def role(user: User, kind: str, scope: str, code: str) -> User:
    Role.objects.create(user=user, kind=kind, scope_kind=scope, scope_code=code, valid_from=OPENED)
    return user


def second_coordinator() -> User:
    return role(person("第二位统筹员", "town2@qj.test"), "town_coordinator", "division", "500110001")


def test_a_chain_passes_step_by_step(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    approval = ask(cast)
    assert ask(cast) == approval
    assert [step.approval for step in queries.approvals_waiting_for(cast.coordinator)] == [approval]
    assert not queries.approvals_waiting_for(cast.admin).exists()
    with pytest.raises(Refused, match="街镇统筹员"):
        services.pass_step(approval, by=cast.admin)
    with django_capture_on_commit_callbacks(execute=True):
        services.pass_step(approval, words="情况属实", by=cast.coordinator)
    assert kicked == []
    assert not queries.approvals_waiting_for(cast.coordinator).exists()
    with django_capture_on_commit_callbacks(execute=True):
        approval = services.pass_step(approval, by=cast.admin)
    assert approval.state == "passed" and approval.decided_at is not None
    assert kicked == [approval.code]
    with pytest.raises(Refused):
        services.pass_step(approval, by=cast.admin)
    first, second = queries.history_of("governance.motion", "M1")
    assert (first.label, first.role, first.state_words, first.words) == (
        "街镇审核",
        "街镇统筹员",
        "同意",
        "情况属实",
    )
    assert first.decided_at is not None and second.decided_at is not None
    assert AuditEvent.objects.filter(verb="pass_step").count() == 2
    assert_books_clean("funds.")


def test_nobody_decides_what_they_asked(cast: Cast) -> None:
    with pytest.raises(Refused, match="只有您自己"):
        ask(cast, by=cast.coordinator)
    second_coordinator()
    approval = ask(cast, by=cast.coordinator)
    verdict = permissions.may_decide(cast.coordinator, approval)
    assert not verdict and "您提出的" in str(verdict.reason)
    assert not queries.approvals_waiting_for(cast.coordinator).exists()
    with pytest.raises(Refused):
        services.pass_step(approval, by=cast.coordinator)
    assert not Approval.objects.filter(state="passed").exists()


def test_nobody_decides_two_steps_of_one_round(cast: Cast) -> None:
    role(cast.admin, "town_coordinator", "division", "500110")
    approval = services.pass_step(ask(cast), by=cast.admin)
    assert not queries.approvals_waiting_for(cast.admin).exists()
    with pytest.raises(Refused, match="这一轮里您已经办过一步"):
        services.pass_step(approval, by=cast.admin)


@pytest.mark.parametrize(
    "missing",
    [
        StepPlan("省级确认", Role.Kind.HOST_ADMIN, Role.Scope.HOST, "H-PROVINCE", 5),
        StepPlan("街镇审核", Role.Kind.TOWN_COORDINATOR, Role.Scope.DIVISION, "500110002", 5),
        StepPlan("基金审核", Role.Kind.FINANCE, Role.Scope.FUND, "F-BBT", 5),
    ],
)
def test_a_missing_level_is_named(cast: Cast, missing: StepPlan) -> None:
    with pytest.raises(Refused, match=missing.label):
        ask(cast, steps=[TOWN, missing])
    assert not Approval.objects.exists()
    with pytest.raises(Refused, match="至少要有一步"):
        ask(cast, steps=[])


def test_what_is_returned_comes_back_from_the_first_step(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    approval = services.pass_step(ask(cast), by=cast.coordinator)
    with pytest.raises(Refused) as refusal:
        services.return_step(approval, reason=" ", by=cast.admin)
    assert refusal.value.field == "words"
    with django_capture_on_commit_callbacks(execute=True):
        approval = services.return_step(approval, reason="预算要分项", by=cast.admin)
    assert (approval.state, kicked) == ("returned", [approval.code])
    assert [row.title for row in collect(cast.secretary) if row.mine] == [approval.title]
    assert_books_clean("funds.")
    approval = services.resubmit(approval, amount=70_000_00, by=cast.chair)
    assert (approval.state, approval.round, approval.amount) == ("open", 2, 70_000_00)
    assert [step.label for step in queries.approvals_waiting_for(cast.coordinator)] == ["街镇审核"]
    approval = services.pass_step(approval, by=cast.coordinator)
    approval = services.pass_step(approval, by=cast.admin)
    assert approval.state == "passed"
    history = queries.history_of("governance.motion", "M1")
    assert [(step.round, step.state) for step in history] == [
        (1, "passed"),
        (1, "returned"),
        (2, "passed"),
        (2, "passed"),
    ]
    assert_books_clean("funds.")


def test_who_hands_in_again_decides_nothing_in_that_round(cast: Cast) -> None:
    second_coordinator()
    approval = services.return_step(ask(cast), reason="改", by=cast.coordinator)
    approval = services.resubmit(approval, by=cast.coordinator)
    with pytest.raises(Refused, match="您提出的"):
        services.pass_step(approval, by=cast.coordinator)


def test_refused_is_the_end_and_withdrawn_may_be_asked_anew(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        approval = services.refuse_step(ask(cast), reason="不在用途内", by=cast.coordinator)
    assert (approval.state, kicked) == ("refused", [approval.code])
    for verb in (services.resubmit, services.withdraw_approval):
        with pytest.raises(Refused):
            verb(approval, by=cast.secretary)
    other = services.withdraw_approval(ask(cast, subject_code="M2"), by=cast.secretary)
    assert services.withdraw_approval(other, by=cast.secretary).state == "withdrawn"
    with pytest.raises(Refused):
        services.pass_step(other, by=cast.coordinator)
    again = ask(cast, subject_code="M2")
    assert again != other and queries.approval_of("governance.motion", "M2") == again
    assert_books_clean("funds.")


def test_deadlines_run_from_the_steps_turn_and_lateness_stays(cast: Cast) -> None:
    start = datetime(2026, 11, 2, 1, tzinfo=UTC)
    with clock.set_to(start):
        approval = ask(cast)
        (step,) = queries.approvals_waiting_for(cast.coordinator)
        assert step.due_at == start + timedelta(days=10) and not step.is_late
        assert OutboxMessage.objects.filter(address=cast.coordinator.email).count() == 1
    with clock.set_to(start + timedelta(days=11)):
        assert queries.history_of("governance.motion", "M1")[0].is_late
        (row,) = collect(cast.coordinator)
        assert row.state == "late" and row.until == start + timedelta(days=10)
        services.pass_step(approval, by=cast.coordinator)
    history = queries.history_of("governance.motion", "M1")
    assert [step.is_late for step in history] == [True, False]


def test_a_stale_page_decides_nothing(cast: Cast) -> None:
    seen = queries.current_step(approval := ask(cast, steps=[TOWN, TOWN, DISTRICT]))
    assert seen is not None
    services.pass_step(approval, by=cast.coordinator, step=seen.pk)
    other = second_coordinator()
    with pytest.raises(Refused, match="已经有人办过"):
        services.pass_step(approval, by=other, step=seen.pk)


def test_the_pages_show_and_take_a_decision(client: Client, cast: Cast) -> None:
    approval = ask(cast)
    page = reverse("funds:approval", args=[approval.code])
    client.force_login(cast.stranger)
    assert client.get(page).status_code == 404
    assert "没有等您办的审批" in client.get(reverse("funds:approvals")).content.decode()
    for reader in (cast.secretary, cast.auditor, cast.admin):
        client.force_login(reader)
        assert client.get(page).status_code == 200
        assert approval.title in client.get(reverse("funds:approvals")).content.decode()
    current = queries.current_step(approval)
    assert current is not None
    facts = {"decision": "return", "words": "", "step": current.pk}
    assert client.post(page, facts).status_code == 422
    client.force_login(cast.coordinator)
    answer = client.post(page, facts)
    assert answer.status_code == 422 and "请写明原因" in answer.content.decode()
    assert client.post(page, facts | {"decision": "burn"}).status_code == 422
    assert client.post(page, facts | {"step": "x"}).status_code == 422
    assert client.post(page, facts | {"decision": "pass"}).status_code == 302
    answer = client.post(page, facts | {"decision": "pass"})
    assert answer.status_code == 422 and "已经有人办过" in answer.content.decode()
    assert "区级确认" in client.get(page).content.decode()
