"""Showing the work: reports with photographs and documents, and their acceptance or return."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL.Image import Image

from apps.core import audit, clock
from apps.core.codes import new_code
from apps.core.files import clean_document, clean_picture, fingerprint, keep_pixels
from apps.core.locking import lock_row
from apps.core.models import StoredFile
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.projects import notices, permissions, queries, rules
from apps.projects.models import Evidence, EvidencePhoto, Figure, Indicator, Milestone, Project
from apps.projects.services.applications import changed, lock_project
from apps.projects.services.keyed import written_before
from apps.projects.services.sending import REPORT, attach
from apps.projects.states import EVIDENCE_MOVES
from apps.users.models import User

Photo: TypeAlias = "UploadedFile[bytes] | Image"
OTHER_REPORT = gettext_lazy(
    "这张表单先前已经交上去一份，在项目页上。这次写的不一样，还没有交：要另交一份，请看清节点，照片重新选，再交一次。"
)


def file_evidence(
    project: Project,
    *,
    words: str,
    persons: int,
    person_times: int,
    photos: Sequence[Photo] = (),
    is_final: bool = True,
    milestone: int | None = None,
    figures: Mapping[int, int] | None = None,
    key: str = "",
    by: User,
) -> Evidence:
    """Report a stretch of work and return it, waiting for acceptance.

    `persons` are the different people served in that stretch, `person_times` how often. `is_final` closes the work.
    `milestone` is the number of the milestone that is reported, `figures` what happened by indicators' numbers.
    Photographs (uploads, or pictures already decoded) are cleaned before anything is locked, because that takes time;
    they become public at acceptance. `key` is the code the form handed out: what `send_file` kept under it becomes part
    of the report; the same again returns the report, other words under the same key are refused naming `key`. Raises
    `Refused` naming the field.
    """
    rules.check_room(photos=len(photos), documents=0)
    if not (key and Evidence.objects.filter(code=key).exists()):
        permissions.may_file_evidence(by, project).require()
    pictures = [photo if isinstance(photo, Image) else clean_picture(photo) for photo in photos]
    return _file_evidence(
        project, words=words, persons=persons, person_times=person_times, pictures=pictures, is_final=is_final,
        milestone=milestone, figures=figures or {}, key=key, by=by,
    )  # fmt: skip


@verb
def _file_evidence(
    project: Project,
    *,
    words: str,
    persons: int,
    person_times: int,
    pictures: Sequence[Image],
    is_final: bool,
    milestone: int | None,
    figures: Mapping[int, int],
    key: str,
    by: User,
) -> Evidence:
    project = lock_project(project)
    words = clean_text(words, field="words", limit=3000, lines=True)
    said = (project.pk, words, persons, person_times, is_final, milestone, dict(figures))
    written = written_before(
        Evidence, key=key, prefix=REPORT, writer="filed_by_id", by=by, says=lambda row: _said(row) == said,
        refusal=OTHER_REPORT,
    )  # fmt: skip
    if written is not None:
        return written
    permissions.may_file_evidence(by, project).require()
    if not words:
        raise Refused(_("请写几句做了什么。"), "words")
    rules.check_reach(persons, person_times)
    reported = _milestone(project, milestone)
    if is_final:
        _check_paying_milestones(project, reported)
    counted = _figures(project, figures)
    evidence = Evidence.objects.create(
        code=key or new_code(REPORT, rules.CODE_LENGTH),
        project=project,
        is_final=is_final,
        milestone=reported,
        words=words,
        persons=persons,
        person_times=person_times,
        filed_at=clock.now(),
        filed_by_id=by.pk,
    )
    Figure.objects.bulk_create(
        Figure(evidence=evidence, indicator=indicator, value=value) for indicator, value in counted
    )
    photos, documents = attach(evidence, by=by)
    rules.check_room(photos=photos + len(pictures), documents=documents)
    for picture in pictures:
        EvidencePhoto.objects.create(evidence=evidence, file=keep_pixels(picture, by_id=by.pk))
    audit.record(
        by, "file_evidence", evidence, project=project.code, person_times=person_times,
        photos=photos + len(pictures), documents=documents,
    )  # fmt: skip
    return evidence


def check_filed(evidence: Evidence, uploads: Sequence["UploadedFile[bytes]"]) -> None:
    """Raise `Refused` naming `key` where a form of a filed report comes again with a file that the report does not
    hold, so that none is swallowed. Files that went ahead are told from others by what is kept of them."""
    if not uploads:
        return
    photos = evidence.photos.select_related("file", "original")
    held = {(photo.original or photo.file).sha256 for photo in photos}
    held |= set(evidence.documents.values_list("file__sha256", flat=True))
    for upload in uploads:
        try:
            known = fingerprint(clean_document(upload, field="photos")) in held
        except Refused:
            known = False
        if not known:
            raise Refused(OTHER_REPORT, "key")


def _said(row: Evidence) -> tuple[object, ...]:
    """Return what a report says as its form does. Its files went ahead and are not compared."""
    step = row.milestone.number if row.milestone else None
    counted = dict(row.figures.values_list("indicator__number", "value"))
    return row.project_id, row.words, row.persons, row.person_times, row.is_final, step, counted


def _milestone(project: Project, number: int | None) -> Milestone | None:
    """Return the milestone that is reported. Raises `Refused` for none of this project, or one whose report stands."""
    if number is None:
        return None
    milestone = project.milestones.filter(number=number).first()
    if milestone is None:
        raise Refused(_("这个项目没有这个节点。"), "milestone")
    if milestone.reports.exclude(state=Evidence.State.RETURNED).exists():
        raise Refused(_("第 %(number)d 个节点已经报告过了。") % {"number": number}, "milestone")
    return milestone


def _check_paying_milestones(project: Project, reported: Milestone | None) -> None:
    """Raise `Refused` for a closing report before every milestone that pays has a report that stands."""
    missing = project.milestones.filter(~queries.reported(), share_bp__gt=0)
    if reported is not None:
        missing = missing.exclude(pk=reported.pk)
    if (first := missing.order_by("number").first()) is not None:
        raise Refused(
            _("节点“%(words)s”有一期款等着它的报告，请先交这个节点的报告，再交结项成果。")
            % {"words": first.words},
            "milestone",
        )


def _figures(project: Project, figures: Mapping[int, int]) -> list[tuple[Indicator, int]]:
    indicators = {row.number: row for row in project.indicators.order_by("number")}
    for number, value in figures.items():
        if number not in indicators:
            raise Refused(_("这个项目没有这个指标。"), "figures")
        if not 0 <= value <= rules.MAX_PERSONS:
            raise Refused(
                _("“%(words)s”的数字要在 0 和 %(most)d 之间。")
                % {"words": indicators[number].words, "most": rules.MAX_PERSONS},
                f"figure_{number}",
            )
    return [(indicators[number], value) for number, value in sorted(figures.items())]


def lock_evidence(evidence: Evidence) -> Evidence:
    """Return the report as it is now, held until the verb ends; its project is locked before it."""
    lock_project(evidence.project)
    return lock_row(Evidence, "project", "project__fund", "project__organisation", pk=evidence.pk)


def _decide(evidence: Evidence, state: str, *, reason: str, by: User | None) -> None:
    if by is not None and by.pk == evidence.filed_by_id:
        raise Refused(_("交成果的人不能自己验收，请换一位。"))
    permissions.not_the_implementer(by, evidence.project).require()
    check_move(EVIDENCE_MOVES, evidence.state, state, what=_("这份成果"))
    evidence.state, evidence.reason = state, reason
    evidence.decided_at, evidence.decided_by_id = clock.now(), by.pk if by else None
    evidence.save(update_fields=["state", "reason", "decided_at", "decided_by_id"])


@verb
def accept_evidence(evidence: Evidence, *, by: User | None) -> Evidence:
    """Accept a report: its photographs and words become public. `grants` calls this, asks who may, and pays on it.

    Accepting twice changes nothing. Raises `Refused` for whoever is on the implementer's side.
    """
    evidence = lock_evidence(evidence)
    if evidence.state == Evidence.State.ACCEPTED:
        return evidence
    _decide(evidence, Evidence.State.ACCEPTED, reason="", by=by)
    shown = evidence.photos.filter(withheld_at=None)
    StoredFile.objects.filter(pk__in=shown.values("file_id")).update(is_public=True)
    audit.record(by, "accept_evidence", evidence, project=evidence.project.code)
    changed(evidence.project)
    return evidence


@verb
def return_evidence(
    evidence: Evidence, *, reason: str, to_mend: Sequence[str] = (), by: User | None
) -> Evidence:
    """Send a report back with a reason; a new one can be filed. `grants` calls this and asks who may.

    `to_mend` are the items that were found wanting, in words, for the message to the implementer.
    """
    evidence = lock_evidence(evidence)
    reason = clean_text(reason, field="reason", limit=300, lines=True)
    if not reason:
        raise Refused(_("请写明退回的原因，实施方才知道怎么改。"), "reason")
    _decide(evidence, Evidence.State.RETURNED, reason=reason, by=by)
    audit.record(by, "return_evidence", evidence, project=evidence.project.code)
    notices.evidence_returned(evidence, to_mend)
    return evidence
