"""Lists of gifts of an event or an employer: declared, then read and booked whole."""

from dataclasses import asdict
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.verdicts import Refused
from apps.donations import queries as donations
from apps.donations import services
from apps.donations.services import BatchLine, Fault, ListRefused
from apps.finance import permissions
from apps.finance.forms.batches import DeclareForm, ListForm
from apps.finance.rules.gift_lists import TITLES, pasted_rows, read_list
from apps.finance.rules.sheets import MAX_BYTES, read_sheet
from apps.finance.views.hosts import host_for
from apps.funds.models import Host
from apps.users.signed_in import person

SHOWN = 100


def _crumbs(host: Host, last: str) -> list[tuple[str, str]]:
    return [
        (_("对账"), reverse("finance:lines", args=[host.code])),
        (_("捐款名单"), reverse("finance:batches", args=[host.code])),
        (last, ""),
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def batches(request: HttpRequest, host: str) -> HttpResponse:
    """The lists so far, and declaring another."""
    found = host_for(request, host)
    form = DeclareForm(request.POST or None, host=found)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            batch = services.declare_batch(
                facts["fund"],
                kind=facts["kind"],
                name=facts["name"],
                channel=facts["channel"],
                day=facts["day"],
                campaign=facts["campaign"],
                count=facts["count"],
                total=facts["fen"],
                token=facts["token"],
                by=person(request),
            )
            return redirect("finance:batch", host=found.code, code=batch.code)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    facts_shown = {
        "host": found,
        "form": form,
        "batches": donations.batches_of(found)[:SHOWN],
        "verdict": permissions.may_reconcile(person(request), found),
        "crumbs": [*_crumbs(found, "")[:-2], (_("捐款名单"), "")],
        "workbench": _("财务工作台"),
    }
    return render(
        request, "finance/batches.html", facts_shown, status=422 if request.method == "POST" else 200
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, host: str, code: str) -> HttpResponse:
    """Read a list and book it whole; with any fault nothing is booked and every fault is named by row."""
    found = host_for(request, host)
    row = get_object_or_404(donations.batches_of(found), code=code)
    form = ListForm(request.POST or None, request.FILES or None)
    faults: list[Fault] = []
    if request.method == "POST" and form.is_valid():
        try:
            services.book_batch(row, _lines(form.cleaned_data), by=person(request))
            return redirect("finance:batch", host=found.code, code=row.code)
        except ListRefused as refusal:
            faults = list(refusal.faults)
            form.add_error(None, str(refusal))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    sees_names = permissions.may_see_names(person(request), found)
    lines = list(row.lines.select_related("donation__donor").order_by("number"))
    if sees_names and any(line.donation.donor.name_sealed for line in lines):
        services.note_look(row, by=person(request))
    facts: dict[str, Any] = {
        "host": found,
        "batch": row,
        "form": form,
        "faults": [(fault, TITLES.get(fault.field, (fault.field,))[0]) for fault in faults],
        "lines": lines,
        "sees_names": sees_names,
        "verdict": permissions.may_reconcile(person(request), found),
        "crumbs": _crumbs(found, row.name),
        "workbench": _("财务工作台"),
    }
    return render(request, "finance/batch.html", facts, status=422 if request.method == "POST" else 200)


def _lines(facts: dict[str, Any]) -> list[BatchLine]:
    """Return the lines of what was pasted or of the file. Raises `ListRefused` with the faults of the rows."""
    upload = facts["file"]
    rows = read_sheet(upload.read(MAX_BYTES + 1)).rows if upload else pasted_rows(facts["lines"])
    lines, faults = read_list(rows)
    if faults:
        words = _("有 %(n)d 行要改，一笔也没有入账。") % {"n": len(faults)}
        raise ListRefused(words, [Fault(fault.row, fault.field, fault.words) for fault in faults[:SHOWN]])
    return [BatchLine(**asdict(line)) for line in lines]
