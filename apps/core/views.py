"""Kept files, the reader's choices of language and text size, and the health check."""

from django.conf import settings
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag, url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from apps.core.files import PDF, location
from apps.core.middleware import LANGUAGE_COOKIE, SIZE_COOKIE
from apps.core.models import StoredFile

A_DAY = 24 * 3600
A_YEAR = 365 * A_DAY


@require_GET
def picture(request: HttpRequest, code: str, small: bool = False) -> HttpResponseBase:
    """Serve a public picture."""
    row = get_object_or_404(StoredFile, code=code, is_public=True, content_type__startswith="image/")
    answer = _kept_for_a_day(request, row, small=small)
    answer["Content-Disposition"] = "inline"
    return answer


@require_GET
def document(request: HttpRequest, code: str) -> HttpResponseBase:
    """Hand out a public document as a download, under its code: no browser shows it on this site's own address."""
    row = get_object_or_404(StoredFile, code=code, is_public=True)
    ending = "pdf" if row.content_type == PDF else "jpg"
    answer = _kept_for_a_day(request, row)
    answer["Content-Disposition"] = f'attachment; filename="{row.code}.{ending}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _kept_for_a_day(request: HttpRequest, row: StoredFile, *, small: bool = False) -> HttpResponseBase:
    """Let caches keep a public file, and ask again after a day: it may have been covered or withheld since. Where it
    was not, the answer is 304. A file that another has just taken the place of is not there."""
    tag = quote_etag(f"{row.sha256}-small" if small else row.sha256)
    answer: HttpResponseBase | None = get_conditional_response(request, etag=tag)
    if answer is None:
        try:
            answer = FileResponse(location(row, small=small).open("rb"), content_type=row.content_type)
        except FileNotFoundError as error:
            raise Http404 from error
    answer["Cache-Control"] = f"public, max-age={A_DAY}, must-revalidate"
    answer["ETag"] = tag
    return answer


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
