"""What residents do with needs, without signing in: voice one, follow it, say "me too"."""

import secrets

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.forms import INVALID, done
from apps.divisions.models import Division
from apps.projects import permissions, queries, rules, services
from apps.projects.forms import NeedForm, ReceiptForm
from apps.projects.models import Need
from apps.projects.states import PUBLISHED
from apps.users.signed_in import person_or_none, sender

PAGE = 10
# A browser without an account is told from others by this cookie alone; it names nobody.
COOKIE, COOKIE_BYTES, COOKIE_SECONDS = "needs", 16, 400 * 24 * 3600


@never_cache
@require_http_methods(["GET", "POST"])
def need(request: HttpRequest, code: str) -> HttpResponse:
    """Voice a need of a community, and read what others voiced; where nobody reads them, learn whom to ask."""
    division, by = get_object_or_404(Division, code=code), person_or_none(request)
    if not queries.hears_needs(division):
        context = {"division": division, "serving": queries.serving(division)}
        status = INVALID if request.method == "POST" else 200
        return render(request, "projects/need_elsewhere.html", context, status=status)
    form = NeedForm(
        request.POST or None, request.FILES or None, for_others=bool(permissions.may_record_needs(by))
    )
    made: list[services.Voiced] = []
    if request.method == "POST" and done(
        form,
        lambda: made.append(services.voice(division, **form.facts_of(), sender=sender(request), by=by)),
    ):
        # The receipt is shown once and stands in no address.
        context = {"division": division, "receipt": rules.spoken_code(made[0].receipt)}
        return render(request, "projects/need_heard.html", context)
    page = Paginator(queries.published_needs().filter(division=division), PAGE).get_page(
        request.GET.get("page")
    )
    context = {"form": form, "division": division, "page": page}
    return render(request, "projects/need.html", context, status=INVALID if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Type the code from the slip and read what became of the need; the code stands in no address."""
    form = ReceiptForm(request.POST or None)
    found: list[Need] = []
    if request.method == "POST":
        done(form, lambda: found.append(services.find_receipt(form.cleaned_data["receipt"])))
    context = {"form": form, "need": found[0] if found else None}
    return render(request, "projects/need_follow.html", context, status=INVALID if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest, code: str) -> HttpResponse:
    """Say "me too" to a public need: once per account, or per browser without one."""
    found = get_object_or_404(queries.public_needs(), code=code)
    kept = found.merged_into or found
    # Words that were set aside show nowhere, nor under the address of one that was folded into them.
    if kept.published_at is None or (kept.state != PUBLISHED and kept is found):
        raise Http404
    token = request.get_signed_cookie(COOKIE, default="") or ""
    by = person_or_none(request)
    counted: bool | None = None
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        token = token or secrets.token_hex(COOKIE_BYTES)
        sent: list[bool] = []
        done(
            form,
            lambda: sent.append(services.second_need(kept, token=token, sender=sender(request), by=by)),
        )
        counted = sent[0] if sent else None
    context = {"need": kept, "form": form, "counted": counted, "seconds": kept.seconds.count()}
    response = render(request, "projects/need_second.html", context, status=INVALID if form.errors else 200)
    if by is None and token:
        response.set_signed_cookie(
            COOKIE, token, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return response
