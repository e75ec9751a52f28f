"""What served residents fill in, without signing in: a rating."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from apps.core.forms import INVALID, done
from apps.core.verdicts import Refused
from apps.projects import queries, rules, services
from apps.projects.forms import CodeForm, RatingForm


@require_http_methods(["GET", "POST"])
def rate_by_hand(request: HttpRequest) -> HttpResponse:
    """Type the code from the card."""
    form = CodeForm(request.POST or None)
    found: list[str] = []
    if request.method == "POST" and done(
        form, lambda: found.append(services.find_code(form.cleaned_data["code"]).code)
    ):
        return redirect("projects:rate", code=found[0])
    return render(request, "projects/code.html", {"form": form}, status=INVALID if form.errors else 200)


@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """Rate the project a code belongs to. A code that cannot be used is explained on the page for typing it."""
    form = RatingForm(request.POST or None)
    try:
        project = services.find_code(code).project
    except Refused as refusal:
        typed = CodeForm({"code": code[: rules.RATING_CODE_LENGTH * 2]})
        typed.full_clean()
        typed.add_error("code", str(refusal))
        return render(request, "projects/code.html", {"form": typed}, status=INVALID)
    if request.method == "POST" and done(form, lambda: services.rate(code, **form.cleaned_data)):
        return redirect("projects:rated", code=project.code)
    context = {"form": form, "project": project, "code": rules.spoken_code(rules.read_rating_code(code))}
    return render(request, "projects/rate.html", context, status=INVALID if form.errors else 200)


@require_GET
def rated(request: HttpRequest, code: str) -> HttpResponse:
    """Thank a resident for rating a project."""
    project = get_object_or_404(queries.public_projects(), code=code)
    return render(request, "projects/rated.html", {"project": project})
