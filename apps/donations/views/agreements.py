"""Finance's page of the written agreement about a pledge or a gift: drawn, printed, its signed copy kept."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.forms import INVALID, done
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, services
from apps.donations.forms.after_gift import AgreementForm, SignedForm
from apps.donations.models import Donation, Pledge
from apps.donations.views.after_gift import agreement_answer
from apps.users.models import User
from apps.users.signed_in import person


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_pledge(request: HttpRequest, code: str) -> HttpResponse:
    """Draw a pledge's agreement, or keep its signed copy."""
    pledge = get_object_or_404(queries.pledges_seen_by(person(request)), code=code)
    return _agreement(request, pledge, "pledge")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_gift(request: HttpRequest, code: str) -> HttpResponse:
    """Draw a gift's agreement in the donor's place, or keep its signed copy."""
    gift = get_object_or_404(queries.visible_to(person(request)), code=code)
    return _agreement(request, gift, "gift")


def _agreement(request: HttpRequest, subject: Donation | Pledge, kind: str) -> HttpResponse:
    user = person(request)
    sees_donor = permissions.may_see_donor(user, subject.host)
    found = queries.agreement_of(subject)
    if sees_donor and request.method != "POST":
        services.note_look(subject, by=user)
    draw = AgreementForm(initial=_initial(subject, found) if sees_donor else {})
    sign = SignedForm()
    here = redirect(f"donations:{kind}_agreement", code=subject.code)
    if request.method == "POST" and request.POST.get("act") == "sign":
        sign = SignedForm(request.POST, request.FILES)
        if done(sign, lambda: _file(subject, sign, user)):
            return here
    elif request.method == "POST":
        draw = AgreementForm(request.POST)
        if done(draw, lambda: services.draw_donation_agreement(subject, **draw.cleaned_data, by=user)):
            return here
    context = {
        "subject": subject,
        "back": reverse(f"donations:{kind}", args=[subject.code]),
        "paper": reverse(f"donations:{kind}_agreement_pdf", args=[subject.code]),
        "is_pledge": kind == "pledge",
        "agreement": found,
        "sees_donor": sees_donor,
        "may_draw": permissions.may_draw_agreement(user, subject),
        "may_handle": permissions.may_handle_money(user, subject.host),
        "draw": draw,
        "sign": sign,
        "workbench": _("财务工作台"),
    }
    status = INVALID if request.method == "POST" else 200
    return render(request, "donations/agreement.html", context, status=status)


def _initial(subject: Donation | Pledge, found: Any) -> dict[str, str]:
    if found is not None and found.party:
        kind = "organisation" if found.party_uscc else "person"
        return {"kind": kind, "name": found.party, "uscc": found.party_uscc, "wishes": found.wishes}
    return {"kind": subject.donor.kind, "name": queries.donor_name(subject.donor)}


def _file(subject: Donation | Pledge, form: SignedForm, user: User) -> None:
    found = queries.agreement_of(subject)
    if found is None:
        raise Refused(_("先拟协议，再存签好的。"))
    facts = form.cleaned_data
    services.file_donation_agreement(found, upload=facts["file"], signed_on=facts["signed_on"], by=user)


@never_cache
@login_required
@require_safe
def pledge_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out a pledge's agreement to who may see its donor."""
    return _pdf(request, get_object_or_404(queries.pledges_seen_by(person(request)), code=code))


@never_cache
@login_required
@require_safe
def gift_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out a gift's agreement to who may see its donor."""
    return _pdf(request, get_object_or_404(queries.visible_to(person(request)), code=code))


def _pdf(request: HttpRequest, subject: Donation | Pledge) -> HttpResponse:
    found = queries.agreement_of(subject)
    if found is None or not permissions.may_see_donor(person(request), subject.host):
        raise Http404
    return agreement_answer(found)
