"""The public calendar of a fund or a place: a month as a list, and the whole as a feed to subscribe to."""

import re
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core import calendars, clock
from apps.disclosure import bodies
from apps.disclosure.queries import calendar, places
from apps.disclosure.queries.houses import house_of
from apps.disclosure.views.funds import of_fund, way_to
from apps.disclosure.views.places import crumbs
from apps.disclosure.views.reading import the_fund
from apps.divisions.models import Division
from apps.divisions.queries import stem
from apps.funds.models import Fund
from apps.funds.queries import host_for

# Months that a page shows before and after this one, and days of a feed.
MONTHS_AWAY = 24
BEHIND, AHEAD = timedelta(days=31), timedelta(days=400)
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])", re.ASCII)


def _month(request: HttpRequest) -> date:
    """Return the first day of the month that is asked for; of this month for anything else or too far."""
    this = clock.today().replace(day=1)
    asked = _MONTH.fullmatch(request.GET.get("month", ""))
    if asked is None:
        return this
    first = date(int(asked[1]), int(asked[2]), 1)
    return first if abs(_count(first) - _count(this)) <= MONTHS_AWAY else this


def _count(month: date) -> int:
    return month.year * 12 + month.month


def _facts(funds: Q, first: date) -> dict[str, Any]:
    """Return a month's days as lists, with the months beside it."""
    following = (first + timedelta(days=31)).replace(day=1)
    days = calendar.public_days(funds, first=first, last=following - timedelta(days=1))
    today = clock.today()
    return {
        "month": f"{first:%Y-%m}",
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{following:%Y-%m}",
        "days": [(day, day == today, list(rows)) for day, rows in groupby(days, key=lambda row: row.day)],
        "count": len(days),
    }


def _feed(name: str, funds: Q) -> HttpResponse:
    today = clock.today()
    days = calendar.public_days(funds, first=today - BEHIND, last=today + AHEAD)
    body = calendars.feed(name, calendar.as_feed(days), stamp=clock.now())
    response = HttpResponse(body, content_type=calendars.CONTENT_TYPE)
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def of_one_fund(request: HttpRequest, code: str) -> HttpResponse:
    """Show a month of a fund's public days."""
    first = _month(request)

    def build(shown: Fund) -> dict[str, Any]:
        title = _("日历")
        return {
            "title": f"{title} · {shown.name}",
            "crumbs": way_to(shown, title),
            "of": shown.name,
            "is_one": True,
            "feed": settings.SITE_URL + reverse("disclosure:fund_feed", args=[shown.code]),
            **_facts(Q(pk=shown.pk), first),
        }

    return of_fund(request, code, "disclosure/calendar.html", build, name=f"calendar:{first:%Y-%m}")


@require_safe
def fund_feed(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out a fund's public days as a feed."""
    found = the_fund(code)
    return _feed(found.name, Q(pk=found.pk))


def _place(code: str) -> Division:
    found = places.find_division(code)
    if found is None:
        raise Http404
    return found


@require_safe
def of_place(request: HttpRequest, code: str) -> HttpResponse:
    """Show a month of the public days of every fund of a district, a town or a community."""
    first = _month(request)

    def build() -> dict[str, Any]:
        found, title, host = _place(code), _("日历"), host_for(code)
        above = tuple(places.place(found).above)
        return {
            "title": f"{title} · {stem(found.name)}",
            "crumbs": crumbs((*above, found), title),
            "house": house_of(host) if host else None,
            "of": stem(found.name),
            "feed": settings.SITE_URL + reverse("disclosure:place_feed", args=[code]),
            **_facts(places.funds_below(code), first),
        }

    return bodies.page(
        request, "disclosure/calendar.html", build,
        name=f"calendar:{first:%Y-%m}:{code}", keys=[f"division:{code}"], section="find",
    )  # fmt: skip


@require_safe
def place_feed(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out the public days of a place as a feed."""
    return _feed(stem(_place(code).name), places.funds_below(code))
