"""Putting something before the committee, kind by kind, and changing it before its vote."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.forms import INVALID, done
from apps.funds.models import Fund
from apps.funds.states import FundKind
from apps.governance import permissions, services
from apps.governance.forms.proposals import FORMS, RuleForm
from apps.governance.models import Motion
from apps.governance.queries.what_if import WhatIf
from apps.governance.views.common import fund_or_404, motion_or_404, signed_in, what_if_of


def _kinds(fund: Fund) -> list[Motion.Kind]:
    """The kinds that a fund's committee may table here; grants come from their projects."""
    found = [Motion.Kind(kind) for kind in FORMS]
    if fund.kind == FundKind.GENERAL:
        found = [kind for kind in found if kind not in {Motion.Kind.RULE_CHANGE, Motion.Kind.CLOSING}]
    return found


def _only_tries(request: HttpRequest) -> bool:
    return request.method == "POST" and "preview" in request.POST


def _tried(request: HttpRequest, form: Any) -> WhatIf | None:
    """What a change of rules would do, where that was asked for and the change could be put before the committee."""
    if not _only_tries(request) or not isinstance(form, RuleForm):
        return None
    return what_if_of(form) if done(form, form.proposal) else None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, code: str, kind: str = Motion.Kind.TEXT) -> HttpResponse:
    """Table a matter that is no grant. Grants are tabled from their project."""
    fund, user = fund_or_404(request, code), signed_in(request)
    if kind not in _kinds(fund):
        raise Http404
    verdict = permissions.may_table(user, fund)
    form, tabled = FORMS[kind](request.POST or None, fund=fund), list[Motion]()

    def write() -> None:
        verdict.require()
        follows = Motion.objects.filter(code=request.POST.get("follows", "")[:20]).first()
        tabled.append(services.table_proposal(fund, form.proposal(), follows=follows, by=user))

    would = _tried(request, form)
    if request.method == "POST" and not _only_tries(request) and done(form, write):
        messages.success(request, _("已经存为草稿。"))
        return redirect("governance:motion", code=tabled[0].code)
    sent_back = Motion.objects.filter(committee__fund=fund, kind=kind, state=Motion.State.RETURNED)
    page: dict[str, Any] = {
        "fund": fund,
        "form": form,
        "kind": Motion.Kind(kind),
        "kinds": _kinds(fund),
        "would": would,
        "sent_back": sent_back.order_by("-settled_at")[:5],
        "verdict": verdict,
        "workbench": _("管委会工作台"),
    }
    return render(request, "governance/table.html", page, status=INVALID if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a motion before its vote; what a project froze is changed in the project."""
    found, user = motion_or_404(request, code), signed_in(request)
    if found.kind not in FORMS:
        raise Http404
    fund = found.committee.fund
    form = FORMS[found.kind](request.POST or None, fund=fund, motion=found)
    would = _tried(request, form)
    if (
        request.method == "POST"
        and not _only_tries(request)
        and done(form, lambda: services.revise(found, form.proposal(), by=user))
    ):
        return redirect("governance:motion", code=found.code)
    page = {
        "would": would,
        "fund": fund,
        "motion": found,
        "form": form,
        "kind": Motion.Kind(found.kind),
        "verdict": permissions.may_edit(user, found),
        "workbench": _("管委会工作台"),
    }
    return render(request, "governance/table.html", page, status=INVALID if form.errors else 200)
