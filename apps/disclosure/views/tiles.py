"""The schematic of a district or a town."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.disclosure import bodies
from apps.disclosure.queries import places
from apps.disclosure.queries.houses import house_of
from apps.disclosure.queries.tiles import tiles as tiles_of
from apps.disclosure.views.places import crumbs
from apps.divisions.models import Division
from apps.divisions.queries import ancestors, stem
from apps.funds.queries import host_for

SHOWN = (Division.Level.COUNTY, Division.Level.TOWN)


@require_safe
def tiles(request: HttpRequest, code: str) -> HttpResponse:
    """Show where the projects of a district or a town are, as tiles that lead on, and as a table."""

    def build() -> dict[str, Any]:
        found = places.find_division(code)
        if found is None or found.level not in SHOWN:
            raise Http404
        host, title = host_for(code), _("项目在哪里")
        return {
            "title": f"{title} · {stem(found.name)}",
            "crumbs": crumbs((*ancestors(code), found), title),
            "house": house_of(host) if host else None,
            "whole": tiles_of(found),
            "is_town": found.level == Division.Level.TOWN,
            "as_of": clock.now(),
        }

    return bodies.page(
        request,
        "disclosure/tiles.html",
        build,
        name=f"tiles:{code}",
        keys=[f"division:{code}"],
        section="projects",
    )
