"""Instalments hung on milestones: planned in the application, bounded by the rules, released by accepted reports."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.verdicts import Refused
from apps.grants import permissions, queries, services
from apps.grants.models import Grant
from apps.projects.models import Evidence
from apps.projects.queries import frozen
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.grants import house as h
from tests.projects import house as p

pytestmark = pytest.mark.django_db
STEPS = [("一半", date(2027, 2, 1), 2500), ("第一餐送出", date(2026, 12, 20), 1500)]
PLAN: dict[str, Any] = {"first_bp": 1000, "milestones": STEPS}


def planned(house: Cast, **changes: Any) -> Grant:
    return h.at_work(house, h.submitted(house, **(PLAN | changes)))


def states(grant: Grant) -> list[str]:
    return list(grant.instalments.order_by("number").values_list("state", flat=True))


def step(house: Cast, grant: Grant, number: int) -> Evidence:
    return h.filed(house, grant, is_final=False, milestone=number, photos=[])


def test_each_part_is_due_on_its_own_report_and_the_grant_closes_with_the_last(house: Cast) -> None:
    grant = planned(house)
    amounts = list(grant.instalments.order_by("number").values_list("amount", flat=True))
    assert amounts == [186_000, 279_000, 465_000, 930_000] and sum(amounts) == grant.amount
    assert [row.waits_for for row in grant.instalments.order_by("number")] == [
        "公示期满", "节点“第一餐送出”验收", "节点“一半”验收", "成果验收",
    ]  # fmt: skip
    assert states(grant) == ["due", "waiting", "waiting", "waiting"]
    second = step(house, grant, 2)
    returned = h.send_back(second, reason="没写人数", by=house.secretary)
    assert returned.state == "returned" and states(grant)[2] == "waiting"
    with clock.set_to(h.AFTER_NOTICE):
        h.accept(step(house, grant, 2), by=house.secretary)
    assert states(grant) == ["due", "waiting", "due", "waiting"]
    h.paid(house, grant, 3)
    with pytest.raises(Refused, match="“第一餐送出”有一期款等着它的报告"):
        h.filed(house, grant)
    first = step(house, grant, 1)
    final = h.filed(house, grant)
    verdict = permissions.may_accept(house.secretary, final)
    assert (
        not verdict
        and "“第一餐送出”" in str(verdict.reason)
        and permissions.may_judge(house.secretary, final)
    )
    with pytest.raises(Refused, match="请先验收那份报告"):
        h.accept(final, by=house.secretary)
    with clock.set_to(h.AFTER_NOTICE):
        h.accept(first, by=house.secretary)
        h.accept(final, by=house.secretary)
    assert states(grant) == ["due", "due", "paid", "due"]
    for number in (1, 2, 4):
        h.paid(house, grant, number)
    grant.refresh_from_db()
    assert grant.state == "closed"
    assert_books_clean()


def test_the_closing_report_may_be_the_last_milestones(house: Cast) -> None:
    grant = planned(house, milestones=[("送完", date(2027, 5, 31), 4000)])
    with clock.set_to(h.AFTER_NOTICE):
        h.accept(h.filed(house, grant, milestone=1), by=house.secretary)
    assert states(grant) == ["due", "due", "due"]
    assert_books_clean("grants.")


def test_the_rules_bound_what_is_paid_before_final_acceptance(house: Cast) -> None:
    project = h.submitted(house, first_bp=3000, milestones=STEPS)
    found = {one.key: one for one in queries.findings(project, house.fund)}["instalments"]
    assert found.verdict == "fail" and "结项验收前一共付 70%" in found.sentence and "50%" in found.sentence
    with pytest.raises(Refused, match="结项验收前一共付 70%"), clock.set_to(h.NOON):
        services.table_project(project, by=house.secretary)


def test_termination_and_the_agreement_follow_the_parts(house: Cast) -> None:
    grant = planned(house)
    whens = [row["when"] for row in queries.agreement_facts(grant)["instalments"]]
    assert whens[1] == "2026年12月20日前完成“第一餐送出”，报告验收通过"
    shown = Client().get(reverse("disclosure:project", args=[grant.project.code])).content.decode()
    assert "等节点“第一餐送出”验收" in shown and "验收后付 15%" in shown
    public = Client().get(reverse("disclosure:motion", args=[grant.motion.code])).content.decode()
    assert "付 25%" in public and "付剩下的" in public
    h.paid(house, grant, 1)
    services.terminate(grant, reason="解散", by=house.admin)
    assert states(grant) == ["paid", "cancelled", "cancelled", "cancelled"]
    assert_books_clean()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"first_bp": None}, "不先付就写 0"),
        ({"first_bp": 6500}, "加起来是 105%"),
        ({"first_bp": -1}, "0% 到 100%"),
        ({"milestones": [("一半", date(2027, 2, 1), -5)]}, "每个节点"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(cast: Cast, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        p.draft(cast, **(PLAN | changes))


def test_a_form_keeps_the_shares_and_an_untouched_application_says_none(cast: Cast) -> None:
    bare = p.draft(cast)
    assert "first_bp" not in frozen(bare) and bare.first_bp is None
    project = p.draft(cast, **PLAN)
    client = Client()
    client.force_login(cast.implementer)
    page = client.get(reverse("projects:edit", args=[project.code])).content.decode()
    for field, value in (("step_share_0", 15), ("step_share_1", 25), ("first_share", 10)):
        assert f'name="{field}" value="{value}"' in page
