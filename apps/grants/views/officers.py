"""What the chair and the secretary do: table, accept, hand out rating codes."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock, pdf
from apps.core.files import PDF
from apps.core.forms import INVALID, done
from apps.funds.models import Fund
from apps.funds.queries import effective_rules
from apps.governance.queries import usable
from apps.grants import permissions, queries, services
from apps.grants.forms import CallBackForm, ChecklistForm, CodesForm, ConfirmForm, ReasonForm, TableForm
from apps.grants.views.common import officers_project
from apps.projects.models import Evidence, Project
from apps.projects.queries import (
    answers_of,
    backing_of,
    card_sheets,
    funds_of,
    satisfaction_of,
    shares_of,
    unused_codes,
    work_done,
)
from apps.projects.queries import document as find_document
from apps.projects.queries import photo as find_photo
from apps.projects.rules import MAX_CARDS, spoken_code, usual_card_day
from apps.projects.views.common import private_file
from apps.users.signed_in import person


def _own_fund(request: HttpRequest, project: Project) -> Fund:
    """Return the fund for which this person looks at a project: the one named in the address if it is asked to pay,
    else the first whose committee they run and that has not voted yet, else the one that was applied to."""
    funds, who = funds_of(project), person(request)
    named = [fund for fund in funds if fund.code == request.GET.get("fund", "")]
    run = [fund for fund in funds if permissions.is_officer(who, fund)]
    open_ones = [fund for fund in run if permissions.may_table(who, project, fund)]
    return [*named, *open_ones, *run, project.fund][0]


def show_application(
    request: HttpRequest,
    project: Project,
    *,
    form: forms.Form | None = None,
    confirm: tuple[str, forms.Form] | None = None,
    reason: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show an application to those who look after it: what it says, what was checked, what can be done with it."""
    who, fund = person(request), _own_fund(request, project)
    left, share = usable(fund, ""), project.shares.get(fund=fund)
    key, refused = confirm or ("", None)
    effective, findings = effective_rules(fund), queries.findings(project, fund)
    context = {
        "project": project,
        "budget": project.budget_lines.order_by("id"),
        "backing": backing_of(project),
        "answers": answers_of(project),
        "milestones": project.milestones.order_by("number"),
        "indicators": project.indicators.order_by("number"),
        "parts": project.parts.order_by("id"),
        "open_findings": [
            (one, refused if one.key == key and refused else ConfirmForm(auto_id=f"id_{one.key}_%s"))
            for one in findings
            if not one.is_settled
        ],
        "settled_findings": [one for one in findings if one.is_settled],
        "forbidden": effective["forbidden_uses"],
        "needed": queries.reviewers_needed(fund),
        "scored": len(queries.counted_reviews(project)),
        "opens_reviews": queries.opens_reviews(who, project),
        "record": queries.shown_record(project, fund),
        "usable": left,
        "after": left - share.amount,
        "fund": fund,
        "share": share,
        "shares": shares_of(project),
        "form": form or TableForm(fund=fund, project=project),
        "reason_form": reason or ReasonForm(auto_id="id_return_%s"),
        "verdict": permissions.may_table(who, project, fund),
        "ready": services.readiness(project, fund),
        "may_answer": permissions.may_answer(who, project),
        "motion": queries.latest_motion(project, fund),
        "workbench": _("管委会工作台"),
    }
    return render(request, "grants/table.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def table(request: HttpRequest, code: str) -> HttpResponse:
    """Read an application and put it before the committee."""
    project, who = officers_project(request, code), person(request)
    fund = _own_fund(request, project)
    form = TableForm(request.POST if request.method == "POST" else None, fund=fund, project=project)
    made: list[str] = []
    if request.method == "POST" and done(
        form,
        lambda: made.append(services.table_project(project, fund=fund, **form.cleaned_data, by=who).code),
    ):
        return redirect("governance:motion", code=made[0])
    return show_application(request, project, form=form, status=INVALID if form.errors else 200)


def _evidence(request: HttpRequest, code: str) -> Evidence:
    return get_object_or_404(queries.evidence_seen_by(person(request)), code=code)


def _show_evidence(
    request: HttpRequest, found: Evidence, *, form: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    who = person(request)
    verdict = permissions.may_judge(who, found)
    context = {
        "evidence": found,
        "project": found.project,
        "photos": found.photos.select_related("file").order_by("id"),
        "documents": found.documents.select_related("file").order_by("id"),
        "figures": found.figures.select_related("indicator").order_by("indicator__number"),
        "work": work_done(found.project),
        "rounds": queries.shown_rounds(found.project),
        "may_read_private": bool(permissions.not_on_payees_side(who, found.project)),
        "form": form or (_judging_form(found) if permissions.may_return(who, found) else ReasonForm()),
        "verdict": verdict,
        "may_accept": permissions.may_accept(who, found),
        "may_return": permissions.may_return(who, found),
        "releases": queries.released_by(found),
        "workbench": _("管委会工作台"),
    }
    return render(request, "grants/evidence.html", context, status=status)


def _judging_form(found: Evidence, data: QueryDict | None = None) -> forms.Form:
    """Return what a waiting report is judged with: the checklist of a closing one, a reason to send another back."""
    if not found.is_final:
        return ReasonForm(data)
    return ChecklistForm(data, items=queries.checklist(found.project, found))


@login_required
@require_http_methods(["GET", "POST"])
def evidence(request: HttpRequest, code: str) -> HttpResponse:
    """Look at a report with its photographs; POST accepts it, a closing one with its checklist."""
    found, who = _evidence(request, code), person(request)
    if request.method == "GET":
        return _show_evidence(request, found)
    if not found.is_final or found.state != Evidence.State.FILED:
        services.accept(found, by=who)
        return redirect("grants:evidence", code=code)
    form = ChecklistForm(request.POST, items=queries.checklist(found.project, found))
    if done(form, lambda: services.accept(found, **form.facts(), by=who)):
        return redirect("grants:evidence", code=code)
    return _show_evidence(request, found, form=form, status=INVALID)


@login_required
@require_POST
def return_evidence(request: HttpRequest, code: str) -> HttpResponse:
    """Send a report back with a reason, a closing one with the items to mend."""
    found, who = _evidence(request, code), person(request)
    form = _judging_form(found, request.POST)

    def send_back() -> None:
        facts = form.facts() if isinstance(form, ChecklistForm) else {}
        services.return_evidence(found, reason=form.cleaned_data["reason"], **facts, by=who)

    if done(form, send_back):
        return redirect("grants:evidence", code=code)
    return _show_evidence(request, found, form=form, status=INVALID)


@login_required
@require_GET
def photo(request: HttpRequest, code: str, number: int) -> FileResponse:
    """Show a photograph of a report to the officer who judges it, before it is public."""
    picture = find_photo(_evidence(request, code), number)
    if picture is None:
        raise Http404
    return private_file(picture.file)


@login_required
@require_GET
def document(request: HttpRequest, code: str, number: int) -> FileResponse:
    """Hand a document of a report to the officer who judges it, before it is public."""
    found = find_document(_evidence(request, code), number)
    if found is None:
        raise Http404
    return private_file(found.file)


def _show_codes(
    request: HttpRequest,
    project: Project,
    *,
    form: CodesForm | None = None,
    call_back: CallBackForm | None = None,
) -> HttpResponse:
    verdict = permissions.may_issue_codes(person(request), project)
    waiting = unused_codes(project)[:1000] if verdict else []
    context = {
        "project": project,
        "codes": [spoken_code(row.code) for row in waiting],
        "rating": satisfaction_of(project),
        "form": form or CodesForm(initial={"until": usual_card_day(clock.today(), project.ends_on)}),
        "unprinted": min(project.rating_codes.filter(reply=None, prints=0).count(), MAX_CARDS),
        "sheets": card_sheets(project),
        "call_back": call_back or CallBackForm(prefix="call"),
        "verdict": verdict,
        "workbench": _("管委会工作台"),
    }
    is_wrong = bool(form and form.errors) or bool(call_back and call_back.errors)
    return render(request, "grants/codes.html", context, status=INVALID if is_wrong else 200)


@login_required
@require_http_methods(["GET", "POST"])
def codes(request: HttpRequest, code: str) -> HttpResponse:
    """Make rating codes for a project and print those that are not used yet."""
    project, who = officers_project(request, code), person(request)
    form = CodesForm(request.POST) if request.method == "POST" else None
    if form is not None and done(form, lambda: services.issue_codes(project, **form.cleaned_data, by=who)):
        return redirect("grants:codes", code=code)
    return _show_codes(request, project, form=form)


@login_required
@require_POST
def cards(request: HttpRequest, code: str) -> HttpResponse:
    """Print cards: the codes that were never printed, or what is unused of a sheet again."""
    project = officers_project(request, code)
    sheet = request.POST.get("sheet", "")
    again = int(sheet) if sheet.isascii() and sheet.isdigit() and len(sheet) < 7 else None
    printed = services.print_cards(project, sheet=again, by=person(request))
    facts = queries.card_facts(project, printed, path=reverse("projects:rate_by_hand"))
    response = HttpResponse(pdf.render("cards", facts), content_type=PDF)
    response["Content-Disposition"] = f'attachment; filename="cards-{project.code}-{printed[0].sheet}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def call_back(request: HttpRequest, code: str) -> HttpResponse:
    """Write down what a served resident said on the telephone."""
    project, who = officers_project(request, code), person(request)
    form = CallBackForm(request.POST, prefix="call")
    if done(form, lambda: services.enter_call_back(project, **form.cleaned_data, by=who)):
        return redirect("grants:codes", code=code)
    return _show_codes(request, project, call_back=form)
