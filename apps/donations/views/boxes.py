"""Finance's page of donation boxes: place one, count it, sign the count as the second person."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.forms import show_refusal
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, services
from apps.donations.forms.boxes import BoxForm, CountForm, SignForm
from apps.donations.models import BoxCount
from apps.donations.views.gifts import money_hosts
from apps.users.signed_in import person


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def boxes(request: HttpRequest) -> HttpResponse:
    """List the boxes with what they held, and place another."""
    user = person(request)
    seen, hosts = list(queries.hosts_seen_by(user)), money_hosts(user)
    if not seen:
        raise Http404
    form = BoxForm(request.POST or None, hosts=hosts)
    if request.method == "POST" and form.is_valid():
        try:
            services.place_box(form.cleaned_data["fund"], place=form.cleaned_data["place"], by=user)
            return redirect("donations:boxes")
        except Refused as refusal:
            show_refusal(form, refusal)
    context: dict[str, Any] = {
        "boxes": [
            (box, [(count, permissions.may_sign_count(user, count)) for count in box.counts.all()[:12]])
            for box in queries.boxes_of(seen)
        ],
        "form": form,
        "verdict": None if hosts else permissions.may_handle_money(user, seen[0]),
        "workbench": _("财务工作台"),
    }
    return render(request, "donations/boxes.html", context, status=422 if request.method == "POST" else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def count(request: HttpRequest, code: str) -> HttpResponse:
    """Write down what a box held."""
    user = person(request)
    box = get_object_or_404(queries.boxes_of(queries.hosts_seen_by(user)), code=code)
    verdict = permissions.may_handle_money(user, box.host)
    form = CountForm(request.POST or None, box=box)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            services.count_box(
                box,
                opened_on=facts["day"],
                total=facts["fen"],
                denominations=form.denominations,
                campaign=facts["campaign"],
                restriction=facts["restriction"] or None,
                wish=facts["wish"],
                token=facts["token"],
                by=user,
            )
            return redirect("donations:boxes")
        except Refused as refusal:
            show_refusal(form, refusal)
    context = {"box": box, "form": form, "verdict": verdict, "workbench": _("财务工作台")}
    status = 422 if request.method == "POST" else 200
    return render(request, "donations/box_count.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """Count again as the second person and sign, or throw a wrong count away."""
    user = person(request)
    rows = BoxCount.objects.filter(box__host__in=queries.hosts_seen_by(user))
    row = get_object_or_404(rows.select_related("box__fund", "box__host", "campaign"), code=code)
    signs = request.method == "POST" and "discard" not in request.POST
    form = SignForm(request.POST if signs else None)
    if request.method == "POST" and "discard" in request.POST:
        services.discard_count(row, by=user)
        return redirect("donations:boxes")
    if signs and form.is_valid():
        try:
            services.sign_count(row, total=form.cleaned_data["fen"], by=user)
            return redirect("donations:boxes")
        except Refused as refusal:
            show_refusal(form, refusal)
    context = {
        "count": row,
        "purpose": queries.purpose_of_count(row),
        "form": form,
        "verdict": permissions.may_sign_count(user, row),
        "may_discard": permissions.may_handle_money(user, row.box.host),
        "workbench": _("财务工作台"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "donations/box_sign.html", context, status=status)
