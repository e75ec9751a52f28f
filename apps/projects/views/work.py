"""The implementer's bench: applying, following, reporting."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.forms import INVALID, done
from apps.core.verdicts import Refused
from apps.funds.models import Fund
from apps.funds.queries import named
from apps.projects import permissions, queries, services
from apps.projects.forms import ROWS, ApplicationForm, filled
from apps.projects.models import Call, Project
from apps.projects.views import unfinished
from apps.projects.views.common import own_project
from apps.registry.queries import for_user
from apps.users.signed_in import person

PAGE = 30


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List the projects of the organisations the reader acts for."""
    who = person(request)
    page = Paginator(queries.of_organisations(who), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "organisations": for_user(who),
        "left": [(one, unfinished.address_of(one.row)) for one in queries.left_by(who)],
        "kept_days": settings.UNFINISHED_DAYS,
        "workbench": _("项目工作台"),
    }
    return render(request, "projects/mine.html", context)


@login_required
@require_GET
def where(request: HttpRequest) -> HttpResponse:
    """Choose the fund to apply to, by the name of the community or the fund."""
    organisations = list(for_user(person(request)))
    text = request.GET.get("q", "").strip()[:60]
    funds = Fund.objects.filter(state=Fund.State.OPEN).exclude(kind=Fund.Kind.GENERAL)
    if text:
        funds = funds.filter(named(text)) | funds.filter(division__name__contains=text)
    page = Paginator(funds.select_related("division", "host").order_by("division_id", "code"), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "organisations": organisations,
        "q": text,
        "calls": queries.open_calls()[:50],
        "workbench": _("项目工作台"),
    }
    return render(request, "projects/where.html", context)


def _rows(request: HttpRequest) -> int:
    """Return how many lines of budget the page had, from its own field; anything else counts as the usual."""
    return _lines(request.POST.get("rows", ""))


def _lines(shown: str) -> int:
    return min(int(shown), 100) if shown.isascii() and shown.isdigit() and len(shown) < 4 else ROWS


def _application(
    request: HttpRequest,
    fund: Fund,
    call: Call | None = None,
    *,
    initial: dict[str, Any] | None = None,
    rows: int = ROWS,
) -> ApplicationForm:
    """Return the form: as sent, as it was with more lines, or fresh."""
    choices: dict[str, Any] = {
        "organisations": for_user(person(request)),
        "needs": queries.published_needs(division=fund.division_id),
        "partners": queries.may_pay_with(fund, call),
        "questions": queries.questions_of(call),
        "wanted": queries.items_of(call),
    }
    if request.method != "POST":
        typed = unfinished.taken_up(request)
        if typed is not None:
            return ApplicationForm(initial=typed, rows=_lines(typed.get("rows", "")), **choices)
        return ApplicationForm(initial=initial or _asked_for(request), rows=rows, **choices)
    if {"recount", "keep"} & set(request.POST):
        return ApplicationForm(initial=request.POST.dict(), rows=_rows(request), **choices)
    if "add_rows" in request.POST:
        return ApplicationForm(initial=request.POST.dict(), rows=max(_rows(request), ROWS) + ROWS, **choices)
    return ApplicationForm(request.POST, rows=_rows(request), **choices)


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    """Return what the link that led here asks for: a need to answer, as if it had been picked from the list."""
    return {"need": request.GET["need"][:20]} if "need" in request.GET else {}


def _is_sent(request: HttpRequest) -> bool:
    """Tell whether the form is to be kept, not only shown with more lines or with its sums."""
    return request.method == "POST" and not {"add_rows", "recount", "keep"} & set(request.POST)


def _weighed(form: ApplicationForm, fund: Fund) -> dict[str, Any]:
    """Return what the lines add up to so far, in fen, and how they stand to the fund's rules."""
    spent = form.spent()
    return {"total": sum(spent.values()), "caps": queries.caps_of(fund, spent)}


def _left(
    request: HttpRequest, fund: Fund, *, call: Call | None = None, project: Project | None = None
) -> dict[str, Any]:
    """Return what the reader left of this very form before, and where to go on with it; nothing while they do."""
    if request.method != "GET" or "unfinished" in request.GET:
        return {}
    own = queries.own_unfinished(person(request))
    row = (own.filter(project=project) if project else own.filter(fund=fund, call=call, project=None)).first()
    return {"left": row, "left_address": unfinished.address_of(row)} if row else {}


def _written(request: HttpRequest, context: dict[str, Any], refused: str) -> HttpResponse:
    """Show the form; `refused` says why it could not be kept."""
    is_faulty = bool(refused or context["form"].errors)
    context |= {"refused": refused, "workbench": _("项目工作台")}
    return render(request, "projects/apply.html", context, status=INVALID if is_faulty else 200)


@login_required
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Write an application to a fund as a draft."""
    fund = get_object_or_404(
        Fund.objects.select_related("division", "host").exclude(kind=Fund.Kind.GENERAL), code=code
    )
    call = None
    if "call" in request.GET:
        call = get_object_or_404(queries.public_calls().filter(funds=fund), code=request.GET["call"][:20])
    who, form, refused = person(request), _application(request, fund, call), ""
    if "keep" in request.POST:
        try:
            return unfinished.keep(request, fund, call=call)
        except Refused as refusal:
            refused = str(refusal)
    made: list[Project] = []
    if _is_sent(request):

        def verb() -> None:
            facts, values = form.facts(), form.cleaned_data
            made.append(
                services.apply(
                    fund, organisation=values["organisation"], call=call, key=values["key"], by=who, **facts
                )
            )

        if done(form, verb):
            return redirect("projects:project", code=made[0].code)
    context = {"form": form, "fund": fund, "call": call} | _left(request, fund, call=call)
    return _written(request, context | _weighed(form, fund), refused)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Rewrite a draft."""
    project, who = own_project(request, code), person(request)
    if "keep" not in request.POST:
        permissions.may_edit(who, project).require()
    lines, refused = project.budget_lines.count(), ""
    form = _application(request, project.fund, project.call, initial=filled(project), rows=max(lines, ROWS))
    if "keep" in request.POST:
        try:
            return unfinished.keep(request, project.fund, call=project.call, project=project)
        except Refused as refusal:
            refused = str(refusal)
    if _is_sent(request) and done(
        form, lambda: services.edit(project, by=who, seen=form.cleaned_data["seen"], **form.facts())
    ):
        return redirect("projects:project", code=code)
    context = {"form": form, "fund": project.fund, "project": project, "call": project.call}
    context |= _left(request, project.fund, project=project)
    return _written(request, context | _weighed(form, project.fund), refused)


@login_required
@require_GET
def project(request: HttpRequest, code: str) -> HttpResponse:
    """Show a project to the people who carry it out: where it stands and what they can do next."""
    found, who = own_project(request, code), person(request)
    context = {
        "project": found,
        "budget": found.budget_lines.order_by("id"),
        "backing": queries.backing_of(found),
        "answers": queries.answers_of(found),
        "parts": found.parts.order_by("id"),
        "evidence": queries.all_evidence(found),
        "stretches": queries.stretches_of(found),
        "counted": queries.counted_of(found),
        "work": queries.work_done(found),
        "rating": queries.satisfaction_of(found),
        "may_edit": permissions.may_edit(who, found),
        "may_withdraw": permissions.may_withdraw(who, found),
        "may_report": permissions.may_file_evidence(who, found),
        "workbench": _("项目工作台"),
    }
    return render(request, "projects/project.html", context)


@login_required
@require_POST
def submit(request: HttpRequest, code: str) -> HttpResponse:
    """Hand the application in."""
    services.submit(own_project(request, code), by=person(request))
    return redirect("projects:project", code=code)


@login_required
@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take the application back."""
    services.withdraw(own_project(request, code), by=person(request))
    return redirect("projects:project", code=code)
