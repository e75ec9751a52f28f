"""While the work goes on: what the implementer writes down, what the committee sees of it and keeps from the public."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.forms import INVALID, done
from apps.core.verdicts import Verdict
from apps.grants import permissions, queries, services
from apps.grants.forms import ActivityForm, ExpenseForm, NoteForm
from apps.grants.views.common import cover, of_project, seen_expense, seen_project
from apps.projects import services as projects
from apps.projects.models import Activity, EvidenceDocument, EvidencePhoto, Expense, Project, WorkNote
from apps.projects.permissions import may_keep_records, may_record_spending
from apps.projects.queries import (
    activities_of,
    all_evidence,
    attendance_of,
    counted_of,
    expenses_of,
    notes_of,
    occasions_to_read,
    stretches_of,
    words_to_read,
)
from apps.projects.views.common import own_project, private_file
from apps.users.signed_in import person

PAGE = 50


def _records(
    request: HttpRequest,
    project: Project,
    template: str,
    form: forms.Form,
    rows: Any,
    verdict: Verdict,
    **more: Any,
) -> HttpResponse:
    context = {
        "project": project,
        "form": form,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "verdict": verdict,
        "workbench": _("项目工作台"),
        **more,
    }
    return render(request, template, context, status=INVALID if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def expenses(request: HttpRequest, code: str) -> HttpResponse:
    """Show and add what the implementer paid out, against the budget as it is now."""
    project, who = own_project(request, code), person(request)
    form = ExpenseForm(request.POST or None, request.FILES or None, project=project)
    if request.method == "POST" and done(
        form, lambda: projects.record_expense(project, by=who, **form.cleaned_data)
    ):
        return redirect("grants:expenses", code=code)
    return _records(
        request,
        project,
        "grants/expenses.html",
        form,
        expenses_of(project),
        may_record_spending(who, project),
        spending=queries.spending(project),
    )


@login_required
@require_http_methods(["GET", "POST"])
def activities(request: HttpRequest, code: str) -> HttpResponse:
    """Show and add the occasions of the work with who came and who helped, in numbers."""
    project, who = own_project(request, code), person(request)
    form = ActivityForm(request.POST or None)
    if request.method == "POST" and done(
        form, lambda: projects.record_activity(project, by=who, **form.facts())
    ):
        return redirect("grants:activities", code=code)
    return _records(
        request,
        project,
        "grants/activities.html",
        form,
        activities_of(project),
        may_keep_records(who, project),
        attendance=attendance_of(project),
    )


@login_required
@require_GET
def own_checklist(request: HttpRequest, code: str) -> HttpResponse:
    """Show the implementer by what the closing report is judged, as the figures stand today, and what was judged."""
    project = own_project(request, code)
    context = {
        "project": project,
        "items": [queries.shown_item(item) for item in queries.checklist(project)],
        "rounds": queries.shown_rounds(project),
        "workbench": _("项目工作台"),
    }
    return render(request, "grants/own_checklist.html", context)


def _strike(request: HttpRequest, record: Expense | Activity, back: str) -> HttpResponse:
    projects.strike(record, reason=request.POST.get("reason", ""), by=person(request))
    return redirect(back, code=record.project.code)


@login_required
@require_POST
def strike_expense(request: HttpRequest, code: str, expense: str) -> HttpResponse:
    """Strike out an expense."""
    return _strike(
        request,
        get_object_or_404(Expense, project=own_project(request, code), code=expense),
        "grants:expenses",
    )


@login_required
@require_POST
def strike_activity(request: HttpRequest, code: str, activity: str) -> HttpResponse:
    """Strike out an occasion."""
    return _strike(
        request,
        get_object_or_404(Activity, project=own_project(request, code), code=activity),
        "grants:activities",
    )


@login_required
@require_GET
def own_voucher(request: HttpRequest, code: str, expense: str) -> FileResponse:
    """Show a voucher to the people who sent it."""
    return private_file(get_object_or_404(Expense, project=own_project(request, code), code=expense).voucher)


@login_required
@require_GET
def voucher(request: HttpRequest, code: str, expense: str) -> FileResponse:
    """Show a voucher to the committee, the host and the auditor."""
    return private_file(seen_expense(request, code, expense).voucher)


def _show_work(request: HttpRequest, project: Project, *, form: NoteForm | None = None) -> HttpResponse:
    who = person(request)
    office = permissions.note_kind(who, project)
    context = {
        "project": project,
        "stretches": stretches_of(project),
        "counted": counted_of(project),
        "spending": queries.spending(project),
        "paid": queries.paid_for(project),
        "expenses": expenses_of(project)[:500],
        "attendance": attendance_of(project),
        "evidence": all_evidence(project),
        "notes": notes_of(project, public_only=False),
        "unread_occasions": occasions_to_read(Project.objects.filter(pk=project.pk)).count(),
        "unread": words_to_read(Project.objects.filter(pk=project.pk)).count(),
        "rounds": queries.shown_rounds(project),
        "may_read_private": bool(permissions.not_on_payees_side(who, project)),
        "office": WorkNote.Kind(office).label if office else "",
        "may_hide": permissions.may_hide(who, project),
        "form": form or NoteForm(always_public=office == WorkNote.Kind.COMMENT),
        "workbench": _("管委会工作台"),
    }
    return render(request, "grants/work.html", context, status=INVALID if form and form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def work(request: HttpRequest, code: str) -> HttpResponse:
    """Show everything about the work under way; POST adds a visit's note or the supervisor's comment."""
    project, who = seen_project(request, code), person(request)
    if request.method == "POST":
        form = NoteForm(
            request.POST, always_public=permissions.note_kind(who, project) == WorkNote.Kind.COMMENT
        )
        if done(form, lambda: services.write_note(project, by=who, **form.cleaned_data)):
            return redirect("grants:work", code=code)
        return _show_work(request, project, form=form)
    return _show_work(request, project)


@login_required
@require_POST
def clear_voucher(request: HttpRequest, code: str, expense: str) -> HttpResponse:
    """Let everyone see a voucher, or nobody again."""
    found = seen_expense(request, code, expense)
    services.clear_voucher(found, is_public=request.POST.get("show") == "yes", by=person(request))
    return redirect("grants:work", code=code)


def _photo(request: HttpRequest, code: str, number: int) -> EvidencePhoto:
    found = EvidencePhoto.objects.select_related(
        "file", "evidence__project__fund", "evidence__project__organisation"
    )
    return get_object_or_404(found, evidence__project=seen_project(request, code), pk=number)


@login_required
@require_GET
def work_photo(request: HttpRequest, code: str, number: int) -> FileResponse:
    """Show a photograph, public or not, to those who look after the work."""
    return private_file(_photo(request, code, number).file)


@login_required
@require_POST
def withhold(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Keep a photograph from the public, or let it be seen again."""
    photo = _photo(request, code, number)
    services.withhold_photo(photo, is_withheld=request.POST.get("show") != "yes", by=person(request))
    return redirect("grants:work", code=code)


@login_required
@require_http_methods(["GET", "POST"])
def blur(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Cover faces and door plates on a photograph."""
    photo, who = _photo(request, code, number), person(request)
    return cover(
        request,
        photo.file,
        lambda areas: services.blur_photo(photo, areas=areas, by=who),
        heading=_("遮照片"),
        lead=_("写上要遮的地方；在照片上拖一下也会替您写一行。遮过的照片代替原来的，原来的不公开。"),
        picture_url=reverse("grants:work_photo", args=[code, number]),
        back=reverse("grants:work", args=[code]) + "#photos",
        verdict=permissions.may_hide(who, photo.evidence.project),
        where=of_project(photo.evidence.project),
    )


def _document(request: HttpRequest, code: str, number: int) -> EvidenceDocument:
    found = EvidenceDocument.objects.select_related("file", "evidence__project")
    return get_object_or_404(found, evidence__project=seen_project(request, code), pk=number)


@login_required
@require_GET
def work_document(request: HttpRequest, code: str, number: int) -> FileResponse:
    """Hand a document of a report, public or not, to those who look after the work."""
    return private_file(_document(request, code, number).file)


@login_required
@require_POST
def release_document(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Let everyone read a document of a report, or nobody again."""
    found = _document(request, code, number)
    services.release_document(found, is_public=request.POST.get("show") == "yes", by=person(request))
    return redirect("grants:work", code=code)
