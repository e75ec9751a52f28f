"""Before it is public: parts of a voucher are covered, and what residents wrote with their ratings is read."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from apps.core import clock
from apps.core.models import AuditEvent, OutboxMessage, StoredFile
from apps.core.verdicts import Refused
from apps.disclosure import bodies
from apps.disclosure.queries.archive import archive_of
from apps.disclosure.queries.archive_pages import pages
from apps.grants import queries, services
from apps.grants.waiting import waiting_for
from apps.projects import services as projects
from apps.projects.models import Activity, Project, SatisfactionReply
from apps.projects.queries import satisfaction_of
from apps.projects.services import need_photos
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.grants.house import seat_everyone
from tests.grants.test_work import contrast, spend, striped
from tests.projects import house as p

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def here(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    bodies.forget()
    with clock.set_to(clock.midnight(date(2026, 12, 15))):
        yield
    bodies.forget()


@pytest.fixture
def project(cast: Cast) -> Project:
    seat_everyone(cast)
    return p.running(cast)


def test_a_covered_voucher_is_what_the_public_sees(cast: Cast, project: Project) -> None:
    expense = spend(cast, project, voucher=striped())
    services.clear_voucher(expense, is_public=True, by=cast.secretary)
    expense = services.blur_voucher(expense, areas="50,50,50,50", by=cast.secretary)
    first = expense.shown
    assert first.is_public and first.pk != expense.voucher_id
    assert contrast(first, (220, 220, 380, 380)) < 40 < 200 < contrast(first, (0, 0, 180, 180))
    voucher = StoredFile.objects.get(pk=expense.voucher_id)
    client = Client()
    assert client.get(reverse("core:document", args=[voucher.code])).status_code == 404
    page = client.get(reverse("disclosure:project", args=[project.code])).content.decode()
    assert first.code in page and voucher.code not in page
    # What is covered next is covered on top; the picture before it is gone.
    expense = services.blur_voucher(expense, areas="0,0,50,50", by=cast.chair)
    assert expense.shown.is_public and not StoredFile.objects.filter(pk=first.pk).exists()
    services.clear_voucher(expense, is_public=False, by=cast.secretary)
    assert not StoredFile.objects.get(pk=expense.covered_id).is_public
    services.clear_voucher(expense, is_public=True, by=cast.secretary)
    projects.strike(expense, reason="记重了", by=cast.implementer)
    assert not StoredFile.objects.filter(is_public=True).exists()
    for act in (
        lambda: services.clear_voucher(expense, is_public=True, by=cast.secretary),
        lambda: services.blur_voucher(expense, areas="0,0,9,9", by=cast.secretary),
    ):
        with pytest.raises(Refused, match="划掉"):
            act()
    assert_books_clean("projects")


def test_a_pdf_is_not_covered_and_others_cover_nothing(cast: Cast, project: Project) -> None:
    paper = spend(cast, project, voucher=SimpleUploadedFile("a.pdf", PDF))
    with pytest.raises(Refused, match="PDF 不能遮"):
        services.blur_voucher(paper, areas="0,0,20,20", by=cast.secretary)
    expense = spend(cast, project)
    for who in (cast.implementer, cast.supervisor, cast.finance, cast.stranger):
        with pytest.raises(Refused):
            services.blur_voucher(expense, areas="0,0,20,20", by=who)
    client = Client()
    client.force_login(cast.secretary)
    address = reverse("grants:blur_voucher", args=[project.code, expense.code])
    assert client.post(address, {"areas": "1,2"}).status_code == 422
    assert client.post(address, {"areas": "10,10,20,20"}).status_code == 302
    assert "不能遮" in client.get(address.replace(expense.code, paper.code)).content.decode()


def rated(cast: Cast, project: Project, *words: str) -> list[SatisfactionReply]:
    p.report(cast, project)
    codes = projects.issue_rating_codes(project, count=len(words) + 1, by=None)
    for code, said in zip(codes, words, strict=False):
        projects.rate(code, stars=5, words=said)
    projects.enter_call_back(project, code=codes[-1], stars=4, words="电话里说都好", by=cast.secretary)
    return list(SatisfactionReply.objects.order_by("pk"))


def rows(project: Project) -> str:
    bodies.forget()
    page = reverse("disclosure:project", args=[project.code])
    return "".join(Client().get(address).content.decode() for address in (page, f"{page}rows/rating/"))


def test_stars_count_at_once_and_words_wait_until_they_are_read(cast: Cast, project: Project) -> None:
    praise, insult, bare, told = rated(cast, project, "饭是烫的", "三栋张老五最不要脸", "")
    assert satisfaction_of(project).count == 4
    shown = rows(project)
    assert "饭是烫的" not in shown and "张老五" not in shown and "电话里说都好" in shown
    assert "等管委会的人看过再公开" in shown and bare.words_state == "none"
    assert [row.url for row in waiting_for(cast.secretary) if "评价" in row.title] == [
        reverse("grants:words", args=[project.code])
    ]
    services.judge_words(praise, by=cast.secretary)
    services.judge_words(insult, ground="insult", by=cast.chair)
    shown = rows(project)
    assert "饭是烫的" in shown and "张老五" not in shown and "没有公开：辱骂、威胁" in shown
    assert satisfaction_of(project).count == 4 and not queries.words_waiting_for(cast.secretary)
    services.judge_words(told, ground="person", by=cast.secretary)
    services.judge_words(insult, by=cast.secretary)
    shown = rows(project)
    assert "张老五" in shown and "电话里说都好" not in shown
    for who in (cast.implementer, cast.supervisor, cast.admin, cast.stranger):
        with pytest.raises(Refused):
            services.judge_words(praise, ground="insult", by=who)
    for reply, ground, sentence in ((bare, "", "没有写话"), (praise, "dislike", "理由")):
        with pytest.raises(Refused, match=sentence):
            services.judge_words(reply, ground=ground, by=cast.secretary)
    with pytest.raises(IntegrityError), transaction.atomic():
        SatisfactionReply.objects.filter(pk=praise.pk).update(read_by_id=None)


def test_the_page_of_words(cast: Cast, project: Project) -> None:
    reply, _told = rated(cast, project, "<b>饭</b>是烫的")
    address = reverse("grants:words", args=[project.code])
    clients = {name: Client() for name in ("secretary", "supervisor", "stranger", "implementer")}
    for name, client in clients.items():
        client.force_login(getattr(cast, name))
    assert clients["stranger"].get(address).status_code == 404
    assert clients["implementer"].get(address).status_code == 404
    page = clients["secretary"].get(address).content.decode()
    assert "&lt;b&gt;饭" in page and "<b>饭" not in page and "1 句等着看" in page
    # Whoever decides on nothing reads what everyone reads.
    assert "是烫的" not in clients["supervisor"].get(address).content.decode()
    client = clients["secretary"]
    assert client.post(address, {"reply": reply.pk, "ground": "no-such"}).status_code == 422
    assert client.post(address, {"reply": 10**9, "ground": ""}).status_code == 404
    assert client.post(address, {"ground": ""}).status_code == 422
    assert clients["supervisor"].post(address, {"reply": reply.pk, "ground": ""}).status_code == 422
    assert client.post(address, {"reply": reply.pk, "ground": "person"}).status_code == 302
    assert "能认出别人" in client.get(address).content.decode()


def hold(cast: Cast, project: Project, words: str, persons: int = 20) -> Activity:
    return projects.record_activity(
        project, held_on=date(2026, 12, 2), words=words, persons=persons, by=cast.implementer
    )


def occasions_told(project: Project) -> str:
    bodies.forget()
    page = reverse("disclosure:project", args=[project.code])
    rows = [f"rows/{name}/" for name in ("activities", "attendance", "helpers", "hours")]
    return "".join(Client().get(f"{page}{name}").content.decode() for name in ("", *rows))


def test_words_of_an_occasion_wait_until_they_are_read_and_its_numbers_do_not(
    cast: Cast, project: Project
) -> None:
    first, second, struck = (
        hold(cast, project, f"给{name}过生日", 317) for name in ("张老五", "<b>", "李四")
    )
    projects.strike(struck, reason="记重了", by=cast.implementer)
    shown = occasions_told(project)
    assert "过生日" not in shown and shown.count("等管委会的人看过再公开") == 8 and "634" in shown
    page = reverse("grants:occasions", args=[project.code])
    assert [row.url for row in waiting_for(cast.secretary) if "活动" in row.title] == [page]
    assert not any("活动" in row.title for who in (cast.admin, cast.supervisor) for row in waiting_for(who))
    staff, watcher, keeper = Client(), Client(), Client()
    for client, who in ((staff, cast.chair), (watcher, cast.supervisor), (keeper, cast.implementer)):
        client.force_login(who)
    body = staff.get(page).content.decode()
    assert "给张老五过生日" in body and "<b>过" not in body and "2 句等着看" in body and "李四" not in body
    assert "过生日" not in watcher.get(page).content.decode()
    own = keeper.get(reverse("grants:activities", args=[project.code])).content.decode()
    assert own.count("等管委会的人看过再公开") == 2
    assert watcher.post(page, {"read": first.code}).status_code == 422
    for who in (cast.implementer, cast.supervisor, cast.admin, cast.stranger):
        with pytest.raises(Refused):
            services.show_occasions(project, codes=[first.code], by=who)
    # What the archive says meanwhile: as much as everyone reads.
    projects.mark(Project.objects.get(pk=project.pk), state="closed", by=None)
    kept = archive_of(Project.objects.get(pk=project.pk))
    assert kept is not None and {row["withheld_for"] for row in kept["activities"]} == {"unread"}
    paper = str(pages(project, kept))
    assert "过生日" not in str(kept) + paper and paper.count("等管委会的人看过再公开") == 2
    # One is kept back before anybody read it; the other is read with all that stand on the page.
    assert staff.post(page, {"activity": first.code, "ground": "person"}).status_code == 302
    for _twice in range(2):
        sent = {"read": [first.code, second.code, struck.code, "A1"]}
        assert staff.post(page, sent).status_code == 302
    shown = occasions_told(project)
    assert "张老五" not in shown and "给&lt;b&gt;过生日" in shown and "等管委会的人" not in shown
    rows = {row.pk: (row.read_by_id, row.withheld_for) for row in Activity.objects.all()}
    assert rows == {
        first.pk: (cast.chair.pk, "person"), second.pk: (cast.chair.pk, ""), struck.pk: (None, "")
    }  # fmt: skip
    assert AuditEvent.objects.filter(verb="withhold_words", by_id=cast.chair.pk).count() == 2
    assert not queries.occasions_waiting_for(cast.secretary)


def test_the_database_lets_nobody_unread_an_occasion(cast: Cast, project: Project) -> None:
    unread, read = hold(cast, project, "午餐"), hold(cast, project, "送餐")
    services.withhold_words(read, by=cast.secretary)
    now = clock.now()
    for row, change in (
        (unread, {"withheld_for": "person"}),
        (unread, {"read_by_id": 1}),
        (unread, {"read_at": now}),
        (read, {"read_at": None, "read_by_id": None}),
        (read, {"read_by_id": None}),
        (read, {"words": "别的"}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Activity.objects.filter(pk=row.pk).update(**change)
    read.pk, read.code, read.read_at, read.read_by_id = None, "A22222222", now, 1
    with pytest.raises(IntegrityError), transaction.atomic():
        read.save(force_insert=True)


def test_words_of_an_occasion_are_kept_back_on_a_ground(cast: Cast, project: Project) -> None:
    held = hold(cast, project, "给三栋张老五过生日")
    services.withhold_words(held, by=cast.secretary)

    def told() -> str:
        return occasions_told(project)

    assert "张老五" in told()
    staff, address = Client(), reverse("grants:occasions", args=[project.code])
    staff.force_login(cast.secretary)
    for given in ({"ground": "weather"}, {"activity": "A1", "ground": "person"}):
        assert staff.post(address, {"activity": held.code} | given).status_code in (404, 422)
    assert staff.post(address, {"activity": held.code, "ground": "person"}).status_code == 302
    assert "张老五" in staff.get(address).content.decode()
    shown = told()
    assert "张老五" not in shown and "没有公开：能认出别人" in shown and "20" in shown
    for who in (cast.implementer, cast.supervisor, cast.stranger):
        with pytest.raises(Refused):
            services.withhold_words(held, by=who)
    assert "张老五" not in told()
    projects.mark(Project.objects.get(pk=project.pk), state="closed", by=None)
    kept = archive_of(Project.objects.get(pk=project.pk))
    assert kept is not None and kept["activities"][0]["withheld_for"] == "person"
    assert "张老五" not in str(kept) and "张老五" not in str(pages(project, kept))
    services.withhold_words(held, by=cast.secretary)
    assert "张老五" in told()
    assert_books_clean("projects")


def test_words_of_reports_and_visits_are_kept_back_also_after_they_were_read(
    cast: Cast, project: Project
) -> None:
    report = p.report(cast, project, words="给三栋张老五送饭")
    projects.accept_evidence(report, by=cast.chair)
    visit = projects.write_note(
        project, kind="visit", seen_on=date(2026, 12, 3), words="张老五说好吃", by=cast.secretary
    )
    comment = projects.write_note(
        project, kind="comment", seen_on=date(2026, 12, 4), words="张老五没有吃到", by=cast.supervisor
    )

    def told() -> str:
        bodies.forget()
        page = reverse("disclosure:project", args=[project.code])
        rows = [f"rows/{name}/" for name in ("persons", "person-times")]
        return "".join(Client().get(f"{page}{name}").content.decode() for name in ("", *rows))

    assert told().count("张老五") == 5
    staff, address = Client(), reverse("grants:occasions", args=[project.code])
    staff.force_login(cast.secretary)
    for given in (
        {"report": "E1"},
        {"note": 10**9},
        {"note": "x"},
        {"report": report.code, "ground": "weather"},
    ):
        assert staff.post(address, {"ground": "person"} | given).status_code in (404, 422)
    beside = staff.post(address, {"note": comment.pk, "ground": "off_topic"})
    assert beside.status_code == 422 and "监督员写什么由监督员定" in beside.content.decode()
    assert told().count("张老五") == 5
    for meant in ({"report": report.code}, {"note": visit.pk}, {"note": comment.pk}):
        assert staff.post(address, meant | {"ground": "person"}).status_code == 302
    shown = told()
    assert "张老五" not in shown and shown.count("没有公开：能认出别人") == 5
    assert "张老五" in staff.get(address).content.decode()
    for who in (cast.implementer, cast.supervisor, cast.stranger):
        with pytest.raises(Refused):
            services.withhold_words(report, by=who)
    trail = AuditEvent.objects.filter(verb="withhold_words")
    assert trail.count() == 3 and {row.by_id for row in trail} == {cast.secretary.pk}
    notes = {
        (row.facts["note"], row.facts["kind"], row.facts["seen_on"]) for row in trail if "note" in row.facts
    }
    assert notes == {(visit.pk, "visit", "2026-12-03"), (comment.pk, "comment", "2026-12-04")}
    # Whoever supervises is told of their own comment, and so is the host; of a visit nobody is.
    letters = OutboxMessage.objects.filter(key__startswith="comment-withheld:")
    assert {letter.address for letter in letters} == {cast.supervisor.email, cast.admin.email}
    assert all("能认出别人" in letter.body and "张老五" not in letter.body for letter in letters)
    projects.mark(Project.objects.get(pk=project.pk), state="closed", by=None)
    kept = archive_of(Project.objects.get(pk=project.pk))
    assert kept is not None and kept["reports"][0]["withheld_for"] == "person"
    paper = str(pages(project, kept))
    assert "张老五" not in str(kept) + paper and paper.count("没有公开：能认出别人") == 3
    services.withhold_words(report, by=cast.secretary)
    assert "给三栋张老五送饭" in told() and told().count("张老五") == 3


def test_what_is_covered_on_a_needs_photograph_is_gone_for_good(cast: Cast, project: Project) -> None:
    told = projects.voice(cast.fund.division, field="safety", words="楼道灯坏了三个月", photos=[striped()])
    photo, first = told.need.photos.get(), told.need.photos.get().file
    staff = Client()
    staff.force_login(cast.secretary)
    address = reverse("grants:blur_need_photo", args=[told.need.code, photo.pk])
    assert staff.post(address, {"areas": "1,2"}).status_code == 422
    assert staff.post(address, {"areas": "50,50,50,50"}).status_code == 302
    photo.refresh_from_db()
    covered = photo.file
    assert not covered.is_public and not StoredFile.objects.filter(pk=first.pk).exists()
    assert contrast(covered, (220, 220, 380, 380)) < 40 < 200 < contrast(covered, (0, 0, 180, 180))
    staff.post(
        reverse("grants:decide_need", args=[told.need.code]), {"decision": "publish", "photo": str(photo.pk)}
    )
    page = reverse("disclosure:need", args=[told.need.code])
    assert covered.code in Client().get(page).content.decode()
    # Covered again while everyone sees it: the newer one stands there at once.
    services.blur_need_photo(photo, areas="0,0,50,50", by=cast.chair)
    photo.refresh_from_db()
    shown = Client().get(page).content.decode()
    assert photo.file.code in shown and covered.code not in shown
    for who in (cast.implementer, cast.supervisor, cast.admin, cast.stranger):
        with pytest.raises(Refused):
            services.blur_need_photo(photo, areas="0,0,9,9", by=who)
    with pytest.raises(Refused, match="刚被别人遮过"):
        need_photos._put_in_place(photo, picture=Image.new("RGB", (9, 9)), seen=0, count=1, by=cast.chair)


def test_the_photographs_of_a_public_need_are_chosen_again_at_any_time(cast: Cast, project: Project) -> None:
    need = projects.voice(
        cast.fund.division, field="safety", words="楼道灯坏了", photos=[p.photo(), p.photo()]
    ).need
    first, second = need.photos.order_by("pk")
    staff, page = Client(), reverse("grants:need", args=[need.code])
    staff.force_login(cast.secretary)
    choose = reverse("grants:show_need_photos", args=[need.code])
    assert 'value="publish"' not in staff.get(reverse("grants:needs")).content.decode()
    assert f'formaction="{choose}"' not in staff.get(page).content.decode()
    with pytest.raises(Refused, match="没有公开"):
        services.show_need_photos(need, photos=[first.pk], by=cast.secretary)
    staff.post(reverse("grants:decide_need", args=[need.code]), {"decision": "publish"})
    shown = reverse("disclosure:need", args=[need.code])

    def seen() -> list[bool]:
        body = Client().get(shown).content.decode()
        return [row.file.code in body for row in (first, second)]

    assert seen() == [False, False] and f'formaction="{choose}"' in staff.get(page).content.decode()
    choices = (([second.pk], [False, True]), ([first.pk, 10**9], [True, False]), ([], [False, False]))
    for picked, expected in choices:
        for _twice in range(2):
            assert staff.post(choose, {"photo": picked}).status_code == 302
        assert seen() == expected
    assert not StoredFile.objects.filter(pk__in=[first.file_id, second.file_id], is_public=True).exists()
    assert AuditEvent.objects.filter(verb="show_need_photos").count() == 3
    for who in (cast.implementer, cast.supervisor, cast.stranger):
        with pytest.raises(Refused):
            services.show_need_photos(need, photos=[first.pk], by=who)
