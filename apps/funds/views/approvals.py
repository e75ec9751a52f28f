"""Approvals up the levels: what waits for me, and one with its steps and my say."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.core.forms import INVALID, done
from apps.core.verdicts import Refused
from apps.funds import permissions, queries, services
from apps.funds.forms import DecisionForm
from apps.funds.models import Approval, ApprovalStep
from apps.users.models import User
from apps.users.signed_in import person

PAGE = 25


@login_required
@require_GET
def approval_list(request: HttpRequest) -> HttpResponse:
    """List the steps that wait for a person, and every approval they may read."""
    waiting = queries.approvals_waiting_for(person(request))
    seen = queries.with_turn(queries.approvals_visible_to(person(request)))
    page = Paginator(seen, PAGE).get_page(request.GET.get("page"))
    context = {"waiting": waiting[:PAGE], "page": page, "workbench": _("审批")}
    return render(request, "funds/approvals.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def approval(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is asked, every step of every round, and the form for the step whose turn it is."""
    user = person(request)
    found = get_object_or_404(queries.approvals_visible_to(user), code=code)
    current = queries.current_step(found)
    form = DecisionForm(
        request.POST if request.method == "POST" else None, initial={"step": current.pk if current else None}
    )
    if request.method == "POST" and done(form, lambda: _decide(found, form.cleaned_data, user)):
        return redirect("funds:approval", code=code)
    found.refresh_from_db()
    current = queries.current_step(found)
    rounds: dict[int, list[ApprovalStep]] = {}
    for step in queries.steps_of(found):
        rounds.setdefault(step.round, []).append(step)
    context: dict[str, Any] = {
        "approval": found,
        "current": current,
        "rounds": sorted(rounds.items(), reverse=True),
        "verdict": permissions.may_decide(user, found) if current else None,
        "form": form,
        "workbench": _("审批"),
    }
    return render(
        request, "funds/approval.html", context, status=INVALID if request.method == "POST" else 200
    )


def _decide(found: Approval, facts: dict[str, Any], user: User) -> None:
    match facts["decision"]:
        case "pass":
            services.pass_step(found, words=facts["words"], step=facts["step"], by=user)
        case "return":
            services.return_step(found, reason=facts["words"], step=facts["step"], by=user)
        case "refuse":
            services.refuse_step(found, reason=facts["words"], step=facts["step"], by=user)
        case _:
            raise Refused(_("请选择您的意见。"), "decision")
