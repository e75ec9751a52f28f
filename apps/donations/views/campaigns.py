"""Staff's pages of the filed fundraising plans."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from apps.core import clock
from apps.core.files import PDF, location
from apps.core.forms import INVALID, done
from apps.donations import permissions, queries, services
from apps.donations.forms.campaigns import CampaignForm, CampaignReportForm, PaperForm
from apps.donations.models import Campaign, CampaignFile
from apps.funds.models import Host
from apps.users.models import User


def _hosts(request: HttpRequest) -> list[Host]:
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    found = list(queries.hosts_seen_by(request.user))
    if not found:
        raise Http404
    return found


def _campaign(request: HttpRequest, code: str) -> Campaign:
    return get_object_or_404(Campaign.objects.select_related("host"), code=code, host__in=_hosts(request))


@never_cache
@login_required
@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    """List the filed plans of the person's hosts, the latest first, with what each owes."""
    hosts = _hosts(request)
    rows = list(
        Campaign.objects.filter(host__in=hosts)
        .select_related("host")
        .prefetch_related("funds")
        .order_by("-ends_on", "pk")
    )
    today = clock.today()
    owed = queries.duties_of(rows)
    context = {
        "campaigns": [(row, [(duty, duty.days_late(today)) for duty in owed[row.pk]]) for row in rows],
        "today": today,
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
    form = CampaignForm(request.POST or None, host=found)
    made: list[Campaign] = []
    if request.method == "POST" and done(form, lambda: made.append(_save(request, form, found, None))):
        return redirect("donations:campaign", code=made[0].code)
    return _page(request, found, None, {"form": form})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def campaign(request: HttpRequest, code: str) -> HttpResponse:
    """Show a filed plan with its papers and what it owes; change it."""
    row = _campaign(request, code)
    form = CampaignForm(request.POST or None, instance=row, host=row.host)
    if request.method == "POST" and done(form, lambda: _save(request, form, row.host, row)):
        return redirect("donations:campaign", code=code)
    return _page(request, row.host, row, {"form": form})


def _save(request: HttpRequest, form: CampaignForm, host: Host, row: Campaign | None) -> Campaign:
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    plan, funds = services.Plan(**form.plan), form.cleaned_data["funds"]
    return services.save_campaign(host, plan, funds=funds, campaign=row, why=form.why, by=request.user)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def papers(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a paper of the filing."""
    row = _campaign(request, code)
    if request.method == "GET":
        return redirect("donations:campaign", code=code)
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    by, form = request.user, PaperForm(request.POST, request.FILES)
    if done(
        form,
        lambda: services.keep_campaign_paper(
            row, form.cleaned_data["file"], kind=form.cleaned_data["kind"], by=by
        ),
    ):
        return redirect("donations:campaign", code=code)
    return _page(request, row.host, row, {"paper_form": form})


@never_cache
@login_required
@require_GET
def paper(request: HttpRequest, code: str) -> FileResponse:
    """Hand out a paper of the archive to staff, as a download."""
    row = get_object_or_404(
        CampaignFile.objects.select_related("file"), file__code=code, campaign__host__in=_hosts(request)
    )
    ending = "pdf" if row.file.content_type == PDF else "jpg"
    body = location(row.file).open("rb")
    answer = FileResponse(
        body, as_attachment=True, filename=f"{code}.{ending}", content_type=row.file.content_type
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def reports(request: HttpRequest, code: str) -> HttpResponse:
    """Publish what a campaign received and was used for."""
    row = _campaign(request, code)
    if request.method == "GET":
        return redirect("donations:campaign", code=code)
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    by, form = request.user, CampaignReportForm(request.POST)

    def publish() -> None:
        facts = dict(form.cleaned_data)
        told = services.Told(kind=facts.pop("report_kind"), **facts)
        services.publish_campaign_report(row, told, by=by)

    if done(form, publish):
        return redirect("donations:campaign", code=code)
    return _page(request, row.host, row, {"report_form": form})


def _page(request: HttpRequest, host: Host, row: Campaign | None, forms: dict[str, Any]) -> HttpResponse:
    today = clock.today()
    context: dict[str, Any] = {
        "campaign": row,
        "host": host,
        "verdict": permissions.may_run_campaigns(request.user, host),
        "workbench": _("财务工作台"),
    }
    if row is not None:
        context |= {
            "form": CampaignForm(instance=row, host=host),
            "paper_form": PaperForm(),
            "report_form": CampaignReportForm(),
            "papers": row.files.select_related("file").order_by("pk"),
            "reports": row.reports.order_by("-until", "-pk"),
            "duties": [(duty, duty.days_late(today)) for duty in queries.duties_of([row])[row.pk]],
            "raised": queries.raised(row),
            "things": queries.raised_in_kind(row),
        }
    return render(
        request,
        "donations/campaign.html",
        context | forms,
        status=INVALID if request.method == "POST" else 200,
    )
