"""Motions: the list, and one motion's page."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import clock, jobs
from apps.disclosure import bodies
from apps.disclosure.queries import cards
from apps.disclosure.queries import motions as motion_queries
from apps.disclosure.queries.houses import house_of, the_house
from apps.disclosure.views.reading import number, one_of
from apps.governance import queries as governance
from apps.governance.models import Motion

MOTIONS_PAGE = 30
SHOWN_STATES = [
    Motion.State.OPEN,
    Motion.State.CARRIED,
    Motion.State.IN_FORCE,
    Motion.State.RETURNED,
    Motion.State.LOST,
    Motion.State.WITHDRAWN,
]


@require_safe
def motions(request: HttpRequest) -> HttpResponse:
    """All public motions, newest first, by state."""
    state = one_of(request, "state", [row.value for row in SHOWN_STATES])
    fund = request.GET.get("fund", "")[:20]
    page = number(request, "page") or 1

    def build() -> dict[str, Any]:
        wanted = Q(state=state) if state else Q()
        if fund:
            wanted &= Q(committee__fund__code=fund)
        shown = Paginator(cards.public_motions(wanted), MOTIONS_PAGE).get_page(page)
        rows = list(shown)
        kept = f"state={state}&" if state else ""
        kept += f"fund={fund}&" if fund.replace("-", "").isalnum() else ""
        return {
            "title": _("表决"),
            "cards": [cards.motion_card(row) for row in rows],
            "until": motion_queries.right_until(rows),
            "shown": shown,
            "states": [(row.value, row.label) for row in SHOWN_STATES],
            "state": state,
            "older": f"?{kept}page={shown.next_page_number()}" if shown.has_next() else "",
            "newer": f"?{kept}page={shown.previous_page_number()}" if shown.has_previous() else "",
            "house": the_house(),
            "as_of": clock.now(),
        }

    name = f"motions:{state}:{fund}:{page}"
    return bodies.page(request, "disclosure/motions.html", build, name=name, keys=["site"], section="motions")


@require_safe
def motion(request: HttpRequest, code: str) -> HttpResponse:
    """What is being decided, or how it was decided."""

    def build() -> dict[str, Any]:
        found = motion_queries.find_motion(code)
        if found is None:
            raise Http404
        fund = found.committee.fund
        page = motion_queries.motion_page(found)
        if page.state == "pending":
            # Nobody has counted yet: whoever looks starts it, with or without the timer.
            jobs.hint("governance.close_due")
        number_words = _("议案 %(number)s") % {"number": found.number}
        return {
            "title": found.title,
            "page": page,
            "until": motion_queries.right_until([found]),
            "motion": found,
            "fund": fund,
            "house": house_of(fund.host),
            "crumbs": [(fund.name, reverse("disclosure:fund", args=[fund.code])), (number_words, "")],
            "as_of": clock.now(),
        }

    return bodies.page(
        request, "disclosure/motion.html", build, name=f"motion:{code}", keys=["site"], section="motions"
    )


@require_safe
def minutes(request: HttpRequest, code: str) -> HttpResponse:
    """Signed minutes of a meeting or of a vote by correspondence."""

    def build() -> dict[str, Any]:
        found = governance.signed_minutes().filter(code=code[:20]).first()
        if found is None:
            raise Http404
        fund = found.committee.fund
        facts = governance.minutes_facts(found)
        return {
            "title": facts["title"],
            "minutes": found,
            "content": governance.read_minutes(found),
            "times": facts["times"],
            "signatures": found.signatures.select_related("seat__user").order_by("pk"),
            "content_hash": found.content_hash,
            "fund": fund,
            "house": house_of(fund.host),
            "crumbs": [
                (fund.name, reverse("disclosure:fund", args=[fund.code])),
                (_("谁在管"), reverse("disclosure:committee", args=[fund.code])),
                (_("纪要"), ""),
            ],
            "as_of": clock.now(),
        }

    return bodies.page(
        request, "disclosure/minutes.html", build, name=f"minutes:{code}", keys=["site"], section="motions"
    )
