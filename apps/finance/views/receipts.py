"""Finance's pages of fiscal receipts: what waits, one receipt, the sheet out and back."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import clock, workdays
from apps.core.verdicts import Refused
from apps.donations import permissions as gift_permissions
from apps.donations import queries as gifts
from apps.donations import services as gift_services
from apps.donations.goods import needs_proof
from apps.donations.models import FiscalReceipt
from apps.donations.states import ReceiptState
from apps.donations.views.papers import with_paper
from apps.finance import permissions, services
from apps.finance.forms.receipts import DeclineForm, IssueForm, SheetForm, VoidForm
from apps.finance.rules.sheets import MAX_BYTES
from apps.finance.views.exports import XLSX
from apps.finance.views.hosts import host_for
from apps.funds.models import Host
from apps.users.signed_in import person

PAGE = 100


@never_cache
@login_required
@require_safe
def receipts(request: HttpRequest, host: str) -> HttpResponse:
    """List receipts of one state; what waits, with the overdue ones marked, comes first."""
    found = host_for(request, host)
    state = request.GET.get("state", "")
    if state not in ReceiptState.values:
        state = ReceiptState.REQUESTED.value
    rows = gifts.receipts_of([found]).filter(state=state)
    if state != ReceiptState.REQUESTED:
        rows = rows.order_by("-pk")
    days, today, moved = gifts.work_days(found), clock.today(), workdays.moved_days()
    shown, sees_names = list(rows[:PAGE]), permissions.may_see_names(person(request), found)
    if sees_names and any(row.payer_sealed for row in shown):
        gift_services.note_look(found, page="receipts", by=person(request))
    facts = {
        "host": found,
        "state": state,
        "tabs": [
            (value, label, gifts.receipts_of([found]).filter(state=value).count())
            for value, label in ReceiptState.choices
        ],
        "rows": [
            (
                row,
                gifts.due_on(row.asked_at, days, moved),
                gifts.is_overdue(row, days, today, moved),
            )
            for row in shown
        ],
        "overdue": len(services.overdue(found)),
        "to_void": list(gifts.receipts_to_void([found])[:PAGE]),
        "silent": gifts.without_request(found).count() + gifts.things_without_request(found).count(),
        "days": days,
        "known_until": workdays.known_until(moved),
        "sees_names": sees_names,
        "verdict": permissions.may_reconcile(person(request), found),
        "workbench": _("财务工作台"),
    }
    return render(request, "finance/receipts.html", facts)


def _receipt(request: HttpRequest, host: str, code: str) -> tuple[Host, FiscalReceipt]:
    found = host_for(request, host)
    return found, get_object_or_404(gifts.receipts_of([found]), code=code)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, host: str, code: str) -> HttpResponse:
    """Show one receipt; keep its numbers, close the request, make it void, or ask for another in its place."""
    found, row = _receipt(request, host, code)
    act = request.POST.get("act", "")
    wants_proof = row.in_kind is not None and needs_proof(row.in_kind.basis)
    issue = IssueForm(*_sent(request, act == "issue"), wants_proof=wants_proof)
    void = VoidForm(*_sent(request, act == "void"))
    decline = DeclineForm(*_sent(request, act == "decline"))
    chosen: forms.Form | None = {"issue": issue, "void": void, "decline": decline}.get(act)
    refused = ""
    if request.method == "POST" and (act == "reissue" or (chosen is not None and chosen.is_valid())):
        try:
            row = _do(request, row, act, chosen.cleaned_data if chosen else {})
            return redirect("finance:receipt", host=found.code, code=row.code)
        except Refused as refusal:
            if chosen is None:
                refused = str(refusal)
            else:
                chosen.add_error(refusal.field if refusal.field in chosen.fields else None, str(refusal))
    days = gifts.work_days(found)
    sees_names = permissions.may_see_names(person(request), found)
    if sees_names and row.payer_sealed:
        gift_services.note_look(row, by=person(request))
    facts = {
        "host": found,
        "row": row,
        "gift": row.gift,
        "receiptable": gifts.receiptable(row.gift),
        "why_not": gift_permissions.why_not_receiptable(row.gift),
        "due": gifts.due_on(row.asked_at, days),
        "is_overdue": gifts.is_overdue(row, days, clock.today()),
        "later": FiscalReceipt.objects.filter(replaces=row).first(),
        "issue": issue,
        "void": void,
        "decline": decline,
        "refused": refused,
        "sees_names": sees_names,
        "verdict": permissions.may_reconcile(person(request), found),
        "may_reissue": gift_permissions.may_reissue(person(request), row),
        "workbench": _("财务工作台"),
    }
    return render(request, "finance/receipt.html", facts, status=422 if request.method == "POST" else 200)


def _sent(request: HttpRequest, is_sent: bool) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if is_sent else (None, None)


def _do(request: HttpRequest, row: FiscalReceipt, act: str, facts: dict[str, Any]) -> FiscalReceipt:
    by = person(request)
    if act == "reissue":
        return gift_services.reissue_receipt(row, by=by)
    if act == "void":
        return gift_services.void_receipt(row, **facts, by=by)
    if act == "decline":
        return gift_services.decline_receipt(row, **facts, by=by)
    upload = facts.pop("file")
    permissions.may_reconcile(by, row.host).require()
    given = gift_services.ReceiptNumber(
        facts["batch_code"], facts["number"], facts["check_code"], facts["issued_on"]
    )
    proof = facts.get("proof", "")
    with_paper(
        upload,
        lambda kept: gift_services.issue_receipt(row, given=given, file=kept, proof=proof, by=by).file_id,
        field="file",
        by=by,
        ofd=True,
    )
    return row


@login_required
@require_POST
def export_receipts(request: HttpRequest, host: str) -> HttpResponseBase:
    """Hand out the requests that wait as a sheet."""
    found = host_for(request, host)
    if not permissions.may_reconcile(person(request), found):
        raise Http404
    body = services.export_requests(found, by=person(request))
    name = f"receipts-{found.code}-{clock.today().isoformat()}.xlsx"
    return FileResponse(body, as_attachment=True, filename=name, content_type=XLSX)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_receipts(request: HttpRequest, host: str) -> HttpResponse:
    """Take the sheet back with its numbers; every fault is told with its row, and then nothing is taken."""
    found = host_for(request, host)
    form = SheetForm(*_sent(request, request.method == "POST"))
    faults: list[services.RowFault] = []
    taken = None
    if request.method == "POST" and form.is_valid():
        try:
            body = form.cleaned_data["file"].read(MAX_BYTES + 1)
            taken = services.import_receipts(found, body=body, by=person(request))
        except Refused as refusal:
            form.add_error("file", str(refusal))
            faults = refusal.faults if isinstance(refusal, services.FaultyRows) else []
    facts = {
        "host": found,
        "form": form,
        "faults": faults[:PAGE],
        "taken": taken,
        "verdict": permissions.may_reconcile(person(request), found),
        "workbench": _("财务工作台"),
    }
    return render(request, "finance/receipts_import.html", facts, status=422 if form.errors else 200)
