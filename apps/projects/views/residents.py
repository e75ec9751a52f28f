"""What served residents fill in, without signing in: a rating."""

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from apps.core.forms import INVALID, done
from apps.projects import queries, rules, services
from apps.projects.forms import CodeForm, RatingForm
from apps.projects.models import RatingCode


@never_cache
@require_http_methods(["GET", "POST"])
def rate_by_hand(request: HttpRequest) -> HttpResponse:
    """Type the code from the card (a card's square brings it behind the address's `#`, see `static/js/rate.js`), then
    rate the project it belongs to.

    The code only ever travels in the body of a form, so that it stands in no address, log or Referer. The page keeps
    the site's usual Referrer-Policy: with `no-referrer` browsers send a form's Origin as `null`, which is refused.
    """
    typed = CodeForm(request.POST or None)
    found: list[RatingCode] = []
    if request.method != "POST" or not done(
        typed, lambda: found.append(services.find_code(typed.cleaned_data["code"]))
    ):
        return render(request, "projects/code.html", {"form": typed}, status=_status(typed))
    code, project = found[0].code, found[0].project
    form = RatingForm(request.POST if "rating" in request.POST else None)
    if form.is_bound and done(form, lambda: services.rate(code, **form.cleaned_data)):
        return redirect("projects:rated", code=project.code)
    context = {"form": form, "project": project, "code": rules.spoken_code(code)}
    return render(request, "projects/rate.html", context, status=_status(form))


def _status(form: Form) -> int:
    return INVALID if form.errors else 200


@require_GET
def rated(request: HttpRequest, code: str) -> HttpResponse:
    """Thank a resident for rating a project."""
    project = get_object_or_404(queries.public_projects(), code=code)
    return render(request, "projects/rated.html", {"project": project})
