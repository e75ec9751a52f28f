"""Rulebooks: every level's, one level's versions side by side, and adopting a new version."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.core import clock
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.divisions.rules import LENGTHS
from apps.funds import permissions, queries, rules, services
from apps.funds.forms import RulebookForm
from apps.funds.models import Fund, Host, Rulebook
from apps.funds.rules import CLAUSES
from apps.funds.services.rulebooks import check_place
from apps.funds.states import FundKind, RuleLevel
from apps.funds.views.common import INVALID, done, host_or_404, staff
from apps.users.models import User

# Versions that stand beside each other; older ones follow below as a list.
SIDE_BY_SIDE = 4
TOWN_LENGTH = LENGTHS[3]


@dataclass(frozen=True)
class Place:
    """One level's rules in one division, with the version in force and one that is to come."""

    level: RuleLevel
    division: Division
    book: Rulebook | None
    coming: Rulebook | None


@login_required
@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    """List, for each host, the levels and places that have rules or may have some."""
    user = staff(request)
    funds = queries.in_scope(user)
    hosts = [(host, _places(host, funds.filter(host=host))) for host in queries.hosts_in_scope(user)]
    return render(request, "funds/rules.html", {"hosts": hosts, "workbench": _("规则")})


def _places(host: Host, funds: QuerySet[Fund]) -> list[Place]:
    wanted = {(RuleLevel.HOST, host.division_id), (RuleLevel.DISTRICT, host.division_id)}
    for code, kind in funds.values_list("division_id", "kind"):
        if len(code) >= TOWN_LENGTH:
            wanted.add((RuleLevel.TOWN, code[:TOWN_LENGTH]))
        if kind == FundKind.COMMUNITY:
            wanted.add((RuleLevel.COMMUNITY, code))
    today = clock.today()
    in_force: dict[tuple[RuleLevel, str], Rulebook] = {}
    coming: dict[tuple[RuleLevel, str], Rulebook] = {}
    for book in Rulebook.objects.filter(host=host).order_by("effective_from", "version"):
        key = (RuleLevel(book.level), book.division_id)
        wanted.add(key)
        (in_force if book.effective_from <= today else coming)[key] = book
    divisions = Division.objects.in_bulk([code for _level, code in wanted])
    return [
        Place(level, divisions[code], in_force.get((level, code)), coming.get((level, code)))
        for level, code in sorted(wanted)
    ]


@login_required
@require_GET
def rulebook(request: HttpRequest, host: str, level: int, division: str) -> HttpResponse:
    """Show one level's versions side by side, and what has become looser than the levels above."""
    user, found, place = staff(request), *_place_or_404(request, host, level, division)
    books = queries.versions(found, level, division)
    today = clock.today()
    current = _current(books, today)
    shown = books[:SIDE_BY_SIDE]
    context = {
        "host": found,
        "level": RuleLevel(level),
        "division": place,
        "columns": [(book, _standing(book, current, today)) for book in shown],
        "rows": _side_by_side(shown),
        "older": books[SIDE_BY_SIDE:],
        "flags": _flags(found, current, today),
        "verdict": permissions.may_adopt(user, found, level=level, division=division),
        "workbench": _("规则"),
    }
    return render(request, "funds/rulebook.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, host: str, level: int, division: str) -> HttpResponse:
    """Write the next version: first see what it changes below, then adopt it."""
    user, found, place = staff(request), *_place_or_404(request, host, level, division)
    verdict = permissions.may_adopt(user, found, level=level, division=division)
    latest = next(iter(queries.versions(found, level, division)), None)
    form = RulebookForm(request.POST or None, host=found, level=level, division=place, current=latest)
    status, effects = 200, None
    if request.method == "POST":
        verdict.require()
        if "adopt" in request.POST and done(form, lambda: _adopt(form, user)):
            return redirect("funds:rulebook", host=host, level=level, division=division)
        if form.is_valid():
            day = form.cleaned_data["effective_from"]
            effects = queries.effects(found, level=level, division=division, on=day, clauses=form.clauses)
        else:
            status = INVALID
    context = {
        "form": form,
        "host": found,
        "level": RuleLevel(level),
        "division": place,
        "effects": effects,
        "verdict": verdict,
        "workbench": _("规则"),
    }
    return render(request, "funds/adopt.html", context, status=status)


def _adopt(form: RulebookForm, user: User) -> None:
    services.adopt_rulebook(
        form.host,
        level=form.level,
        division=form.division,
        clauses=form.clauses,
        by=user,
        **{name: form.cleaned_data[name] for name in ("title", "document", "effective_from")},
    )


def _place_or_404(request: HttpRequest, host: str, level: int, division: str) -> tuple[Host, Division]:
    found = host_or_404(request, host)
    place = get_object_or_404(Division, code=division)
    try:
        check_place(found, level, place)
    except Refused as refusal:
        raise Http404 from refusal
    return found, place


def _current(books: list[Rulebook], today: date) -> Rulebook | None:
    return next((book for book in books if book.effective_from <= today), None)


def _standing(book: Rulebook, current: Rulebook | None, today: date) -> tuple[str, str]:
    """Return a state's key and its word for one version."""
    if book == current:
        return "active", _("生效中")
    return ("waiting", _("还没生效")) if book.effective_from > today else ("closed", _("已被替换"))


def _side_by_side(books: list[Rulebook]) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Return each clause that a version sets with, per version, its words, its article and whether it is a change."""
    values = [{row.key: (row.value, row.article) for row in book.clauses.all()} for book in books]
    rows = []
    for key, kind in CLAUSES.items():
        cells = []
        for number, version in enumerate(values):
            value, article = version.get(key, (None, ""))
            before = values[number + 1].get(key, (None, ""))[0] if number + 1 < len(values) else value
            cells.append((rules.words(kind, value) if key in version else "", article, value != before))
        if any(words for words, _article, _changed in cells):
            rows.append((str(kind.label), cells))
    return rows


def _flags(host: Host, current: Rulebook | None, today: date) -> list[str]:
    """Return the sentences of what the version in force sets looser than the levels above now do."""
    if current is None:
        return []
    clauses = {row.key: (row.value, row.article) for row in current.clauses.all() if row.key in CLAUSES}
    return list(
        queries.loosenings(
            host, level=current.level, division=current.division_id, on=today, clauses=clauses
        ).values()
    )
