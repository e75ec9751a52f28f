"""A campaign's public pages: its plan and versions, its money, who gave."""

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


def _campaign(code: str) -> Campaign:
    found = Campaign.objects.select_related("host").prefetch_related("funds").filter(code=code).first()
    if found is None:
        raise Http404
    return found


@require_safe
def campaign(request: HttpRequest, code: str) -> HttpResponse:
    """What is raised for what, under which filing, what came in, was used and is there, and what is owed and late."""

    def build() -> dict[str, Any]:
        row = _campaign(code)
        today = clock.today()
        return {
            "title": row.name,
            "house": house_of(row.host),
            "host": row.host,
            "campaign": row,
            "crumbs": [(_("募捐活动"), "")],
            "is_open": row.starts_on <= today <= row.ends_on,
            "is_over": today > row.ends_on,
            "raised": donations.raised(row),
            "things": donations.raised_in_kind(row),
            "books": campaign_queries.books_of(row),
            "reports": list(row.reports.order_by("-until", "-pk")),
            "duties": [(duty, duty.days_late(today)) for duty in donations.duties_of([row])[row.pk]],
            "versions": campaign_queries.versions_of(row),
            "as_of": clock.now(),
        }

    return bodies.page(
        request,
        "disclosure/campaign.html",
        build,
        name=f"campaign:{code}",
        keys=["site", f"campaign:{code}"],
        section="books",
    )


@require_safe
def gifts(request: HttpRequest, code: str) -> HttpResponse:
    """Who gave under a campaign, by time and never by amount, each as they chose to be shown."""
    before = number(request, "before")

    def build() -> dict[str, Any]:
        row = _campaign(code)
        found = donations.campaign_roll(row, limit=ROLL_PAGE + 1, before=before)
        more = found[ROLL_PAGE - 1][0] if len(found) > ROLL_PAGE else None
        title = _("捐款公示")
        return {
            "title": f"{title} · {row.name}",
            "house": house_of(row.host),
            "campaign": row,
            "crumbs": [(row.name, reverse("disclosure:campaign", args=[code])), (title, "")],
            "gifts": [gift for _key, gift in found[:ROLL_PAGE]],
            "first_page": before is None,
            "older": f"?before={more}" if more else "",
            "newer": "?" if before else "",
            "raised": donations.raised(row),
            "as_of": clock.now(),
        }

    return bodies.page(
        request,
        "disclosure/campaign_gifts.html",
        build,
        name=f"campaign-gifts:{code}:{before or ''}",
        keys=["site", f"campaign:{code}"],
        section="books",
    )


@require_safe
def goods(request: HttpRequest, code: str) -> HttpResponse:
    """What came in kind for a campaign, by time, apart from its money."""
    page = number(request, "page") or 1

    def build() -> dict[str, Any]:
        row = _campaign(code)
        shown = Paginator(donations.things_of(row), ROLL_PAGE).get_page(page)
        title = _("物资和服务")
        return {
            "title": f"{title} · {row.name}",
            "house": house_of(row.host),
            "campaign": row,
            "crumbs": [(row.name, reverse("disclosure:campaign", args=[code])), (title, "")],
            "gifts": list(shown),
            "things": donations.raised_in_kind(row),
            "older": f"?page={shown.next_page_number()}" if shown.has_next() else "",
            "newer": f"?page={shown.previous_page_number()}" if shown.has_previous() else "",
            "as_of": clock.now(),
        }

    return bodies.page(
        request,
        "disclosure/campaign_goods.html",
        build,
        name=f"campaign-goods:{code}:{page}",
        keys=["site", f"campaign:{code}"],
        section="books",
    )
