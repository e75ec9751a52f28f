"""The archive of a closed project: one data file, and the same as a document."""

from functools import lru_cache
from io import BytesIO
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from PIL import Image

from apps.core import pdf
from apps.core.canonical import canonical_json
from apps.core.files import location
from apps.core.models import StoredFile
from apps.disclosure.queries import archive, archive_pages
from apps.disclosure.queries.projects import find_project
from apps.projects.models import Project
from apps.projects.queries import accepted_evidence

# Of the photographs so many are printed, this large; all are listed with their hashes.
MOST_PRINTED, PRINTED_EDGE, PRINTED_QUALITY = 24, 300, 70


def _archive(code: str) -> tuple[Project, dict[str, Any]]:
    project = find_project(code)
    found = archive.archive_of(project) if project else None
    if project is None or found is None:
        raise Http404
    return project, found


@require_safe
def archive_json(request: HttpRequest, code: str) -> HttpResponse:
    """The archive itself, byte for byte what the hash is of."""
    _project, found = _archive(code)
    answer = HttpResponse(canonical_json(found), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="project-{code}.json"'
    return answer


@require_safe
def archive_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The archive as a document, with the hash of the data file."""
    project, found = _archive(code)
    facts = archive_pages.pages(project, found)
    facts |= {"pictures": _pictures(project), "sha256": archive.archive_hash(found)}
    answer = HttpResponse(pdf.kept("archive", facts), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="project-{code}.pdf"'
    return answer


def _pictures(project: Project) -> list[dict[str, Any]]:
    rows = [row for report in accepted_evidence(project) for row in archive.public_photos(report)]
    return [
        {
            "bytes": list(_small(row.file.code)),
            "words": row.caption or _("现场照片"),
            "sha256": row.file.sha256[:16],
        }
        for row in rows[:MOST_PRINTED]
    ]


@lru_cache(maxsize=256)
def _small(code: str) -> bytes:
    """Return a photograph small enough to print many of; a file never changes under its code."""
    buffer = BytesIO()
    with Image.open(location(StoredFile.objects.get(code=code), small=True)) as opened:
        picture = opened.convert("RGB")
        picture.thumbnail((PRINTED_EDGE, PRINTED_EDGE))
        picture.save(buffer, "JPEG", quality=PRINTED_QUALITY)
    return buffer.getvalue()
