"""A fund's pages: the fund itself, who gave, by which rules, who decides; and the list of all books."""

from collections import Counter
from functools import cache
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.disclosure import bodies
from apps.disclosure.queries import budgets, cards, life, rulebooks, totals
from apps.disclosure.queries import funds as fund_queries
from apps.disclosure.queries.committees import committee_page
from apps.disclosure.queries.houses import House, house_of, the_house
from apps.disclosure.queries.overdue import late_before, late_reports_of
from apps.disclosure.queries.places import find_division, funds_below
from apps.disclosure.queries.rare import rare
from apps.disclosure.views.places import crumbs
from apps.disclosure.views.reading import number, the_fund
from apps.divisions import queries as divisions
from apps.divisions.rules import is_code
from apps.donations import queries as donations
from apps.funds.models import Fund
from apps.funds.queries import takes_gifts
from apps.governance.models import Seat
from apps.governance.queries import Sitting, meeting_count, signed_minutes, sittings
from apps.grants.queries import money_back

LINES, GIFTS, MINUTES = 5, 5, 20
ROLL_PAGE, BOOKS_PAGE = 20, 25


def of_fund(
    request: HttpRequest, code: str, template: str, build: Any, *, name: str, section: str = "find"
) -> HttpResponse:
    """Answer with a page about one fund, kept under the fund's versions: `fund` tells of anything about it, `money` of
    gifts and totals only. `build` gets the fund."""

    def made() -> dict[str, Any]:
        fund = the_fund(code)
        facts: dict[str, Any] = {"fund": fund, "house": house_of(fund.host)}
        return {**facts, **build(fund)}

    return bodies.page(
        request,
        template,
        made,
        name=f"{name}:{code}",
        keys=[f"fund:{code}"],
        often=[f"money:{code}"],
        section=section,
    )


def way_to(fund: Fund, last: str = "") -> list[tuple[str, str]]:
    """Return the crumbs of a fund's page, or of a page below it."""
    above = tuple(divisions.ancestors(fund.division_id))
    way = crumbs((*above, fund.division), last)
    if not last:
        return way[:-1]
    return [*way[:-1], (fund.name, reverse("disclosure:fund", args=[fund.code])), way[-1]]


@require_safe
def fund(request: HttpRequest, code: str) -> HttpResponse:
    """What a fund has, where it came from and went, what is being decided, by which rules, and who gave."""

    def build(shown: Fund) -> dict[str, Any]:
        standing = cache(lambda: fund_queries.standing(shown))
        seats = cache(lambda: sittings(shown))
        has = cache(lambda: rare(shown))
        story = cache(
            lambda: life.life_of(shown, asleep=life.may_sleep(shown, standing().by_month), has=has())
        )
        return {
            "title": shown.name,
            "crumbs": cache(lambda: way_to(shown)),
            "life": story,
            "late": cache(lambda: late_reports_of(shown) + late_before(story().predecessors)),
            "standing": standing,
            "as_of": clock.now(),
            "gifts": cache(lambda: standing().by_month[""].gifts if standing().is_folded else 0),
            "months": cache(
                lambda: totals.chart_months(standing().by_month, clock.today().strftime("%Y-%m"))
            ),
            "has_months": cache(lambda: len(standing().by_month) > 1),
            "lines": cache(lambda: fund_queries.book(shown, before=None, limit=LINES)),
            "motions": cache(lambda: cards.newest_motions(shown)),
            "projects": cache(lambda: cards.newest_projects(shown)),
            "rules": cache(lambda: rulebooks.in_short(shown)),
            "plan": cache(lambda: budgets.plan_of(shown) if has().budgets else None),
            "seats": seats,
            "committee": cache(lambda: _in_short(seats())),
            "held_for_others": cache(lambda: donations.held_for_others(shown) if has().custody else 0),
            "pledges": cache(lambda: donations.public_pledges(shown) if has().pledges else None),
            "money_back": cache(lambda: money_back(shown) if has().clawbacks else None),
            "roll": cache(
                lambda: donations.as_listed([gift for _key, gift in donations.roll(shown, limit=GIFTS)])
            ),
            "takes_gifts": takes_gifts(shown),
            "campaign": cache(lambda: donations.campaign_for(shown)),
        }

    return of_fund(request, code, "disclosure/fund.html", build, name="fund")


def _in_short(seats: list[Sitting]) -> dict[str, Any]:
    """Return a committee in a few words: how many vote, for whom they sit there, who sits beside them."""
    kinds = Counter(seat.kind for seat in seats if seat.votes).most_common()
    return {
        "voting": sum(n for _kind, n in kinds),
        "kinds": [(Seat.Kind(kind).label, n) for kind, n in kinds],
        "beside": [(Seat.Office(seat.office).label, seat.name) for seat in seats if not seat.votes],
    }


@require_safe
def roll(request: HttpRequest, code: str) -> HttpResponse:
    """Who gave, by time and never by amount, each as they chose to be shown."""
    before = number(request, "before")

    def build(shown: Fund) -> dict[str, Any]:
        rows = donations.roll(shown, limit=ROLL_PAGE + 1, before=before)
        more = rows[ROLL_PAGE - 1][0] if len(rows) > ROLL_PAGE else None
        title = _("捐款公示")
        return {
            "title": f"{title} · {shown.name}",
            "crumbs": way_to(shown, title),
            "gifts": donations.as_listed([gift for _key, gift in rows[:ROLL_PAGE]]),
            "first_page": before is None,
            "older": f"?before={more}" if more else "",
            "newer": "?" if before else "",
            "received": donations.received(shown),
            "has_goods": donations.has_goods(shown),
            "as_of": clock.now(),
        }

    return of_fund(request, code, "disclosure/roll.html", build, name=f"roll:{before or ''}")


@require_safe
def rules(request: HttpRequest, code: str) -> HttpResponse:
    """The rules that hold for a fund, with what each level wrote side by side."""

    def build(shown: Fund) -> dict[str, Any]:
        title = _("规矩")
        return {
            "title": f"{title} · {shown.name}",
            "crumbs": way_to(shown, title),
            "rules": rulebooks.side_by_side(shown),
            "as_of": clock.now(),
        }

    return of_fund(request, code, "disclosure/rules.html", build, name="rules")


@require_safe
def committee(request: HttpRequest, code: str) -> HttpResponse:
    """Who decides about a fund, for whom they sit there and until when."""

    def build(shown: Fund) -> dict[str, Any]:
        title = _("管委会")
        return {
            "title": f"{title} · {shown.name}",
            "crumbs": way_to(shown, title),
            "page": committee_page(shown),
            "meeting_count": meeting_count(shown),
            "minutes": signed_minutes().filter(committee__fund=shown)[:MINUTES],
            "as_of": clock.now(),
        }

    return of_fund(request, code, "disclosure/committee.html", build, name="committee")


@require_safe
def books(request: HttpRequest) -> HttpResponse:
    """Every fund's book, with what there is; of one place when asked."""
    under = request.GET.get("d", "")
    under = under if is_code(under) else ""
    page = number(request, "page") or 1

    def build() -> dict[str, Any]:
        rows = Fund.objects.filter(funds_below(under) if under else Q()).select_related("division", "host")
        shown = Paginator(rows.order_by("division_id", "kind", "code"), BOOKS_PAGE).get_page(page)
        place = find_division(under) if under else None
        house: House | None = the_house()
        whole = totals.by_month(under) if place else totals.by_month("")
        address = f"?d={under}&page=" if under else "?page="
        return {
            "title": _("公开账本"),
            "rows": totals.of_funds(shown),
            "shown": shown,
            "older": f"{address}{shown.next_page_number()}" if shown.has_next() else "",
            "newer": f"{address}{shown.previous_page_number()}" if shown.has_previous() else "",
            "place": place,
            "whole": whole.get("", totals.NOTHING),
            "as_of": totals.folded_at() or clock.now(),
            "house": house,
        }

    return bodies.page(
        request, "disclosure/books.html", build, name=f"books:{under}:{page}", keys=["site"], section="books"
    )
