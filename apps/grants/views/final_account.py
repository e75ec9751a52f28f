"""A project's final account: what the implementer hands in, and what finance checks."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.forms import INVALID, done
from apps.grants import permissions, queries, services
from apps.grants.forms import FinalAccountForm, ReasonForm
from apps.grants.models import FinalAccount
from apps.projects.queries import expenses_of
from apps.projects.views.common import own_project
from apps.users.signed_in import person


@login_required
@require_http_methods(["GET", "POST"])
def own_account(request: HttpRequest, code: str) -> HttpResponse:
    """Show the implementer the account as the records give it, and hand it in."""
    project, who = own_project(request, code), person(request)
    worked = queries.work_out(project)
    may_keep = any(one.payer.may_keep for one in worked.settled.payers)
    form = FinalAccountForm(request.POST or None, project=project, may_keep=may_keep)
    if request.method == "POST" and done(
        form, lambda: services.hand_in_account(project, by=who, **form.facts())
    ):
        return redirect("grants:own_account", code=code)
    standing = queries.account_of(project)
    context = {
        "project": project,
        "account": standing,
        "returned": project.final_accounts.filter(state=FinalAccount.State.RETURNED).order_by("-number"),
        "shown": queries.shown_account(standing.facts if standing else worked.facts),
        "settled": worked.settled,
        "form": form,
        "verdict": permissions.may_hand_in(who, project),
        "workbench": _("项目工作台"),
    }
    return render(request, "grants/own_account.html", context, status=INVALID if form.errors else 200)


def _account(request: HttpRequest, code: str) -> FinalAccount:
    """Return an account this person may read: of a project whose work they look after, or whose money they handle."""
    who = person(request)
    seen = Q(project__in=queries.work_seen_by(who)) | Q(project__grants__in=queries.paid_by(who))
    found = FinalAccount.objects.filter(seen).select_related("project__organisation", "project__fund__host")
    return get_object_or_404(found.distinct(), code=code)


def _show(request: HttpRequest, found: FinalAccount, *, form: forms.Form | None = None) -> HttpResponse:
    checked = found.state == FinalAccount.State.CHECKED
    context = {
        "account": found,
        "project": found.project,
        "shown": queries.shown_account(found.facts),
        "booked": queries.booked_for(found.project),
        "proof": queries.proof_of(found) if checked else None,
        "expenses": expenses_of(found.project).filter(struck_at=None)[:500],
        "form": form or ReasonForm(),
        "verdict": permissions.may_check(person(request), found),
        "holds": permissions.still_holds(found),
        "workbench": _("财务工作台"),
    }
    return render(request, "grants/account.html", context, status=INVALID if form else 200)


@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, code: str) -> HttpResponse:
    """Look at an account with its vouchers beside the books; POST finds it right."""
    found = _account(request, code)
    if request.method == "POST":
        services.check_account(found, by=person(request))
        return redirect("grants:account", code=code)
    return _show(request, found)


@login_required
@require_POST
def return_account(request: HttpRequest, code: str) -> HttpResponse:
    """Send an account back with a reason."""
    found, form, who = _account(request, code), ReasonForm(request.POST), person(request)
    if done(form, lambda: services.return_account(found, **form.cleaned_data, by=who)):
        return redirect("grants:account", code=code)
    return _show(request, found, form=form)
