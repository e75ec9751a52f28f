"""Finance's pages of gifts in kind: the store, taking things in, one gift, taking things out."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.forms import show_refusal
from apps.core.models import StoredFile
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, services
from apps.donations.forms.after_gift import PayerForm
from apps.donations.forms.inkind import IssueForm, ReceiveForm, SellForm, TokenForm, WriteOffForm
from apps.donations.goods import Valuation
from apps.donations.models import Donor, InKindGift, WriteOff
from apps.donations.services import GoodsGift
from apps.donations.views.gifts import money_hosts
from apps.donations.views.papers import with_paper
from apps.ledger import queries as books
from apps.users.models import User
from apps.users.signed_in import person

PAGE = 50
OUT: dict[str, tuple[type[TokenForm], str | Promise]] = {
    "issue": (IssueForm, gettext_lazy("发放")),
    "sell": (SellForm, gettext_lazy("变卖")),
    "write-off": (WriteOffForm, gettext_lazy("核销")),
}


@never_cache
@login_required
@require_GET
def store(request: HttpRequest) -> HttpResponse:
    """List what is in store, what goes bad first in front, or everything that ever came."""
    user = person(request)
    hosts = list(queries.hosts_seen_by(user))
    if not hosts:
        raise Http404
    is_all = "all" in request.GET
    rows = queries.in_kind_visible_to(user)
    shown = Paginator(rows if is_all else queries.in_store(rows), PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "rows": [(gift, queries.goes_bad(gift)) for gift in shown],
        "shown": shown,
        "is_all": is_all,
        "may_record": bool(money_hosts(user)),
        "workbench": _("财务工作台"),
    }
    return render(request, "donations/goods.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    """Take in a gift in kind."""
    user = person(request)
    seen, hosts = list(queries.hosts_seen_by(user)), money_hosts(user)
    if not seen:
        raise Http404
    form = ReceiveForm(request.POST or None, hosts=hosts)
    if request.method == "POST" and form.is_valid():
        try:
            gift = services.receive_goods(_gift_of(form), by=user)
            return redirect("donations:goods_gift", code=gift.code)
        except Refused as refusal:
            show_refusal(form, refusal)
    verdict = None if hosts else permissions.may_handle_money(user, seen[0])
    context = {"form": form, "verdict": verdict, "workbench": _("财务工作台")}
    status = 422 if request.method == "POST" else 200
    return render(request, "donations/goods_receive.html", context, status=status)


def _gift_of(form: ReceiveForm) -> GoodsGift:
    facts = form.cleaned_data
    kind = Donor.Kind.ORGANISATION if facts["is_organisation"] else Donor.Kind.PERSON
    valuation = Valuation(
        facts["basis"],
        facts["value_fen"] or 0,
        facts["voucher_fen"],
        facts["note"],
        facts["voucher_is_off"],
    )
    return GoodsGift(
        fund=facts["fund"],
        campaign=facts["campaign"],
        nature=facts["nature"],
        name=facts["name"],
        quantity=facts["quantity"],
        unit=facts["unit"],
        valuation=valuation,
        day=facts["day"],
        token=facts["token"],
        place=facts["place"],
        expires_on=facts["expires_on"],
        donor_name=facts["donor_name"],
        contact=facts["contact"],
        name_choice=facts["name_choice"],
        kind=kind.value,
        is_under_14=facts["is_under_14"],
        consents=form.consents,
    )


@never_cache
@login_required
@require_GET
def gift(request: HttpRequest, code: str) -> HttpResponse:
    """Show one gift in kind: who gave it, how it was valued, what left and what is there."""
    user = person(request)
    row = get_object_or_404(queries.in_kind_visible_to(user), code=code)
    sees_donor = permissions.may_see_donor(user, row.host)
    if sees_donor and row.donor.name_sealed + row.donor.contact_sealed:
        services.note_look(row, by=user)
    context = {
        "gift": row,
        "purpose": queries.purpose_of(row),
        "goes_bad": queries.goes_bad(row),
        "sees_donor": sees_donor,
        "name": queries.donor_name(row.donor) if sees_donor else "",
        "contact": queries.donor_contact(row.donor) if sees_donor else "",
        "moves": row.moves.select_related("evidence").order_by("-pk"),
        "write_offs": [
            (
                asked,
                permissions.may_release_write_off(user, asked),
                permissions.may_reject_write_off(user, asked),
            )
            for asked in row.write_offs.filter(state=WriteOff.State.WAITING).select_related("gift__host")
        ],
        "verdict": permissions.may_handle_money(user, row.host),
        "may_instruct": permissions.may_instruct(user, row),
        "entry": books.entry_of("in_kind", row.code),
        "receipt": queries.last_receipt(row),
        "opens_receipts": permissions.may_read_receipts(user, row.host),
        "receipt_verdict": permissions.may_request_receipt(user, row),
        "workbench": _("财务工作台"),
    }
    return render(request, "donations/goods_gift.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the fiscal receipt in the donor's place, or write down that they want none."""
    user = person(request)
    row = get_object_or_404(queries.in_kind_visible_to(user), code=code)
    is_waived = "waive" in request.POST
    sees_donor = permissions.may_see_donor(user, row.host)
    initial = {"kind": row.donor.kind, "name": queries.donor_name(row.donor) if sees_donor else ""}
    form = PayerForm(None if is_waived else request.POST or None, initial=initial)
    verdict = permissions.may_request_receipt(user, row)
    if request.method == "POST" and (is_waived or form.is_valid()):
        try:
            if is_waived:
                services.waive_receipt(row, by=user)
            else:
                services.request_receipt(row, **form.cleaned_data, by=user)
            return redirect("donations:goods_gift", code=code)
        except Refused as refusal:
            show_refusal(form, refusal)
    context = {
        "gift": row,
        "form": form,
        "verdict": verdict,
        "amount": queries.receiptable(row),
        "workbench": _("财务工作台"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "donations/goods_receipt.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def take_out(request: HttpRequest, code: str, way: str) -> HttpResponse:
    """Hand out, sell, or ask to write off."""
    user = person(request)
    row = get_object_or_404(queries.in_kind_visible_to(user), code=code)
    if way not in OUT:
        raise Http404
    form_class, title = OUT[way]
    form = form_class(request.POST or None, request.FILES or None)
    verdict = permissions.may_handle_money(user, row.host)
    if request.method == "POST" and form.is_valid():
        try:
            WAYS[way](row, form.cleaned_data, user)
            return redirect("donations:goods_gift", code=code)
        except Refused as refusal:
            show_refusal(form, refusal)
    context = {"gift": row, "form": form, "title": title, "verdict": verdict, "workbench": _("财务工作台")}
    status = 422 if request.method == "POST" else 200
    return render(request, "donations/goods_out.html", context, status=status)


def _issue(row: InKindGift, facts: dict[str, Any], user: User) -> None:
    permissions.may_handle_money(user, row.host).require()

    def issue(evidence: StoredFile | None) -> int | None:
        move = services.issue_goods(
            row,
            quantity=facts["quantity"],
            beneficiaries=facts["beneficiaries"],
            people=facts["people"],
            receipt=facts["receipt"],
            evidence=evidence,
            day=facts["day"],
            token=facts["token"],
            note=facts["note"],
            by=user,
        )
        return move.evidence_id

    with_paper(facts["evidence"], issue, field="evidence", by=user, signed=False)


def _sell(row: InKindGift, facts: dict[str, Any], user: User) -> None:
    services.sell_goods(
        row,
        quantity=facts["quantity"],
        proceeds=facts["fen"],
        channel=facts["channel"],
        day=facts["day"],
        token=facts["token"],
        note=facts["note"],
        by=user,
    )


def _write_off(row: InKindGift, facts: dict[str, Any], user: User) -> None:
    services.ask_write_off(
        row,
        quantity=facts["quantity"],
        cause=facts["cause"],
        reason=facts["reason"],
        token=facts["token"],
        by=user,
    )


WAYS: dict[str, Callable[[InKindGift, dict[str, Any], User], None]] = {
    "issue": _issue,
    "sell": _sell,
    "write-off": _write_off,
}


@login_required
@require_POST
def decide_write_off(request: HttpRequest, code: str, decision: str) -> HttpResponse:
    """Release a write-off as the second person, or turn it down."""
    user = person(request)
    decide = {"release": services.release_write_off, "reject": services.reject_write_off}.get(decision)
    rows = WriteOff.objects.filter(gift__host__in=queries.hosts_seen_by(user))
    row = get_object_or_404(rows.select_related("gift__host", "gift__fund"), code=code)
    if decide is None:
        raise Http404
    decide(row, by=user)
    return redirect("donations:goods_gift", code=row.gift.code)
