"""A donor's own page of one gift, and what they take from it. Its address proves that the gift is theirs: whoever
holds it may ask for a receipt, so it is only told to who gave."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.core import pdf
from apps.core.files import location
from apps.core.forms import show_refusal
from apps.core.models import StoredFile
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, services
from apps.donations.forms.after_gift import AgreementForm, CertificateForm, PayerForm
from apps.donations.forms.giving import NameForm
from apps.donations.forms.own import EraseGiftForm
from apps.donations.models import Donation, DonationAgreement, Donor
from apps.donations.states import NameChoice
from apps.donations.views.own import donors_only, giver

BEGUN = "begun_gifts"
MOST_BEGUN = 20
View = Callable[..., HttpResponse]


def remember(request: HttpRequest, donation: Donation) -> None:
    """Keep in the visitor's session that they began this gift, so that its return page may show them their own."""
    codes = [code for code in request.session.get(BEGUN, []) if code != donation.code]
    request.session[BEGUN] = [*codes, donation.code][-MOST_BEGUN:]


def own_key(request: HttpRequest, donation: Donation) -> str:
    """Return the key of a gift's own page for who gave it: in this browser, signed in, or by a code; else nothing."""
    began = donation.code in request.session.get(BEGUN, [])
    who = giver(request)
    proved = bool(who) and permissions.is_own(who, donation.donor).ok
    return queries.key_of(donation) if (began or proved) and donation.donor.erased_at is None else ""


def by_key(find: Callable[[str], object | None]) -> Callable[[View], View]:
    """Give a view what its address proves to be the visitor's own, as `find` knows it; 404 for any other address."""

    def guard(view: View) -> View:
        @never_cache
        @wraps(view)
        def found(request: HttpRequest, key: str, **kwargs: Any) -> HttpResponse:
            own = find(key)
            if own is None:
                raise Http404
            answer = view(request, own, **kwargs)
            # The address is a key: no other site may learn it. Forms here need their own origin told, so not
            # "no-referrer".
            answer["Referrer-Policy"] = "same-origin"
            return answer

        return found

    return guard


of_own_gift = by_key(queries.gift_of_key)


@of_own_gift
@require_safe
def own(request: HttpRequest, donation: Donation) -> HttpResponse:
    """Show what the donor may have: certificate, receipt, agreement, the year's list."""
    gifts = Donation.objects.filter(donor=donation.donor)
    context = _context(donation) | {
        "receipt": queries.last_receipt(donation),
        "receipt_verdict": permissions.may_request_receipt(None, donation),
        "certificate": queries.certificate_of(donation),
        "certificate_verdict": permissions.may_make_certificate(None, donation),
        "agreement": queries.agreement_of(donation),
        "agreement_verdict": permissions.may_draw_agreement(None, donation),
        "years": queries.years_of(gifts, donation.donor.in_kind_gifts.all()),
        "days": queries.work_days(donation.host),
        "erase_verdict": permissions.may_erase_by_key(donation),
        "purpose": queries.purpose_of(donation),
        "wish": queries.wish_of(donation.wish),
    }
    return render(request, "donations/own.html", context)


@of_own_gift
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest, donation: Donation) -> HttpResponse:
    """Let who holds the key change what the public sees of the gift: name, amount and dedication, less or more."""
    form = NameForm(request.POST or None, donation=donation)
    return _asked(
        request,
        donation,
        form,
        "donations/name.html",
        lambda: services.choose_name(donation, **form.chosen, by=None),
        back=reverse("donations:own", args=[queries.key_of(donation)]),
        place=_("我的这笔捐款"),
        shown=donation.spoken_name,
        is_month=donation.plan_id is not None,
    )


@of_own_gift
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, donation: Donation) -> HttpResponse:
    """Say what is destroyed and what stays, ask a second time, and destroy what is known of who gave this one gift."""
    form = EraseGiftForm(request.POST or None)
    verdict = permissions.may_erase_by_key(donation)
    if request.method == "POST" and form.is_valid():
        try:
            services.erase_by_key(donation)
            return render(request, "donations/erased.html")
        except Refused as refusal:
            show_refusal(form, refusal)
    context = _context(donation) | {
        "form": form,
        "back": reverse("donations:own", args=[queries.key_of(donation)]),
        "place": _("我的这笔捐款"),
        "verdict": verdict,
        "gifts": 1,
        "receipts": queries.issued_receipts_of_gift(donation).count(),
    }
    return render(request, "donations/erase.html", context, status=422 if request.method == "POST" else 200)


def _context(donation: Donation) -> dict[str, Any]:
    return {
        "donation": donation,
        "fund": donation.fund,
        "host": donation.host,
        "key": queries.key_of(donation),
    }


def _asked(
    request: HttpRequest,
    donation: Donation,
    form: forms.Form,
    template: str,
    act: Callable[[], object],
    **more: Any,
) -> HttpResponse:
    """Show a form, or do what it asks and go back to the gift's own page."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
            return redirect("donations:own", key=queries.key_of(donation))
        except Refused as refusal:
            show_refusal(form, refusal)
    context = _context(donation) | {"form": form} | more
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _payer(donation: Donation) -> dict[str, str]:
    return {"kind": donation.donor.kind, "name": queries.donor_name(donation.donor)}


@of_own_gift
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, donation: Donation) -> HttpResponse:
    """Ask for the fiscal receipt, or say that none is wanted."""
    if request.method == "POST" and "waive" in request.POST:
        form: forms.Form = forms.Form(request.POST)
        template = "donations/own_receipt.html"
        return _asked(request, donation, form, template, lambda: services.waive_receipt(donation, by=None))
    payer = PayerForm(request.POST or None, initial=_payer(donation))
    return _asked(
        request,
        donation,
        payer,
        "donations/own_receipt.html",
        lambda: services.request_receipt(donation, **payer.cleaned_data, by=None),
        verdict=permissions.may_request_receipt(None, donation),
        receipt=queries.open_receipt(donation),
        days=queries.work_days(donation.host),
    )


@of_own_gift
@require_safe
def receipt_file(request: HttpRequest, donation: Donation) -> HttpResponse:
    """Hand out the receipt's file."""
    found = queries.live_receipt(donation)
    if found is None or found.file is None:
        raise Http404
    return kept_file(found.file, f"{found.batch_code}-{found.number}")


def kept_file(row: StoredFile, name: str) -> HttpResponse:
    """Hand out a private file as a download that no browser opens on this site's own address."""
    ending = {"application/pdf": "pdf", "application/ofd": "ofd"}.get(row.content_type, "jpg")
    answer = HttpResponse(location(row).read_bytes(), content_type=row.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@of_own_gift
@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: HttpRequest, donation: Donation) -> HttpResponse:
    """Choose what the certificate shows and make it."""
    made = queries.certificate_of(donation)
    initial = {
        "prints_full_name": made.prints_full_name if made else donation.name_choice == NameChoice.REAL,
        "shows_amount": made.shows_amount if made else True,
    }
    # A form of two boxes may be empty when it is sent.
    form = CertificateForm(request.POST if request.method == "POST" else None, initial=initial)
    return _asked(
        request,
        donation,
        form,
        "donations/own_certificate.html",
        lambda: services.make_certificate(donation, **form.cleaned_data, by=None),
        verdict=permissions.may_make_certificate(None, donation),
        full_name=queries.donor_name(donation.donor),
    )


@of_own_gift
@require_safe
def certificate_picture(request: HttpRequest, donation: Donation) -> HttpResponse:
    """Draw the certificate as a picture: long-pressed in a chat program it is saved."""
    made = queries.certificate_of(donation)
    if made is None:
        raise Http404
    answer = HttpResponse(
        pdf.picture("certificate", queries.certificate_facts(made)), content_type="image/png"
    )
    answer["Content-Disposition"] = f'inline; filename="{made.number}.png"'
    return answer


@of_own_gift
@require_safe
def certificate_pdf(request: HttpRequest, donation: Donation) -> HttpResponse:
    """Draw the certificate as a PDF to print."""
    made = queries.certificate_of(donation)
    if made is None:
        raise Http404
    return pdf_answer(pdf.render("certificate", queries.certificate_facts(made)), made.number)


def pdf_answer(body: bytes, name: str) -> HttpResponse:
    """Hand out a PDF as a download."""
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


@of_own_gift
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: HttpRequest, donation: Donation) -> HttpResponse:
    """Ask for the written agreement about the gift."""
    form = AgreementForm(request.POST or None, initial=_payer(donation))
    return _asked(
        request,
        donation,
        form,
        "donations/own_agreement.html",
        lambda: services.draw_donation_agreement(donation, **form.cleaned_data, by=None),
        verdict=permissions.may_draw_agreement(None, donation),
    )


@of_own_gift
@require_safe
def agreement_pdf(request: HttpRequest, donation: Donation) -> HttpResponse:
    """Hand out the agreement: the signed copy when there is one."""
    found = queries.agreement_of(donation)
    if found is None:
        raise Http404
    return agreement_answer(found)


def agreement_answer(agreement: DonationAgreement) -> HttpResponse:
    """Hand out an agreement: the signed copy when there is one, else the paper to sign."""
    if agreement.file is not None:
        return kept_file(agreement.file, agreement.number)
    template, facts = queries.agreement_paper(agreement)
    return pdf_answer(pdf.render(template, facts), agreement.number)


@of_own_gift
@require_safe
def year(request: HttpRequest, donation: Donation, year: int) -> HttpResponse:
    """List the donor's gifts of a calendar year, as far as this gift's donor is known."""
    donor = Donor.objects.get(pk=donation.donor_id)
    return _year(donor.donations.all(), donor.in_kind_gifts.all(), year)


@never_cache
@donors_only
@require_safe
def my_agreement(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out the agreement about a pledge of who is signed in."""
    pledge = get_object_or_404(queries.pledges_of_giver(giver(request)), code=code)
    found = queries.agreement_of(pledge)
    if found is None:
        raise Http404
    return agreement_answer(found)


@never_cache
@donors_only
@require_safe
def my_year(request: HttpRequest, year: int) -> HttpResponse:
    """List all gifts of a calendar year of who is signed in."""
    return _year(queries.gifts_of(giver(request)), queries.things_of_giver(giver(request)), year)


def _year(gifts: Any, things: Any, year: int) -> HttpResponse:
    facts = queries.year_facts(gifts, things, year)
    if facts is None:
        raise Http404
    return pdf_answer(pdf.render("gifts_of_year", facts), f"donations-{year}")


@require_safe
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Show anybody what of a certificate its donor lets the public see, and whether it still stands."""
    made = queries.certificate_by_code(code.upper())
    if made is None:
        raise Http404
    context = {
        "certificate": made,
        "donation": made.donation,
        "fund": made.donation.fund,
        "host": made.donation.host,
        "purpose": queries.purpose_of(made.donation),
        "returned": queries.returned_words(made.donation, shows_amount=made.shows_amount),
    }
    return render(request, "donations/certificate.html", context)
