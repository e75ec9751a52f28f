"""The pages of projects: a phone without scripts, values kept, one sentence per fault."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.models import StoredFile
from apps.projects import queries, services
from apps.projects.models import Evidence, Milestone, Need, Project, SatisfactionReply, SentFile
from apps.users.models import User
from tests.cast import Cast
from tests.projects import house as p

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def in_november() -> object:
    with clock.set_to(clock.midnight(date(2026, 11, 21))):
        yield


def application(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "organisation": "O-NY", "title": "独居老人午餐", "field": "elderly", "goal": "送饭", "rows": "8",
        "starts_on": "2026-12-01", "ends_on": "2027-05-31", "persons": "75", "person_times": "9000",
        "words_0": "食材", "cost_type_0": "materials", "amount_0": "14,880.00",
        "words_5": "保温盒", "cost_type_5": "materials", "amount_5": "3720",
        "part_volunteer": "每天送餐", "key": "P23456789AB",
    }  # fmt: skip
    return values | changes


def test_apply_submit_withdraw_edit(cast: Cast) -> None:
    client = signed_in(cast.implementer)
    assert "F-BBT" in client.get(reverse("projects:where"), {"q": "百步梯"}).content.decode()
    address = reverse("projects:apply", args=["F-BBT"])
    page = client.get(address).content.decode()
    assert page.count('name="amount_') == 8
    assert client.post(address, application()).status_code == 302
    assert client.post(address, application()).status_code == 302
    project = Project.objects.get()
    assert (project.asked, project.budget_lines.count(), project.parts.count()) == (1_860_000, 2, 1)
    mine = reverse("projects:project", args=[project.code])
    assert "提交申请" in client.get(mine).content.decode()
    edit = reverse("projects:edit", args=[project.code])
    assert 'value="14,880.00"' in client.get(edit).content.decode()
    assert client.post(edit, application(title="改了名")).status_code == 302
    assert client.post(reverse("projects:submit", args=[project.code])).status_code == 302
    assert client.post(edit, application()).status_code == 400
    assert "撤回修改" in client.get(mine).content.decode()
    assert client.post(reverse("projects:withdraw", args=[project.code])).status_code == 302
    assert "改了名" in client.get(reverse("projects:mine")).content.decode()


def test_what_is_written_into_an_application_that_was_sent_is_never_swallowed(cast: Cast) -> None:
    client, address = signed_in(cast.implementer), reverse("projects:apply", args=["F-BBT"])
    sent = application(step_words_0="第一餐", step_due_0="2027-01-05", conflicts="没有")
    for _turn in range(2):
        assert client.post(address, sent).status_code == 302
    for change in (
        {"title": "另一个"},
        {"goal": "改送"},
        {"persons": "76"},
        {"amount_5": "3721"},
        {"part_volunteer": ""},
        {"step_words_0": "第二餐"},
        {"conflicts": "会长是委员的嫂子"},
    ):
        refused = client.post(address, sent | change)
        assert refused.status_code == 422 and "已经存成草稿了" in refused.content.decode(), change
    assert Project.objects.count() == Milestone.objects.count() == 1
    other = sent | change | {"key": refused.context["form"]["key"].value()}
    for _turn in range(2):
        assert client.post(address, other).status_code == 302
    first, second = Project.objects.order_by("pk")
    assert (first.code, second.code) == (sent["key"], other["key"])
    assert queries.conflicts_of(first) == "没有" and queries.conflicts_of(second) == "会长是委员的嫂子"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": ""}, "项目名称"),
        ({"amount_0": "1e3"}, "阿拉伯数字"),
        ({"amount_0": "0"}, "金额要大于 0"),
        ({"amount_0": "0.001"}, "最多两位小数"),
        ({"amount_0": "99999999999"}, "不能超过"),
        ({"words_1": "只有名字"}, "请给这一行选一个类别"),
        (
            {
                "words_0": "",
                "words_5": "",
                "cost_type_0": "",
                "cost_type_5": "",
                "amount_0": "",
                "amount_5": "",
            },
            "一行预算",
        ),
        ({"cost_type_0": "weapons"}, "cost_type_0"),
        ({"ends_on": "2026-11-01"}, "结束日期"),
        ({"ends_on": "2026/2/29"}, "结束"),
        ({"person_times": "3"}, "服务人次不能少于人数"),
        ({"persons": "-1"}, "预计服务人数"),
        ({"organisation": "O-OTHER"}, "由哪个组织申请"),
        ({"field": "x"}, "领域"),
        ({"title": "a\u202eb"}, "控制字符"),
        ({"key": "P1"}, "表单过期"),
        ({"part_volunteer": "字" * 201}, "社区志愿者"),
    ],
)
def test_a_fault_is_named_and_everything_typed_stays(
    cast: Cast, change: dict[str, str], sentence: str
) -> None:
    client = signed_in(cast.implementer)
    page = client.post(reverse("projects:apply", args=["F-BBT"]), application(**change))
    body = page.content.decode()
    assert page.status_code == 422 and sentence in body and 'class="errors"' in body
    assert "保温盒" in body or "words_5" in change
    assert not Project.objects.exists()


@pytest.mark.parametrize("rows", ["8", "", "x", "-1", "9" * 40, "１６", "0"])
def test_more_rows_without_losing_a_word(cast: Cast, rows: str) -> None:
    client = signed_in(cast.implementer)
    page = client.post(
        reverse("projects:apply", args=["F-BBT"]), application(rows=rows, title="", add_rows="1")
    )
    body = page.content.decode()
    assert page.status_code == 200 and 'class="errors"' not in body
    assert 8 < body.count('name="amount_') <= 40 and "保温盒" in body and "每天送餐" in body
    assert not Project.objects.exists()


def test_many_rows_are_many_lines(cast: Cast) -> None:
    client = signed_in(cast.implementer)
    lines = {f"words_{n}": f"第{n}样" for n in range(24)}
    lines |= {f"cost_type_{n}": "services" for n in range(24)} | {f"amount_{n}": "1.5" for n in range(24)}
    assert (
        client.post(reverse("projects:apply", args=["F-BBT"]), application(rows="24", **lines)).status_code
        == 302
    )
    project = Project.objects.get()
    assert (project.budget_lines.count(), project.asked) == (24, 3600)
    page = client.get(reverse("projects:edit", args=[project.code])).content.decode()
    assert page.count('name="amount_') == 24


def test_reporting_with_photographs(cast: Cast) -> None:
    client, project = signed_in(cast.implementer), p.running(cast)
    address = reverse("projects:report", args=[project.code])
    assert 'accept="image/*,application/pdf"' in client.get(address).content.decode()
    facts = {
        "words": "送了饭",
        "persons": "75",
        "person_times": "4212",
        "is_final": "yes",
        "key": "E23456789AB",
    }
    text = p.photo("evil.jpg")
    text.file.truncate(50)
    bad = client.post(address, facts | {"photos": [p.photo(), text]})
    assert bad.status_code == 422 and "打不开" in bad.content.decode() and "送了饭" in bad.content.decode()
    many = [p.photo(size=(20 + n, 20)) for n in range(9)]
    full = client.post(address, facts | {"photos": many, "words": ""})
    assert full.status_code == 422 and "最多传 9 张" in full.content.decode()
    kept = list(SentFile.objects.values_list("key", flat=True))
    assert len(kept) == 9 and not Evidence.objects.exists()
    for _turn in range(2):
        dropped = {"drop": kept[2:], "photos": [p.photo("../../b.jpg", size=(90, 90))]}
        assert client.post(address, facts | dropped).status_code == 302
    evidence = Evidence.objects.get()
    assert evidence.photos.count() == StoredFile.objects.count() == 3
    picture = reverse("projects:photo", args=[project.code, evidence.code, 1])
    assert client.get(picture).status_code == 200
    assert signed_in(cast.stranger).get(picture).status_code == 404
    again = client.post(address, facts | {"key": "E3456789ABC"})
    assert again.status_code == 422 and "正在等验收" in again.content.decode()
    assert client.get(address).status_code == 400


def test_a_resident_voices_a_need(cast: Cast, client: Client) -> None:
    address = reverse("projects:need", args=[cast.fund.division_id])
    assert client.get(address).status_code == 200
    bad = client.post(address, {"field": "elderly", "words": "饭"})
    assert bad.status_code == 422 and "多写几个字" in bad.content.decode()
    words = "一个人懒得开火 <script>alert(1)</script>"
    page = client.post(address, {"field": "elderly", "words": words})
    assert "您的回执码" in page.content.decode()
    assert "懒得开火" not in client.get(address).content.decode()
    services.publish_need(Need.objects.get(), by=cast.secretary)
    assert "&lt;script&gt;" in client.get(address).content.decode()
    for place in ("999999", "x", "1 OR 1=1"):
        assert client.get(reverse("projects:need", args=[place])).status_code == 404


def test_a_resident_rates_once(cast: Cast, client: Client) -> None:
    project = p.running(cast)
    code = services.issue_rating_codes(project, count=1, by=cast.chair)[0]
    typed = reverse("projects:rate_by_hand")
    early = client.post(typed, {"code": code})
    assert early.status_code == 422 and "还没有交成果" in early.content.decode()
    p.report(cast, project, photos=[])
    spoken = f"{code[:4].lower()} {code[4:]}"
    answer = client.post(typed, {"code": spoken})
    page = answer.content.decode()
    assert project.title in page and "checked" not in page
    # With no-referrer browsers send the form's Origin as null, and nobody could rate.
    assert answer["Referrer-Policy"] == "same-origin" and "no-store" in answer["Cache-Control"]
    rating = {"code": code, "rating": "1"}
    assert client.post(typed, rating | {"words": "好"}).status_code == 422
    assert client.post(typed, rating | {"stars": "9"}).status_code == 422
    done = client.post(typed, rating | {"stars": "5", "words": "饭是烫的"})
    assert done.status_code == 302 and code not in done["Location"]
    for _turn in range(2):
        used = client.post(typed, rating | {"stars": "1"})
        assert used.status_code == 422 and "已经用过了" in used.content.decode()
    assert SatisfactionReply.objects.get().stars == 5
    for bad in ("AAAAAAAA", "x", "1 OR 1=1", "<script>", "9" * 300):
        wrong = client.post(typed, rating | {"code": bad, "stars": "1"})
        assert wrong.status_code == 422 and "<script>alert" not in wrong.content.decode()


def test_foreign_projects_do_not_exist(cast: Cast) -> None:
    draft = p.draft(cast)
    own = ("project", "edit", "report")
    doing = ("submit", "withdraw", "edit", "report")
    for user in (cast.stranger, cast.chair, cast.finance, cast.admin):
        client = signed_in(user)
        for name in own:
            assert client.get(reverse(f"projects:{name}", args=[draft.code])).status_code == 404
        for name in doing:
            assert client.post(reverse(f"projects:{name}", args=[draft.code])).status_code == 404
    anonymous = Client()
    for name in (*own, *doing):
        assert anonymous.post(reverse(f"projects:{name}", args=[draft.code])).status_code in {302, 405}
    client = signed_in(cast.implementer)
    for bad in ("0", "-1", "9223372036854775808", "1 OR 1=1", draft.code.lower(), draft.code[:-1]):
        assert client.get(reverse("projects:project", args=[bad])).status_code == 404
    assert client.get(f"/work/{draft.code}/report/x/{10**30}/").status_code == 404
    for name in ("submit", "withdraw"):
        assert client.get(reverse(f"projects:{name}", args=[draft.code])).status_code == 405
    assert client.get(reverse("projects:apply", args=["F-GEN"])).status_code == 404


def test_someone_without_an_organisation_is_told_so(cast: Cast) -> None:
    client = signed_in(cast.stranger)
    for name in ("mine", "where"):
        assert "不代表任何登记有效的组织" in client.get(reverse(f"projects:{name}")).content.decode()
    page = client.post(reverse("projects:apply", args=["F-BBT"]), application())
    assert page.status_code == 422 and not Project.objects.exists()


def test_a_form_asks_other_funds_and_gives_way_to_a_newer_text(cast: Cast, client: Client) -> None:
    """A share of a fund of the same town is asked in the form; a page that another has overtaken changes nothing."""
    client = signed_in(cast.implementer)
    draft = p.draft(cast)
    address = reverse("projects:edit", args=[draft.code])
    shown = client.get(address).context["form"]
    facts = {name: value for name, value in shown.initial.items() if value is not None}
    facts |= {"partner_0": cast.other_fund.code, "partner_amount_0": "6000"}
    assert client.post(address, facts).status_code == 302
    shares = dict(draft.shares.values_list("fund__code", "amount"))
    assert shares == {cast.fund.code: p.ASKED - 600_000, cast.other_fund.code: 600_000}
    # The first page is still open elsewhere: it was filled from the text before.
    late = client.post(address, facts | {"title": "另一个名字"})
    assert late.status_code == 422 and "有人改过这份草稿" in late.content.decode()
    fresh = client.get(address).context["form"].initial
    assert (fresh["partner_0"], fresh["partner_amount_0"]) == (cast.other_fund.code, "6,000.00")
    for wrong, word in (
        ({"partner_amount_0": ""}, "请它出多少"), ({"partner_0": ""}, "请选这笔钱"),
        ({"partner_0": cast.general.code}, ""), ({"partner_amount_0": "999999"}, "牵头的基金也要出一份"),
    ):  # fmt: skip
        answer = client.post(address, facts | {"seen": fresh["seen"]} | wrong)
        assert answer.status_code == 422 and word in answer.content.decode()


def test_what_is_decided_or_over_takes_nothing_more(cast: Cast) -> None:
    client, project = signed_in(cast.implementer), p.running(cast)
    edit = reverse("projects:edit", args=[project.code])
    refused = client.post(edit, application(title="改了名"))
    assert refused.status_code == 400 and "定住了" in refused.content.decode()
    services.mark(project, state="closed", by=None)
    report = reverse("projects:report", args=[project.code])
    facts = {"words": "送了饭", "persons": "9", "person_times": "9", "is_final": "yes", "key": "E23456789AB"}
    late = client.post(report, facts)
    assert late.status_code == 422 and "已结项" in late.content.decode()
    assert client.get(report).status_code == 400
    assert not Evidence.objects.exists() and Project.objects.get().title != "改了名"
