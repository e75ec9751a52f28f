"""A person's own deadlines: on the desk, and as a feed for their calendar program."""

import hashlib

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import calendars, clock
from apps.core.waiting import Waiting
from apps.desk import services
from apps.desk.models import CalendarLink
from apps.desk.queries import tasks
from apps.users.models import User
from apps.users.signed_in import person


def _dated(user: User) -> list[Waiting]:
    rows = [row for row in tasks.desk_of(user).mine if row.until is not None]
    return sorted(rows, key=lambda row: (row.until or clock.now(), row.title))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """Show what has a deadline, by day; POST makes the secret address anew and shows it this once."""
    user = person(request)
    token = services.make_calendar_link(by=user) if request.method == "POST" else ""
    context = {
        "rows": _dated(user),
        "now": clock.now(),
        "address": settings.SITE_URL + reverse("desk:feed", args=[token]) if token else "",
        "link": CalendarLink.objects.filter(user=user).first(),
    }
    return render(request, "desk/calendar.html", context)


@login_required
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Shut the secret address."""
    services.revoke_calendar_link(by=person(request))
    return redirect("desk:calendar")


@never_cache
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Hand a calendar program the deadlines of the person whose token this is. Nothing in it names anybody."""
    user = services.reader_of(token)
    if user is None:
        raise Http404
    days = [
        calendars.Day(
            # The same task at the same place stays one event when its day moves.
            uid=hashlib.sha256(f"{user.pk} {row.url} {row.label}".encode()).hexdigest()[:32] + "@desk",
            day=clock.day_of(row.until),
            title=f"{row.label} · {row.title}",
            url=settings.SITE_URL + row.url,
        )
        for row in _dated(user)
        if row.until is not None
    ]
    response = HttpResponse(
        calendars.feed(_("我的待办"), days, stamp=clock.now()), content_type=calendars.CONTENT_TYPE
    )
    response["Content-Disposition"] = 'inline; filename="desk.ics"'
    response["Referrer-Policy"] = "no-referrer"
    return response
