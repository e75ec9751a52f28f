"""Keeping track while the work goes on: what was spent, who came, what was seen; and what the public must not see."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL.Image import Image

from apps.core import audit, clock
from apps.core.codes import new_code
from apps.core.files import blurred, clean_document, discard, fingerprint, keep_cleaned, keep_pixels
from apps.core.locking import lock_row
from apps.core.money import MAX_FEN
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.projects import permissions, rules
from apps.projects.models import (
    Activity,
    EvidenceDocument,
    EvidencePhoto,
    Expense,
    Project,
    WorkNote,
)
from apps.projects.services.applications import changed, lock_project
from apps.projects.services.keyed import written_before
from apps.projects.states import ACCEPTED
from apps.users.models import User

EXPENSE, ACTIVITY = "X", "A"
Row = TypeVar("Row", Expense, Activity)


def _recorded(
    model: type[Row],
    key: str,
    prefix: str,
    by: User,
    said: Mapping[str, object],
    same: Callable[[Row], bool] = lambda row: True,
) -> Row | None:
    """Return what the same form wrote before; `said` is what it says now, by the names of the row's columns, and `same`
    tells what no column does."""
    return written_before(
        model, key=key, prefix=prefix, writer="recorded_by_id", by=by,
        says=lambda row: all(getattr(row, name) == value for name, value in said.items()) and same(row),
        refusal=_("这张表单先前已经记下一条，在“记过的”里。这次写的不一样，还没有记：要另记一条，请核对以后再交。"),
    )  # fmt: skip


def _line(text: str, field: str, limit: int = 100) -> str:
    cleaned = clean_text(text, field=field, limit=limit)
    if not cleaned:
        raise Refused(_("这一栏要填写。"), field)
    return cleaned


def record_expense(
    project: Project,
    *,
    line: int,
    paid_on: date,
    payee: str,
    amount: int,
    voucher: "UploadedFile[bytes]",
    key: str = "",
    by: User,
) -> Expense:
    """Write down what was paid out, in fen, on the budget line with the key `line`, with its voucher; return it.

    More than a line's budget may be written: what is over is shown, not hidden. The voucher is cleaned before anything
    is locked. Raises `Refused` naming the field.
    """
    said = {
        "project_id": project.pk, "line_id": line, "paid_on": paid_on, "amount": amount,
        "payee": clean_text(payee, field="payee", limit=100),
    }  # fmt: skip
    if not (key and Expense.objects.filter(code=key).exists()):
        permissions.may_record_spending(by, project).require()
    cleaned = clean_document(voucher, field="voucher")
    return _record_expense(
        project, line=line, paid_on=paid_on, payee=payee, amount=amount, cleaned=cleaned, key=key, said=said, by=by
    )  # fmt: skip


@verb
def _record_expense(
    project: Project,
    *,
    line: int,
    paid_on: date,
    payee: str,
    amount: int,
    cleaned: Image | bytes,
    key: str,
    said: Mapping[str, object],
    by: User,
) -> Expense:
    project = lock_project(project)
    written = _recorded(
        Expense, key, EXPENSE, by, said, same=lambda row: row.voucher.sha256 == fingerprint(cleaned)
    )
    if written is not None:
        return written
    permissions.may_record_spending(by, project).require()
    on = project.budget_lines.filter(pk=line).first()
    if on is None:
        raise Refused(_("请选这个项目的一行预算。"), "line")
    rules.check_day(paid_on, first=project.starts_on, today=clock.today(), field="paid_on")
    if not 0 < amount <= MAX_FEN:
        raise Refused(_("金额要大于 0。"), "amount")
    payee = _line(payee, "payee")
    expense = Expense.objects.create(
        code=key or new_code(EXPENSE, rules.CODE_LENGTH),
        project=project,
        line=on,
        paid_on=paid_on,
        payee=payee,
        amount=amount,
        voucher=keep_cleaned(cleaned, by_id=by.pk),
        recorded_at=clock.now(),
        recorded_by_id=by.pk,
    )
    audit.record(by, "record_expense", expense, project=project.code, amount=amount)
    changed(project)
    return expense


@verb
def record_activity(
    project: Project,
    *,
    held_on: date,
    words: str,
    persons: int,
    volunteers: int = 0,
    minutes: int = 0,
    key: str = "",
    by: User,
) -> Activity:
    """Write down one occasion: how many came, how many volunteers helped, their minutes together. No names."""
    project = lock_project(project)
    said = {
        "project_id": project.pk, "held_on": held_on, "words": clean_text(words, field="words", limit=100),
        "persons": persons, "volunteers": volunteers, "minutes": minutes,
    }  # fmt: skip
    if (written := _recorded(Activity, key, ACTIVITY, by, said)) is not None:
        return written
    permissions.may_keep_records(by, project).require()
    rules.check_day(held_on, first=project.starts_on, today=clock.today(), field="held_on")
    words = _line(words, "words")
    for field, value in (("persons", persons), ("volunteers", volunteers)):
        if not 0 <= value <= rules.MAX_PERSONS:
            raise Refused(_("人数要在 0 和 %(most)d 之间。") % {"most": rules.MAX_PERSONS}, field)
    rules.check_volunteers(volunteers, minutes)
    activity = Activity.objects.create(
        code=key or new_code(ACTIVITY, rules.CODE_LENGTH),
        project=project,
        held_on=held_on,
        words=words,
        persons=persons,
        volunteers=volunteers,
        minutes=minutes,
        recorded_at=clock.now(),
        recorded_by_id=by.pk,
    )
    audit.record(by, "record_activity", activity, project=project.code, count=persons)
    changed(project)
    return activity


@verb
def strike(record: Expense | Activity, *, reason: str, by: User) -> None:
    """Strike out an expense or an occasion that was written down wrongly; it stays to be seen, and counts no more."""
    project = lock_project(record.project)
    if isinstance(record, Expense):
        permissions.may_record_spending(by, project).require()
    else:
        permissions.may_keep_records(by, project).require()
    reason = _line(reason, "reason", 200)
    row = lock_row(type(record), pk=record.pk)
    if row.struck_at is not None:
        return
    row.struck_at, row.struck_by_id, row.struck_reason = clock.now(), by.pk, reason
    row.save(update_fields=["struck_at", "struck_by_id", "struck_reason"])
    if isinstance(row, Expense) and row.shown.is_public:
        row.shown.is_public = False
        row.shown.save(update_fields=["is_public"])
    audit.record(by, "strike_record", row, project=project.code, reason=reason)
    changed(project)


@verb
def close_records(project: Project, *, is_closed: bool, by: User) -> Project:
    """Let no more spending be written down, because the final account was handed in; or let it again, because that was
    returned. `grants` asks who may."""
    project = lock_project(project)
    if (project.records_closed_at is not None) == is_closed:
        return project
    project.records_closed_at = clock.now() if is_closed else None
    project.save(update_fields=["records_closed_at"])
    audit.record(by, "close_records", project, state=is_closed)
    changed(project)
    return project


@verb
def clear_voucher(expense: Expense, *, is_public: bool, by: User) -> None:
    """Let everyone see a voucher, or only the committee, the host and the auditor again. `grants` asks who may."""
    project = lock_project(expense.project)
    permissions.not_the_implementer(by, project).require()
    expense = _locked_expense(expense)
    if expense.shown.is_public == is_public:
        return
    if is_public and expense.struck_at is not None:
        raise Refused(_("划掉的支出，票据不公开。"))
    expense.shown.is_public = is_public
    expense.shown.save(update_fields=["is_public"])
    audit.record(by, "clear_voucher", expense, project=project.code, state=is_public)
    changed(project)


def _locked_expense(expense: Expense) -> Expense:
    found = Expense.objects.select_for_update(no_key=True, of=("self",))
    return found.select_related("voucher", "covered", "project").get(pk=expense.pk)


def blur_voucher(expense: Expense, *, areas: str, by: User) -> Expense:
    """Make rectangles of a voucher's picture unrecognisable, for the public: the committee, the host and the auditor go
    on seeing the voucher. `areas`: see `rules.read_areas`. `grants` asks who may.

    Raises `Refused` for a PDF, in which nothing can be covered.
    """
    permissions.not_the_implementer(by, expense.project).require()
    rectangles = [(one.left, one.top, one.width, one.height) for one in rules.read_areas(areas)]
    if not expense.shown.content_type.startswith("image/"):
        raise Refused(_("PDF 不能遮。请实施方划掉这一笔，拍照重新记；或者不公开这张票据。"), "areas")
    # Decoding takes its time, so nothing is locked meanwhile.
    picture = blurred(expense.shown, rectangles)
    return _cover(expense, picture=picture, seen=expense.shown.pk, count=len(rectangles), by=by)


@verb
def _cover(expense: Expense, *, picture: Image, seen: int, count: int, by: User) -> Expense:
    project = lock_project(expense.project)
    expense = _locked_expense(expense)
    before = expense.shown
    if before.pk != seen:
        raise Refused(_("这张票据刚被别人遮过，请重新打开再遮。"), "areas")
    if expense.struck_at is not None:
        raise Refused(_("划掉的支出，票据不公开。"), "areas")
    expense.covered = keep_pixels(picture, by_id=by.pk, is_public=before.is_public)
    expense.save(update_fields=["covered"])
    if before.pk == expense.voucher_id:
        before.is_public = False
        before.save(update_fields=["is_public"])
    else:
        discard(before)
    audit.record(by, "blur_voucher", expense, project=project.code, count=count)
    changed(project)
    return expense


@verb
def withhold_photo(photo: EvidencePhoto, *, is_withheld: bool, by: User) -> None:
    """Keep a photograph from the public, before or after its report is accepted, or let it be seen again.

    `grants` asks who may.
    """
    project = lock_project(photo.evidence.project)
    permissions.not_the_implementer(by, project).require()
    photo = lock_row(EvidencePhoto, "file", "evidence", pk=photo.pk)
    photo.withheld_at = (photo.withheld_at or clock.now()) if is_withheld else None
    photo.save(update_fields=["withheld_at"])
    photo.file.is_public = photo.evidence.state == ACCEPTED and not is_withheld
    photo.file.save(update_fields=["is_public"])
    audit.record(by, "withhold_photo", photo.evidence, project=project.code, state=is_withheld)
    changed(project)


@verb
def release_document(document: EvidenceDocument, *, is_public: bool, by: User) -> None:
    """Let everyone read a document of an accepted report, or nobody but those who look after the work again.

    `grants` asks who may. Raises `Refused` while its report is not accepted.
    """
    project = lock_project(document.evidence.project)
    permissions.not_the_implementer(by, project).require()
    found = EvidenceDocument.objects.select_for_update(no_key=True, of=("self",))
    document = found.select_related("file", "evidence").get(pk=document.pk)
    if document.file.is_public == is_public:
        return
    if is_public and document.evidence.state != ACCEPTED:
        raise Refused(_("成果验收通过以后，附件才能公开。"))
    document.released_at = clock.now() if is_public else None
    document.released_by_id = by.pk if is_public else None
    document.save(update_fields=["released_at", "released_by_id"])
    document.file.is_public = is_public
    document.file.save(update_fields=["is_public"])
    audit.record(by, "release_document", document.evidence, project=project.code, state=is_public)
    changed(project)


def blur_photo(photo: EvidencePhoto, *, areas: str, by: User) -> EvidencePhoto:
    """Make rectangles of a photograph unrecognisable: the covered picture takes its place wherever it is shown.

    The original stays with the report and is never public. `areas`: see `rules.read_areas`. `grants` asks who may.
    """
    permissions.not_the_implementer(by, photo.evidence.project).require()
    rectangles = [(one.left, one.top, one.width, one.height) for one in rules.read_areas(areas)]
    # Decoding takes its time, so nothing is locked meanwhile.
    picture = blurred(photo.file, rectangles)
    return _put_in_place(photo, picture=picture, seen=photo.file_id, count=len(rectangles), by=by)


@verb
def _put_in_place(photo: EvidencePhoto, *, picture: Image, seen: int, count: int, by: User) -> EvidencePhoto:
    project = lock_project(photo.evidence.project)
    photo = lock_row(EvidencePhoto, "file", "evidence", pk=photo.pk)
    if photo.file_id != seen:
        raise Refused(_("这张照片刚被别人改过，请重新打开再遮。"), "areas")
    before = photo.file
    public = photo.evidence.state == ACCEPTED and photo.withheld_at is None
    if photo.original_id is None:
        photo.original = before
    photo.file = keep_pixels(picture, by_id=by.pk, is_public=public)
    photo.save(update_fields=["file", "original"])
    before.is_public = False
    before.save(update_fields=["is_public"])
    audit.record(by, "blur_photo", photo.evidence, project=project.code, count=count)
    changed(project)
    return photo


@verb
def write_note(
    project: Project, *, kind: str, seen_on: date, words: str, is_public: bool = True, by: User
) -> WorkNote:
    """Add what the secretary or the supervisor saw of the work. `grants` asks who may write which kind."""
    project = lock_project(project)
    permissions.not_the_implementer(by, project).require()
    words = clean_text(words, field="words", limit=2000, lines=True)
    if not words:
        raise Refused(_("请写看到了什么。"), "words")
    rules.check_day(seen_on, first=project.starts_on, today=clock.today(), field="seen_on")
    again = project.notes.filter(kind=kind, seen_on=seen_on, words=words, written_by_id=by.pk).first()
    if again is not None:
        return again
    note = WorkNote.objects.create(
        project=project, kind=kind, seen_on=seen_on, words=words, is_public=is_public,
        written_at=clock.now(), written_by_id=by.pk,
    )  # fmt: skip
    audit.record(by, "write_note", project, kind=kind)
    changed(project)
    return note
