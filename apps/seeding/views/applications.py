"""Pages of applications: what a committee may apply for, one application, and its scores."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.forms import INVALID, show_refusal
from apps.core.verdicts import Refused
from apps.funds.queries import approval_of, history_of
from apps.seeding import permissions, rules, services
from apps.seeding.forms import ApplyForm, ScoreForm
from apps.seeding.models import Application, Award, Programme
from apps.seeding.queries.results import results_of
from apps.seeding.queries.scores import applications_visible_to, funds_run_by, open_to
from apps.seeding.services.applications import SUBJECT
from apps.seeding.services.rewards import SCORED_STATES
from apps.seeding.states import ApplicationState, ProgrammeKind
from apps.users.signed_in import person


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What the funds a person runs may apply for, and what they applied for."""
    funds = list(funds_run_by(person(request)))
    handed_in = Application.objects.filter(fund__in=funds).select_related("programme", "fund")
    context = {
        "offers": [(fund, one) for fund in funds for one in open_to(fund)],
        "applications": handed_in.order_by("-submitted_at"),
        "has_funds": bool(funds),
        "workbench": _("启动资金"),
    }
    return render(request, "seeding/mine.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, code: str, fund: str) -> HttpResponse:
    """Apply for a programme for one of the funds a person runs; a foreign fund or programme is 404."""
    who = person(request)
    applicant = get_object_or_404(funds_run_by(who), code=fund)
    found = get_object_or_404(
        Programme.objects.filter(source__host=applicant.host_id, by_application=True), code=code
    )
    form = ApplyForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            try:
                made = services.apply(found, fund=applicant, by=who, **form.cleaned_data)
            except Refused as refusal:
                show_refusal(form, refusal)
            else:
                return redirect("seeding:application", code=made.code)
    results: dict[str, Any] = {}
    if found.kind == ProgrammeKind.REWARD:
        terms = found.reward_terms
        results = results_of(applicant, terms.results_from, terms.results_until)
    context = {
        "form": form,
        "programme": found,
        "fund": applicant,
        "results": results,
        "workbench": _("启动资金"),
    }
    return render(request, "seeding/apply.html", context, status=status)


def _visible(request: HttpRequest, code: str) -> Application:
    return get_object_or_404(applications_visible_to(person(request)), code=code)


@login_required
@require_GET
def application(request: HttpRequest, code: str) -> HttpResponse:
    """One application: its words, its frozen results, its levels, its scores."""
    return _page(request, _visible(request, code))


@login_required
@require_POST
def score(request: HttpRequest, code: str) -> HttpResponse:
    """Give points to an application."""
    found = _visible(request, code)
    if found.programme.kind != ProgrammeKind.REWARD:
        raise Http404
    permissions.may_score(person(request), found).require()
    form = ScoreForm(request.POST, application=found)
    if form.is_valid():
        try:
            services.score(found, points=form.points(), words=form.cleaned_data["words"], by=person(request))
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("seeding:application", code=code)
    return _page(request, found, score_form=form)


@login_required
@require_POST
def again(request: HttpRequest, code: str) -> HttpResponse:
    """Hand in again what was returned."""
    found = _visible(request, code)
    permissions.may_apply(person(request), found.fund).require()
    form = ApplyForm(request.POST)
    if form.is_valid():
        try:
            services.hand_in_again(found, by=person(request), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("seeding:application", code=code)
    return _page(request, found, again_form=form)


@login_required
@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take an application back."""
    found = _visible(request, code)
    try:
        services.withdraw_application(found, by=person(request))
    except Refused as refusal:
        return _page(request, found, refusal=str(refusal))
    return redirect("seeding:application", code=code)


def _page(
    request: HttpRequest,
    found: Application,
    *,
    score_form: ScoreForm | None = None,
    again_form: ApplyForm | None = None,
    refusal: str = "",
) -> HttpResponse:
    who = person(request)
    is_reward = found.programme.kind == ProgrammeKind.REWARD
    own = found.scores.filter(reviewer_id=who.pk).first() if is_reward else None
    scores = list(found.scores.order_by("pk"))
    may_apply = permissions.may_apply(who, found.fund)
    is_paid = Award.objects.filter(programme=found.programme).exists() if is_reward else False
    may_score = permissions.may_score(who, found) if is_reward else None
    if may_score and score_form is None and found.state in SCORED_STATES and not is_paid:
        criteria = found.programme.reward_terms.criteria
        initial = {one["key"]: n for one, n in zip(criteria, own.points, strict=True)} if own else {}
        score_form = ScoreForm(initial=initial | {"words": own.words if own else ""}, application=found)
    if may_apply and again_form is None and found.state == ApplicationState.RETURNED:
        again_form = ApplyForm(initial={"words": found.words})
    hundredths = rules.score(row.points for row in scores)
    context = {
        "application": found,
        "programme": found.programme,
        "history": history_of(SUBJECT, found.code),
        "approval": approval_of(SUBJECT, found.code),
        "is_reward": is_reward,
        "reviewers": len(scores),
        # Before rewards are paid a reviewer sees only their own points, so that nobody scores after another.
        "average": f"{hundredths // 100}.{hundredths % 100:02d}" if is_paid else "",
        "own": own,
        "may_score": may_score,
        "score_form": score_form,
        "again_form": again_form,
        "may_withdraw": bool(may_apply)
        and found.state in {ApplicationState.UNDER_REVIEW, ApplicationState.RETURNED},
        "refusal": refusal,
        "workbench": _("启动资金"),
    }
    failed = refusal or any(form is not None and form.errors for form in (score_form, again_form))
    return render(request, "seeding/application.html", context, status=INVALID if failed else 200)
