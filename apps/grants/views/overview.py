"""The board of grants of a committee's fund or of all funds of a host, and what its figures open to."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.funds.models import Fund
from apps.grants import queries
from apps.grants.queries import Place
from apps.grants.rules.boards import ALARMS, worst_first
from apps.projects.queries import under
from apps.users.signed_in import person

PAGE = 50
YEARS = 5
LONGEST_CODE = 20
ALARM_NAMES = {
    "late": gettext_lazy("到期没交成果"),
    "unproven": gettext_lazy("付了没成果、缺票据"),
    "crowded": gettext_lazy("集中给一家"),
    "split": gettext_lazy("可能拆分"),
    "idle": gettext_lazy("钱放着没用"),
    "owed": gettext_lazy("追回没到"),
}
ORDERS = {**ALARM_NAMES, "left": gettext_lazy("还没付的多")}


def _code(request: HttpRequest, name: str) -> str:
    """Return a code out of the address, or nothing for what can be none."""
    text = request.GET.get(name, "")
    return text if len(text) <= LONGEST_CODE and text.isascii() and text.replace("-", "").isalnum() else ""


def _years() -> range:
    """Return the years to choose from, this one first."""
    return range(clock.today().year, clock.today().year - YEARS, -1)


@dataclass(frozen=True)
class Chosen:
    """What of the funds a reader chose to see."""

    hosts: list[Place]
    towns: list[Place]
    host: Place
    funds: QuerySet[Fund]
    town: str
    fund: str
    year: int | None
    alarm: str
    order: str


def _chosen(request: HttpRequest) -> Chosen:
    """Read the filters; what is no choice counts as none. Raises Http404 for people without a board."""
    who = person(request)
    hosts, towns = queries.places_overseen_by(who)
    if not hosts:
        raise Http404
    asked = request.GET.get("host", "")
    host = next((one for one in hosts if one.code == asked), hosts[0])
    funds = queries.overseen_by(who).filter(host=host.key)
    town, fund = _code(request, "town"), _code(request, "fund")
    if town:
        funds = funds.filter(under(town, "division_id"))
    if fund:
        funds = funds.filter(code=fund)
    year, alarm, order = (request.GET.get(name, "") for name in ("year", "alarm", "order"))
    return Chosen(
        hosts,
        [one for one in towns if one.code.startswith(host.division)],
        host,
        funds,
        town,
        fund,
        int(year) if year in {str(one) for one in _years()} else None,
        alarm if alarm in ALARMS else "",
        order if order in ORDERS else "",
    )


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show each fund's line, the worst first: planned against paid, and what rings."""
    chosen = _chosen(request)
    board = queries.board(chosen.funds, year=chosen.year)
    lines = board.ringing(chosen.alarm) if chosen.alarm else board.lines
    page = Paginator(worst_first(lines, chosen.order), PAGE).get_page(request.GET.get("page"))
    is_town = any(town.code == chosen.town for town in chosen.towns)
    context = {
        "chosen": chosen,
        "board": board,
        "place": chosen.town if is_town else chosen.host.division,
        "left": board.total("left"),
        "totals": {name: board.total(name) for name in ("grants", "live", "planned", "paid", "due", "owed")},
        "alarms": [(key, name, len(board.ringing(key))) for key, name in ALARM_NAMES.items()],
        "page": page,
        "rows": [
            (
                line,
                [(key, queries.alarm_words(key, line)) for key in line.alarms],
            )
            for line in page
        ],
        "years": _years(),
        "orders": ORDERS.items(),
        "as_of": clock.now(),
        "workbench": _("资助工作台"),
    }
    return render(request, "grants/overview.html", context)


@login_required
@require_safe
def overview_rows(request: HttpRequest, what: str) -> HttpResponse:
    """Show what one figure of the board is made of."""
    chosen = _chosen(request)
    board = queries.board(chosen.funds, year=chosen.year)
    found = queries.opened(what, board, chosen.funds, chosen.year)
    if found is None:
        raise Http404
    page = Paginator(found.things, PAGE).get_page(request.GET.get("page"))
    context = {
        "chosen": chosen,
        "opened": found,
        "page": page,
        "rows": [found.row(thing) for thing in page],
        "one_fund": board.lines[0].name if len(board.lines) == 1 else "",
        "as_of": clock.now(),
        "workbench": _("资助工作台"),
    }
    return render(request, "grants/overview_rows.html", context)
