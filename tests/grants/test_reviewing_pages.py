"""Pages of calls and reviews: each shows what it must, and nothing to those who may not see it."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from apps.core import clock
from apps.core.models import AuditEvent
from apps.desk.queries import tasks
from apps.governance.models import Motion
from apps.grants import services
from apps.grants.views.calls import _looked_after
from apps.projects.models import Call, Project, Review
from apps.users.models import User
from tests.cast import Cast
from tests.grants import calls as c
from tests.grants import house as h

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read(user: User, path: str, status: int = 200) -> str:
    answer = signed_in(user).get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


CALL_FORM = {
    "kind": "venture",
    "title": "公益创投",
    "words": "做点实事",
    "funds": ["F-BBT"],
    "fields_": ["elderly"],
    "pot": "30000",
    "smallest": "1000",
    "largest": "2万",
    "opens_at": "2026-11-20T09:00",
    "closes_at": "2026-11-25T09:00",
    "review_until": "2026-11-30T09:00",
    "name_1": "需要",
    "weight_1": "60",
    "most_1": "10",
    "name_3": "做法",
    "note_3": "行不行",
    "weight_3": "40",
    "most_3": "5",
}
ASKED = {"ask_words_1": "在哪里做", "ask_kind_1": "choice", "ask_choices_1": "厨房\n\n上门\n"}
LISTED = {
    "kind": "purchase", "item_service_1": "送餐", "item_unit_1": "份", "item_quantity_1": "10", "item_price_1": "15",
}  # fmt: skip


def test_a_secretary_writes_rewrites_and_publishes_a_call(house: Cast) -> None:
    client = signed_in(house.secretary)
    with clock.set_to(c.APPLYING):
        form = client.get("/grants/calls/new/").content.decode()
        key = re.search(r'name="key" value="(\w+)"', form)
        assert key is not None
        sent = {**CALL_FORM, "largest": "20000", "key": key[1]}
        for _turn in range(2):
            assert client.post("/grants/calls/new/", sent).status_code == 302
        for change in ({"title": "另一个"}, {"fields_": []}, {"pot": "40000"}, {"note_3": ""}, LISTED, ASKED):
            refused = client.post("/grants/calls/new/", sent | change)
            assert refused.status_code == 422 and "核对以后再交一次" in refused.content.decode(), change
            assert refused.context["form"]["key"].value() != key[1]
        call = Call.objects.get()
        assert [(row.name, row.weight, row.most) for row in call.criteria.order_by("number")] == [
            ("需要", 60, 10), ("做法", 40, 5)
        ]  # fmt: skip
        half = client.post(f"/grants/calls/{call.code}/edit/", {**sent, **ASKED, "ask_words_4": "几位社工"})
        assert half.status_code == 422 and "这一行要写全：问什么" in half.content.decode()
        assert client.post(f"/grants/calls/{call.code}/edit/", {**sent, **ASKED}).status_code == 302
        call = Call.objects.get()
        assert [(one.words, one.choices, one.is_public) for one in call.questions.all()] == [
            ("在哪里做", ["厨房", "上门"], False)
        ]
        assert 'value="在哪里做"' in client.get(f"/grants/calls/{call.code}/edit/").content.decode()
        assert client.get(f"/calls/{call.code}/").status_code == 404
        assert client.get(f"/grants/calls/{call.code}/edit/").status_code == 200
        assert client.post(f"/grants/calls/{call.code}/edit/", {**sent, "title": "新名字"}).status_code == 302
        call = Call.objects.get(code=call.code)
        assert call.title == "新名字"
        assert client.post(f"/grants/calls/{call.code}/publish/").status_code == 302
        assert client.get(f"/grants/calls/{call.code}/edit/").status_code == 404
        shown = Client().get(f"/calls/{call.code}/").content.decode()
        assert "新名字" in shown and "需要" in shown and "20,000.00" in shown
        assert "新名字" in Client().get("/calls/").content.decode()
        assert "新名字" in read(house.implementer, "/work/apply/")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"weight_1": "61"}, "加起来要正好是 100"),
        ({"most_3": ""}, "写全"),
        ({"pot": "-1"}, "pot"),
        ({"funds": ["F-GEN"]}, "funds"),
        ({"funds": ["F-XJZ"]}, "funds"),
        ({"closes_at": "x"}, "日期和时间"),
        ({"kind": ""}, "kind"),
    ],
)
def test_a_call_that_cannot_be_is_refused_on_its_page(
    house: Cast, change: dict[str, object], sentence: str
) -> None:
    sent = {**CALL_FORM, "largest": "20000"} | change
    answer = signed_in(house.secretary).post("/grants/calls/new/", sent)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert not Call.objects.exists()


def test_an_implementer_answers_a_call_by_its_address(house: Cast) -> None:
    call = c.published(house)
    client = signed_in(house.implementer)
    path = f"/work/apply/F-BBT/?call={call.code}"
    sent = {
        "organisation": "O-NY", "title": "午餐", "field": "elderly", "goal": "送饭", "starts_on": "2026-12-01",
        "ends_on": "2027-01-31", "persons": "10", "person_times": "20", "words_0": "食材", "cost_type_0": "materials",
        "amount_0": "5000",
    }  # fmt: skip
    with clock.set_to(c.APPLYING):
        assert call.title in client.get(path).content.decode()
        assert client.get("/work/apply/F-BBT/?call=NOPE").status_code == 404
        assert client.get(f"/work/apply/F-XJZ/?call={call.code}").status_code == 404
        assert client.post(path, sent).status_code == 302
        project = Project.objects.get()
        assert project.call == call
    with clock.set_to(c.CLOSES):
        answer = client.post(f"/work/{project.code}/submit/")
        assert answer.status_code == 400 and "已经截止" in answer.content.decode()


def test_a_member_scores_on_the_page(house: Cast) -> None:
    project = c.answered(house, c.published(house))
    path, client = f"/grants/review/{project.code}/", signed_in(house.members[0])
    with clock.set_to(c.REVIEWING):
        assert f"打分：{project.title}" in [row.title for row in tasks.desk_of(house.members[0]).mine]
        shown = client.get(path).content.decode()
        assert "需要" in shown and "资格核对" in shown
        sent = {"seen": project.text_hash, "points_1": "11", "points_2": "4", "opinion": "行"}
        answer = client.post(path, sent)
        assert answer.status_code == 422 and 'value="4"' in answer.content.decode()
        answer = client.post(path, {**sent, "points_1": "8", "seen": "old"})
        assert answer.status_code == 422 and "改过" in answer.content.decode()
        assert client.post(path, {**sent, "points_1": "8"}).status_code == 302
        assert client.post(path, {**sent, "points_1": "x"}).status_code == 422
        assert "打过分" in client.get(path).content.decode()
        assert f"打分：{project.title}" not in [row.title for row in tasks.desk_of(house.members[0]).mine]
    with clock.set_to(c.CHOOSING):
        answer = client.post(path, {**sent, "points_1": "1"})
        assert answer.status_code == 422 and "已经结束" in answer.content.decode()
    assert Review.objects.get(is_current=True).points == [8, 4]


def test_nobody_sees_anothers_score_early_and_applicants_never(house: Cast) -> None:
    call = c.published(house)
    project = c.answered(house, call)
    c.scored(project, house.members[0], 7, 3, "意见甲乙丙")
    paths = (f"/grants/review/{project.code}/", f"/grants/calls/{call.code}/compare/")
    readers = (house.members[0], house.members[1], house.chair, house.secretary, house.supervisor)
    with clock.set_to(c.REVIEWING):
        for user in (*readers, house.admin):
            for path in paths:
                answer = signed_in(user).get(path)
                text = answer.content.decode() if answer.status_code == 200 else ""
                # One's own stands in one's own form only.
                assert user == house.members[0] or "意见甲乙丙" not in text
                assert "66.0" not in text
        # A page leads to the reviews only whom it lets in.
        for user, leads in ((house.secretary, True), (house.admin, False)):
            assert (f'href="{paths[0]}"' in read(user, f"/grants/table/{project.code}/")) is leads
    with clock.set_to(c.CHOOSING):
        for user in readers:
            shown = read(user, paths[0])
            assert "意见甲乙丙" in shown and house.members[0].name in shown and "66.0" in shown
            assert "66.0" in read(user, paths[1])
        for user in (house.implementer, house.stranger, house.finance, house.coordinator, house.auditor):
            for path in (*paths, f"/grants/calls/{call.code}/"):
                assert signed_in(user).get(path).status_code == 404
        assert Client().get(paths[0]).status_code == 302
        services.not_choose(project, reason="这次没有入选", by=house.secretary)
        for user in (house.implementer, None):
            for path in (f"/work/{project.code}/", f"/calls/{call.code}/", f"/p/{project.code}/", "/work/"):
                client = signed_in(user) if user else Client()
                text = client.get(path).content.decode()
                assert "66.0" not in text and "意见甲乙丙" not in text and "委员1" not in text
        assert "这次没有入选" in read(house.implementer, f"/work/{project.code}/")
        assert Client().get(f"/p/{project.code}/").status_code == 404


def test_a_tied_member_is_named_without_the_reason(house: Cast) -> None:
    call = c.published(house)
    project = c.answered(house, call)
    c.tie(house.members[0], house.organisation)
    with clock.set_to(c.CHOOSING):
        shown = read(house.chair, f"/grants/calls/{call.code}/compare/")
        assert house.members[0].name in shown and "亲属" not in shown
        assert "回避" in read(house.members[0], f"/grants/review/{project.code}/")


def test_ticking_shows_the_sum_without_scripts_and_then_tables(house: Cast) -> None:
    call = c.published(house)
    first = c.answered(house, call, amount=2_000_000)
    second = c.answered(house, call, amount=1_500_000, title="第二份")
    c.scored(first, house.members[0], 9, 5)
    c.scored(second, house.members[0], 5, 5)
    path, client = f"/grants/calls/{call.code}/compare/", signed_in(house.secretary)
    with clock.set_to(c.CHOOSING):
        assert "10,000.00" in client.get(f"{path}?pick={first.code}").content.decode()
        both = client.get(f"{path}?pick={first.code}&pick={second.code}").content.decode()
        assert "\u22125,000.00" in both and "放不下" in both and "提交表决</button>" not in both
        assert client.get(f"{path}?pick=NOPE&pick=%00x").status_code in (200, 400)
        answer = client.post(path, {"pick": [first.code, second.code]})
        assert answer.status_code == 422 and not Motion.objects.exists()
        assert client.post(path, {"pick": ["P-OTHER"]}).status_code == 422
        assert client.post(path, {"pick": [first.code]}).status_code == 302
        assert Motion.objects.get().subject_code == first.code
        assert signed_in(house.members[0]).post(path, {"pick": [second.code]}).status_code == 422
        assert "已提交表决" in client.get(path).content.decode()


def test_the_comparison_leaves_as_a_sheet_without_formulas(house: Cast) -> None:
    call = c.published(house)
    project = c.answered(house, call, title='=HYPERLINK("http://x")')
    c.scored(project, house.members[0], 9, 5)
    client = signed_in(house.chair)
    with clock.set_to(c.CHOOSING):
        # A link that is fetched ahead writes nothing; only asking for the sheet does.
        assert client.get(f"/grants/calls/{call.code}/export/csv/").status_code == 405
        assert not AuditEvent.objects.filter(verb="export_comparison").exists()
        answer = client.post(f"/grants/calls/{call.code}/export/csv/")
        body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        titles, row = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
        cells = dict(zip(titles, row, strict=True))
        assert cells["项目"].startswith("'=") and cells["申请金额（元）"] == "15000.00"
        assert (cells["平均分"], cells["评分人数"]) == ("94.00", "1")
        # Nobody's name but of those who step aside.
        assert house.members[0].name not in body.decode()
        answer = client.post(f"/grants/calls/{call.code}/export/xlsx/")
        book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
        assert book.get_sheet_by_index(0).to_python()[1][1].startswith("'=")  # type: ignore[union-attr]
        assert client.post(f"/grants/calls/{call.code}/export/pdf/").status_code == 404
    assert AuditEvent.objects.filter(verb="export_comparison", subject_code=call.code).count() == 2


def test_the_secretary_confirms_and_returns_on_the_page(house: Cast) -> None:
    project = h.submitted(house, parts={"community": "x"})
    client, path = signed_in(house.secretary), f"/grants/table/{project.code}/"
    with clock.set_to(h.NOON):
        shown = client.get(path).content.decode()
        assert "要人看" in shown and "提交表决</button>" not in shown
        assert client.post(f"{path}confirm/parts/", {"words": ""}).status_code == 422
        assert client.post(f"{path}confirm/nonsense/", {"words": "x"}).status_code == 422
        assert client.post(f"{path}confirm/parts/", {"words": "开过会"}).status_code == 302
        shown = client.get(path).content.decode()
        assert "开过会" in shown and "提交表决</button>" in shown
        assert client.post(f"{path}return/", {"reason": ""}).status_code == 422
        assert client.post(f"{path}return/", {"reason": "预算写细一点"}).status_code == 302
    assert "预算写细一点" in read(house.implementer, f"/work/{project.code}/")


def test_an_expert_without_a_role_finds_the_desk(house: Cast) -> None:
    call = c.published(house)
    project = c.answered(house, call)
    with clock.set_to(c.REVIEWING):
        assert (
            signed_in(house.secretary)
            .post(f"/grants/calls/{call.code}/experts/", {"email": "e@qj.test", "name": "孙教授"})
            .status_code
            == 302
        )
        expert = User.objects.get(email="e@qj.test")
        assert f"打分：{project.title}" in read(expert, "/desk/")
        assert read(expert, f"/grants/review/{project.code}/")
        read(expert, f"/grants/calls/{call.code}/compare/", 404)
        number = call.experts.get().pk
        assert (
            signed_in(house.secretary).post(f"/grants/calls/{call.code}/experts/{number}/end/").status_code
            == 302
        )
        read(expert, f"/grants/review/{project.code}/", 404)


def test_the_comparison_leads_each_reader_to_a_page_they_may_read(house: Cast) -> None:
    call = c.published(house)
    project = c.answered(house, call)
    with clock.set_to(c.REVIEWING):
        for who, room in ((house.chair, "review"), (house.admin, "table")):
            path = f"/grants/{room}/{project.code}/"
            assert f'href="{path}"' in read(who, f"/grants/calls/{call.code}/compare/")
            read(who, path)


def test_whose_funds_somebody_looks_after_is_asked_once_for_each_host(house: Cast) -> None:
    call = c.published(house)
    asked = []
    for fund in (house.fund, house.other_fund):
        call.funds.add(fund)
        with CaptureQueriesContext(connection) as questions:
            assert fund.code in _looked_after(call, house.admin)
        asked.append(len(questions))
    assert asked[0] == asked[1]
    assert not _looked_after(call, house.stranger)
