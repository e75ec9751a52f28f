"""A motion's way to its vote: the study, its minutes, the notice."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.forms import INVALID, done
from apps.governance import permissions, services
from apps.governance.forms.proceedings import StudyForm
from apps.governance.views.common import motion_or_404, signed_in


@login_required
@require_POST
def send_to_study(request: HttpRequest, code: str) -> HttpResponse:
    """Lay a draft before the party organisation."""
    found, user = motion_or_404(request, code), signed_in(request)
    services.send_to_study(found, by=user)
    messages.success(request, _("已经送社区党组织研究。"))
    return redirect("governance:motion", code=found.code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def study(request: HttpRequest, code: str) -> HttpResponse:
    """Minute the party organisation's study."""
    found, user = motion_or_404(request, code), signed_in(request)
    form = StudyForm(request.POST or None)

    def write() -> None:
        services.record_study(found, **form.cleaned_data, by=user)

    if request.method == "POST" and done(form, write):
        messages.success(request, _("前置研究已经登记。"))
        return redirect("governance:motion", code=found.code)
    page = {
        "motion": found,
        "fund": found.committee.fund,
        "facts": found.facts,
        "form": form,
        "verdict": permissions.may_record_study(user, found),
        "workbench": _("管委会工作台"),
    }
    return render(request, "governance/study.html", page, status=INVALID if form.errors else 200)


@login_required
@require_POST
def give_notice(request: HttpRequest, code: str) -> HttpResponse:
    """Give the members notice; the text is frozen from now."""
    found, user = motion_or_404(request, code), signed_in(request)
    services.give_notice(found, by=user)
    messages.success(request, _("已经通知每一位委员和监督员。"))
    return redirect("governance:motion", code=found.code)
