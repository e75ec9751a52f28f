"""Calls for applications: the list, and one call with its conditions and its sheet."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.disclosure import bodies
from apps.disclosure.queries.houses import house_of, the_house
from apps.disclosure.views.reading import number
from apps.grants.queries import score_formulas
from apps.projects.models import Field
from apps.projects.queries import public_calls, public_projects, sheet_of, takes_applications

CALLS_PAGE = 30


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """All public calls, those that close last first."""
    page = number(request, "page") or 1

    def build() -> dict[str, Any]:
        now = clock.now()
        shown = Paginator(public_calls(), CALLS_PAGE).get_page(page)
        return {
            "title": _("征集"),
            "rows": [(call, takes_applications(call, now)) for call in shown],
            "shown": shown,
            "older": f"?page={shown.next_page_number()}" if shown.has_next() else "",
            "newer": f"?page={shown.previous_page_number()}" if shown.has_previous() else "",
            "house": the_house(),
            "as_of": now,
        }

    return bodies.page(
        request, "disclosure/calls.html", build, name=f"calls:{page}", keys=["site"], section="projects"
    )


@require_safe
def call(request: HttpRequest, code: str) -> HttpResponse:
    """One call: what it is for, the money, the days, by what answers are judged. Nothing of who applied before the
    vote, nothing of any score."""

    def build() -> dict[str, Any]:
        found = public_calls().filter(code=code).first()
        if found is None:
            raise Http404
        now = clock.now()
        return {
            "title": found.title,
            "call": found,
            "sheet": sheet_of(found),
            "questions": found.questions.order_by("number"),
            "items": found.items.order_by("number"),
            "formulas": score_formulas(found),
            "fields": [str(Field(name).label) for name in found.fields],
            "is_open": takes_applications(found, now),
            "is_coming": now < found.opens_at,
            "projects": public_projects().filter(call=found)[:50],
            "house": house_of(found.host),
            "crumbs": [(_("征集"), reverse("disclosure:calls")), (found.title, "")],
            "as_of": now,
        }

    return bodies.page(
        request, "disclosure/call.html", build, name=f"call:{code}", keys=["site"], section="projects"
    )
