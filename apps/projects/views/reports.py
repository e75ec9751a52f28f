"""Reporting: a form, and the files that go ahead of it one by one (`static/js/send.js`).

Without scripts the same form takes the same files all at once; each is kept even when another, or the form, is refused.
"""

import hashlib
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.forms import INVALID, done
from apps.core.verdicts import Refused
from apps.projects import permissions, queries, rules, services
from apps.projects.forms import EvidenceForm
from apps.projects.models import Evidence, Project
from apps.projects.views.common import own_project, private_file
from apps.users.models import User
from apps.users.signed_in import person


@login_required
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, code: str) -> HttpResponse:
    """File evidence with photographs and documents; who was interrupted finds the files they had sent."""
    found, who = own_project(request, code), person(request)
    filed = queries.filed_report(found, key=request.POST.get("key", ""), by=who)
    half_done = {"key": queries.half_done_report(found, by=who)}
    form = EvidenceForm(
        request.POST or None,
        request.FILES or None,
        project=found,
        filed=filed,
        initial=half_done if half_done["key"] else None,
    )
    if request.method == "POST":
        form.is_valid()
        if filed is None:
            _take_files(request, form, found, by=who)

        def file() -> None:
            if filed is not None:
                services.check_filed(filed, form.cleaned_data["photos"])
            services.file_evidence(found, by=who, **form.facts())

        if done(form, file):
            return redirect("projects:project", code=code)
        if filed is not None:
            # What is another report goes by another key from here on, and so do its files.
            _take_files(request, form, found, by=who)
    else:
        permissions.may_file_evidence(who, found).require()
    key = str(form["key"].value() or "")
    context = {
        "form": form,
        "project": found,
        "report_key": key if rules.is_form_key(key, services.REPORT) else "",
        "sent_files": queries.sent_files(found, report=key, by=who),
        "workbench": _("项目工作台"),
    }
    return render(request, "projects/report.html", context, status=INVALID if form.errors else 200)


def _take_files(request: HttpRequest, form: EvidenceForm, project: Project, *, by: User) -> None:
    """Keep the files that came with the form itself and drop those that were ticked to go; what is refused of one
    stands at the field and keeps the others from nothing."""
    key = str(form["key"].value() or "")
    if Evidence.objects.filter(project=project, code=key).exists():
        # The same form, sent again.
        return
    for dropped in request.POST.getlist("drop")[:20]:
        services.take_back_file(project, report=key, key=dropped, by=by)
    for upload in form.cleaned_data.get("photos", []):
        try:
            services.send_file(project, report=key, key=_fingerprint(upload), upload=upload, by=by)
        except Refused as refusal:
            form.add_error("photos", f"{str(upload.name)[-60:]}：{refusal.reason}")


def _fingerprint(upload: Any) -> str:
    """Return a key by what the file holds, so that the same file of the same report is kept once."""
    digest = hashlib.sha256()
    for piece in upload.chunks():
        digest.update(piece)
    return digest.hexdigest()


@login_required
@require_POST
def report_files(request: HttpRequest, code: str, key: str) -> JsonResponse:
    """Take one file ahead of its report, or take one back; answer its line on the page, or a sentence."""
    found, who = own_project(request, code), person(request)
    if "remove" in request.POST:
        services.take_back_file(found, report=key, key=request.POST["remove"], by=who)
        return JsonResponse({})
    upload = request.FILES.get("file")
    if upload is None:
        return JsonResponse({"reason": _("没有收到文件，请再传一次。")}, status=INVALID)
    try:
        sent = services.send_file(found, report=key, key=request.POST.get("key", ""), upload=upload, by=who)
    except Refused as refusal:
        return JsonResponse({"reason": refusal.reason}, status=INVALID)
    line = render_to_string("projects/_sent_file.html", {"project": found, "sent": sent}, request)
    return JsonResponse({"line": line})


@login_required
@require_GET
def sent_file(request: HttpRequest, code: str, key: str, number: int) -> FileResponse:
    """Show a file to the person who sent it, before it is part of a report."""
    mine = queries.sent_files(own_project(request, code), report=key, by=person(request))
    return private_file(get_object_or_404(mine, pk=number).file, small=True)


def _own_evidence(request: HttpRequest, code: str, evidence: str) -> Evidence:
    return get_object_or_404(Evidence, project=own_project(request, code), code=evidence)


@login_required
@require_GET
def photo(request: HttpRequest, code: str, evidence: str, number: int) -> FileResponse:
    """Show a photograph to the people who sent it, before it is public."""
    picture = queries.photo(_own_evidence(request, code, evidence), number)
    if picture is None:
        raise Http404
    return private_file(picture.file, small=True)


@login_required
@require_GET
def document(request: HttpRequest, code: str, evidence: str, number: int) -> FileResponse:
    """Hand a document back to the people who sent it, before it is public."""
    found = queries.document(_own_evidence(request, code, evidence), number)
    if found is None:
        raise Http404
    return private_file(found.file)
