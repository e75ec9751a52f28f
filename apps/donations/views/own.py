"""A donor's own pages that change something: signing in by code, taking consents back, erasing."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.forms import show_refusal
from apps.core.verdicts import Refused
from apps.donations import queries, services
from apps.donations.forms.own import CodeForm, ContactForm, EraseForm
from apps.donations.queries.own import SESSION_KEY
from apps.donations.rules import Giver

ASKED_KEY = "donor_code"
MAX_ID = 2**63 - 1
View = Callable[..., HttpResponse]


def giver(request: HttpRequest) -> Giver:
    """Return who the visitor is as a donor; false for nobody."""
    return queries.giver_of(request.user, request.session)


def donors_only(view: View) -> View:
    """Lead a visitor who is nobody yet to the sign-in of donors."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if giver(request) else redirect("donations:sign_in")

    return guarded


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a code; what comes next is the same for a contact that is known and one that is not."""
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token = services.ask_code(
                form.cleaned_data["contact"], address=get_adapter(request).get_client_ip(request)
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            request.session[ASKED_KEY] = token
            return redirect("donations:enter_code")
    status = 422 if request.method == "POST" else 200
    return render(request, "donations/sign_in.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """Take the code and let the donor in; the session is a donor's, never an account's."""
    token = request.session.get(ASKED_KEY, "")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        contact = services.enter_code(token, form.cleaned_data["code"])
        if contact:
            # A session that somebody else may have planted does not become the donor's.
            request.session.cycle_key()
            del request.session[ASKED_KEY]
            request.session[SESSION_KEY] = queries.proof_of(contact)
            return redirect("desk:gifts")
        form.add_error("code", _("验证码不对，或者已经过期、用过了。试几次都不行，请重新要一个。"))
    status = 422 if request.method == "POST" else 200
    return render(request, "donations/enter_code.html", {"form": form}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Forget the contact that was proved; an account that is signed in stays so."""
    request.session.pop(SESSION_KEY, None)
    request.session.pop(ASKED_KEY, None)
    request.session.cycle_key()
    return redirect("/")


@donors_only
@require_POST
def withdraw(request: HttpRequest, consent_id: int) -> HttpResponse:
    """Take a consent back at once."""
    consent = get_object_or_404(queries.consents_of(giver(request)), pk=min(consent_id, MAX_ID))
    taken = services.withdraw_consent(consent, by=giver(request))
    messages.success(request, _("已经撤回，公开页上马上看不到了。") if taken.lets_see else _("已撤回"))
    return redirect("desk:consents")


@require_POST
@donors_only
def hide(request: HttpRequest, code: str) -> HttpResponse:
    """Make a pledge, or things, that show the donor's surname anonymous at once."""
    given = next((row for row in queries.half_named_of(giver(request)) if row.code == code), None)
    if given is None:
        raise Http404
    services.hide_surname(given, by=giver(request))
    messages.success(request, _("已经改成匿名，公开页上马上看不到了。"))
    return redirect("desk:consents")


@never_cache
@donors_only
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Say what is destroyed and what stays, ask a second time, and destroy it."""
    by = giver(request)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.erase_all(by)
        request.session.pop(SESSION_KEY, None)
        return render(request, "donations/erased.html")
    facts = {
        "form": form,
        "gifts": queries.gifts_of(by).count(),
        "receipts": queries.issued_receipts_of(by).count(),
    }
    return render(request, "donations/erase.html", facts, status=422 if request.method == "POST" else 200)
