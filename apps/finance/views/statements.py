"""Bringing in a bank statement: upload, preview, confirm."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.verdicts import Refused
from apps.donations.services import note_look
from apps.finance import permissions, queries, services
from apps.finance.forms import EncodingForm, UploadForm
from apps.finance.models import StatementUpload
from apps.finance.rules.encoding import CHOICES
from apps.finance.rules.sheets import MAX_BYTES
from apps.finance.views.hosts import host_for
from apps.funds.models import Host
from apps.registry.permissions import may_register
from apps.users.signed_in import person

SHOWN_LINES, SHOWN_FAULTS = 12, 100


def crumbs(host: Host, last: str) -> list[tuple[str, str]]:
    """Return the way down to a page of finance."""
    return [(_("对账"), reverse("finance:lines", args=[host.code])), (last, "")]


@login_required
@require_safe
def statements(request: HttpRequest, host: str) -> HttpResponse:
    """The files that were imported, newest first."""
    found = host_for(request, host)
    facts = {
        "host": found,
        "statements": queries.statements(found)[:100],
        "crumbs": crumbs(found, _("流水文件")),
        "keeps_register": may_register(person(request), found.code),
        "workbench": _("财务工作台"),
    }
    return render(request, "finance/statements.html", facts)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, host: str) -> HttpResponse:
    """Choose a file; it is kept for a day, until it is imported."""
    found = host_for(request, host)
    form, status = UploadForm(), 200
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                kept = services.keep_upload(
                    found, body=file.read(MAX_BYTES + 1), filename=file.name, by=person(request)
                )
            except Refused as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect("finance:preview", host=found.code, code=kept.code)
        status = 422
    facts = {
        "host": found,
        "form": form,
        "verdict": permissions.may_reconcile(person(request), found),
        "crumbs": crumbs(found, _("导入流水")),
        "workbench": _("财务工作台"),
    }
    return render(request, "finance/upload.html", facts, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, host: str, code: str) -> HttpResponse:
    """Show what a kept file would bring in, with every fault; on confirming, bring it in."""
    found = host_for(request, host)
    kept = get_object_or_404(StatementUpload, host=found, code=code)
    if not permissions.may_reconcile(person(request), found):
        raise Http404
    wanted = request.POST.get("encoding") or request.GET.get("encoding", "")
    encoding = wanted if wanted in CHOICES else ""
    fault, reading, status = "", None, 200
    try:
        if request.method == "POST":
            statement = services.import_upload(kept, encoding=encoding, by=person(request))
            address = reverse("finance:lines", args=[found.code])
            return redirect(f"{address}?statement={statement.pk}")
        reading = queries.read_file(found, kept.body, encoding=encoding)
    except Refused as refusal:
        fault, status = str(refusal), 422
    if reading is not None and reading.lines:
        note_look(found, page="statement_file", by=person(request))
    facts = {
        "host": found,
        "kept": kept,
        "reading": reading,
        "lines": reading.lines[:SHOWN_LINES] if reading else [],
        "faults": reading.faults[:SHOWN_FAULTS] if reading else [],
        "more": max(len(reading.lines) - SHOWN_LINES, 0) if reading else 0,
        "more_faults": max(len(reading.faults) - SHOWN_FAULTS, 0) if reading else 0,
        "fault": fault,
        "encoding": encoding,
        "form": EncodingForm(initial={"encoding": encoding}),
        "crumbs": crumbs(found, _("导入流水")),
        "workbench": _("财务工作台"),
    }
    return render(request, "finance/preview.html", facts, status=status)
