"""Leaving an application half written, going on with it, and throwing it away."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core import clock
from apps.core.forms import INVALID
from apps.core.verdicts import Refused
from apps.funds.models import Fund
from apps.projects import queries, services
from apps.projects.models import Call, Project, Unfinished
from apps.users.signed_in import person

# Buttons and tokens that are no part of what was typed.
LEFT_OUT = frozenset({"csrfmiddlewaretoken", "keep", "recount", "add_rows"})


def said_at(row: Unfinished) -> str:
    """Return the sentence that tells when a form was kept, by the wall clock of the site."""
    return _("已保存 %(time)s") % {"time": row.saved_at.astimezone(clock.SHANGHAI).strftime("%H:%M")}


def address_of(row: Unfinished) -> str:
    """Return where to go on with what was left; one whose call was taken back goes to the fund alone."""
    query = {"unfinished": row.code}
    if row.project is not None:
        return f"{reverse('projects:edit', args=[row.project.code])}?{urlencode(query)}"
    if row.call is not None and row.call.state == Call.State.PUBLISHED:
        query = {"call": row.call.code} | query
    return f"{reverse('projects:apply', args=[row.fund.code])}?{urlencode(query)}"


def keep(
    request: HttpRequest, fund: Fund, *, call: Call | None = None, project: Project | None = None
) -> HttpResponse:
    """Keep the form that was sent, whole or not, and say so: to the page's script in one sentence, to a browser
    without scripts by showing the form again. Raises `Refused` for the latter alone."""
    typed = {name: str(value) for name, value in request.POST.items() if name not in LEFT_OUT}
    is_script = request.headers.get("Accept") == "application/json"
    try:
        row = services.keep_unfinished(
            fund, code=typed.get("key", ""), values=typed, call=call, project=project, by=person(request)
        )
    except Refused as refusal:
        if not is_script:
            raise
        return JsonResponse({"said": _("未保存：%(reason)s") % {"reason": refusal}}, status=INVALID)
    if is_script:
        return JsonResponse({"said": said_at(row), "address": address_of(row)})
    messages.success(request, _("%(saved)s。还没有交，可以接着写。") % {"saved": said_at(row)})
    return redirect(address_of(row))


def taken_up(request: HttpRequest) -> dict[str, str] | None:
    """Return what the reader left under the code in the address, or None where none is asked for."""
    code = request.GET.get("unfinished")
    if code is None:
        return None
    row = get_object_or_404(queries.own_unfinished(person(request)), code=code[:20])
    try:
        return row.typed
    except ValueError as error:
        raise Http404 from error


@login_required
@require_POST
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throw away what the reader left; anybody else's is not there."""
    who = person(request)
    services.discard_unfinished(get_object_or_404(queries.own_unfinished(who), code=code), by=who)
    return redirect("projects:mine")
