"""What served residents say: by code and by call-back, in public, and in the next comparison."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.verdicts import Refused
from apps.grants import queries, services
from apps.grants.models import Grant
from apps.projects import services as projects
from apps.projects.models import Project, SatisfactionReply
from apps.projects.queries import card_sheets, satisfaction_of
from tests.cast import Cast
from tests.grants import calls as c
from tests.grants import house as h

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported(house: Cast) -> Iterator[Grant]:
    """A grant whose closing report is in."""
    grant = h.at_work(house)
    h.filed(house, grant)
    with clock.set_to(h.AFTER_NOTICE):
        yield grant


def test_a_call_back_is_one_reply_under_a_code_with_who_wrote_it_down(house: Cast, reported: Grant) -> None:
    project = reported.project
    first, second, third = services.issue_codes(project, count=3, by=house.secretary)
    projects.rate(first, stars=5)
    with pytest.raises(Refused, match="申请方或实施方"):
        services.enter_call_back(project, code=second, stars=5, by=house.implementer)
    with pytest.raises(Refused, match="已经用过"):
        services.enter_call_back(project, code=first, stars=5, by=house.secretary)
    client = Client()
    client.force_login(house.secretary)
    address = reverse("grants:call_back", args=[project.code])
    wrong = client.post(address, {"call-code": "7777-7777", "call-stars": "4"})
    assert wrong.status_code == 422 and "没有这个评价码" in wrong.content.decode()
    assert client.post(address, {"call-code": second, "call-stars": "2"}).status_code == 302
    reply = SatisfactionReply.objects.get(code__code=second)
    assert (reply.channel, reply.entered_by_id) == ("call", house.secretary.pk)
    event = AuditEvent.objects.get(verb="enter_call_back")
    assert event.by_id == house.secretary.pk and event.facts == {"stars": 2}
    with pytest.raises(Refused, match="已经用过"):
        projects.rate(second, stars=5)
    rating = satisfaction_of(project)
    assert (rating.count, rating.issued, rating.by_call, rating.satisfied) == (2, 3, 1, 1)
    page = Client().get(reverse("disclosure:project", args=[project.code])).content.decode()
    assert ">66%</span>" in page and "其中 1 条" in page and "评的人少" in page
    assert second not in page and third not in page
    assert Client().post(address, {"call-code": third, "call-stars": "5"}).status_code == 302
    assert satisfaction_of(project).count == 2


def test_a_code_of_another_project_is_refused(house: Cast, reported: Grant) -> None:
    (code,) = services.issue_codes(reported.project, count=1, by=house.secretary)
    other = Project.objects.get(pk=h.submitted(house, title="另一个项目").pk)
    with pytest.raises(Refused, match="另一个项目") as raised:
        services.enter_call_back(other, code=code, stars=5, by=house.secretary)
    assert raised.value.field == "code" and not SatisfactionReply.objects.exists()


def test_what_was_said_weighs_in_the_next_comparison(house: Cast, reported: Grant) -> None:
    for code in services.issue_codes(reported.project, count=30, by=house.secretary):
        projects.rate(code, stars=1)
    c.rule(house, satisfaction_weight_bp=2000)
    call = c.published(house)
    organisation, other = c.another_organisation(house)
    known = c.answered(house, call, title="做过的")
    fresh = c.answered(house, call, title="没做过的", organisation=organisation, by=other)
    for user in house.members[:2]:
        c.scored(known, user, 8, 4)
        c.scored(fresh, user, 8, 3)
    with clock.set_to(c.CHOOSING):
        rows = queries.compare(call).rows
        # Eighty points of the reviewers for the first, thirty replies of nothing weigh a tenth.
        assert {row.project.pk: row.final for row in rows} == {known.pk: 72, fresh.pk: 72}
        public = Client().get(reverse("disclosure:call", args=[call.code])).content.decode()
        assert queries.score_formulas(call)[0] in public and "w = 20.0%" in public


@pytest.mark.parametrize("weight", [0, 2000])
def test_without_a_call_the_record_stands_before_the_committee_too(
    house: Cast, reported: Grant, weight: int
) -> None:
    for code in services.issue_codes(reported.project, count=30, by=house.secretary):
        projects.rate(code, stars=1)
    c.rule(house, satisfaction_weight_bp=weight)
    project = h.submitted(house, title="没有征集的申请")
    points = {one.number: one.most * 4 // 5 for one in queries.sheet_for(project)}
    services.review(project, points=points, opinion="可以做", seen=project.text_hash, by=house.members[0])
    projects.close_review(project, by=house.secretary)
    client = Client()
    client.force_login(house.secretary)
    pages = [
        client.get(reverse(f"grants:{name}", args=[project.code])).content.decode()
        for name in ("table", "review")
    ]
    for page in pages:
        assert "以前的项目 30 人评，0 人满意" in page
        assert ("w = 20.0% × 评价人数" in page, "不计分" in page) == (bool(weight), not weight)
    # Eighty points of the reviewers, of which thirty replies of nothing take a tenth.
    assert ("得分 <b>72.0</b>" in pages[1]) is bool(weight)


def test_cards_are_printed_once_and_what_is_printed_again_says_so(house: Cast, reported: Grant) -> None:
    project, day = reported.project, clock.today()
    with pytest.raises(Refused, match="截止日期"):
        services.issue_codes(project, count=1, until=day - timedelta(days=1), by=house.secretary)
    used, unused = services.issue_codes(project, count=2, until=day, by=house.secretary)
    first = services.print_cards(project, by=house.secretary)
    assert {row.code for row in first} == {used, unused} and {row.sheet for row in first} == {1}
    with pytest.raises(Refused, match="没有还没印过"):
        services.print_cards(project, by=house.secretary)
    with pytest.raises(Refused, match="申请方或实施方"):
        services.print_cards(project, sheet=1, by=house.implementer)
    projects.rate(used, stars=5)
    (new,) = services.issue_codes(project, count=1, by=house.secretary)
    assert [(row.code, row.sheet) for row in services.print_cards(project, by=house.admin)] == [(new, 2)]
    again = services.print_cards(project, sheet=1, by=house.secretary)
    assert [(row.code, row.prints, row.printed_at) for row in again] == [(unused, 2, first[0].printed_at)]
    (card,) = queries.card_facts(project, again, path="/rate/")["cards"]
    assert "重印（第 2 次" in card["mark"] and day.isoformat() in card["until"]
    assert [(row.number, row.count, row.unused) for row in card_sheets(project)] == [(2, 1, 1), (1, 2, 1)]
    assert AuditEvent.objects.filter(verb="print_cards").count() == 3
    assert not AuditEvent.objects.filter(facts__icontains=unused).exists()
    with clock.set_to(clock.midnight(day) + timedelta(days=1)):
        with pytest.raises(Refused, match="截止"):
            projects.rate(unused, stars=5)
        with pytest.raises(Refused, match="没有可以重印"):
            services.print_cards(project, sheet=1, by=house.secretary)


def test_a_cards_square_holds_its_code_where_no_server_sees_it(
    house: Cast, reported: Grant, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = services.issue_codes(reported.project, count=1, by=house.secretary)
    squares: list[str] = []
    monkeypatch.setattr("apps.core.qr.svg", lambda text: squares.append(text) or "<svg/>")
    queries.card_facts(
        reported.project, services.print_cards(reported.project, by=house.secretary), path="/rate/"
    )
    parts = urlsplit(squares[0])
    assert (parts.path, parts.query, parts.fragment) == ("/rate/", "", code)
    monkeypatch.undo()
    client = Client()
    client.force_login(house.secretary)
    sheet = client.post(reverse("grants:cards", args=[reported.project.code]), {"sheet": "1"})
    assert sheet.content.startswith(b"%PDF") and "no-store" in sheet["Cache-Control"]
    assert code not in sheet["Content-Disposition"]
    empty = client.post(reverse("grants:cards", args=[reported.project.code]), {"sheet": "9" * 40})
    assert empty.status_code == 400
