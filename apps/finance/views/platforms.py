"""Bringing in a platform's orders: upload, preview with every fault, confirm; the refused rows to take along."""

from collections.abc import Iterable

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.forms import INVALID, done, show_refusal
from apps.core.sheets import Cell, csv_lines
from apps.core.verdicts import Refused
from apps.donations.queries import held_by_platforms
from apps.donations.services import note_look
from apps.finance import permissions, queries, services
from apps.finance.forms import PlatformReadingForm, PlatformUploadForm
from apps.finance.models import PlatformFile, PlatformRow
from apps.finance.rules.platform_titles import FIELDS, NEEDED, PLATFORMS, titles_of
from apps.finance.views.hosts import host_for
from apps.finance.views.statements import crumbs
from apps.registry.permissions import may_register
from apps.users.signed_in import person

SHOWN_ROWS, SHOWN_FAULTS, SHOWN_FILES = 12, 100, 100


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def platforms(request: HttpRequest, host: str) -> HttpResponse:
    """The files that were brought in, what each platform still holds, and a form for the next file."""
    found = host_for(request, host)
    form, status = PlatformUploadForm(), 200
    if request.method == "POST":
        form, status = PlatformUploadForm(request.POST, request.FILES), INVALID
        if form.is_valid():
            sent = form.cleaned_data["file"]
            try:
                file = services.keep_platform_file(
                    found,
                    platform=form.cleaned_data["platform"],
                    chunks=sent.chunks(),
                    filename=sent.name,
                    by=person(request),
                )
            except Refused as refusal:
                show_refusal(form, refusal)
            else:
                return redirect("finance:platform_file", host=found.code, code=file.code)
    facts = {
        "host": found,
        "form": form,
        "verdict": permissions.may_reconcile(person(request), found),
        "files": [
            (file, PLATFORMS[file.platform].name) for file in queries.platform_files(found)[:SHOWN_FILES]
        ],
        "held": [
            (PLATFORMS[code].name, fen)
            for code, fen in held_by_platforms(found).items()
            if fen and code in PLATFORMS
        ],
        "templates": [(one.code, one.name) for one in PLATFORMS.values()],
        "keeps_register": may_register(person(request), found.code),
        "workbench": _("财务工作台"),
    }
    return render(request, "finance/platforms.html", facts, status=status)


def _file(request: HttpRequest, host: str, code: str) -> PlatformFile:
    """Return a file of a host whose money the person handles: it holds donors' names. Raises Http404."""
    found = host_for(request, host)
    if not permissions.may_reconcile(person(request), found):
        raise Http404
    rows = PlatformFile.objects.select_related("host", "fund", "campaign")
    return get_object_or_404(rows, host=found, code=code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def platform_file(request: HttpRequest, host: str, code: str) -> HttpResponse:
    """Show what each row of a file would become, with every fault; read it in another way, or let it be booked."""
    file = _file(request, host, code)
    form, fault, status = PlatformReadingForm(host=file.host, file=file), "", 200
    if request.method == "POST":
        status = INVALID
        if request.POST.get("act") == "book":
            try:
                services.confirm_platform_file(file, by=person(request))
            except Refused as refusal:
                fault = str(refusal)
            else:
                return redirect("finance:platform_file", host=host, code=code)
        else:
            form = PlatformReadingForm(request.POST, host=file.host, file=file)
            if done(form, lambda: services.read_platform_file(file, by=person(request), **form.facts())):
                return redirect("finance:platform_file", host=host, code=code)
    facts = _facts(file, form, fault)
    if facts["rows"] or facts["faults"]:
        note_look(file.host, page="platform_file", file=file.code, by=person(request))
    return render(request, "finance/platform_file.html", facts, status=status)


def _facts(file: PlatformFile, form: PlatformReadingForm, fault: str) -> dict[str, object]:
    refused = file.rows.filter(state=PlatformRow.State.REFUSED).order_by("number")
    ready = file.rows.filter(state=PlatformRow.State.READY).select_related("fund").order_by("number")
    doubtful, missing, layout = False, list[object](), None
    has_pieces = file.pieces.exists()
    if file.state == PlatformFile.State.STAGED:
        try:
            source = queries.open_file(file)
            doubtful = source.is_doubtful
            layout = queries.layout_of(file, queries.open_file(file, encoding=file.encoding))
        except Refused as refusal:
            fault = fault or str(refusal)
        missing = [FIELDS[name] for name in (layout.missing if layout else NEEDED)]
    words = queries.Words(file)
    left = file.rows.filter(state=PlatformRow.State.READY).count()
    return {
        "host": file.host,
        "file": file,
        "platform": PLATFORMS[file.platform].name,
        "form": form,
        "fault": fault,
        "missing": missing,
        "doubtful": doubtful,
        "rows": [(row, words.of(row.number)) for row in ready[:SHOWN_ROWS]],
        "more": max(left - SHOWN_ROWS, 0),
        "left": left,
        "faults": [queries.sentence(row, words) for row in refused[:SHOWN_FAULTS]],
        "more_faults": max(file.refused - SHOWN_FAULTS, 0),
        "has_pieces": has_pieces,
        "by_fund": queries.by_fund(file),
        "crumbs": crumbs(file.host, _("平台订单")),
        "workbench": _("财务工作台"),
    }


def _sheet(name: str, rows: Iterable[list[Cell]]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@login_required
@require_safe
def platform_errors(request: HttpRequest, host: str, code: str) -> HttpResponseBase:
    """Hand back the refused rows as they were sent, each with its reason, to be mended and sent again."""
    file = _file(request, host, code)
    if not file.pieces.exists():
        raise Http404
    note_look(file.host, page="platform_errors", file=file.code, by=person(request))
    return _sheet(f"refused-{file.code}", queries.refused_rows(file))


@login_required
@require_safe
def platform_template(request: HttpRequest, host: str, platform: str) -> HttpResponseBase:
    """Hand out an empty sheet with a platform's titles."""
    host_for(request, host)
    if platform not in PLATFORMS:
        raise Http404
    return _sheet(f"template-{platform}", [[titles_of(platform, field)[0] for field in FIELDS]])
