"""What the pages share."""

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404

from apps.core.files import PDF, location
from apps.core.models import StoredFile
from apps.projects import queries
from apps.projects.models import Project
from apps.users.signed_in import person


def own_project(request: HttpRequest, code: str) -> Project:
    """Return a project of an organisation this person acts for; any other is not there."""
    return get_object_or_404(queries.of_organisations(person(request)), code=code)


def private_file(row: StoredFile, *, small: bool = False) -> FileResponse:
    """Hand a file to somebody who may see it before (or without) its being public: a PDF only as a download, and
    nothing of it is kept by a browser or run on this site's address."""
    is_pdf = row.content_type == PDF
    place = location(row, small=small and not is_pdf)
    if not place.exists():
        raise Http404
    response = FileResponse(
        place.open("rb"),
        as_attachment=is_pdf,
        filename=f"{row.code}.pdf" if is_pdf else "",
        content_type=row.content_type,
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
