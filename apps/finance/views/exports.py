"""Taking files out."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.verdicts import Refused
from apps.finance import services
from apps.finance.forms import ExportForm
from apps.finance.models import ExportRun
from apps.finance.views.hosts import host_for
from apps.registry.permissions import may_register
from apps.users.models import User
from apps.users.signed_in import person

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest, host: str) -> HttpResponseBase:
    """Choose what, which days and which fund; the answer is the file."""
    found = host_for(request, host, "export")
    form, status = ExportForm(host=found), 200
    if request.method == "POST":
        form = ExportForm(request.POST, host=found)
        if form.is_valid():
            try:
                return _file(services.export(found, by=person(request), **form.cleaned_data))
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        status = 422
    runs = list(ExportRun.objects.filter(host=found).order_by("-pk")[:SHOWN])
    people = dict(User.objects.filter(pk__in=[run.ran_by_id for run in runs]).values_list("pk", "name"))
    facts = {
        "host": found,
        "form": form,
        "runs": [(run, people.get(run.ran_by_id, "")) for run in runs],
        "keeps_register": may_register(person(request), found.code),
        "workbench": _("财务工作台"),
    }
    return render(request, "finance/exports.html", facts, status=status)


def _file(taken: services.Export) -> HttpResponse | StreamingHttpResponse | FileResponse:
    if taken.run.format == ExportRun.Format.XLSX:
        return FileResponse(
            services.xlsx_file(taken), as_attachment=True, filename=taken.filename, content_type=XLSX
        )
    response = StreamingHttpResponse(services.csv_lines(taken), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{taken.filename}"'
    return response
