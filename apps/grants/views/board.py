"""The board of grants: what is due, what waits for whom; and one grant with everything about it."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core.forms import INVALID, done
from apps.grants import permissions, queries, services
from apps.grants.forms import AskBackForm, ReasonForm
from apps.grants.models import Grant
from apps.grants.states import DUE, PREPARED, WAITING
from apps.grants.views.common import grant_or_404
from apps.users.signed_in import person

PAGE = 50


@login_required
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Show what of the reader's grants waits for them, then all grants they may see."""
    who = person(request)
    funds = queries.funds_run_by(who)
    payable = queries.paid_by(who)
    grants = queries.visible_to(who)
    context = {
        "run": funds,
        "keeps": [fund for fund in funds if permissions.is_secretary(who, fund)],
        "due": queries.instalments_of(payable, DUE),
        "prepared": queries.payments_of(payable, PREPARED),
        "waiting": queries.instalments_of(payable, WAITING),
        "submitted": queries.submitted_to(who),
        "evidence": queries.evidence_for(who),
        "beside": queries.evidence_beside(who),
        "needs": queries.needs_for(who).count(),
        "unmet": [(motion, queries.why_unmet(motion)) for motion in queries.carried_without_grant(funds)],
        "has_overview": queries.overseen_by(who).exists(),
        "page": Paginator(grants, PAGE).get_page(request.GET.get("page")),
        "workbench": _("资助工作台"),
    }
    return render(request, "grants/board.html", context)


def show_grant(
    request: HttpRequest,
    grant: Grant,
    *,
    ask: forms.Form | None = None,
    end: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show one grant: its sources, instalments, payments and what was asked back."""
    who = person(request)
    instalments = list(grant.instalments.select_related("evidence", "milestone").order_by("number"))
    for instalment in instalments:
        instalment.grant = grant
    may_keep = permissions.may_keep_agreement(who, grant)
    context = {
        "grant": grant,
        "figures": queries.figures(grant),
        "sources": queries.named_sources(grant),
        "others": queries.other_grants(grant),
        "instalments": [(row, permissions.may_prepare(who, row)) for row in instalments],
        "payments": queries.payments_of(Grant.objects.filter(pk=grant.pk)),
        "clawbacks": [
            (row, permissions.may_book_return(who, row), permissions.may_write_off(who, row))
            for row in queries.clawbacks_of(grant)
        ],
        "agreements": queries.agreements_of(grant),
        "agreement_owed": queries.agreement_owed(grant),
        "agreement_stands": may_keep.ok and queries.agreement_stands(grant),
        "may_keep_agreement": may_keep,
        "changes": [(row, queries.change_rows(row)) for row in queries.changes_of(grant)],
        "suspension": queries.suspension_of(grant),
        "may_suspend": permissions.may_suspend(who, grant),
        "handles_money": queries.paid_by(who).filter(pk=grant.pk).exists(),
        "objections": queries.objections_seen_by(who).filter(grant=grant).order_by("received_at", "pk"),
        "is_held": queries.is_held(grant),
        "to_table_again": queries.to_table_again(grant).select_related("motion"),
        "may_change_project": permissions.may_change_project(who, grant),
        "may_table_change": permissions.may_table_change(who, grant),
        "may_terminate": permissions.may_terminate(who, grant),
        "may_ask_back": permissions.may_ask_back(who, grant),
        "ask_form": ask or AskBackForm(prefix="ask"),
        "end_form": end or ReasonForm(prefix="end"),
        "workbench": _("资助工作台"),
    }
    return render(request, "grants/grant.html", context, status=status)


@login_required
@require_GET
def grant(request: HttpRequest, code: str) -> HttpResponse:
    """Show one grant."""
    return show_grant(request, grant_or_404(request, code))


@login_required
@require_POST
def terminate(request: HttpRequest, code: str) -> HttpResponse:
    """End a grant early."""
    found, who = grant_or_404(request, code), person(request)
    form = ReasonForm(request.POST, prefix="end")
    if done(form, lambda: services.terminate(found, **form.cleaned_data, by=who)):
        return redirect("grants:grant", code=code)
    return show_grant(request, found, end=form, status=INVALID)


@login_required
@require_POST
def ask_back(request: HttpRequest, code: str) -> HttpResponse:
    """Ask money of a grant back."""
    found, who = grant_or_404(request, code), person(request)
    form = AskBackForm(request.POST, prefix="ask")
    if done(form, lambda: services.ask_back(found, **form.cleaned_data, by=who)):
        return redirect("grants:grant", code=code)
    return show_grant(request, found, ask=form, status=INVALID)
