"""Papers of appointment and supervisors' opinions."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.files import PDF, location
from apps.core.forms import INVALID, done
from apps.governance import permissions, services
from apps.governance.forms.committees import AppointmentForm, OpinionForm, YearOpinionForm
from apps.governance.models import Appointment
from apps.governance.views.committee import bench
from apps.governance.views.common import committee_or_404, motion_or_404, signed_in


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def file_paper(request: HttpRequest, code: str) -> HttpResponse:
    """File a paper of appointment with its scan."""
    committee, user = committee_or_404(request, code), signed_in(request)
    verdict = permissions.may_form(user, committee.fund)
    form = AppointmentForm(request.POST or None, request.FILES or None, committee=committee)
    if request.method == "POST":
        verdict.require()

        def write() -> None:
            given = form.cleaned_data
            services.file_appointment(
                committee,
                number=given["number"],
                issuer=given["issuer"],
                issued_on=given["issued_on"],
                seats=list(given["seats"]),
                upload=given["scan"],
                by=user,
            )

        if done(form, write):
            messages.success(request, _("文件登记好了，公开页上写文号，扫描件只给工作人员看。"))
            return redirect("governance:committee", code=code)
    page = {"fund": committee.fund, "form": form, "verdict": verdict, "workbench": _("管委会工作台")}
    return render(request, "governance/paper.html", page, status=INVALID if form.errors else 200)


@login_required
@never_cache
@require_safe
def scan(request: HttpRequest, code: str, paper: str) -> FileResponse:
    """Hand out the scan of a paper to staff, as a download that no browser opens on this site's own address."""
    committee = committee_or_404(request, code)
    found = get_object_or_404(Appointment, code=paper, committee=committee, scan__isnull=False)
    if not permissions.may_read_scan(request.user, committee.fund) or found.scan is None:
        raise Http404
    response = FileResponse(
        location(found.scan).open("rb"),
        as_attachment=True,
        filename=f"{found.code}.{'pdf' if found.scan.content_type == PDF else 'jpg'}",
        content_type=found.scan.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@login_required
@require_POST
def year_opinion(request: HttpRequest, code: str) -> HttpResponse:
    """Write a supervisor's opinion on a year of the committee's work."""
    committee, user = committee_or_404(request, code), signed_in(request)
    permissions.may_write_opinion(user, committee.fund).require()
    form = YearOpinionForm(request.POST)

    def write() -> None:
        given = form.cleaned_data
        services.write_opinion(committee, year=given["year"], text=given["text"], by=user)

    if done(form, write):
        messages.success(request, _("意见写上了，公开页上看得到。"))
        return redirect("governance:committee", code=code)
    page = bench(request, committee.fund, opinion_form=form)
    return render(request, "governance/committee.html", page, status=INVALID)


@login_required
@require_POST
def motion_opinion(request: HttpRequest, code: str) -> HttpResponse:
    """Write a supervisor's opinion on a motion."""
    motion, user = motion_or_404(request, code), signed_in(request)
    permissions.may_write_opinion(user, motion.committee.fund).require()
    form = OpinionForm(request.POST)

    def write() -> None:
        services.write_opinion(motion.committee, motion=motion, text=form.cleaned_data["text"], by=user)

    if done(form, write):
        messages.success(request, _("意见写上了：现在管委会看得到，表决截止后大家看得到。"))
        return redirect("governance:motion", code=code)
    page = {"fund": motion.committee.fund, "motion": motion, "form": form, "workbench": _("管委会工作台")}
    return render(request, "governance/opinion.html", page, status=INVALID)
