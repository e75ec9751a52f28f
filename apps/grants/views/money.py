"""Paying and booking returns: one form per bank receipt."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.forms import INVALID, done
from apps.grants import permissions, queries, services
from apps.grants.forms import RejectForm, ReleaseForm, ReturnForm
from apps.grants.models import Instalment, Payment
from apps.grants.views.bank import may_answer
from apps.grants.views.common import clawback_or_404, payment_or_404
from apps.registry.permissions import may_open_account
from apps.registry.queries import others_on_account
from apps.registry.services import open_payee_account
from apps.users.models import User
from apps.users.signed_in import person


@login_required
@require_http_methods(["GET", "POST"])
def prepare(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Look at an instalment once more and prepare its payment."""
    who = person(request)
    found = Instalment.objects.filter(grant__in=queries.paid_by(who)).select_related(
        "grant__fund__host", "grant__project__organisation", "grant__motion", "evidence"
    )
    instalment = get_object_or_404(found, grant__code=code, number=number)
    if request.method == "POST":
        return redirect("grants:payment", code=services.prepare_payment(instalment, by=who).code)
    context = {
        "instalment": instalment,
        "grant": instalment.grant,
        "account": _account(instalment, who),
        "same_account": others_on_account(instalment.grant.project.organisation),
        "verdict": permissions.may_prepare(who, instalment),
        "sources": queries.named_sources(instalment.grant),
        "is_signed": queries.is_signed(instalment.grant),
        "workbench": _("资助工作台"),
    }
    return render(request, "grants/prepare.html", context)


def _account(instalment: Instalment, who: User) -> str:
    """Return the account to pay to, for finance of the organisation's own host."""
    organisation = instalment.grant.project.organisation
    return open_payee_account(organisation, by=who) if may_open_account(who, organisation) else ""


@login_required
@require_http_methods(["GET", "POST"])
def payment(request: HttpRequest, code: str) -> HttpResponse:
    """Release a prepared payment, or see what became of it."""
    found, who = payment_or_404(request, code), person(request)
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and done(
        form, lambda: services.release_payment(found, **form.cleaned_data, by=who)
    ):
        return redirect("grants:payment", code=code)
    return _show_payment(request, found, release=form, status=INVALID if form.errors else 200)


def _show_payment(
    request: HttpRequest,
    found: Payment,
    *,
    release: forms.Form | None = None,
    reject: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    who = person(request)
    people = User.objects.in_bulk([found.prepared_by_id, found.released_by_id or 0])
    context = {
        "payment": found,
        "grant": found.instalment.grant,
        "account": _account(found.instalment, who),
        "same_account": others_on_account(found.instalment.grant.project.organisation),
        "preparer": people.get(found.prepared_by_id),
        "releaser": people.get(found.released_by_id or 0),
        "release_form": release or ReleaseForm(),
        "reject_form": reject or RejectForm(prefix="reject"),
        "may_release": permissions.may_release(who, found),
        "may_reject": permissions.may_reject(who, found),
        "last_day": queries.last_day_of(found.instalment.grant),
        "answers": may_answer(who, found),
        "is_signed": queries.is_signed(found.instalment.grant),
        "workbench": _("资助工作台"),
    }
    return render(request, "grants/payment.html", context, status=status)


@login_required
@require_POST
def reject(request: HttpRequest, code: str) -> HttpResponse:
    """Send a prepared payment back."""
    found, who = payment_or_404(request, code), person(request)
    form = RejectForm(request.POST, prefix="reject")
    if done(form, lambda: services.reject_payment(found, **form.cleaned_data, by=who)):
        return redirect("grants:payment", code=code)
    return _show_payment(request, found, reject=form, status=INVALID)


@login_required
@require_http_methods(["GET", "POST"])
def money_back(request: HttpRequest, code: str) -> HttpResponse:
    """Book money that came back on a clawback."""
    found, who = clawback_or_404(request, code), person(request)
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and done(
        form, lambda: services.return_money(found, **form.cleaned_data, by=who)
    ):
        return redirect("grants:grant", code=found.grant.code)
    context = {
        "clawback": found,
        "grant": found.grant,
        "left": found.asked - found.returned,
        "form": form,
        "verdict": permissions.may_book_return(who, found),
        "workbench": _("资助工作台"),
    }
    return render(request, "grants/money_back.html", context, status=INVALID if form.errors else 200)


@login_required
@require_GET
def payments(request: HttpRequest) -> HttpResponse:
    """List every payment the reader's hosts made or prepared."""
    found = queries.payments_of(queries.paid_by(person(request)))[:500]
    return render(request, "grants/payments.html", {"payments": found, "workbench": _("资助工作台")})
