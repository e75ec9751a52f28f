"""Milestones and indicators: promised in the application, reported one by one, reminded of, late in public."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.models import OutboxMessage
from apps.core.verdicts import Refused
from apps.projects import queries, rules, services
from apps.projects.models import Evidence, Project
from tests.cast import Cast
from tests.projects import house as p
from tests.projects.test_pages import application, signed_in

PLAN: dict[str, Any] = {
    "milestones": [("再送 4000 份", date(2027, 5, 31)), ("厨房备好、第一餐送出", date(2026, 12, 20))],
    "indicators": [("送餐", "pieces", 9000), ("独居老人", "persons", 75)],
}


def report(cast: Cast, project: Project, **changes: Any) -> Evidence:
    facts = {"is_final": False, "photos": [], "person_times": 100, "persons": 40, **changes}
    made: Evidence = p.report(cast, project, **facts)
    return made


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2026, 12, 12), ""),
        (date(2026, 12, 13), "ahead"),
        (date(2026, 12, 19), "ahead"),
        (date(2026, 12, 20), "today"),
        (date(2026, 12, 21), "overdue"),
        (date(2027, 1, 3), "overdue"),
        (date(2027, 1, 4), ""),
    ],
)
def test_when_a_milestone_is_spoken_of(today: date, said: str) -> None:
    due = date(2026, 12, 20)
    assert rules.occasion(due, today=today) == said
    assert rules.days_late(due, is_reported=False, today=today) == max((today - due).days, 0)
    assert rules.days_late(due, is_reported=True, today=today) == 0


def test_people_are_not_added_up_and_what_happened_is() -> None:
    assert rules.reached([40, 75, 60], adds_up=False) == 60
    assert rules.reached([40, 75, 60], adds_up=True) == 175
    assert rules.reached([], adds_up=False) == rules.reached([], adds_up=True) == 0


def test_the_plan_is_part_of_what_is_voted_on(cast: Cast, db: None) -> None:
    bare, project = p.draft(cast), p.draft(cast, **PLAN)
    assert not {"milestones", "indicators"} & set(queries.frozen(bare))
    frozen = queries.frozen(project)
    assert [step["due_on"] for step in frozen["milestones"]] == ["2026-12-20", "2027-05-31"]
    assert frozen["indicators"][1] == {"words": "独居老人", "unit": "persons", "target": 75}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"milestones": [("早了", date(2026, 11, 30))]}, "milestones"),
        ({"milestones": [("晚了", date(2027, 6, 1))]}, "milestones"),
        ({"milestones": [("", date(2026, 12, 20))]}, "milestones"),
        ({"milestones": [("一", date(2026, 12, 20))] * 7}, "milestones"),
        ({"indicators": [("送餐", "tons", 3)]}, "indicators"),
        ({"indicators": [("送餐", "pieces", 0)]}, "indicators"),
        ({"indicators": [("送餐", "pieces", 10**9)]}, "indicators"),
        ({"indicators": [("送餐", "pieces", 3), ("送餐", "times", 4)]}, "indicators"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(cast: Cast, change: dict[str, Any], field: str, db: None) -> None:
    with pytest.raises(Refused) as refused:
        p.draft(cast, **change)
    assert refused.value.field == field and not Project.objects.exists()


def test_each_milestone_is_reported_once_and_again_when_returned(cast: Cast, db: None) -> None:
    project = p.running(cast, **PLAN)
    first = report(cast, project, milestone=1, figures={1: 3000, 2: 40})
    for number, field in ((1, "milestone"), (9, "milestone")):
        with pytest.raises(Refused) as refused:
            report(cast, project, milestone=number)
        assert refused.value.field == field
    for figures, field in (({7: 1}, "figures"), ({1: -1}, "figure_1"), ({1: 10**9}, "figure_1")):
        with pytest.raises(Refused) as refused:
            report(cast, project, milestone=2, figures=figures)
        assert refused.value.field == field
    services.return_evidence(first, reason="数字对不上", by=cast.secretary)
    again = report(cast, project, milestone=1, figures={1: 2900, 2: 40})
    assert [row.reached for row in queries.counted_of(project)] == [0, 0]
    services.accept_evidence(again, by=cast.secretary)
    last = report(cast, project, milestone=2, figures={1: 6000, 2: 70}, is_final=True)
    services.accept_evidence(last, by=cast.secretary)
    assert [(row.reached, row.is_reached) for row in queries.counted_of(project)] == [
        (8900, False),
        (70, False),
    ]
    assert all(one.is_done for one in queries.stretches_of(project))


def test_a_closed_project_takes_no_report(cast: Cast, db: None) -> None:
    project = p.running(cast, **PLAN)
    services.mark(project, state="closed", by=None)
    with pytest.raises(Refused, match="已结项"):
        report(cast, project, milestone=1)


def test_reminders_go_out_once_on_each_occasion_and_stop_with_the_report(cast: Cast, db: None) -> None:
    project = p.running(cast, **PLAN)
    p.draft(cast, **PLAN)
    due, told = date(2026, 12, 20), 0
    for days, expected in ((-8, 0), (-7, 1), (-6, 1), (0, 2), (1, 3), (2, 3), (14, 3), (15, 3)):
        with clock.set_to(clock.midnight(due + timedelta(days=days))):
            services.remind_of_milestones()
            services.remind_of_milestones()
            told = OutboxMessage.objects.filter(key__startswith="milestone:").count()
        assert told == expected, days
    assert {row.address for row in OutboxMessage.objects.filter(key__startswith="milestone:")} == {
        cast.implementer.email
    }
    # Put off, it is spoken of again for its new day.
    step, later = project.milestones.get(number=1), due + timedelta(days=30)
    project.milestones.filter(pk=step.pk).update(due_on=later)
    for days, expected in ((-7, 4), (0, 5), (1, 6), (1, 6)):
        with clock.set_to(clock.midnight(later + timedelta(days=days))):
            services.remind_of_milestones()
        assert OutboxMessage.objects.filter(key__startswith="milestone:").count() == expected, days
    project.milestones.filter(pk=step.pk).update(due_on=due)
    with clock.set_to(clock.midnight(due + timedelta(days=3))):
        assert [row.number for row in queries.late_in([cast.fund])] == [1]
        assert queries.stretches_of(project)[0].days_late == 3
        report(cast, project, milestone=1)
        assert not queries.late_in([cast.fund]).exists()
        assert services.remind_of_milestones() == 0


def test_applying_and_reporting_with_a_plan_by_phone(cast: Cast, db: None) -> None:
    client: Client = signed_in(cast.implementer)
    address = reverse("projects:apply", args=["F-BBT"])
    lines = {
        "step_words_0": "第一餐送出", "step_due_0": "2026-12-20", "count_words_0": "送餐",
        "count_unit_0": "pieces", "count_target_0": "9000",
    }  # fmt: skip
    for missing, sentence in (
        ({"step_due_0": ""}, "这个节点的日期"),
        ({"count_unit_0": ""}, "这个指标的单位"),
        ({"step_due_0": "2028-01-01"}, "不在项目的起止日期里"),
    ):
        bad = client.post(address, application(**(lines | missing)))
        assert bad.status_code == 422 and sentence in bad.content.decode()
    assert client.post(address, application(**lines)).status_code == 302
    project = Project.objects.get()
    assert "第一餐送出" in client.get(reverse("projects:edit", args=[project.code])).content.decode()
    for state in ("submitted", "tabled", "approved", "running"):
        services.mark(project, state=state, by=None)
    form = reverse("projects:report", args=[project.code])
    page = client.get(form).content.decode()
    assert 'name="milestone"' in page and "送餐（件）" in page
    facts = {
        "milestone": "1", "words": "送了饭", "persons": "40", "person_times": "300", "figure_1": "300",
        "is_final": "no", "key": "E23456789AB",
    }  # fmt: skip
    wrong = client.post(form, facts | {"milestone": "7"})
    assert wrong.status_code == 422 and "报告哪个节点" in wrong.content.decode()
    assert client.post(form, facts).status_code == 302
    evidence = Evidence.objects.get()
    assert evidence.milestone is not None and evidence.figures.get().value == 300
    assert "待验收" in client.get(reverse("projects:project", args=[project.code])).content.decode()
    with clock.set_to(clock.midnight(date(2027, 1, 2))):
        services.return_evidence(evidence, reason="少", by=cast.secretary)
        public = client.get(reverse("disclosure:project", args=[project.code])).content.decode()
        assert "过期 13 天" in public
        desk = client.get("/desk/").content.decode()
        assert "第 1 个节点：第一餐送出" in desk and "已经晚了" in desk


def test_a_report_whose_answer_was_lost_is_filed_once_and_swallows_no_other(cast: Cast, db: None) -> None:
    project, client = p.running(cast, **PLAN), signed_in(cast.implementer)
    address = reverse("projects:report", args=[project.code])
    facts = {
        "milestone": "1", "words": "送了饭\r\n", "persons": "40", "person_times": "300", "figure_1": "300",
        "is_final": "no", "key": "E23456789AB",
    }  # fmt: skip
    for _turn in range(2):
        assert client.post(address, facts).status_code == 302
    for change in (
        {"words": "改了"},
        {"persons": "41"},
        {"person_times": "301"},
        {"figure_1": ""},
        {"figure_2": "4"},
    ):
        assert client.post(address, facts | change).status_code == 422, change
    pictured = client.post(address, facts | {"photos": p.photo()})
    assert pictured.status_code == 422 and "先前已经交上去一份" in pictured.content.decode()
    other = facts | {"milestone": "2", "words": "第二段"}
    refused = client.post(address, other | {"photos": p.photo()})
    assert refused.status_code == 422 and "先前已经交上去一份" in refused.content.decode()
    other["key"] = refused.context["report_key"]
    assert f'value="{other["key"]}"' in refused.content.decode() and Evidence.objects.count() == 1
    for more in ({}, {}, {"photos": p.photo()}):
        assert client.post(address, other | more).status_code == 302
    assert client.post(address, other | {"photos": p.photo(size=(90, 60))}).status_code == 422
    first, second = Evidence.objects.order_by("pk")
    assert (first.words, first.photos.count()) == ("送了饭", 0)
    assert (second.words, second.photos.count(), second.code) == ("第二段", 1, other["key"])
    assert second.milestone is not None and second.milestone.number == 2
