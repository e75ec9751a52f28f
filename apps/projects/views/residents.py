"""What residents fill in, without signing in: a need, a rating."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from apps.core.forms import INVALID, done
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.funds.models import Fund
from apps.projects import queries, rules, services
from apps.projects.forms import CodeForm, NeedForm, RatingForm
from apps.users.models import User

PAGE = 30


def _community(code: str) -> Division:
    """Return a division that has a fund of its own: needs are voiced where someone reads them."""
    funds = Fund.objects.filter(state=Fund.State.OPEN).exclude(kind=Fund.Kind.GENERAL)
    return get_object_or_404(Division.objects.filter(code__in=funds.values("division_id")), code=code)


@require_http_methods(["GET", "POST"])
def need(request: HttpRequest, code: str) -> HttpResponse:
    """Voice a need of a community, and read what others voiced."""
    division = _community(code)
    form = NeedForm(request.POST or None)
    by = request.user if isinstance(request.user, User) else None
    if request.method == "POST" and done(
        form, lambda: services.voice_need(division, **form.cleaned_data, by=by)
    ):
        return redirect("projects:need_heard", code=code)
    page = Paginator(queries.published_needs().filter(division=division), PAGE).get_page(
        request.GET.get("page")
    )
    context = {"form": form, "division": division, "page": page}
    return render(request, "projects/need.html", context, status=INVALID if form.errors else 200)


@require_GET
def need_heard(request: HttpRequest, code: str) -> HttpResponse:
    """Say what happens with the need now."""
    return render(request, "projects/need_heard.html", {"division": _community(code)})


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
