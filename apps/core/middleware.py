"""What every request passes through."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from apps.core.verdicts import Refused

Handler = Callable[[HttpRequest], HttpResponse]
LANGUAGE_COOKIE, SIZE_COOKIE = "language", "size"
RETRY_AFTER_SECONDS = "20"


def chosen_language(get_response: Handler) -> Handler:
    """Chinese unless the reader chose otherwise; a browser's Accept-Language does not choose."""

    def handle(request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(LANGUAGE_COOKIE, settings.LANGUAGE_CODE)
        language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return handle


def private_when_signed_in(get_response: Handler) -> Handler:
    """A page made for somebody is kept by no cache, so that nobody finds it with the back button after a sign-out."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return handle


class without_nul:
    """No NUL character gets as far as the database, which would answer PostgreSQL's error: such an address does not
    exist, and what was sent with it is refused."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        # A webhook wants its bytes, so its body is left unread; every form was read for its CSRF token already.
        sent = [request.GET] if getattr(view, "csrf_exempt", False) else [request.GET, request.POST]
        if any("\x00" in text for pairs in sent for _name, texts in pairs.lists() for text in texts):
            reason = _("内容里有看不见的控制字符，请删掉重写。")
            return render(request, "refused.html", {"reason": reason}, status=400)
        return None


class refusals_as_pages:
    """A refused verb becomes a page with its sentence; nothing was changed."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            facts = {"reason": exception.reason, "back": _page_before(request)}
            return render(request, "refused.html", facts, status=400)
        return None


def _page_before(request: HttpRequest) -> str:
    """Return the page on which a refused button was pressed; its own address may take nothing but POST."""
    before = request.headers.get("Referer", "")
    if request.method == "POST" and url_has_allowed_host_and_scheme(before, {request.get_host()}):
        return before
    return request.path


class unavailable_while_unwritable:
    """503 with Retry-After while the database cannot answer or write, so that a payment provider delivers again."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OperationalError):
            return None
        body = _("系统正在忙，什么都没有改动。请过半分钟再试。")
        response = HttpResponse(body, status=503, content_type="text/plain; charset=utf-8")
        response["Retry-After"] = RETRY_AFTER_SECONDS
        return response
