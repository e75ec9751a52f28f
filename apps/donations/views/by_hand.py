"""Whom finance has to tell by hand: no e-mail address, and no text message left."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.donations import permissions, services
from apps.donations.queries.by_hand import texts_by_hand
from apps.donations.views.gifts import money_hosts
from apps.funds.models import Host
from apps.users.signed_in import person

PAGE = 100
MAX_ID = 2**63 - 1


def _hosts(request: HttpRequest) -> list[Host]:
    """Return the hosts whose donors the person may tell. Raises Http404 without any."""
    user = person(request)
    found = [host for host in money_hosts(user) if permissions.may_handle_money(user, host)]
    if not found:
        raise Http404
    return found


@never_cache
@login_required
@require_safe
def by_hand(request: HttpRequest) -> HttpResponse:
    """List what is to be told, without names or numbers: those stand on the gift's page, where looking is noted."""
    rows = texts_by_hand(_hosts(request))
    context = {"rows": rows[:PAGE], "more": max(rows.count() - PAGE, 0), "workbench": _("财务工作台")}
    return render(request, "donations/by_hand.html", context)


@login_required
@require_POST
def told(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a donor was told."""
    rows = texts_by_hand(_hosts(request))
    services.tell_by_hand(get_object_or_404(rows, pk=min(pk, MAX_ID)), by=person(request))
    return redirect("donations:by_hand")
