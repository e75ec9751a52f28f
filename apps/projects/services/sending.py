"""Files that go ahead of a report, one by one, so that a weak connection loses one at most."""

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL.Image import Image

from apps.core import audit, clock
from apps.core.files import PDF, clean_document, discard, keep_cleaned
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.projects import permissions, queries, rules
from apps.projects.models import Evidence, EvidenceDocument, EvidencePhoto, Project, SentFile
from apps.projects.services.applications import lock_project
from apps.users.models import User

REPORT = "E"
NAME_LENGTH = 100


def send_file(
    project: Project, *, report: str, key: str, upload: "UploadedFile[bytes]", by: User
) -> SentFile:
    """Keep one photograph or PDF for the report that will be filed as `report`, and return it.

    It is decoded, checked and written anew before anything is locked, because that takes time. The same `key` again
    returns what is kept. Raises `Refused` for what is neither, too large, one too many, or sent by nobody who may
    report; the field is always `photos`.
    """
    if (sent := _sent(project, report=report, key=key, by=by)) is not None:
        return sent
    permissions.may_file_evidence(by, project).require()
    cleaned = clean_document(upload, field="photos")
    return _keep(project, report=report, key=key, name=str(upload.name or ""), cleaned=cleaned, by=by)


def _sent(project: Project, *, report: str, key: str, by: User) -> SentFile | None:
    """Return what was kept under a key. Raises `Refused` for keys that no page of this person handed out, and for a
    report that is filed already."""
    if not rules.is_form_key(report, REPORT) or not rules.is_file_key(key):
        raise Refused(_("表单过期了，请重新打开再填。"), "photos")
    if Evidence.objects.filter(code=report).exists():
        raise Refused(_("这份成果已经交了，不能再往里加文件。"), "photos")
    waiting = SentFile.objects.filter(report=report)
    if waiting.exclude(project=project, sent_by_id=by.pk).exists():
        raise Refused(_("表单过期了，请重新打开再填。"), "photos")
    return waiting.select_related("file").filter(key=key).first()


@verb
def _keep(
    project: Project, *, report: str, key: str, name: str, cleaned: Image | bytes, by: User
) -> SentFile:
    project = lock_project(project)
    if (sent := _sent(project, report=report, key=key, by=by)) is not None:
        return sent
    permissions.may_file_evidence(by, project).require()
    kinds = [row.file.content_type == PDF for row in queries.sent_files(project, report=report, by=by)]
    kinds.append(isinstance(cleaned, bytes))
    rules.check_room(
        photos=kinds.count(False),
        documents=kinds.count(True),
        waiting=SentFile.objects.filter(sent_by_id=by.pk).count() + 1,
    )
    sent = SentFile.objects.create(
        project=project, report=report, key=key, name=rules.file_name(name, limit=NAME_LENGTH),
        file=keep_cleaned(cleaned, by_id=by.pk), sent_at=clock.now(), sent_by_id=by.pk,
    )  # fmt: skip
    audit.record(by, "send_file", project, report=report)
    return sent


@verb
def take_back_file(project: Project, *, report: str, key: str, by: User) -> None:
    """Delete a file that was sent and not filed. One that is not there is gone already."""
    project = lock_project(project)
    sent = queries.sent_files(project, report=report, by=by).filter(key=key).first()
    if sent is None:
        return
    _forget(sent)
    audit.record(by, "take_back_file", project, report=report)


def attach(evidence: Evidence, *, by: User) -> tuple[int, int]:
    """Make what was sent ahead part of a report that is being filed; return how many photographs and documents.

    For `file_evidence`, which holds the project.
    """
    photos = documents = 0
    for sent in queries.sent_files(evidence.project, report=evidence.code, by=by):
        if sent.file.content_type == PDF:
            EvidenceDocument.objects.create(evidence=evidence, file=sent.file)
            documents += 1
        else:
            EvidencePhoto.objects.create(evidence=evidence, file=sent.file)
            photos += 1
        sent.delete()
    return photos, documents


@verb
def sweep_sent_files() -> int:
    """Delete what waited longer than `rules.FILES_WAIT` for a report that never came; return how many."""
    late = SentFile.objects.select_for_update(of=("self",), skip_locked=True).select_related("file")
    found = list(late.filter(sent_at__lt=clock.now() - rules.FILES_WAIT).order_by("pk")[:500])
    for sent in found:
        _forget(sent)
    return len(found)


def _forget(sent: SentFile) -> None:
    file = sent.file
    sent.delete()
    discard(file)
