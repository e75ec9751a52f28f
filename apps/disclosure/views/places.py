"""The front page, finding one's community, and the pages of places."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import names
from apps.core.ready import address
from apps.core.verdicts import Refused
from apps.disclosure import bodies
from apps.disclosure.queries import front as front_queries
from apps.disclosure.queries import life, places
from apps.disclosure.queries.houses import house_of
from apps.disclosure.queries.overdue import late_reports
from apps.divisions.models import Division
from apps.divisions.queries import stem
from apps.funds.models import Host
from apps.funds.queries import host_for
from apps.funds.states import RuleLevel

MAX_SEARCH = 40
Crumbs = list[tuple[str, str]]


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The installation's first page."""

    def build() -> dict[str, Any]:
        facts = front_queries.as_context(front_queries.front())
        return {**facts, "title": _("邻里凑的钱，笔笔看得见")}

    return bodies.page(request, "disclosure/front.html", build, name="front", keys=["site"])


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Places by name or code; without a name, the towns of the host's area."""
    try:
        text = names.clean_text(request.GET.get("q", ""), limit=MAX_SEARCH, field="q")
    except Refused as refusal:
        return _found(request, "", str(refusal.reason))
    return _found(request, text, "")


def _found(request: HttpRequest, text: str, error: str) -> HttpResponse:
    hosts = list(Host.objects.select_related("division")[:2])
    host = hosts[0] if len(hosts) == 1 else None
    shown = places.place(host.division) if host and not text else None
    facts = {
        "q": text,
        "error": error,
        "found": places.found_places(text, within=host.division_id if host else None) if text else [],
        "place": shown,
        "hosts": Host.objects.select_related("division").order_by("code")[:200] if not host else [],
        "section": "find",
    }
    return render(request, "disclosure/find.html", facts, status=400 if error else 200)


@require_safe
def division(request: HttpRequest, code: str) -> HttpResponse:
    """A district, a town or a community: one sum, and the rows that add up to it."""

    def build() -> dict[str, Any]:
        found = places.find_division(code)
        if found is None:
            raise Http404
        shown = places.place(found)
        host = shown.host or host_for(code)
        late, more_late = late_reports(host, places.funds_below(code)) if host else ([], 0)
        below = places.funds_below(code)
        return {
            "late": [*late, *(life.owed_surpluses(host, below) if host else [])],
            "more_late": more_late,
            "idle": life.idle_funds(host, below) if host else [],
            "title": stem(found.name),
            "place": shown,
            "crumbs": crumbs(shown.above, stem(found.name)),
            "house": house_of(host) if host else None,
            "rules_url": rules_address(host, found) if host else "",
            "needs_url": f"{reverse('disclosure:needs')}?division={code}",
        }

    return bodies.page(
        request,
        "disclosure/division.html",
        build,
        name=f"division:{code}",
        keys=[f"division:{code}"],
        section="find",
    )


LEVELS = {Division.Level.TOWN: RuleLevel.TOWN, Division.Level.VILLAGE: RuleLevel.COMMUNITY}


def rules_address(host: Host, division: Division) -> str:
    """Return the page of the rules made in a place; those of the whole host where its area begins, else nothing."""
    level = LEVELS.get(Division.Level(division.level))
    if level is not None:
        return reverse("disclosure:level_rules", args=[host.code, int(level), division.code])
    return reverse("disclosure:rule_levels", args=[host.code]) if division.code == host.division_id else ""


def crumbs(above: tuple[Division, ...], last: str) -> Crumbs:
    """Return the way down to a page: the counties and towns above it, then itself."""
    way = [row for row in above if row.level >= Division.Level.COUNTY]
    return [*((stem(row.name), address("disclosure:division", row.code)) for row in way), (last, "")]
