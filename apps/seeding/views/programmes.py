"""The staff's pages about seed programmes."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.forms import INVALID, show_refusal
from apps.core.verdicts import Refused, Verdict
from apps.funds.models import Fund
from apps.funds.queries import hosts_in_scope
from apps.governance.queries import committees_of
from apps.seeding import permissions, queries, services
from apps.seeding.forms import FORMS, ReasonForm
from apps.seeding.models import Programme
from apps.seeding.queries.reconciling import reconciled
from apps.seeding.queries.scores import applications_of
from apps.seeding.states import ProgrammeKind
from apps.seeding.views.common import own_programme, staff
from apps.users.models import User


@login_required
@require_GET
def programme_list(request: HttpRequest) -> HttpResponse:
    """List the programmes of the hosts a person works for."""
    user = staff(request)
    hosts = [(host, permissions.may_award(user, host)) for host in hosts_in_scope(user)]
    context = {
        "programmes": queries.in_scope(user),
        "hosts": hosts,
        "kinds": ProgrammeKind.choices,
        "workbench": _("启动资金"),
    }
    return render(request, "seeding/list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def open_programme(request: HttpRequest, host: str, kind: str = ProgrammeKind.FIXED.value) -> HttpResponse:
    """Open a programme of a host, of one kind."""
    user = staff(request)
    found = get_object_or_404(hosts_in_scope(user), code=host)
    if kind not in FORMS:
        raise Http404
    verdict = permissions.may_award(user, found)
    form = FORMS[kind](request.POST or None, host=found)
    status = 200
    if request.method == "POST":
        verdict.require()
        status = INVALID
        if form.is_valid():
            try:
                opened = services.open_programme(found, by=user, **form.plan())
            except Refused as refusal:
                show_refusal(form, refusal)
            else:
                return redirect("seeding:programme", code=opened.code)
    context = {
        "form": form,
        "host": found,
        "verdict": verdict,
        "kind": kind,
        "kinds": ProgrammeKind.choices,
        "workbench": _("启动资金"),
    }
    return render(request, "seeding/open.html", context, status=status)


@login_required
@require_GET
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """Show one programme: its pot as a sum, what was given, which funds may still have it, what was applied for."""
    return _page(request, own_programme(request, code))


@login_required
@require_POST
def award(request: HttpRequest, code: str) -> HttpResponse:
    """Give one fund its seed; a refusal stands on the page with its sentence."""
    found = own_programme(request, code)
    fund = get_object_or_404(Fund, code=request.POST.get("fund", ""), host_id=found.source.host_id)
    try:
        services.award(found, fund=fund, by=staff(request))
    except Refused as refusal:
        return _page(request, found, refusal=str(refusal))
    return redirect("seeding:programme", code=code)


@login_required
@require_POST
def pay_rewards(request: HttpRequest, code: str) -> HttpResponse:
    """Pay all rewards of a programme by score."""
    found = own_programme(request, code)
    try:
        services.pay_rewards(found, by=staff(request))
    except Refused as refusal:
        return _page(request, found, refusal=str(refusal))
    return redirect("seeding:programme", code=code)


@login_required
@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """End a programme with a reason."""
    found = own_programme(request, code)
    try:
        services.close_programme(found, reason=request.POST.get("reason", ""), by=staff(request))
    except Refused as refusal:
        return _page(request, found, refusal=str(refusal))
    return redirect("seeding:programme", code=code)


def _eligible(found: Programme, user: User) -> list[tuple[Fund, Verdict]]:
    """Return the funds that may still have the programme, each with whether this person may give it."""
    usual = permissions.may_award(user, found.source.host)
    own = set(committees_of(user).values_list("fund_id", flat=True))
    return [
        (fund, permissions.may_award_to(user, found, fund) if fund.pk in own else usual)
        for fund in queries.eligible(found)
    ]


def _page(request: HttpRequest, found: Programme, *, refusal: str = "") -> HttpResponse:
    is_fixed = found.kind == ProgrammeKind.FIXED
    context: dict[str, Any] = {
        "view": queries.viewed(found),
        "awards": queries.awards(found),
        "eligible": _eligible(found, staff(request)) if is_fixed else (),
        "applications": applications_of(found) if found.by_application else (),
        "books": reconciled(found),
        "is_fixed": is_fixed,
        "is_matching": found.kind == ProgrammeKind.MATCHING,
        "is_reward": found.kind == ProgrammeKind.REWARD,
        "verdict": permissions.may_award(staff(request), found.source.host),
        "reason_form": ReasonForm(),
        "refusal": refusal,
        "workbench": _("启动资金"),
    }
    return render(request, "seeding/programme.html", context, status=INVALID if refusal else 200)
