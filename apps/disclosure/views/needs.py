"""Needs: the library of a community and every level above it, one need's page, and the library as open data."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import clock, sheets
from apps.disclosure import bodies
from apps.disclosure.queries.houses import the_house
from apps.disclosure.queries.wishes import giving_for
from apps.disclosure.views.reading import number, one_of
from apps.divisions.models import Division
from apps.divisions.rules import is_code
from apps.funds.models import Fund
from apps.projects.models import Field, Need
from apps.projects.queries import answering, find_need, library
from apps.projects.states import CLOSED, MET, PUBLISHED

NEEDS_PAGE = 24
# Open data: a file, not a service; narrower questions have their own address.
MOST_EXPORTED = 50_000
SHOWN_STATES = (PUBLISHED, MET, CLOSED)
URGENCIES = [(row.value, row.label) for row in Need.Urgency if row.value]
COLUMNS = (
    "code", "voiced_on", "division", "place_name", "field", "groups", "persons", "urgency", "state", "means",
    "seconds", "words", "place", "answer", "met_by", "met_on", "helpers",
)  # fmt: skip


def _asked(request: HttpRequest) -> dict[str, str]:
    """Return what of the library is asked for; anything unknown asks for nothing."""
    division = request.GET.get("division", "")
    return {
        "division": division if is_code(division) else "",
        "field": one_of(request, "field", Field.values),
        "urgency": one_of(request, "urgency", [value for value, _label in URGENCIES]),
        "state": one_of(request, "state", SHOWN_STATES),
        "group": one_of(request, "group", Need.Group.values),
    }


@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    """The need library of the site, or of a division with everything under it, newest first."""
    asked, page = _asked(request), number(request, "page") or 1

    def build() -> dict[str, Any]:
        shown = Paginator(library(**asked), NEEDS_PAGE).get_page(page)
        kept = {name: value for name, value in asked.items() if value}
        place = Division.objects.filter(code=asked["division"]).first() if asked["division"] else None
        may_voice = place is not None and Fund.objects.filter(
            division=place, state=Fund.State.OPEN
        ).exclude(kind=Fund.Kind.GENERAL).exists()  # fmt: skip
        return {
            "title": _("需求库"),
            "place": place,
            "may_voice": may_voice,
            "shown": shown,
            "filters": [
                _filter(_("按领域"), "field", Field.choices, kept),
                _filter(_("按关系到谁"), "group", Need.Group.choices, kept),
                _filter(_("按缓急"), "urgency", URGENCIES, kept),
                _filter(_("按进展"), "state", [(row, Need.State(row).label) for row in SHOWN_STATES], kept),
            ],
            "query": urlencode(kept),
            "older": f"?{urlencode({**kept, 'page': str(page + 1)})}" if shown.has_next() else "",
            "newer": f"?{urlencode({**kept, 'page': str(shown.previous_page_number())})}"
            if shown.has_previous()
            else "",
            "house": the_house(),
            "as_of": clock.now(),
        }

    name = f"needs:{':'.join(asked.values())}:{page}"
    return bodies.page(request, "disclosure/needs.html", build, name=name, keys=["site"], section="projects")


def _filter(
    title: str, name: str, choices: Iterable[tuple[Any, Any]], kept: dict[str, str]
) -> dict[str, Any]:
    """Return one line of filters: its title and (address, label, whether it is on), the first being all."""
    others = {key: value for key, value in kept.items() if key != name}
    on = kept.get(name, "")
    links = [(f"?{urlencode(others)}", _("全部"), not on)]
    links += [(f"?{urlencode({**others, name: value})}", str(label), value == on) for value, label in choices]
    return {"title": title, "links": links, "is_on": bool(on)}


@require_safe
def need(request: HttpRequest, code: str) -> HttpResponse:
    """One need: its words, who says the same, what became of it. A merged one points to the kept one."""

    def build() -> dict[str, Any]:
        found = find_need(code)
        if found is None:
            raise Http404
        place = found.division
        library_of = f"{reverse('disclosure:needs')}?division={place.code}"
        return {
            "title": _("一条需求"),
            "need": found,
            "is_open": found.state == PUBLISHED,
            "photos": [row.file for row in found.photos.select_related("file") if row.file.is_public],
            "seconds": found.seconds.count(),
            "with_account": found.seconds.filter(has_account=True).count(),
            "folded": found.merged.count(),
            "projects": answering(found),
            "giving": giving_for(code),
            "house": the_house(),
            "crumbs": [
                (_("需求库"), reverse("disclosure:needs")),
                (place.name, library_of),
                (found.code, ""),
            ],
            "as_of": clock.now(),
        }

    return bodies.page(
        request, "disclosure/need.html", build, name=f"need:{code}", keys=["site"], section="projects"
    )


@require_safe
def export(request: HttpRequest, format: str) -> HttpResponseBase:
    """The library as open data, narrowed like its page: CSV, or JSON with one object per need. Nothing that was sealed,
    set aside or merged is in it, and no file of a photograph."""
    rows = _rows(_asked(request))
    if format == "csv":
        answer = StreamingHttpResponse(
            sheets.csv_lines([COLUMNS, *rows]), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = 'attachment; filename="needs.csv"'
        return answer
    if format != "json":
        raise Http404
    body = {
        "as_of": clock.now().isoformat(),
        "needs": [dict(zip(COLUMNS, row, strict=True)) for row in rows],
    }
    return HttpResponse(
        json.dumps(body, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8"
    )


def _rows(asked: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    row: Any
    for row in library(**asked).select_related("met_by")[:MOST_EXPORTED]:
        yield (
            row.code,
            clock.day_of(row.voiced_at).isoformat(),
            row.division_id,
            row.division.name,
            row.field,
            " ".join(row.groups),
            "" if row.persons is None else row.persons,
            row.urgency,
            row.state,
            row.means,
            row.seconded,
            row.words,
            row.place,
            row.answer,
            row.done_by,
            "" if row.met_on is None else row.met_on.isoformat(),
            "" if row.helpers is None else row.helpers,
        )
