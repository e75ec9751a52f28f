"""Scoring one application, reading its reviews afterwards, and what the committee's office answers."""

from fractions import Fraction

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.core import clock
from apps.core.forms import INVALID, done
from apps.grants import permissions, queries, services
from apps.grants.forms import ConfirmForm, ReasonForm, ReviewForm
from apps.grants.views.common import officers_project
from apps.grants.views.officers import show_application
from apps.projects.models import Project, Review
from apps.projects.queries import (
    answers_of,
    backing_of,
    is_stale,
    own_review,
    review_is_over,
)
from apps.projects.rules import one_decimal, score
from apps.users.models import User
from apps.users.signed_in import person


def _project(request: HttpRequest, code: str) -> Project:
    """Return an application that this person scores or whose reviews they may read; any other is not there."""
    found = Project.objects.select_related("fund__host", "fund__division", "organisation", "call")
    project = get_object_or_404(found.exclude(state=Project.State.DRAFT), code=code)
    if not queries.opens_reviews(person(request), project):
        raise Http404
    return project


def _answers_of(row: Review, project: Project) -> dict[str, object]:
    sheet = queries.sheet_for(project)
    return {f"points_{one.number}": given for one, given in zip(sheet, row.points, strict=True)} | {
        "opinion": row.opinion
    }


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, code: str) -> HttpResponse:
    """Read an application and score it; afterwards, read what everybody gave."""
    project, who = _project(request, code), person(request)
    sheet, before = queries.sheet_for(project), own_review(project, who)
    stale = before is not None and is_stale(before, project)
    initial: dict[str, object] = {"seen": project.text_hash}
    if before is not None and not stale:
        initial |= _answers_of(before, project)
    form = ReviewForm(request.POST if request.method == "POST" else None, sheet=sheet, initial=initial)
    verdict = permissions.may_review(who, project)
    if request.method == "POST" and done(form, lambda: services.review(project, **form.facts(), by=who)):
        return redirect("grants:review", code=code)
    is_over, findings = review_is_over(project, clock.now()), queries.findings(project, project.fund)
    reviews, mean = _shown(project, who) if is_over else (None, None)
    context = {
        "project": project,
        "budget": project.budget_lines.order_by("id"),
        "backing": backing_of(project),
        "answers": answers_of(project),
        "milestones": project.milestones.order_by("number"),
        "indicators": project.indicators.order_by("number"),
        "parts": project.parts.order_by("id"),
        "open_findings": [(one, None) for one in findings if not one.is_settled],
        "settled_findings": [one for one in findings if one.is_settled],
        "form": form,
        "before": before,
        "stale": stale,
        "verdict": verdict,
        "is_over": is_over,
        "reviews": reviews,
        "record": queries.shown_record(project, project.fund, mean),
        "workbench": _("评审工作台"),
    }
    return render(request, "grants/review.html", context, status=INVALID if form.errors else 200)


def _shown(project: Project, who: User) -> tuple[dict[str, object] | None, Fraction | None]:
    """Return the reviews as the committee reads them once its scores may be seen, and their mean; None for anyone
    else."""
    if not permissions.may_read_reviews(who, project) or not queries.is_shown(project):
        return None, None
    sheet, rows = queries.sheet_for(project), queries.counted_reviews(project)
    scores = queries.scores_of(rows, sheet)
    return {
        "rows": [
            (row, list(zip(sheet, row.points, strict=True)), one_decimal(score(row.points, sheet)))
            for row in rows
        ],
        "mean": scores.mean_shown,
        "spread": scores.spread_shown,
        "count": scores.count,
    }, scores.mean


@login_required
@require_POST
def confirm(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Write down how a point was looked into."""
    project, who, form = officers_project(request, code), person(request), ConfirmForm(request.POST)
    if done(form, lambda: services.confirm(project, key=key, **form.cleaned_data, by=who)):
        return redirect("grants:table", code=code)
    return show_application(request, project, confirm=(key, form), status=INVALID)


@login_required
@require_POST
def return_application(request: HttpRequest, code: str) -> HttpResponse:
    """Give an application back to be mended."""
    project, who, form = officers_project(request, code), person(request), ReasonForm(request.POST)
    if done(form, lambda: services.return_application(project, **form.cleaned_data, by=who)):
        return redirect("desk:mine")
    return show_application(request, project, reason=form, status=INVALID)


@login_required
@require_POST
def not_choose(request: HttpRequest, code: str) -> HttpResponse:
    """Tell an applicant that others were chosen."""
    project, who, form = officers_project(request, code), person(request), ReasonForm(request.POST)
    if done(form, lambda: services.not_choose(project, **form.cleaned_data, by=who)):
        return redirect("grants:table", code=code)
    return show_application(request, project, reason=form, status=INVALID)
