"""A campaign's public pages: its plan and versions, its money, who gave."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.disclosure import bodies
from apps.disclosure.queries import campaigns as campaign_queries
from apps.disclosure.queries.houses import house_of
from apps.disclosure.views.reading import number
from apps.donations import queries as donations
from apps.donations.models import Campaign

ROLL_PAGE = 20


@require_safe
def campaign(request: HttpRequest, code: str) -> HttpResponse:
    """What is raised for what, under which filing, what came in, was used and is there, and what is owed and late."""

    def build(row: Campaign) -> dict[str, Any]:
        today = clock.today()
        return {
            "title": row.name,
            "host": row.host,
            "crumbs": [(_("募捐活动"), "")],
            "is_open": row.starts_on <= today <= row.ends_on,
            "is_over": today > row.ends_on,
            "raised": donations.raised(row),
            "things": donations.raised_in_kind(row),
            "books": campaign_queries.books_of(row),
            "reports": list(row.reports.order_by("-until", "-pk")),
            "duties": [(duty, duty.days_late(today)) for duty in donations.duties_of([row])[row.pk]],
            "versions": campaign_queries.versions_of(row),
        }

    return _page(request, code, "campaign", "", build)


@require_safe
def gifts(request: HttpRequest, code: str) -> HttpResponse:
    """Who gave under a campaign, by time and never by amount, each as they chose to be shown."""
    before = number(request, "before")

    def build(row: Campaign) -> dict[str, Any]:
        found = donations.campaign_roll(row, limit=ROLL_PAGE + 1, before=before)
        more = found[ROLL_PAGE - 1][0] if len(found) > ROLL_PAGE else None
        return {
            **_under(row, _("捐款公示")),
            "gifts": donations.as_listed([gift for _key, gift in found[:ROLL_PAGE]]),
            "first_page": before is None,
            "older": f"?before={more}" if more else "",
            "newer": "?" if before else "",
            "raised": donations.raised(row),
        }

    return _page(request, code, "campaign_gifts", str(before or ""), build)


@require_safe
def goods(request: HttpRequest, code: str) -> HttpResponse:
    """What came in kind for a campaign, by time, apart from its money."""
    page = number(request, "page") or 1

    def build(row: Campaign) -> dict[str, Any]:
        shown = Paginator(donations.things_of(row), ROLL_PAGE).get_page(page)
        return {
            **_under(row, _("物资和服务")),
            "gifts": list(shown),
            "things": donations.raised_in_kind(row),
            "older": f"?page={shown.next_page_number()}" if shown.has_next() else "",
            "newer": f"?page={shown.previous_page_number()}" if shown.has_previous() else "",
        }

    return _page(request, code, "campaign_goods", str(page), build)


def _under(row: Campaign, title: str) -> dict[str, Any]:
    """What heads a page under a campaign's own."""
    crumbs = [(row.name, reverse("disclosure:campaign", args=[row.code])), (title, "")]
    return {"title": f"{title} · {row.name}", "crumbs": crumbs}


def _page(
    request: HttpRequest, code: str, template: str, part: str, build: Callable[[Campaign], dict[str, Any]]
) -> HttpResponse:
    """Answer with a page about a campaign, kept until something of it changes; `part` tells pages of one list apart."""

    def whole() -> dict[str, Any]:
        row = Campaign.objects.select_related("host").prefetch_related("funds").filter(code=code).first()
        if row is None:
            raise Http404
        return {"campaign": row, "house": house_of(row.host), "as_of": clock.now(), **build(row)}

    return bodies.page(
        request,
        f"disclosure/{template}.html",
        whole,
        name=f"{template}:{code}:{part}",
        keys=["site", f"campaign:{code}"],
        section="books",
    )
