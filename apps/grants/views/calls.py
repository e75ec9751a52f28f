"""The workbench of calls: writing one, running it, comparing its answers, choosing."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import FileResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock, sheets
from apps.core.forms import INVALID, done
from apps.grants import permissions, queries, services
from apps.grants.forms import CallForm, ExpertForm, ExtendForm, ReasonForm
from apps.grants.forms.reviewing import filled_call, filled_sheet
from apps.grants.resources import ComparedResource
from apps.projects.models import Call
from apps.projects.queries import (
    answers_beside,
    answers_to,
    is_closed_to_eyes,
    is_past_review,
    offers_beside,
    sheet_of,
    usual_sheet,
)
from apps.users.models import User
from apps.users.signed_in import person

MOST_PICKED = 500


def _call(request: HttpRequest, code: str) -> Call:
    """Return a call whose workbench this person may open; any other is not there."""
    return get_object_or_404(queries.calls_seen_by(person(request)), code=code)


@login_required
@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """List the calls of the reader's hosts and committees."""
    who = person(request)
    context = {
        "calls": queries.calls_seen_by(who)[:200],
        "may_write": queries.funds_to_call(who).exists(),
        "now": clock.now(),
        "workbench": _("评审工作台"),
    }
    return render(request, "grants/calls.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_call(request: HttpRequest) -> HttpResponse:
    """Write a call as a draft."""
    who = person(request)
    funds = queries.funds_to_call(who)
    if not funds.exists():
        raise Http404
    form = CallForm(
        request.POST if request.method == "POST" else None, funds=funds, initial=filled_sheet(usual_sheet(()))
    )
    made: list[Call] = []

    def write() -> None:
        facts = form.facts()
        key = form.cleaned_data["key"]
        made.append(services.draft_call(facts["funds"][0].host, **facts, key=key, by=who))

    if request.method == "POST" and done(form, write):
        return redirect("grants:call", code=made[0].code)
    context = {"form": form, "workbench": _("评审工作台")}
    return render(request, "grants/call_form.html", context, status=INVALID if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def edit_call(request: HttpRequest, code: str) -> HttpResponse:
    """Write a draft anew."""
    found, who = _call(request, code), person(request)
    if found.state != Call.State.DRAFT or not permissions.may_run_call(who, found):
        raise Http404
    form = CallForm(
        request.POST if request.method == "POST" else None,
        funds=queries.funds_to_call(who).filter(host=found.host),
        initial=filled_call(found),
    )
    if request.method == "POST" and done(
        form, lambda: services.draft_call(found.host, **form.facts(), instead_of=found, by=who)
    ):
        return redirect("grants:call", code=code)
    context = {"form": form, "call": found, "workbench": _("评审工作台")}
    return render(request, "grants/call_form.html", context, status=INVALID if form.errors else 200)


def _show(request: HttpRequest, found: Call, *, status: int = 200, **given: forms.Form) -> HttpResponse:
    """Show one call: what it says, its experts, how far its review is; a form that was refused stands in its place."""
    who = person(request)
    forms_ = {"reason": ReasonForm(), "expert": ExpertForm(), "extend": ExtendForm()} | given
    context = {
        "call": found,
        "funds": found.funds.order_by("code"),
        "sheet": sheet_of(found),
        "questions": found.questions.order_by("number"),
        "items": found.items.order_by("number"),
        "experts": found.experts.filter(ended_at=None).select_related("user").order_by("user__name"),
        "may_run": permissions.may_run_call(who, found),
        "may_compare": permissions.may_compare(who, found),
        "answers": found.projects.exclude(state="draft").count(),
        "is_past": is_past_review(found, clock.now()),
        "now": clock.now(),
        "forms": forms_,
        "workbench": _("评审工作台"),
    }
    return render(request, "grants/call.html", context, status=status)


@login_required
@require_GET
def call(request: HttpRequest, code: str) -> HttpResponse:
    """Show one call to those who run it."""
    return _show(request, _call(request, code))


@login_required
@require_POST
def publish_call(request: HttpRequest, code: str) -> HttpResponse:
    """Make a call public."""
    services.publish_call(_call(request, code), by=person(request))
    return redirect("grants:call", code=code)


@login_required
@require_POST
def cancel_call(request: HttpRequest, code: str) -> HttpResponse:
    """Call it off."""
    found, form = _call(request, code), ReasonForm(request.POST)
    if done(form, lambda: services.cancel_call(found, **form.cleaned_data, by=person(request))):
        return redirect("grants:call", code=code)
    return _show(request, found, reason=form, status=INVALID)


@login_required
@require_POST
def extend_review(request: HttpRequest, code: str) -> HttpResponse:
    """Give reviewers more time."""
    found, form = _call(request, code), ExtendForm(request.POST)
    if done(form, lambda: services.extend_review(found, **form.cleaned_data, by=person(request))):
        return redirect("grants:call", code=code)
    return _show(request, found, extend=form, status=INVALID)


@login_required
@require_POST
def invite_expert(request: HttpRequest, code: str) -> HttpResponse:
    """Ask someone for a score."""
    found, form = _call(request, code), ExpertForm(request.POST)
    if done(form, lambda: services.invite_expert(found, **form.cleaned_data, by=person(request))):
        return redirect("grants:call", code=code)
    return _show(request, found, expert=form, status=INVALID)


@login_required
@require_POST
def dismiss_expert(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """End an invitation."""
    found = _call(request, code)
    services.dismiss_expert(get_object_or_404(found.experts, pk=number), by=person(request))
    return redirect("grants:call", code=code)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Compare the answers to a call. GET with `pick` shows what a choice costs; POST puts it to the vote."""
    found, who = _call(request, code), person(request)
    permissions.may_compare(who, found).require()
    picked = (request.POST if request.method == "POST" else request.GET).getlist("pick")[:MOST_PICKED]
    # No fields: it carries the verb's refusal to the page.
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(form, lambda: services.table_chosen(found, codes=picked, by=who)):
        return redirect("desk:mine")
    compared = queries.compare(found)
    names = {fund.code: fund.name for fund in found.funds.all()}
    choice = compared.weighed(picked)
    context = {
        "call": found,
        "compared": compared,
        "sealed": answers_to(found).count() if is_closed_to_eyes(found) else 0,
        "formulas": queries.score_formulas(found),
        "answered": answers_beside(found, [row.project for row in compared.rows]),
        "offered": offers_beside(found, [row.project for row in compared.rows]),
        "picked": set(picked) & {one.code for one in compared.candidates},
        "seated": set(queries.seated_funds(who).values_list("code", flat=True)),
        "looked_after": _looked_after(found, who),
        "choice": choice,
        "purses": [
            (names[fund], compared.purses[fund], asked, fund in choice.over)
            for fund, asked in sorted(choice.by_fund.items())
        ],
        "suggested": compared.suggested(),
        "left": found.pot - compared.spent,
        "form": form,
        "workbench": _("评审工作台"),
    }
    return render(request, "grants/compare.html", context, status=INVALID if form.errors else 200)


def _looked_after(call: Call, who: User) -> set[str]:
    """Return the funds of a call whose applications somebody opens as an officer or as the host."""
    run = set(queries.funds_run_by(who).values_list("code", flat=True))
    funds = list(call.funds.select_related("host"))
    # One question for each host, however many of its funds a call names.
    others = {fund.host_id: fund for fund in funds if fund.code not in run}
    administered = {host for host, fund in others.items() if permissions.is_hosts_admin(who, fund)}
    return {fund.code for fund in funds if fund.code in run or fund.host_id in administered}


@never_cache
@login_required
@require_POST
def export_comparison(request: HttpRequest, code: str, format: str) -> HttpResponseBase:
    """Take the comparison out as a sheet, once its scores may be seen.

    A POST, because who took it is written down as their act: a link that a browser fetched ahead must not write it.
    """
    found, who = _call(request, code), person(request)
    if format not in ("csv", "xlsx"):
        raise Http404
    taken = services.export_comparison(found, format=format, by=who)
    projects = [row.project for row in taken.rows]
    rows = ComparedResource().rows(
        taken.rows, answered=answers_beside(found, projects), offered=offers_beside(found, projects)
    )
    if format == "xlsx":
        return FileResponse(sheets.xlsx_file(rows), as_attachment=True, filename=f"{code}.xlsx")
    answer = StreamingHttpResponse(sheets.csv_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}.csv"'
    return answer
