"""Objections: anyone writes one and looks it up by its receipt; the committee's officers and the host answer."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock
from apps.core.forms import INVALID, done
from apps.grants import permissions, queries, services
from apps.grants.forms import AnswerForm, ObjectionForm, ReceiptForm
from apps.grants.forms.objections import DISMISS
from apps.grants.models import Grant, GrantChange, Objection
from apps.users.models import User
from apps.users.signed_in import person, person_or_none, sender


@require_http_methods(["GET", "POST"])
def object_to(request: HttpRequest, code: str) -> HttpResponse:
    """Write an objection to a grant, without signing in."""
    grants = Grant.objects.select_related("project__organisation", "fund", "motion")
    grant = get_object_or_404(grants, code=code)
    form = ObjectionForm(request.POST or None)
    by = person_or_none(request)
    made: list[str] = []
    if request.method == "POST" and done(
        form,
        lambda: made.append(
            services.object_to(grant, **form.cleaned_data, sender=sender(request), by=by).code
        ),
    ):
        return redirect("grants:objection_receipt", code=made[0])
    context = {
        "grant": grant,
        "form": form,
        "verdict": permissions.may_object(grant),
        "in_notice": queries.notice_is_open(grant, clock.now()),
        "holds": bool(queries.pinned(grant.motion, "objection_suspends")),
        "days": queries.pinned(grant.motion, "objection_answer_days"),
    }
    return render(request, "grants/object.html", context, status=INVALID if form.errors else 200)


@require_GET
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Show an objection to whoever has its receipt; what they left to be reached by is not shown."""
    found = Objection.objects.select_related("grant__project", "grant__fund", "change__motion")
    objection = get_object_or_404(found, code=code)
    context = {"objection": objection, "now": clock.now()}
    response = render(request, "grants/objection_receipt.html", context)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Type a receipt to see what became of the objection."""
    form = ReceiptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = "".join(form.cleaned_data["code"].upper().split()).replace("-", "")
        if Objection.objects.filter(code=code).exists():
            return redirect("grants:objection_receipt", code=code)
        form.add_error("code", _("没有这个收件码，请照收件时显示的再输一遍。"))
    return render(
        request, "grants/objection_find.html", {"form": form}, status=INVALID if form.errors else 200
    )


def _show(
    request: HttpRequest,
    objection: Objection,
    *,
    form: forms.Form | None = None,
    status: int = 200,
    contact: str = "",
) -> HttpResponse:
    who = person(request)
    context = {
        "objection": objection,
        "grant": objection.grant,
        "form": form or _form(who, objection),
        "verdict": permissions.may_answer_objection(who, objection),
        "may_read": permissions.may_read_contact(who, objection),
        "contact": contact,
        "now": clock.now(),
        "workbench": _("管委会工作台"),
    }
    response = render(request, "grants/objection.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def open_objection(request: HttpRequest, code: str) -> HttpResponse:
    """Open how to reach whoever objected; a POST, because looking is an act that is written down."""
    who = person(request)
    found = get_object_or_404(queries.objections_seen_by(who), code=code)
    return _show(request, found, contact=services.open_contact(found, by=who))


def _form(who: User, objection: Objection, data: object = None) -> AnswerForm:
    return AnswerForm(
        data,
        may_vote=bool(permissions.may_table_change(who, objection.grant)),
        may_end=bool(permissions.may_terminate(who, objection.grant)),
    )


@login_required
@require_http_methods(["GET", "POST"])
def objection(request: HttpRequest, code: str) -> HttpResponse:
    """Read an objection and answer it."""
    who = person(request)
    found = get_object_or_404(queries.objections_seen_by(who), code=code)
    if request.method != "POST":
        return _show(request, found)
    form = _form(who, found, request.POST)

    def answer() -> object:
        given = dict(form.cleaned_data)
        decision = given.pop("decision")
        if decision == DISMISS:
            return services.dismiss(found, **given, by=who)
        return services.uphold(found, **given, remedy=decision, by=who)

    if done(form, answer):
        return redirect("grants:objection", code=code)
    return _show(request, found, form=form, status=INVALID)


@login_required
@require_POST
def table_again(request: HttpRequest, code: str) -> HttpResponse:
    """Put a change of a grant before the committee again after its vote was withdrawn or sent back."""
    who = person(request)
    changes = GrantChange.objects.filter(grant__in=queries.visible_to(who))
    change = get_object_or_404(changes.select_related("grant__fund", "motion"), code=code)
    made = services.table_again(change, by=who)
    if made.motion is None:
        raise AssertionError("a change that was tabled has a motion")
    return redirect("governance:motion", code=made.motion.code)
