"""Staff's pages of the filed fundraising plans."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, services
from apps.donations.forms.campaigns import CampaignForm
from apps.donations.forms.shared import show_refusal
from apps.donations.models import Campaign
from apps.funds.models import Host
from apps.users.models import User


def _hosts(request: HttpRequest) -> list[Host]:
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    found = list(queries.hosts_seen_by(request.user))
    if not found:
        raise Http404
    return found


@never_cache
@login_required
@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    """List the filed plans of the person's hosts, the latest first."""
    hosts = _hosts(request)
    rows = (
        Campaign.objects.filter(host__in=hosts)
        .select_related("host")
        .prefetch_related("funds")
        .order_by("-ends_on", "pk")
    )
    context = {
        "campaigns": rows,
        "today": clock.today(),
        "hosts": [(host, permissions.may_run_campaigns(request.user, host)) for host in hosts],
        "workbench": _("财务工作台"),
    }
    return render(request, "donations/campaigns.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, host: str) -> HttpResponse:
    """Write down a newly filed plan of a host."""
    found = next((row for row in _hosts(request) if row.code == host), None)
    if found is None:
        raise Http404
    return _edit(request, found, None)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def campaign(request: HttpRequest, code: str) -> HttpResponse:
    """Mend a filed plan."""
    row = get_object_or_404(Campaign.objects.select_related("host"), code=code, host__in=_hosts(request))
    return _edit(request, row.host, row)


def _edit(request: HttpRequest, host: Host, row: Campaign | None) -> HttpResponse:
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    form = CampaignForm(request.POST or None, instance=row, host=host)
    if request.method == "POST" and form.is_valid():
        facts: dict[str, Any] = dict(form.cleaned_data)
        funds = facts.pop("funds")
        try:
            services.save_campaign(host, services.Plan(**facts), funds=funds, campaign=row, by=request.user)
            return redirect("donations:campaigns")
        except Refused as refusal:
            show_refusal(form, refusal)
    context = {
        "form": form,
        "campaign": row,
        "host": host,
        "verdict": permissions.may_run_campaigns(request.user, host),
        "workbench": _("财务工作台"),
    }
    return render(
        request, "donations/campaign.html", context, status=422 if request.method == "POST" else 200
    )
