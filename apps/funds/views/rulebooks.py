"""Rulebooks: every level's, one level's versions side by side, their documents. Drafts are written in governance."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import clock
from apps.core.forms import INVALID, done
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.divisions.rules import LENGTHS
from apps.funds import permissions, queries, rules, services
from apps.funds.forms import AttachForm, WithdrawForm
from apps.funds.models import Fund, Host, Rulebook
from apps.funds.rules import CLAUSES
from apps.funds.services.rulebooks import check_place
from apps.funds.states import FundKind, RuleLevel
from apps.funds.views.common import host_or_404, staff
from apps.users.models import User

# Versions that stand beside each other; older ones follow below as a list.
SIDE_BY_SIDE = 4
TOWN_LENGTH = LENGTHS[3]
MAX_VERSION = 2**31 - 1
COMING = "waiting"


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
    for book in Rulebook.objects.filter(host=host, withdrawn_at=None).order_by("effective_from", "version"):
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
    return _show(request, user, found, level, place)


def _show(
    request: HttpRequest,
    user: User,
    found: Host,
    level: int,
    place: Division,
    *,
    about: Rulebook | None = None,
    sent: WithdrawForm | AttachForm | None = None,
) -> HttpResponse:
    division = place.code
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
        "versions": [
            _version(book, _standing(book, current, today), user, sent if book == about else None)
            for book in books
        ],
        "flags": [
            flag.sentence
            for flag in queries.flagged(found, today, division=division, level=level)
            if flag.book == current
        ],
        "verdict": permissions.may_adopt(user, found, level=level, division=division),
        "workbench": _("规则"),
    }
    return render(request, "funds/rulebook.html", context, status=INVALID if sent else 200)


@login_required
@require_POST
def withdraw(request: HttpRequest, host: str, level: int, division: str, version: int) -> HttpResponse:
    """Take back a version that does not hold yet."""
    user, found, place = staff(request), *_place_or_404(request, host, level, division)
    book, form = _version_or_404(found, level, division, version), WithdrawForm(request.POST)
    if done(form, lambda: services.withdraw_rulebook(book, reason=form.cleaned_data["reason"], by=user)):
        messages.success(request, _("这一版已经撤回。"))
        return redirect("funds:rulebook", host=host, level=level, division=division)
    return _show(request, user, found, level, place, about=book, sent=form)


@login_required
@require_POST
def attach(request: HttpRequest, host: str, level: int, division: str, version: int) -> HttpResponse:
    """Lay the document beside a version."""
    user, found, place = staff(request), *_place_or_404(request, host, level, division)
    book = _version_or_404(found, level, division, version)
    form = AttachForm(request.POST, request.FILES)
    if done(form, lambda: services.attach_document(book, uploads=form.cleaned_data["uploads"], by=user)):
        messages.success(request, _("文件已经放在这一版旁边，谁都可以下载。"))
        return redirect("funds:rulebook", host=host, level=level, division=division)
    return _show(request, user, found, level, place, about=book, sent=form)


def _version_or_404(host: Host, level: int, division: str, version: int) -> Rulebook:
    return get_object_or_404(
        Rulebook.objects.select_related("host"),
        host=host,
        level=level,
        division_id=division,
        version=min(version, MAX_VERSION),
    )


@dataclass(frozen=True)
class Version:
    """One version with its standing (state and word), and the forms of what this person may do with it."""

    book: Rulebook
    state: str
    state_words: str
    withdrawal: WithdrawForm | None
    attach: AttachForm | None


def _version(
    book: Rulebook, standing: tuple[str, str], user: User, sent: WithdrawForm | AttachForm | None
) -> Version:
    """Return a version with its forms; `sent` is one that came back with errors."""
    may_adopt = permissions.may_adopt(user, book.host, level=book.level, division=book.division_id)
    withdrawal = attach = None
    if may_adopt and standing[0] == COMING:
        withdrawal = sent if isinstance(sent, WithdrawForm) else WithdrawForm()
    if permissions.may_attach(user, book):
        attach = sent if isinstance(sent, AttachForm) else AttachForm()
    return Version(book, *standing, withdrawal, attach)


def _place_or_404(request: HttpRequest, host: str, level: int, division: str) -> tuple[Host, Division]:
    found = host_or_404(request, host)
    place = get_object_or_404(Division, code=division)
    try:
        check_place(found, level, place)
    except Refused as refusal:
        raise Http404 from refusal
    return found, place


def _current(books: list[Rulebook], today: date) -> Rulebook | None:
    held = [book for book in books if book.withdrawn_at is None and book.effective_from <= today]
    return max(held, key=lambda book: (book.effective_from, book.version), default=None)


def _standing(book: Rulebook, current: Rulebook | None, today: date) -> tuple[str, str]:
    """Return a state's key and its word for one version."""
    if book.withdrawn_at is not None:
        return "withdrawn", _("已撤回")
    if book == current:
        return "active", _("生效中")
    return (COMING, _("还没生效")) if book.effective_from > today else ("closed", _("已被替换"))


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
