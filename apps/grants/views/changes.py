"""What changes of a grant after its award: budget, days, suspension, write-off; and its agreement."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import pdf
from apps.core.files import location
from apps.core.forms import INVALID, done
from apps.core.money import written
from apps.grants import permissions, queries, services
from apps.grants.forms.changes import (
    BudgetForm,
    ExtendForm,
    ResumeForm,
    SignedForm,
    SuspendForm,
    WriteOffForm,
)
from apps.grants.models import Clawback, Grant, GrantAgreement
from apps.grants.views.common import grant_or_404
from apps.users.signed_in import person

Filled = TypeVar("Filled", bound=forms.Form)


def _changed(
    request: HttpRequest,
    grant: Grant,
    form: Filled,
    verb: Callable[[Filled], object],
    *,
    title: str,
    words: str,
    button: str,
) -> HttpResponse:
    """Do what a filled form asks and go back to the grant, or show the form with what is said of it."""
    if request.method == "POST" and done(form, lambda: verb(form)):
        return redirect("grants:grant", code=grant.code)
    context = {
        "grant": grant,
        "form": form,
        "title": title,
        "words": words,
        "button": button,
        "workbench": _("资助工作台"),
    }
    return render(request, "grants/change.html", context, status=INVALID if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def budget(request: HttpRequest, code: str) -> HttpResponse:
    """Move money between the lines of a budget."""
    found, who = grant_or_404(request, code), person(request)
    permissions.may_change_project(who, found).require()
    share, now = queries.pinned(found.motion, "budget_shift_max_bp"), queries.budget_now(found)
    words = _(
        "合计不变，还是 ¥%(total)s。累计调整不超过资助金额 %(share)s%% 的由主任同意，马上生效；超过的提交管委会表决。"
    ) % {"share": f"{share / 100:g}", "total": written(sum(now.values()))}
    return _changed(
        request,
        found,
        BudgetForm(request.POST or None, now=now, names=queries.line_names(found)),
        lambda form: services.change_budget(
            found, lines=form.lines(), reason=form.cleaned_data["reason"], by=who
        ),
        title=_("调整预算"),
        words=words,
        button=_("提交调整"),
    )


@login_required
@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, code: str) -> HttpResponse:
    """Let a project end later."""
    found, who = grant_or_404(request, code), person(request)
    permissions.may_change_project(who, found).require()
    words = _("累计延期不超过 %(days)d 天的由主任同意，马上生效；超过的提交管委会表决。") % {
        "days": queries.pinned(found.motion, "extension_max_days")
    }
    return _changed(
        request,
        found,
        ExtendForm(request.POST or None, initial={"ends_on": found.project.ends_on}),
        lambda form: services.extend(found, **form.cleaned_data, by=who),
        title=_("项目延期"),
        words=words,
        button=_("提交延期"),
    )


@login_required
@require_http_methods(["GET", "POST"])
def suspend(request: HttpRequest, code: str) -> HttpResponse:
    """Stop the payments of a grant."""
    found, who = grant_or_404(request, code), person(request)
    permissions.may_suspend(who, found).require()
    return _changed(
        request,
        found,
        SuspendForm(request.POST or None),
        lambda form: services.suspend_grant(found, **form.cleaned_data, by=who),
        title=_("暂停付款"),
        words=_("暂停以后不制单、不付款，等复核的付款单会退回；已经交给银行的不受影响。"),
        button=_("暂停"),
    )


@login_required
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, code: str) -> HttpResponse:
    """Let the payments of a grant go on."""
    found, who = grant_or_404(request, code), person(request)
    permissions.may_suspend(who, found).require()
    return _changed(
        request,
        found,
        ResumeForm(request.POST or None),
        lambda form: services.resume_grant(found, **form.cleaned_data, by=who),
        title=_("恢复付款"),
        words=_("写明根据什么恢复，比如哪次会议、哪份整改材料。"),
        button=_("恢复"),
    )


@login_required
@require_http_methods(["GET", "POST"])
def write_off(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the committee to give up what did not come back."""
    who = person(request)
    rows = Clawback.objects.filter(grant__in=queries.visible_to(who)).select_related("grant__fund__host")
    clawback = get_object_or_404(rows, code=code)
    permissions.may_write_off(who, clawback).require()
    return _changed(
        request,
        grant_or_404(request, clawback.grant.code),
        WriteOffForm(request.POST or None),
        lambda form: services.ask_write_off(clawback, **form.cleaned_data, by=who),
        title=_("核销追回"),
        words=_("核销要管委会表决。通过以前，钱照样要追；通过以后公开记为核销。"),
        button=_("提交表决"),
    )


@login_required
@require_POST
def draw_agreement(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the agreement from the grant's facts."""
    found = grant_or_404(request, code)
    services.draw_agreement(found, by=person(request))
    return redirect("grants:grant", code=code)


def _agreement(request: HttpRequest, code: str, number: int) -> GrantAgreement:
    grant = grant_or_404(request, code)
    return get_object_or_404(queries.agreements_of(grant), number=number)


@login_required
@require_safe
def agreement(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Hand out an agreement as a PDF, to be signed."""
    found = _agreement(request, code, number)
    body = pdf.render("grant_agreement", found.facts | {"number": found.code})
    return _download(body, "application/pdf", f"{found.code}.pdf")


@login_required
@require_safe
def signed_copy(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Hand out the signed copy of an agreement."""
    found = _agreement(request, code, number)
    if found.signed_copy is None:
        raise Http404
    kind = found.signed_copy.content_type
    ending = "pdf" if kind == "application/pdf" else "jpg"
    return _download(location(found.signed_copy).read_bytes(), kind, f"{found.code}-signed.{ending}")


def _download(body: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@login_required
@require_http_methods(["GET", "POST"])
def file_agreement(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Keep the signed copy of an agreement."""
    found, who = _agreement(request, code, number), person(request)
    grant = grant_or_404(request, code)
    permissions.may_keep_agreement(who, grant).require()
    return _changed(
        request,
        grant,
        SignedForm(request.POST or None, request.FILES or None),
        lambda form: services.file_agreement(found, **form.cleaned_data, by=who),
        title=_("存签好的协议"),
        words=_("协议编号 %(code)s。存档以后不能换；内容变了另出一份。") % {"code": found.code},
        button=_("存档"),
    )
