"""Projects: the list, and one project's story."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.disclosure import bodies
from apps.disclosure.queries import cards, project_rows
from apps.disclosure.queries import projects as project_queries
from apps.disclosure.queries.houses import house_of, the_house
from apps.disclosure.queries.wishes import giving_for
from apps.disclosure.views.reading import number, one_of
from apps.divisions.rules import is_code
from apps.projects.models import Field, Project
from apps.projects.queries import public_projects
from apps.projects.states import PUBLIC

PROJECTS_PAGE, ROWS_PAGE = 24, 50
SHOWN_STATES = [state for state in Project.State if state.value in PUBLIC]


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """All public projects, newest first, by field and state."""
    field = one_of(request, "field", Field.values)
    state = one_of(request, "state", PUBLIC)
    fund = request.GET.get("fund", "")[:20]
    division = request.GET.get("division", "")
    division = division if is_code(division) else ""
    page = number(request, "page") or 1

    def build() -> dict[str, Any]:
        rows = public_projects(field=field, state=state, fund=fund, division=division)
        shown = Paginator(rows, PROJECTS_PAGE).get_page(page)
        kept = "".join(
            f"{name}={value}&"
            for name, value in (("field", field), ("state", state), ("division", division))
            if value
        )
        kept += f"fund={fund}&" if fund.replace("-", "").isalnum() else ""
        return {
            "title": _("项目"),
            "cards": cards.project_cards(shown),
            "shown": shown,
            "fields": Field.choices,
            "field": field,
            "states": [(row.value, row.label) for row in SHOWN_STATES],
            "state": state,
            "older": f"?{kept}page={shown.next_page_number()}" if shown.has_next() else "",
            "newer": f"?{kept}page={shown.previous_page_number()}" if shown.has_previous() else "",
            "house": the_house(),
            "as_of": clock.now(),
        }

    name = f"projects:{field}:{state}:{fund}:{division}:{page}"
    return bodies.page(
        request, "disclosure/projects.html", build, name=name, keys=["site"], section="projects"
    )


@require_safe
def project(request: HttpRequest, code: str) -> HttpResponse:
    """One project from a resident's sentence to what came of it."""

    def build() -> dict[str, Any]:
        found = project_queries.find_project(code)
        if found is None:
            raise Http404
        told = project_queries.story(found)
        return {
            "title": found.title,
            "project": found,
            "story": told,
            "giving": giving_for(code),
            "house": house_of(found.fund.host),
            "crumbs": [
                (found.fund.name, reverse("disclosure:fund", args=[found.fund.code])),
                (_("项目"), reverse("disclosure:projects")),
                (found.title, ""),
            ],
            "as_of": clock.now(),
        }

    return bodies.page(
        request, "disclosure/project.html", build, name=f"project:{code}", keys=["site"], section="projects"
    )


@require_safe
def final_account(request: HttpRequest, code: str) -> HttpResponse:
    """A project's final account, checked and frozen, beside the books as they are now."""

    def build() -> dict[str, Any]:
        found = project_queries.find_project(code)
        account = project_queries.public_account(found) if found else None
        if found is None or account is None:
            raise Http404
        return {
            "title": _("决算 · %(title)s") % {"title": found.title},
            "project": found,
            "account": account.account,
            "shown": account.shown,
            "proof": account.proof,
            "house": house_of(found.fund.host),
            "crumbs": [
                (found.fund.name, reverse("disclosure:fund", args=[found.fund.code])),
                (found.title, reverse("disclosure:project", args=[code])),
                (_("决算"), ""),
            ],
            "as_of": clock.now(),
        }

    return bodies.page(
        request,
        "disclosure/final_account.html",
        build,
        name=f"account:{code}",
        keys=["site"],
        section="projects",
    )


@require_safe
def rows(request: HttpRequest, code: str, what: str) -> HttpResponse:
    """The rows that one figure of a project's page is made of."""
    page = number(request, "page") or 1

    def build() -> dict[str, Any]:
        found = project_queries.find_project(code)
        if found is None:
            raise Http404
        told = project_rows.rows_of(found, what)
        if told is None:
            raise Http404
        shown = Paginator([(row, told.written(row)) for row in told.rows], ROWS_PAGE).get_page(page)
        return {
            "title": f"{told.title} · {found.title}",
            "heading": told.title,
            "figure": told.figure,
            "how": told.how,
            "project": found,
            "shown": shown,
            "older": f"?page={shown.next_page_number()}" if shown.has_next() else "",
            "newer": f"?page={shown.previous_page_number()}" if shown.has_previous() else "",
            "house": house_of(found.fund.host),
            "crumbs": [
                (found.fund.name, reverse("disclosure:fund", args=[found.fund.code])),
                (found.title, reverse("disclosure:project", args=[code])),
                (told.title, ""),
            ],
            "as_of": clock.now(),
        }

    name = f"rows:{code}:{what}:{page}"
    return bodies.page(
        request, "disclosure/project_rows.html", build, name=name, keys=["site"], section="projects"
    )
