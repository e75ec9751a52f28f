"""The staff's pages about seed programmes."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.verdicts import Refused
from apps.funds.models import Fund
from apps.funds.queries import hosts_in_scope
from apps.seeding import permissions, queries, services
from apps.seeding.forms import ProgrammeForm
from apps.seeding.models import Programme
from apps.users.models import User

INVALID = 422


def _staff(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not hosts_in_scope(request.user).exists():
        raise Http404
    return request.user


def _own(request: HttpRequest, code: str) -> Programme:
    found = Programme.objects.filter(source__host__in=hosts_in_scope(_staff(request)))
    return get_object_or_404(found.select_related("source__host"), code=code)


@login_required
@require_GET
def programme_list(request: HttpRequest) -> HttpResponse:
    """List the programmes of the hosts a person works for."""
    user = _staff(request)
    hosts = [(host, permissions.may_award(user, host)) for host in hosts_in_scope(user)]
    context = {"programmes": queries.in_scope(user), "hosts": hosts, "workbench": _("启动资金")}
    return render(request, "seeding/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def open_programme(request: HttpRequest, host: str) -> HttpResponse:
    """Open a programme of a host."""
    user = _staff(request)
    found = get_object_or_404(hosts_in_scope(user), code=host)
    verdict = permissions.may_award(user, found)
    form = ProgrammeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        verdict.require()
        status = INVALID
        if form.is_valid():
            try:
                opened = services.open_programme(found, by=user, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            else:
                return redirect("seeding:programme", code=opened.code)
    context = {"form": form, "host": found, "verdict": verdict, "workbench": _("启动资金")}
    return render(request, "seeding/open.html", context, status=status)


@login_required
@require_GET
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """Show one programme: its pot as a sum, what was given, and which funds may still have it."""
    return _page(request, _own(request, code))


@login_required
@require_POST
def award(request: HttpRequest, code: str) -> HttpResponse:
    """Give one fund its seed; a refusal stands on the page with its sentence."""
    found = _own(request, code)
    fund = get_object_or_404(Fund, code=request.POST.get("fund", ""), host_id=found.source.host_id)
    try:
        services.award(found, fund=fund, by=_staff(request))
    except Refused as refusal:
        return _page(request, found, refusal=str(refusal))
    return redirect("seeding:programme", code=code)


def _page(request: HttpRequest, found: Programme, *, refusal: str = "") -> HttpResponse:
    context = {
        "view": queries.viewed(found),
        "awards": queries.awards(found),
        "eligible": queries.eligible(found),
        "verdict": permissions.may_award(_staff(request), found.source.host),
        "refusal": refusal,
        "workbench": _("启动资金"),
    }
    return render(request, "seeding/programme.html", context, status=INVALID if refusal else 200)
