"""Documents kept before files were cleaned as they come in are cleaned later; what is proof stays as it came."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from apps.core import cleaning, files
from apps.core.models import AuditEvent, StoredFile

SECRET = b"Zhang Jianhua"
PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n2 0 obj <</Author (Zhang Jianhua)>> endobj\n"
END = b"trailer <</Root 1 0 R /Info 2 0 R>>\n%%EOF\n"
# Columns that lead to files which are cleaned. A new one is written down here, or in its app's `signed.py`.
CLEANED = {
    "funds.rulebookfile.file", "projects.evidencephoto.file", "projects.evidencephoto.original",
    "projects.evidencedocument.file", "projects.sentfile.file", "projects.needphoto.file", "projects.expense.voucher",
    "projects.expense.covered", "governance.appointment.scan", "governance.sheet.file", "donations.pledge.proof",
    "donations.campaignfile.file", "donations.goodsmove.evidence", "donations.handover.proof",
}  # fmt: skip


@pytest.fixture(autouse=True)
def here(db: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def kept(body: bytes = PDF + END, *, is_public: bool = False) -> StoredFile:
    """Keep a PDF as it came, as was done before."""
    return files._keep(body, files.PDF, by_id=None, is_public=is_public)


def text(row: StoredFile) -> bytes:
    return files.location(row).read_bytes()


def run(**options: str) -> str:
    out = io.StringIO()
    call_command("clean_files", stdout=out, **options)
    return out.getvalue()


def test_every_kept_file_is_either_cleaned_or_proof_as_it_came() -> None:
    columns = {
        f"{model._meta.label_lower}.{one.name}"
        for model in apps.get_models()
        for one in model._meta.concrete_fields
        if one.related_model is StoredFile
    }
    proofs = {f"{model._meta.label_lower}.{column}" for model, column in cleaning.kept_as_they_came()}
    assert columns == CLEANED | proofs and not CLEANED & proofs


def test_an_old_document_is_cleaned_once_and_its_row_tells_so() -> None:
    old, before = kept(), kept().sha256
    new = files.keep_document(SimpleUploadedFile("a.pdf", PDF + END), by_id=None)
    assert "cleaned 2, clean already 1, kept as they came 0" in run()
    old.refresh_from_db()
    assert SECRET not in text(old) and text(old) == text(new) and old.sha256 == new.sha256 != before
    told = AuditEvent.objects.filter(verb="clean_file", subject_code=old.code).get()
    assert told.facts == {"before": before, "after": new.sha256}
    assert "cleaned 0, clean already 3" in run()
    assert "cleaned 0, clean already 1" in run(after=StoredFile.objects.order_by("pk")[1].code)


def test_a_run_cut_short_is_finished_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = kept(), kept()
    finish = cleaning._finish
    monkeypatch.setattr(cleaning, "_finish", lambda key, place: False)
    cleaning.clean_kept()
    assert SECRET in text(first) and first.sha256 != StoredFile.objects.get(pk=first.pk).sha256
    # And another stopped before its row was changed.
    StoredFile.objects.filter(pk=second.pk).update(sha256=second.sha256)
    monkeypatch.setattr(cleaning, "_finish", finish)
    done = cleaning.clean_kept()
    assert (done.clean, done.cleaned, done.damaged) == (1, 1, [])
    assert SECRET not in text(first) + text(second)
    assert not list(files.location(first).parent.parent.rglob("*.clean"))


def test_what_cannot_be_cleaned_or_is_not_what_was_kept_stays_and_is_told() -> None:
    scripted = kept(PDF + b"3 0 obj <</S /JavaScript /JS (x)>> endobj\n" + END, is_public=True)
    cut, changed, gone = kept(PDF), kept(), kept()
    files.location(changed).write_bytes(PDF + b" " + END)
    files.location(gone).unlink()
    out = io.StringIO()
    with pytest.raises(CommandError, match=scripted.code) as told:
        call_command("clean_files", stdout=out)
    assert cut.code not in str(told.value) and cut.code in out.getvalue()
    assert "damaged or gone, 2" in out.getvalue() and SECRET in text(changed)


def test_a_signed_paper_stays_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = kept()
    monkeypatch.setattr(cleaning, "kept_as_they_came", lambda: [(StoredFile, "id")])
    assert cleaning.clean_kept().as_they_came == 1 and SECRET in text(paper)


@pytest.mark.parametrize("moment", ["bare_pdf", "_finish"])
def test_what_was_let_go_meanwhile_does_not_come_back(
    moment: str, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    row = kept()
    room: Any = files if moment == "bare_pdf" else cleaning
    asked = getattr(room, moment)

    def let_go(*arguments: Any) -> Any:
        # The second time `_finish` is called the row names the clean bytes, and they are not in their place yet.
        if moment == "bare_pdf" or files.beside(files.location(row)).exists():
            with django_capture_on_commit_callbacks(execute=True):
                files.discard(StoredFile.objects.get(pk=row.pk))
        return asked(*arguments)

    monkeypatch.setattr(room, moment, let_go)
    done = cleaning.clean_kept()
    assert (done.seen, StoredFile.objects.count()) == (0, 0)
    assert not [place for place in files.location(row).parent.iterdir() if place.is_file()]


def test_a_second_run_waits_for_the_first() -> None:
    kept()

    def again(_done: cleaning.Cleaning, _code: str) -> None:
        with pytest.raises(CommandError, match="还在进行"):
            run()

    assert cleaning.clean_kept(progress=again).cleaned == 1
    assert "clean already 1" in run()
