"""Files that go ahead of a report one by one, and its documents."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.core import clock, files
from apps.core.models import StoredFile
from apps.core.verdicts import Refused
from apps.projects import rules, services
from apps.projects.checks import CHECKS
from apps.projects.models import Evidence, EvidenceDocument, Project, SentFile
from tests.cast import Cast
from tests.core import test_files as uploads
from tests.projects import house as p
from tests.projects.test_pages import signed_in

pytestmark = pytest.mark.django_db
REPORT, OTHER, KEY = "E23456789AB", "E3456789ABC", "0123456789abcdef"
HEIC = Path(uploads.__file__).parent / "samples" / "phone.heic"


@pytest.fixture(autouse=True)
def in_november() -> Iterator[None]:
    with clock.set_to(clock.midnight(date(2026, 11, 21))):
        yield
    assert not [(check.name, row) for check in CHECKS for row in check.rows()]


@pytest.fixture
def project(cast: Cast) -> Project:
    return p.running(cast)


def send(cast: Cast, project: Project, **changes: Any) -> SentFile:
    facts: dict[str, Any] = {"report": REPORT, "key": KEY, "upload": p.photo(), "by": cast.implementer}
    return services.send_file(project, **(facts | changes))


def paper(name: str = "简报.pdf", middle: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, uploads.pdf(middle), "application/pdf")


def on_disk() -> int:
    return sum(files.location(row).is_file() for row in StoredFile.objects.all())


def test_a_file_is_kept_once_and_becomes_part_of_the_report(cast: Cast, project: Project) -> None:
    photo = send(cast, project)
    assert send(cast, project, upload=p.photo("b.jpg", (90, 90))) == photo
    document = send(cast, project, key=KEY + "2", upload=paper())
    assert StoredFile.objects.count() == 2
    with pytest.raises(Refused):
        p.report(cast, project, key=REPORT, photos=[p.photo(size=(20 + n, 20)) for n in range(9)])
    assert SentFile.objects.count() == 2 and not Evidence.objects.exists()
    evidence = p.report(cast, project, key=REPORT, photos=[])
    assert [row.file for row in evidence.photos.all()] == [photo.file]
    assert [row.file for row in evidence.documents.all()] == [document.file]
    assert not SentFile.objects.exists() and on_disk() == 2
    with pytest.raises(Refused, match="已经交了"):
        send(cast, project, key=KEY + "3")


@pytest.mark.parametrize("report", ["", "E1", "X23456789AB", "E23456789A/", "E" * 20, "E2345678 9A", REPORT])
@pytest.mark.parametrize("key", ["short", "../../../etc/passwd", "０123456789abcdef", "a" * 65, "a\n" * 9])
def test_only_keys_that_a_page_made_are_taken(report: str, key: str) -> None:
    assert not rules.is_file_key(key) and rules.is_file_key(KEY)
    assert rules.is_form_key(report, services.REPORT) == (report == REPORT)


def test_nobody_sends_into_somebody_elses_report(cast: Cast, project: Project) -> None:
    send(cast, project)
    for changes in ({"report": "E1"}, {"key": "short"}):
        with pytest.raises(Refused, match="过期"):
            send(cast, project, **changes)
    with pytest.raises(Refused):
        send(cast, p.running(cast, title="另一个"), key=KEY + "2")
    for who in (cast.secretary, cast.stranger):
        with pytest.raises(Refused):
            send(cast, project, report=OTHER, by=who)
    services.take_back_file(project, report=REPORT, key=KEY, by=cast.stranger)
    assert SentFile.objects.count() == 1
    with pytest.raises(Refused, match="进行中"):
        send(cast, p.draft(cast, title="草稿"), report=OTHER)


def test_as_many_as_a_report_holds(cast: Cast, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(rules.MAX_DOCUMENTS):
        send(cast, project, key=f"{KEY}d{number}", upload=paper())
    with pytest.raises(Refused, match="最多传 3 份"):
        send(cast, project, key=f"{KEY}d9", upload=paper())
    monkeypatch.setattr("apps.projects.rules.work.MAX_PHOTOS", 1)
    send(cast, project)
    with pytest.raises(Refused, match="张照片"):
        send(cast, project, key=KEY + "2")
    monkeypatch.setattr("apps.projects.rules.work.MAX_WAITING", 4)
    with pytest.raises(Refused, match="没有交"):
        send(cast, project, report=OTHER)


def test_what_is_taken_back_or_waits_too_long_is_gone_from_the_disk(
    cast: Cast, project: Project, django_capture_on_commit_callbacks: Any
) -> None:
    first, second = send(cast, project).file, send(cast, project, key=KEY + "2", upload=paper()).file
    places = [files.location(first), files.location(first, small=True), files.location(second)]
    assert all(place.is_file() for place in places)
    with django_capture_on_commit_callbacks(execute=True):
        for _turn in range(2):
            services.take_back_file(project, report=REPORT, key=KEY, by=cast.implementer)
        assert services.sweep_sent_files() == 0
    assert [place.is_file() for place in places] == [False, False, True]
    with clock.set_to(clock.now() + rules.FILES_WAIT + timedelta(seconds=1)):
        with django_capture_on_commit_callbacks(execute=True):
            assert services.sweep_sent_files() == 1
        assert not StoredFile.objects.exists() and not places[2].exists()
        send(cast, project)
        p.report(cast, project, key=REPORT, photos=[])
    assert services.sweep_sent_files() == 0 and on_disk() == 1


def hostile() -> dict[str, bytes]:
    jpeg = uploads.encoded(uploads.picture((900, 900)))
    return {
        "empty": b"",
        "pixel bomb": uploads.png_of(12_000, 12_000),
        "0x0": uploads.png_of(0, 0),
        "1x65500": uploads.png_of(1, 65_500),
        "truncated": jpeg[:-400],
        "half an iPhone's": HEIC.read_bytes()[:600],
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "gif": uploads.encoded(uploads.picture(), "GIF"),
        "zip": uploads.zipped(),
        "html": b"<!doctype html><script>alert(1)</script>",
        "pdf with a script": uploads.pdf(b"<</S /JavaScript /JS (app.alert(1))>>"),
        "pdf with a hidden script": uploads.pdf(b"<</S /J#61vaScript>>"),
        "pdf with a file": uploads.pdf(b"<</Type /EmbeddedFile>>"),
        "pdf with a password": uploads.pdf(b"<</Encrypt 5 0 R>>"),
        "half a pdf": uploads.pdf(tail=b""),
        "a pdf's bomb": uploads.pdf(b"<</Type /ObjStm /Filter /FlateDecode>> stream\nx\nendstream"),
    }


def test_a_hostile_file_is_refused_and_leaves_nothing(cast: Cast, project: Project) -> None:
    client = signed_in(cast.implementer)
    address = reverse("projects:report_files", args=[project.code, REPORT])
    for name, body in hostile().items():
        upload = SimpleUploadedFile("a.jpg", body, "image/jpeg")
        answer = client.post(address, {"key": KEY, "file": upload})
        assert answer.status_code == 422 and answer.json()["reason"], name
        assert not SentFile.objects.exists() and not StoredFile.objects.exists(), name


def test_what_a_file_says_of_its_owner_is_gone(cast: Cast, project: Project) -> None:
    polyglot = uploads.encoded(uploads.picture(), comment=uploads.SECRET) + uploads.zipped() + b"<script>"
    for number, body in enumerate((polyglot, HEIC.read_bytes())):
        row = send(cast, project, key=f"{KEY}{number}", upload=SimpleUploadedFile("a", body)).file
        kept = files.location(row).read_bytes()
        assert row.content_type == "image/jpeg" and kept.endswith(b"\xff\xd9")
        assert uploads.SECRET not in kept and b"<script" not in kept and b"evil.sh" not in kept


def test_a_telephone_sends_one_by_one_and_finds_them_again(cast: Cast, project: Project) -> None:
    client, page = signed_in(cast.implementer), reverse("projects:report", args=[project.code])
    address = reverse("projects:report_files", args=[project.code, REPORT])
    name = "..\\<b>午餐<b>\u202e.jpg"
    for _turn in range(2):
        answer = client.post(address, {"key": KEY, "file": p.photo(name)})
        assert answer.status_code == 200 and "&lt;b&gt;" in answer.json()["line"]
    sent = SentFile.objects.get()
    found = client.get(page).content.decode()
    assert REPORT in found and "上次没交完" in found and 'src="/static/js/send.js"' in found
    own = reverse("projects:sent_file", args=[project.code, REPORT, sent.pk])
    assert client.get(own)["Cache-Control"] == "private, no-store" and own in found
    assert signed_in(cast.stranger).get(own).status_code == 404
    assert signed_in(cast.stranger).post(address, {"key": KEY, "file": p.photo()}).status_code == 404
    assert client.post(address).status_code == 422
    assert client.get(address).status_code == 405
    assert client.post(page, {"key": "E/../../x"}).status_code == 422
    assert client.post(address, {"remove": KEY}).json() == {}
    assert not SentFile.objects.exists() and "上次没交完" not in client.get(page).content.decode()


def test_a_document_is_withheld_until_it_is_released(cast: Cast, project: Project) -> None:
    send(cast, project, upload=paper())
    evidence = p.report(cast, project, key=REPORT, photos=[])
    document = EvidenceDocument.objects.get()
    public = reverse("core:document", args=[document.file.code])
    anyone = signed_in(cast.stranger)
    with pytest.raises(Refused, match="验收"):
        services.release_document(document, is_public=True, by=cast.chair)
    services.accept_evidence(evidence, by=cast.chair)
    assert anyone.get(public).status_code == 404
    with pytest.raises(Refused):
        services.release_document(document, is_public=True, by=cast.implementer)
    for _turn in range(2):
        services.release_document(document, is_public=True, by=cast.chair)
    answer = anyone.get(public)
    assert (
        answer["Content-Disposition"].startswith("attachment")
        and answer["X-Content-Type-Options"] == "nosniff"
    )
    story = anyone.get(reverse("disclosure:project", args=[project.code])).content.decode()
    assert public in story and "简报" not in story
    own = reverse("projects:document", args=[project.code, evidence.code, 1])
    assert signed_in(cast.implementer).get(own)["Content-Disposition"].startswith("attachment")
    assert anyone.get(own).status_code == 404
    services.release_document(document, is_public=False, by=cast.chair)
    assert anyone.get(public).status_code == 404
