"""Seed programmes: the list, one programme's page, and its record."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.core.canonical import canonical_json
from apps.disclosure import bodies
from apps.disclosure.queries import seed
from apps.disclosure.queries.houses import house_of, the_house
from apps.disclosure.views.reading import number
from apps.seeding import queries as seeding
from apps.seeding.models import Programme
from apps.seeding.queries.record import record_of
from apps.seeding.states import ProgrammeKind

DRAWS_PAGE = 20


def the_programme(code: str) -> Programme:
    """Return the programme of an address. Raises Http404."""
    found = seed.find_programme(code)
    if found is None:
        raise Http404
    return found


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """Every programme with its pot and what is left of it."""

    def build() -> dict[str, Any]:
        return {
            "title": _("启动资金、配捐和以奖代补"),
            "views": seed.all_programmes(),
            "house": the_house(),
            "as_of": clock.now(),
        }

    return bodies.page(request, "disclosure/seeds.html", build, name="seeds", keys=["site"], section="books")


@require_safe
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """One programme: the pot as a sum, its rules, each draw in order with its arithmetic, what came back."""
    before = number(request, "before")

    def build() -> dict[str, Any]:
        found = the_programme(code)
        is_matching = found.kind == ProgrammeKind.MATCHING
        rows = (
            seed.matching_draws(found, before=before, limit=DRAWS_PAGE + 1)
            if is_matching
            else seed.award_draws(found)
        )
        has_more = is_matching and len(rows) > DRAWS_PAGE
        shown = rows[:DRAWS_PAGE] if is_matching else rows
        return {
            "title": found.title,
            "view": seeding.viewed(found),
            "programme": found,
            "terms": seed.terms_in_words(found),
            "gross": seed.gross(found),
            "taken": seed.taken_totals(found),
            "queue": seed.queue(found),
            "draws": shown,
            "shares": seed.shares(found) if is_matching else [],
            "is_matching": is_matching,
            "is_reward": found.kind == ProgrammeKind.REWARD,
            "older": f"?before={shown[-1].number}" if has_more else "",
            "newer": "?" if before else "",
            "fingerprint": seed.fingerprint_of(found),
            "crumbs": [(_("启动资金、配捐和以奖代补"), reverse("disclosure:seeds")), (found.title, "")],
            "house": house_of(found.source.host),
            "as_of": clock.now(),
        }

    name = f"seed:{code}:{before or ''}"
    return bodies.page(request, "disclosure/seed.html", build, name=name, keys=["site"], section="books")


@require_safe
def record(request: HttpRequest, code: str) -> HttpResponse:
    """Give a programme as canonical JSON, from which anyone can recompute every draw."""
    found = the_programme(code)
    response = HttpResponse(canonical_json(record_of(found)), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{found.code}.json"'
    return response
