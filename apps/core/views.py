"""Kept files, the reader's choices of language and text size, and the health check."""

from django.conf import settings
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from apps.core.files import PDF, location
from apps.core.middleware import LANGUAGE_COOKIE, SIZE_COOKIE
from apps.core.models import StoredFile

A_YEAR = 365 * 24 * 3600


@require_GET
def picture(request: HttpRequest, code: str, small: bool = False) -> FileResponse:
    """Serve a public picture; it never changes under its code, so browsers may keep it."""
    row = get_object_or_404(StoredFile, code=code, is_public=True, content_type__startswith="image/")
    response = FileResponse(location(row, small=small).open("rb"), content_type=row.content_type)
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    response["Content-Disposition"] = "inline"
    return response


@require_GET
def document(request: HttpRequest, code: str) -> FileResponse:
    """Hand out a public document as a download, under its code: no browser shows it on this site's own address."""
    row = get_object_or_404(StoredFile, code=code, is_public=True)
    ending = "pdf" if row.content_type == PDF else "jpg"
    response = FileResponse(
        location(row).open("rb"),
        as_attachment=True,
        filename=f"{row.code}.{ending}",
        content_type=row.content_type,
    )
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the reader's language or text size and go back to the page they were on."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    response = HttpResponseRedirect(back)
    language, size = request.POST.get("language"), request.POST.get("size")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            LANGUAGE_COOKIE, language, max_age=A_YEAR, samesite="Lax", secure=request.is_secure()
        )
    if size in {"large", "normal"}:
        response.set_cookie(SIZE_COOKIE, size, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
    return response


@require_GET
def healthy(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
