"""Meetings of a committee: calling one, its agenda, who came, votes in it, its end; and the minutes."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import pdf
from apps.core.canonical import canonical_json, sha256_hex
from apps.core.forms import INVALID, done
from apps.governance import permissions, queries, services
from apps.governance.forms.proceedings import AgendaForm, AttendanceForm, MeetingForm, RemarksForm
from apps.governance.models import Meeting, Minutes, Motion
from apps.governance.views.common import committee_or_404, fund_or_404, motion_or_404, signed_in, up_to_date


def _meeting(request: HttpRequest, code: str) -> Meeting:
    found = get_object_or_404(Meeting.objects.select_related("committee__fund__host"), code=code)
    fund_or_404(request, found.committee.fund.code)
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, code: str) -> HttpResponse:
    """Call a meeting."""
    committee, user = committee_or_404(request, code), signed_in(request)
    form, called = MeetingForm(request.POST or None, committee=committee.pk), list[Meeting]()
    verdict = permissions.may_run_meetings(user, committee.fund)

    def write() -> None:
        called.append(services.call_meeting(committee, **form.cleaned_data, by=user))

    if request.method == "POST" and done(form, write):
        messages.success(request, _("会议已经召集，每一位都会收到邮件。"))
        return redirect("governance:meeting", code=called[0].code)
    page = {"fund": committee.fund, "form": form, "verdict": verdict, "workbench": _("管委会工作台")}
    return render(request, "governance/call.html", page, status=INVALID if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def meeting(request: HttpRequest, code: str) -> HttpResponse:
    """Show a meeting: its agenda, who came, and what to do in it."""
    found = _meeting(request, code)
    return render(request, "governance/meeting.html", _page(request, found))


def _page(request: HttpRequest, found: Meeting, **forms: Any) -> dict[str, Any]:
    user, fund = signed_in(request), found.committee.fund
    for motion in found.motions.filter(state=Motion.State.OPEN):
        up_to_date(motion)
    agenda = [item.motion for item in found.agenda.select_related("motion")]
    page: dict[str, Any] = {
        "meeting": found,
        "fund": fund,
        "agenda": agenda,
        "present": found.attendances.select_related("seat__user").order_by(
            "seat__office", "seat__user__name"
        ),
        "is_going_on": queries.is_going_on(found),
        "may_run": permissions.may_run_meetings(user, fund),
        "sits": queries.visible_minutes(user).filter(meeting=found).exists(),
        "listing": AgendaForm(meeting=found),
        "attendance": AttendanceForm(meeting=found),
        "minutes": Minutes.objects.filter(meeting=found).first(),
        "workbench": _("管委会工作台"),
    }
    return page | forms


@login_required
@require_POST
def put_on_agenda(request: HttpRequest, code: str) -> HttpResponse:
    """Put a motion on the agenda, or move it to another place."""
    found, user = _meeting(request, code), signed_in(request)
    form = AgendaForm(request.POST, meeting=found)
    if done(form, lambda: services.put_on_agenda(found, **form.cleaned_data, by=user)):
        messages.success(request, _("议程已经改好；新列入的，每一位都会收到邮件。"))
        return redirect("governance:meeting", code=found.code)
    return render(request, "governance/meeting.html", _page(request, found, listing=form), status=INVALID)


@login_required
@require_POST
def attend(request: HttpRequest, code: str) -> HttpResponse:
    """Write who came."""
    found, user = _meeting(request, code), signed_in(request)
    form = AttendanceForm(request.POST, meeting=found)
    if done(form, lambda: services.record_attendance(found, **form.cleaned_data, by=user)):
        messages.success(request, _("到会名单已经登记。"))
        return redirect("governance:meeting", code=found.code)
    return render(request, "governance/meeting.html", _page(request, found, attendance=form), status=INVALID)


@login_required
@require_POST
def end(request: HttpRequest, code: str) -> HttpResponse:
    """End a meeting, or call off one that was not held."""
    found, user = _meeting(request, code), signed_in(request)
    if "cancel" in request.POST:
        services.cancel_meeting(found, by=user)
        messages.success(request, _("会议已经取消。"))
    else:
        services.end_meeting(found, by=user)
        messages.success(request, _("已经散会，会上的表决都计票了。"))
    return redirect("governance:meeting", code=found.code)


@login_required
@require_POST
def begin_minutes(request: HttpRequest, code: str) -> HttpResponse:
    """Begin the minutes of a meeting."""
    minutes = services.draft_minutes(_meeting(request, code), by=signed_in(request))
    return redirect("governance:minutes", code=minutes.code)


@login_required
@require_POST
def begin_motion_minutes(request: HttpRequest, code: str) -> HttpResponse:
    """Begin the minutes of a vote by correspondence."""
    minutes = services.draft_minutes(motion_or_404(request, code), by=signed_in(request))
    return redirect("governance:minutes", code=minutes.code)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: HttpRequest, code: str) -> HttpResponse:
    """Read the minutes, remark on them, sign them as they were read."""
    found, user = get_object_or_404(queries.visible_minutes(request.user), code=code), signed_in(request)
    form = RemarksForm(request.POST or None, initial={"remarks": found.remarks})
    if request.method == "POST":
        if "sign" in request.POST:
            services.sign(found, content_hash=request.POST.get("content_hash", ""), by=user)
            messages.success(request, _("您签署了这份纪要。"))
            return redirect("governance:minutes", code=found.code)
        if done(form, lambda: services.remark(found, **form.cleaned_data, by=user)):
            return redirect("governance:minutes", code=found.code)
    content = queries.read_minutes(found)
    page = {
        "minutes": found,
        "fund": found.committee.fund,
        "content": content,
        "times": queries.minutes_facts(found)["times"],
        "content_hash": found.content_hash or sha256_hex(canonical_json(content)),
        "signatures": found.signatures.select_related("seat__user").order_by("pk"),
        "signed_by_me": found.signatures.filter(seat__user=user).exists(),
        "form": form,
        "may_run": permissions.may_run_meetings(user, found.committee.fund),
        "may_sign": permissions.may_sign(user, found.committee.fund),
        "workbench": _("管委会工作台"),
    }
    return render(request, "governance/minutes.html", page, status=INVALID if form.errors else 200)


@require_safe
def minutes_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Give signed minutes as PDF to everyone."""
    found = queries.signed_minutes().filter(code=code).first()
    if found is None:
        raise Http404
    response = HttpResponse(pdf.kept("minutes", queries.minutes_facts(found)), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.code}.pdf"'
    return response
