"""Work under way: spending against the budget, occasions, notes, and what the public must not see."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from apps.core import clock, files
from apps.core.models import StoredFile
from apps.core.verdicts import Refused
from apps.grants import queries, services
from apps.projects import rules
from apps.projects import services as projects
from apps.projects.checks import CHECKS
from apps.projects.models import Activity, EvidencePhoto, Expense, Project, WorkNote
from apps.projects.queries import attendance_of, spending_of
from apps.projects.services import doing
from tests.cast import Cast
from tests.grants.house import seat_everyone
from tests.projects import house as p
from tests.projects.test_pages import signed_in

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 10)


@pytest.fixture(autouse=True)
def here(settings: Any, tmp_path: Path) -> Any:
    settings.MEDIA_ROOT = tmp_path
    with clock.set_to(clock.midnight(date(2026, 12, 15))):
        yield
    assert not [(check.name, row) for check in CHECKS for row in check.rows()]


@pytest.fixture
def project(cast: Cast) -> Project:
    seat_everyone(cast)
    return p.running(cast)


def spend(cast: Cast, project: Project, **changes: Any) -> Expense:
    line = project.budget_lines.order_by("id").first()
    assert line is not None
    facts: dict[str, Any] = {
        "line": line.pk, "paid_on": DAY, "payee": "菜场王二", "amount": 100_00, "voucher": p.photo(),
        "by": cast.implementer,
    }  # fmt: skip
    return projects.record_expense(project, **(facts | changes))


def striped() -> SimpleUploadedFile:
    """Return a picture of thin stripes: what is covered of it loses them."""
    picture = Image.new("RGB", (400, 400), "white")
    for x in range(0, 400, 8):
        picture.paste((0, 0, 0), (x, 0, x + 4, 400))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return SimpleUploadedFile("s.png", buffer.getvalue(), "image/png")


def contrast(row: StoredFile, box: tuple[int, int, int, int]) -> int:
    with Image.open(files.location(row)) as picture:
        low, high = picture.convert("L").crop(box).getextrema()
    return int(high) - int(low)  # type: ignore[arg-type]


def test_a_voucher_is_decoded_before_anything_is_locked(
    cast: Cast, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = len(connection.atomic_blocks)
    depths: list[int] = []

    def cleaned(upload: Any, **given: Any) -> Any:
        depths.append(len(connection.atomic_blocks))
        return files.clean_document(upload, **given)

    monkeypatch.setattr(doing, "clean_document", cleaned)
    first = spend(cast, project, key="X23456789AB")
    assert spend(cast, project, key="X23456789AB") == first and depths == [outside] * 2
    with pytest.raises(Refused):
        spend(cast, project, by=cast.stranger)
    assert depths == [outside] * 2


def test_another_voucher_under_the_key_of_one_sent_before_is_never_swallowed(
    cast: Cast, project: Project
) -> None:
    first = spend(cast, project, key="X23456789AB")
    with pytest.raises(Refused, match="这次写的不一样") as refusal:
        spend(cast, project, key="X23456789AB", voucher=striped())
    assert refusal.value.field == "key"
    projects.blur_voucher(first, areas="0,0,50,50", by=cast.secretary)
    assert spend(cast, project, key="X23456789AB") == first and Expense.objects.count() == 1


def test_spending_is_added_up_per_line_and_what_is_over_is_shown(cast: Cast, project: Project) -> None:
    first = spend(cast, project, amount=1_400_000, key="X23456789AB")
    assert spend(cast, project, amount=1_400_000, key="X23456789AB") == first
    wrong = spend(cast, project, amount=90_000)
    assert [row.against.over for row in spending_of(project).lines] == [2_000, 0, 0]
    assert spending_of(project).whole.left == project.asked - 1_490_000
    projects.strike(wrong, reason="记重了", by=cast.implementer)
    projects.strike(wrong, reason="再来", by=cast.implementer)
    wrong.refresh_from_db()
    assert wrong.struck_reason == "记重了" and not spending_of(project).over
    assert queries.spending(project) == spending_of(project) and queries.paid_for(project) == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"line": 0}, "line"),
        ({"paid_on": date(2026, 12, 16)}, "paid_on"),
        ({"paid_on": date(2026, 11, 30)}, "paid_on"),
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"payee": " "}, "payee"),
        ({"payee": "a\u202eb"}, "payee"),
        ({"voucher": SimpleUploadedFile("v.jpg", b"<script>")}, "voucher"),
        ({"key": "X1"}, None),
    ],
)
def test_what_is_no_expense_is_refused(
    cast: Cast, project: Project, change: dict[str, Any], field: str | None
) -> None:
    with pytest.raises(Refused) as refused:
        spend(cast, project, **change)
    assert refused.value.field == field and not Expense.objects.exists() and not StoredFile.objects.exists()


def test_nobody_else_and_never_after_the_end(cast: Cast, project: Project) -> None:
    kept = spend(cast, project)
    for who in (cast.secretary, cast.finance, cast.stranger):
        with pytest.raises(Refused):
            spend(cast, project, by=who)
        with pytest.raises(Refused):
            projects.strike(kept, reason="不让", by=who)
    projects.mark(project, state="closed", by=None)
    with pytest.raises(Refused, match="已结项"):
        projects.record_activity(project, held_on=DAY, words="送餐", persons=3, by=cast.implementer)
    # What the last instalment paid for is written down until the final account is handed in.
    spend(cast, project)
    projects.close_records(project, is_closed=True, by=cast.implementer)
    with pytest.raises(Refused, match="决算已经交了"):
        spend(cast, project)
    with pytest.raises(Refused, match="决算已经交了"):
        projects.strike(kept, reason="记错", by=cast.implementer)


def test_occasions_count_people_and_hours_without_names(cast: Cast, project: Project) -> None:
    facts: dict[str, Any] = {"held_on": DAY, "words": "包饺子", "persons": 30, "by": cast.implementer}
    projects.record_activity(project, **facts, volunteers=3, minutes=390)
    projects.record_activity(project, **facts)
    found = attendance_of(project)
    assert (found.activities, found.person_times, found.volunteer_times, found.hours) == (2, 60, 3, "6.5")
    for change, field in (
        ({"minutes": 60}, "volunteers"),
        ({"volunteers": 1, "minutes": 1441}, "hours"),
        ({"persons": -1}, "persons"),
        ({"held_on": date(2027, 1, 1)}, "held_on"),
        ({"words": ""}, "words"),
    ):
        with pytest.raises(Refused) as refused:
            projects.record_activity(project, **(facts | change))
        assert refused.value.field == field
    assert Activity.objects.count() == 2


@pytest.mark.parametrize(
    "text",
    ["", "1,2,3", "a,b,c,d", "0,0,0,5", "-1,0,5,5", "0,0,101,5", "nan,0,5,5", "1e9,0,1,1", "1,1,5,5\n" * 21],
)
def test_rectangles_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.read_areas(text)
    assert refused.value.field == "areas"


def test_what_is_covered_cannot_be_seen_and_the_original_is_never_public(
    cast: Cast, project: Project
) -> None:
    evidence = p.report(cast, project, photos=[striped(), p.photo()])
    photo, plain = evidence.photos.order_by("id")
    original = photo.file
    services.withhold_photo(plain, is_withheld=True, by=cast.secretary)
    projects.accept_evidence(evidence, by=cast.chair)
    original.refresh_from_db()
    assert original.is_public
    photo = services.blur_photo(photo, areas="50，50，50，50", by=cast.secretary)
    original.refresh_from_db()
    assert photo.original == original and photo.file.is_public and not original.is_public
    assert contrast(photo.file, (220, 220, 380, 380)) < 40 < 200 < contrast(photo.file, (0, 0, 180, 180))
    client = Client()
    assert client.get(reverse("core:picture", args=[original.code])).status_code == 404
    assert client.get(reverse("core:picture", args=[photo.file.code])).status_code == 200
    body = client.get(reverse("disclosure:project", args=[project.code])).content.decode()
    plain.refresh_from_db()
    assert photo.file.code in body and original.code not in body and plain.file.code not in body
    services.withhold_photo(photo, is_withheld=True, by=cast.secretary)
    assert client.get(reverse("core:picture", args=[photo.file.code])).status_code == 404
    assert (
        photo.file.code not in client.get(reverse("disclosure:project", args=[project.code])).content.decode()
    )
    services.withhold_photo(photo, is_withheld=False, by=cast.secretary)
    assert client.get(reverse("core:picture", args=[photo.file.code])).status_code == 200
    again = services.blur_photo(photo, areas="0,0,20,20", by=cast.secretary)
    assert again.original == original
    for who in (cast.implementer, cast.supervisor, cast.finance, cast.stranger):
        with pytest.raises(Refused):
            services.blur_photo(again, areas="0,0,20,20", by=who)
        with pytest.raises(Refused):
            services.withhold_photo(again, is_withheld=True, by=who)


def test_notes_are_read_by_office(cast: Cast, project: Project) -> None:
    facts: dict[str, Any] = {"seen_on": DAY, "words": "食堂干净，老人说饭是热的"}
    visit = services.write_note(project, **facts, is_public=False, by=cast.secretary)
    assert services.write_note(project, **facts, is_public=False, by=cast.secretary) == visit
    services.write_note(project, seen_on=DAY, words="账目清楚", is_public=False, by=cast.supervisor)
    assert sorted(WorkNote.objects.values_list("kind", "is_public")) == [("comment", True), ("visit", False)]
    body = Client().get(reverse("disclosure:project", args=[project.code])).content.decode()
    assert "账目清楚" in body and "监督员" in body and "食堂干净" not in body
    assert cast.supervisor.name == "监督员" or cast.supervisor.name not in body
    for who in (cast.implementer, cast.stranger, cast.chair):
        with pytest.raises(Refused):
            services.write_note(project, **facts, by=who)


def test_what_is_written_into_a_form_that_was_sent_is_never_swallowed(cast: Cast, project: Project) -> None:
    client = signed_in(cast.implementer)
    line = project.budget_lines.order_by("id").values_list("pk", flat=True)[0]
    spent = {
        "line": line,
        "paid_on": "2026-12-10",
        "payee": "菜场 ",
        "amount": "120.50",
        "key": "X23456789AB",
    }
    came = {"held_on": "2026-12-10", "words": "包饺子", "persons": "30", "hours": "", "key": "A23456789AB"}
    for page, facts, change, model in (
        ("grants:expenses", spent, {"amount": "9"}, Expense),
        ("grants:activities", came, {"held_on": "2026-12-11"}, Activity),
    ):
        address = reverse(page, args=[project.code])

        def sent(given: dict[str, Any], address: str = address) -> Any:
            return client.post(address, given | {"voucher": p.photo()})

        assert [sent(facts).status_code for _turn in range(2)] == [302, 302]
        refused = sent(facts | change)
        assert refused.status_code == 422 and "先前已经记下一条" in refused.content.decode()
        key = refused.context["form"]["key"].value()
        assert model._default_manager.count() == 1 and key != facts["key"]
        assert sent(facts | change | {"key": key}).status_code == 302
        assert model._default_manager.count() == 2


def test_the_pages_of_work(cast: Cast, project: Project) -> None:
    client = signed_in(cast.implementer)
    address = reverse("grants:expenses", args=[project.code])
    line = project.budget_lines.order_by("id").values_list("pk", flat=True)[0]
    facts = {
        "line": str(line),
        "paid_on": "2026-12-10",
        "payee": "菜场王二",
        "amount": "120.50",
        "key": "X23456789AB",
    }
    bad = client.post(address, facts | {"amount": "1e3", "voucher": p.photo()})
    assert (
        bad.status_code == 422 and "阿拉伯数字" in bad.content.decode() and "菜场王二" in bad.content.decode()
    )
    for _turn in range(2):
        assert client.post(address, facts | {"voucher": p.photo()}).status_code == 302
    expense = Expense.objects.get()
    assert client.get(reverse("grants:own_voucher", args=[project.code, expense.code])).status_code == 200
    acts = reverse("grants:activities", args=[project.code])
    activity = {
        "held_on": "2026-12-10",
        "words": "包饺子",
        "persons": "30",
        "volunteers": "3",
        "hours": "6.5",
    }
    assert client.post(acts, activity | {"hours": "nan"}).status_code == 422
    assert client.post(acts, activity).status_code == 302
    assert "6.5 小时" in client.get(acts).content.decode()
    evidence = p.report(cast, project, photos=[p.photo()])
    photo = EvidencePhoto.objects.get(evidence=evidence)
    work = reverse("grants:work", args=[project.code])
    voucher = reverse("grants:voucher", args=[project.code, expense.code])
    picture = reverse("grants:work_photo", args=[project.code, photo.pk])
    for who in (
        cast.secretary,
        cast.chair,
        cast.members[0],
        cast.supervisor,
        cast.finance,
        cast.auditor,
        cast.admin,
    ):
        reader = signed_in(who)
        page = reader.get(work).content.decode()
        assert "菜场王二" in page and "花的比付给实施方的多" in page
        assert reader.get(voucher).status_code == reader.get(picture).status_code == 200
    for outsider in (cast.stranger, cast.implementer):
        for url in (work, voucher, picture, reverse("grants:blur", args=[project.code, photo.pk])):
            assert signed_in(outsider).get(url).status_code == 404
    public = Client().get(reverse("disclosure:project", args=[project.code])).content.decode()
    assert "120.50" in public and "菜场王二" not in public and expense.voucher.code not in public
    officer = signed_in(cast.secretary)
    assert (
        officer.post(
            reverse("grants:clear_voucher", args=[project.code, expense.code]), {"show": "yes"}
        ).status_code
        == 302
    )
    assert (
        expense.voucher.code
        in Client().get(reverse("disclosure:project", args=[project.code])).content.decode()
    )
    blur = reverse("grants:blur", args=[project.code, photo.pk])
    wrong = officer.post(blur, {"areas": "1,2"})
    assert wrong.status_code == 422 and "第 1 行" in wrong.content.decode()
    assert officer.post(blur, {"areas": "0,0,50,50"}).status_code == 302
    assert officer.post(reverse("grants:withhold", args=[project.code, photo.pk])).status_code == 302
    assert (
        officer.post(work, {"seen_on": "2026-12-10", "words": "去看过", "is_public": "on"}).status_code == 302
    )
    assert "去看过" in officer.get(work).content.decode()
    strike = reverse("grants:strike_expense", args=[project.code, expense.code])
    assert client.post(strike, {"reason": ""}).status_code == 400
    assert client.post(strike, {"reason": "记重"}).status_code == 302
    assert "记重" in client.get(address).content.decode()


def test_the_database_lets_nothing_be_rewritten(cast: Cast, project: Project) -> None:
    expense = spend(cast, project)
    projects.strike(expense, reason="错", by=cast.implementer)
    other = spend(cast, project)
    note = projects.write_note(project, kind="visit", seen_on=DAY, words="看过", by=cast.secretary)
    held = projects.record_activity(project, held_on=DAY, words="午餐", persons=9, by=cast.implementer)
    attacks = (
        lambda: Expense.objects.filter(pk=other.pk).update(amount=1),
        lambda: Expense.objects.filter(pk=expense.pk).update(struck_at=None),
        lambda: Expense.objects.filter(pk=other.pk).delete(),
        lambda: WorkNote.objects.filter(pk=note.pk).update(words="没看过"),
        lambda: WorkNote.objects.filter(pk=note.pk).delete(),
        lambda: Activity.objects.filter(pk=held.pk).update(persons=90),
        lambda: Activity.objects.filter(pk=held.pk).delete(),
    )
    for attack in attacks:
        with pytest.raises(IntegrityError), transaction.atomic():
            attack()
