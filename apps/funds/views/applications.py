"""Asking for a fund, and the way of an application to its agreement and its opening."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import money, pdf
from apps.core.files import location
from apps.core.forms import INVALID, done
from apps.funds import permissions, queries, services
from apps.funds.forms import AgreementForm, ApplyForm, MendForm, OpenDayForm
from apps.funds.models import Fund, FundAgreement, FundApplication, Host
from apps.funds.states import ApplicationState
from apps.users.signed_in import person


@login_required
@require_GET
def application_list(request: HttpRequest) -> HttpResponse:
    """List the applications a person may read, and the hosts of which one may be asked."""
    context = {
        "applications": queries.applications_visible_to(person(request))[:100],
        "hosts": Host.objects.select_related("division").order_by("code"),
        "workbench": _("设立基金"),
    }
    return render(request, "funds/applications.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, host: str) -> HttpResponse:
    """Ask a host for a fund."""
    user, found = person(request), get_object_or_404(Host, code=host)
    form = ApplyForm(request.POST if request.method == "POST" else None, host=found)
    made: list[FundApplication] = []
    if request.method == "POST" and done(
        form, lambda: made.append(services.apply_for_fund(found, by=user, **form.cleaned_data))
    ):
        return redirect("funds:application", code=made[0].code)
    context = {
        "form": form,
        "host": found,
        "rules": queries.effective_rules(
            Fund(host=found, division=found.division), keys=["startup_min_fen", "review_days"]
        ).values(),
        "workbench": _("设立基金"),
    }
    return render(request, "funds/apply.html", context, status=INVALID if request.method == "POST" else 200)


@login_required
@require_GET
def application(request: HttpRequest, code: str) -> HttpResponse:
    """Show an application, where it stands, and what its reader may do with it."""
    return _page(request, _own(request, code))


@login_required
@require_POST
def mend(request: HttpRequest, code: str) -> HttpResponse:
    """Mend a returned application and hand it in again."""
    found = _own(request, code)
    form = MendForm(request.POST)
    if done(form, lambda: services.mend_application(found, by=person(request), **form.cleaned_data)):
        return redirect("funds:application", code=code)
    return _page(request, found, mend=form)


@login_required
@require_POST
def withdraw_application(request: HttpRequest, code: str) -> HttpResponse:
    """Take an application back."""
    found, form = _own(request, code), forms.Form(request.POST)
    if done(form, lambda: services.withdraw_application(found, by=person(request))):
        return redirect("funds:application", code=code)
    return _page(request, found, plain=form)


@login_required
@require_POST
def agree(request: HttpRequest, code: str) -> HttpResponse:
    """Write the agreement of an approved application, or keep its signed sheet."""
    found = _own(request, code)
    form = AgreementForm(request.POST, request.FILES)
    if done(form, lambda: services.draw_agreement(found, by=person(request), **_agreement(form))):
        return redirect("funds:application", code=code)
    return _page(request, found, agreement=form)


@login_required
@require_POST
def open_applied(request: HttpRequest, code: str) -> HttpResponse:
    """Open the fund of a signed agreement."""
    found, form = _own(request, code), OpenDayForm(request.POST)
    opened: list[Fund] = []
    if done(
        form,
        lambda: opened.append(services.open_applied_fund(found, by=person(request), **form.cleaned_data)),
    ):
        return redirect("funds:fund", code=opened[0].code)
    return _page(request, found, opening=form)


@login_required
@require_GET
def agreement_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out the agreement as PDF, to be signed."""
    agreement = _agreement_of(request, code)
    body = pdf.render("agreement", _agreement_facts(agreement))
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="agreement-{code}.pdf"'
    return response


@login_required
@require_GET
def agreement_scan(request: HttpRequest, code: str) -> FileResponse:
    """Hand out the signed sheet, to those who may read the application."""
    scan = _agreement_of(request, code).scan
    if scan is None:
        raise Http404
    response = FileResponse(location(scan).open("rb"), as_attachment=True, content_type=scan.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _agreement_of(request: HttpRequest, code: str) -> FundAgreement:
    found = FundAgreement.objects.filter(application=_own(request, code))
    return get_object_or_404(found.select_related("application__host", "application__division", "scan"))


def _agreement(form: AgreementForm) -> dict[str, Any]:
    scan = form.cleaned_data["scan"]
    return form.cleaned_data | {"scan": scan if isinstance(scan, UploadedFile) else None}


def _agreement_facts(agreement: FundAgreement) -> dict[str, Any]:
    asked = agreement.application
    return {
        "title": _("%(name)s设立协议") % {"name": asked.name},
        "number": agreement.number,
        "host": asked.host.name,
        "host_uscc": asked.host.uscc,
        "applicant": asked.applicant,
        "fund": asked.name,
        "division": asked.division.name,
        "purpose": asked.purpose,
        "startup": f"¥{money.written(asked.startup)}",
        "ends": agreement.end_conditions,
        "surplus": agreement.surplus,
        "signed_on": agreement.signed_on.isoformat(),
    }


def _own(request: HttpRequest, code: str) -> FundApplication:
    return get_object_or_404(queries.applications_visible_to(person(request)), code=code)


def _page(
    request: HttpRequest,
    found: FundApplication,
    *,
    mend: MendForm | None = None,
    agreement: AgreementForm | None = None,
    opening: OpenDayForm | None = None,
    plain: forms.Form | None = None,
) -> HttpResponse:
    user = person(request)
    found.refresh_from_db()
    written = FundAgreement.objects.filter(application=found).select_related("scan").first()
    may_host = permissions.may_open_fund(user, found.host)
    state = ApplicationState(found.state)
    before = ("number", "end_conditions", "surplus", "signed_on")
    context: dict[str, Any] = {
        "application": found,
        "approval": queries.approval_of("funds.application", found.code),
        "history": queries.history_of("funds.application", found.code),
        "agreement": written,
        "is_applicant": bool(permissions.may_mend(user, found)),
        "may_host": may_host,
        "mend": mend or MendForm(initial=_initial(found)),
        "agree": agreement
        or AgreementForm(initial={field: getattr(written, field) for field in before} if written else {}),
        "opening": opening or OpenDayForm(),
        "form": plain,
        "takes_mending": state == ApplicationState.RETURNED,
        "takes_agreement": state in {ApplicationState.APPROVED, ApplicationState.SIGNED},
        "takes_opening": state == ApplicationState.SIGNED
        and written is not None
        and written.scan is not None,
        "takes_withdrawing": state != ApplicationState.WITHDRAWN
        and state not in {ApplicationState.OPENED, ApplicationState.REFUSED},
        "workbench": _("设立基金"),
    }
    refused = any(form is not None for form in (mend, agreement, opening, plain))
    return render(request, "funds/application.html", context, status=INVALID if refused else 200)


def _initial(found: FundApplication) -> dict[str, Any]:
    facts = {field: getattr(found, field) for field in ("name", "purpose", "applicant", "committee")}
    return facts | {"startup": money.written(found.startup)}
