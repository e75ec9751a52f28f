"""Applying, reporting, rating, and what residents voice."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from apps.core import clock
from apps.core.models import AuditEvent, OutboxMessage, StoredFile
from apps.core.verdicts import Refused
from apps.core.versions import version
from apps.divisions.models import Division
from apps.funds.rules import CLAUSES
from apps.funds.services import adopt_rulebook
from apps.projects import queries, services
from apps.projects.models import Evidence, Field, Need, Project, RatingCode
from apps.projects.states import PROJECT_MOVES
from tests.cast import Cast
from tests.projects import house as p

pytestmark = pytest.mark.django_db
NOVEMBER = clock.midnight(date(2026, 11, 21))


def test_an_application_is_the_sum_of_its_budget(cast: Cast) -> None:
    project = p.draft(cast)
    assert (project.asked, project.state) == (p.ASKED, "draft")
    assert project.budget_lines.count() == 3
    assert dict(project.parts.values_list("partner", "words")) == p.PARTS


def test_a_field_that_the_rules_do_not_permit_is_refused_with_its_source(cast: Cast) -> None:
    project = p.draft(cast)
    adopt_rulebook(
        cast.host,
        level=3,
        division=Division.objects.get(code="500110001"),
        title="古南街道办法",
        document="古南街办〔2026〕1号",
        clauses={"permitted_fields": (["safety"], "第六条")},
        effective_from=clock.today(),
        by=None,
    )
    with pytest.raises(Refused, match=r"不资助“养老服务”.*平安建设.*古南街道办法") as refusal:
        p.draft(cast, field="elderly")
    assert refusal.value.field == "field"
    assert p.draft(cast, field="safety").field == "safety"
    assert Project.objects.filter(pk=project.pk, field="elderly").exists()


def test_the_catalogue_knows_every_field() -> None:
    assert [name for name, _words in CLAUSES["permitted_fields"].options] == Field.values


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "长" * 61}, "title"),
        ({"title": "a\u202eb"}, "title"),
        ({"field": "weapons"}, "field"),
        ({"goal": ""}, "goal"),
        ({"goal": "字" * 2001}, "goal"),
        ({"ends_on": date(2026, 11, 30)}, "ends_on"),
        ({"ends_on": date(2031, 1, 1)}, "ends_on"),
        ({"starts_on": date(1999, 12, 31)}, "starts_on"),
        ({"starts_on": date(2150, 1, 1), "ends_on": date(2150, 1, 2)}, "starts_on"),
        ({"persons": 0}, "persons"),
        ({"persons": 10**9}, "persons"),
        ({"person_times": 74}, "person_times"),
        ({"budget": []}, "budget"),
        ({"budget": [("food", "食材", 100)]}, "budget"),
        ({"budget": [("materials", " ", 100)]}, "budget"),
        ({"budget": [("materials", "食材", 0)]}, "budget"),
        ({"budget": [("materials", "食材", -5)]}, "budget"),
        ({"budget": [("materials", "食材", 1)] * 61}, "budget"),
        ({"budget": [("materials", "食材", 9_999_999_999), ("services", "车", 1)]}, "budget"),
        ({"parts": {"army": "站岗"}}, "parts"),
        ({"parts": {"community": "字" * 201}}, "parts"),
    ],
)
def test_bad_input_names_its_field_and_changes_nothing(
    cast: Cast, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as raised:
        p.draft(cast, **change)
    assert raised.value.field == field and str(raised.value)
    assert not Project.objects.exists() and not AuditEvent.objects.exists()
    project = p.draft(cast)
    with pytest.raises(Refused):
        _edit(cast, project, change)
    assert project.budget_lines.count() == 3


def _edit(cast: Cast, project: Project, change: dict[str, Any]) -> Project:
    facts = p.facts(cast, **change)
    del facts["organisation"]
    return services.edit(project, **facts)


@pytest.mark.parametrize(
    "text", ["䶮𠮷㐂", "阿·买买提", "<script>alert(1)</script>", "'; DROP TABLE--", "👨‍👩‍👧", "{{7*7}}"]
)
def test_rare_characters_and_markup_stay_as_written(cast: Cast, text: str) -> None:
    assert p.draft(cast, title=text, goal=text).title == text


def test_who_may_apply(cast: Cast) -> None:
    for user in (cast.stranger, cast.chair, cast.admin, cast.finance):
        with pytest.raises(Refused, match="项目实施方"):
            p.draft(cast, by=user)
    with pytest.raises(Refused, match="本部不直接受理"):
        services.apply(cast.general, **p.facts(cast))
    cast.organisation.state = "suspended"
    cast.organisation.save()
    with pytest.raises(Refused, match="登记已暂停"):
        p.draft(cast)
    cast.organisation.state = "active"
    cast.organisation.save()
    cast.fund.state = "suspended"
    with pytest.raises(Refused, match="不接受申请"):
        p.draft(cast)


def test_one_form_writes_one_draft(cast: Cast) -> None:
    key = "P23456789AB"
    first = p.draft(cast, key=key)
    assert p.draft(cast, key=key) == first and Project.objects.count() == 1
    for bad in ("P1", "x" * 11, "P23456789A!", "E23456789AB"):
        with pytest.raises(Refused, match="表单过期"):
            p.draft(cast, key=bad)


def test_draft_submitted_and_back(cast: Cast) -> None:
    project = p.draft(cast)
    with clock.set_to(NOVEMBER):
        submitted = services.submit(project, by=cast.implementer)
        assert services.submit(project, by=cast.implementer).submitted_at == submitted.submitted_at
        with pytest.raises(Refused, match="撤回以后"):
            _edit(cast, project, {"title": "改名"})
    assert services.withdraw(project, by=cast.implementer).state == "draft"
    assert _edit(cast, project, {"title": "改名"}).title == "改名"
    with pytest.raises(Refused, match="项目实施方"):
        services.submit(project, by=cast.stranger)
    with clock.set_to(clock.midnight(date(2027, 6, 1))), pytest.raises(Refused, match="已经过了"):
        services.submit(project, by=cast.implementer)


def test_only_the_tables_moves_are_made(cast: Cast) -> None:
    states = Project.State.values
    for old in states:
        for new in states:
            project = p.draft(cast)
            Project.objects.filter(pk=project.pk).update(state=old)
            if new == old or new in PROJECT_MOVES[old]:
                assert services.mark(project, state=new, by=None).state == new
            else:
                with pytest.raises(Refused, match="状态不允许"):
                    services.mark(project, state=new, by=None)


def test_photographs_are_public_only_after_acceptance(cast: Cast) -> None:
    project = p.running(cast)
    evidence = p.report(cast, project)
    assert not StoredFile.objects.filter(is_public=True).exists()
    assert queries.accepted_evidence(project).count() == 0
    before = version(f"fund:{cast.fund.code}")
    services.accept_evidence(evidence, by=cast.chair)
    services.accept_evidence(evidence, by=cast.chair)
    assert StoredFile.objects.filter(is_public=True).count() == 2
    assert version(f"fund:{cast.fund.code}") == before + 1


def test_a_returned_report_can_be_filed_again(cast: Cast) -> None:
    project = p.running(cast)
    evidence = p.report(cast, project)
    with pytest.raises(Refused, match="正在等验收"):
        p.report(cast, project)
    with pytest.raises(Refused, match="写明退回的原因"):
        services.return_evidence(evidence, reason="", by=cast.chair)
    services.return_evidence(evidence, reason="照片看不清", by=cast.chair)
    assert "照片看不清" in OutboxMessage.objects.get().body
    assert p.report(cast, project).pk != evidence.pk
    assert not StoredFile.objects.filter(is_public=True).exists()


def test_a_bad_picture_files_nothing(cast: Cast) -> None:
    project = p.running(cast)
    broken = p.photo()
    broken.file.truncate(100)
    with pytest.raises(Refused) as raised:
        p.report(cast, project, photos=[p.photo(), broken])
    assert raised.value.field == "photos"
    with pytest.raises(Refused, match="最多传 9 张"):
        p.report(cast, project, photos=[p.photo()] * 10)
    assert not Evidence.objects.exists() and not StoredFile.objects.exists()


def test_persons_are_never_added_up(cast: Cast) -> None:
    project = p.running(cast)
    for persons, times, final in ((70, 1000, False), (75, 4212, True)):
        services.accept_evidence(
            p.report(cast, project, persons=persons, person_times=times, is_final=final), by=cast.chair
        )
    work = queries.work_done(project)
    assert (work.person_times, work.persons, work.reports) == (5212, 75, 2)
    assert queries.person_times(division="500110") == queries.person_times(fund=cast.fund.code) == 5212
    assert queries.person_times(fund=cast.other_fund.code) == queries.person_times(division="rubbish") == 0


def test_one_reply_per_code(cast: Cast) -> None:
    project = p.running(cast)
    codes = services.issue_rating_codes(project, count=3, by=cast.chair)
    with pytest.raises(Refused, match="还没有交成果"):
        services.rate(codes[0], stars=5)
    p.report(cast, project)
    spoken = f" {codes[0][:4].lower()}-{codes[0][4:]} "
    services.rate(spoken, stars=5, words="饭是烫的")
    with pytest.raises(Refused, match="已经用过了"):
        services.rate(codes[0], stars=1)
    for stars in (0, 6, -1):
        with pytest.raises(Refused, match="1 到 5"):
            services.rate(codes[1], stars=stars)
    services.rate(codes[1], stars=4)
    summary = queries.satisfaction_of(project)
    assert (summary.average, summary.count, summary.issued) == ("4.5", 2, 3)
    assert summary.by_stars == (0, 0, 0, 1, 1)
    assert queries.satisfaction_in(division="500110").average_tenths == 45
    assert queries.satisfaction_in(fund=cast.other_fund.code).average_tenths is None
    assert [code.code for code in queries.unused_codes(project)] == [codes[2]]


@pytest.mark.parametrize(
    "code", ["", "0", "AAAAAAAA", "1 OR 1=1", "x" * 10_000, "%00", "IIIIIIII", "２３４５６７８９"]
)
def test_an_unknown_code_is_a_sentence(cast: Cast, code: str) -> None:
    with pytest.raises(Refused) as raised:
        services.rate(code, stars=5)
    assert raised.value.field == "code"


def test_codes_are_given_to_work_under_way_and_never_by_the_implementer(cast: Cast) -> None:
    with pytest.raises(Refused, match="开始以后"):
        services.issue_rating_codes(p.draft(cast), count=1, by=cast.chair)
    project = p.running(cast)
    with pytest.raises(Refused, match="实施方"):
        services.issue_rating_codes(project, count=1, by=cast.implementer)
    for count in (0, -1, 501):
        with pytest.raises(Refused, match="1 到 500"):
            services.issue_rating_codes(project, count=count, by=cast.chair)
    assert not RatingCode.objects.exists()


def test_a_need_is_read_by_everyone_only_when_published(cast: Cast) -> None:
    division = cast.fund.division
    need = services.voice_need(division, field="elderly", words="一个人懒得开火，馒头就咸菜对付一天。")
    assert not queries.published_needs().exists()
    services.publish_need(need, by=cast.secretary)
    assert queries.published_needs(division="500110").get() == need
    assert not queries.published_needs(division="500110002").exists()
    services.set_need_aside(need, reason="里面写了别人", by=cast.secretary)
    assert not queries.published_needs().exists()
    for field, words in (
        ("weapons", "给我们装路灯"),
        ("safety", "灯"),
        ("safety", "灯\u202e坏了呀"),
        ("safety", "字" * 501),
    ):
        with pytest.raises(Refused):
            services.voice_need(division, field=field, words=words)
    assert Need.objects.count() == 1


def test_a_need_of_another_community_is_no_ground(cast: Cast) -> None:
    need = services.voice_need(cast.other_fund.division, field="elderly", words="也想吃热饭")
    with pytest.raises(Refused) as raised:
        p.draft(cast, need=need)
    assert raised.value.field == "need"


def test_who_sees_what(cast: Cast) -> None:
    hidden, shown = p.draft(cast), p.running(cast, title="公开的")
    own = {cast.implementer, cast.admin, cast.finance, cast.auditor, cast.coordinator}
    for user in (*own, cast.stranger, cast.chair, AnonymousUser(), None):
        seen = set(queries.visible_to(user))
        assert seen == ({hidden, shown} if user in own else {shown})
    assert list(queries.of_organisations(cast.implementer)) == [shown, hidden]
    assert not queries.of_organisations(cast.stranger).exists()
    for division in ("500110", "500110001", cast.fund.division_id):
        assert list(queries.public_projects(division=division)) == [shown]
    assert not queries.public_projects(division="500110002").exists()
    assert not queries.public_projects(state="nonsense").exists()
    assert not queries.public_projects(division="1 OR 1=1").exists()
