"""The public pages of rules: every level that has some, one level's, and two versions side by side."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.disclosure import bodies
from apps.disclosure.queries import rule_levels
from apps.disclosure.queries.houses import house_of
from apps.disclosure.queries.rule_levels import ABOVE
from apps.divisions.models import Division
from apps.divisions.queries import stem
from apps.funds.models import Host
from apps.funds.queries import rules_version
from apps.funds.states import RuleLevel


@require_safe
def levels(request: HttpRequest, host: str) -> HttpResponse:
    """Every place of a host that has rules of its own."""

    def build() -> dict[str, Any]:
        found = Host.objects.filter(code=host).select_related("division").first()
        if found is None:
            raise Http404
        return {
            "title": _("各级规矩"),
            "host": found,
            "house": house_of(found),
            "levels": rule_levels.levels_of(found),
            "crumbs": [(stem(found.division.name), _division(found.division_id)), (_("各级规矩"), "")],
            "as_of": clock.now(),
        }

    return _page(request, "disclosure/rule_levels.html", build, host, name="rules")


@require_safe
def level(request: HttpRequest, host: str, level: int, division: str) -> HttpResponse:
    """One level's rules in one place: what holds there, who says so, all versions with their documents."""

    def build() -> dict[str, Any]:
        found, place = _place(host, level, division)
        return {
            "title": _title(place, level),
            "house": house_of(found),
            "here": rule_levels.rules_here(found, RuleLevel(level), place),
            "crumbs": _crumbs(found, place, level),
            "as_of": clock.now(),
        }

    return _page(request, "disclosure/level_rules.html", build, host, name=f"rules:{level}:{division}")


@require_safe
def compare(request: HttpRequest, host: str, level: int, division: str) -> HttpResponse:
    """Two versions of a level side by side, or a version beside what the levels above leave."""
    left, right = (request.GET.get(name, "")[:10] for name in ("left", "right"))

    def build() -> dict[str, Any]:
        found, place = _place(host, level, division)
        both = rule_levels.comparison(found, RuleLevel(level), place, left, right)
        if both is None:
            raise Http404
        address = reverse("disclosure:level_rules", args=[host, level, division])
        return {
            "title": _("%(place)s：对照") % {"place": _title(place, level)},
            "house": house_of(found),
            "both": both,
            "above": left == ABOVE or right == ABOVE,
            "crumbs": [
                *_crumbs(found, place, level)[:-1],
                (_title(place, level), address),
                (_("对照"), ""),
            ],
            "back": address,
            "as_of": clock.now(),
        }

    name = f"rules:{level}:{division}:{left}:{right}"
    return _page(request, "disclosure/compare_rules.html", build, host, name=name)


def _page(request: HttpRequest, template: str, build: Any, host: str, *, name: str) -> HttpResponse:
    return bodies.page(
        request, template, build, name=f"{host}:{name}", keys=[rules_version(host)], section="find"
    )


def _place(host: str, level: int, division: str) -> tuple[Host, Division]:
    found = rule_levels.find_place(host, level, division)
    if found is None:
        raise Http404
    return found


def _title(place: Division, level: int) -> str:
    facts = {"place": stem(place.name), "level": RuleLevel(level).label}
    return _("%(place)s的规矩（%(level)s）") % facts


def _crumbs(host: Host, place: Division, level: int) -> list[tuple[str, str]]:
    return [
        (stem(host.division.name), _division(host.division_id)),
        (_("各级规矩"), reverse("disclosure:rule_levels", args=[host.code])),
        (_title(place, level), ""),
    ]


def _division(code: str) -> str:
    return reverse("disclosure:division", args=[code])
