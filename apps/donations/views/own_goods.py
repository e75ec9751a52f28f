"""A donor's own page of a gift in kind: what became of it, and its receipt. Its address is a key, as for money."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.forms import done, show_refusal
from apps.core.verdicts import Refused
from apps.donations import permissions, queries, services
from apps.donations.forms.after_gift import PayerForm
from apps.donations.forms.giving import NameOfThingsForm
from apps.donations.forms.own import EraseGiftForm
from apps.donations.models import InKindGift
from apps.donations.views.after_gift import by_key, kept_file

of_own_goods = by_key(queries.goods_of_key)


@of_own_goods
@require_safe
def own(request: HttpRequest, gift: InKindGift) -> HttpResponse:
    """Show what was given, at which value it was accepted, where it went, and how its receipt stands."""
    context = {
        "gift": gift,
        "fund": gift.fund,
        "host": gift.host,
        "key": queries.goods_key(gift),
        "purpose": queries.purpose_of(gift),
        "moves": gift.moves.order_by("-pk"),
        "receipt": queries.last_receipt(gift),
        "verdict": permissions.may_request_receipt(None, gift),
        "erase_verdict": permissions.may_erase_by_key(gift),
        "days": queries.work_days(gift.host),
    }
    return render(request, "donations/own_goods.html", context)


@of_own_goods
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest, gift: InKindGift) -> HttpResponse:
    """Let who holds the key change as whom the public sees them."""
    back = reverse("donations:own_goods", args=[queries.goods_key(gift)])
    form = NameOfThingsForm(request.POST or None, initial={"name_choice": gift.name_choice})

    def choose() -> None:
        chosen = form.cleaned_data["name_choice"]
        services.choose_name_of_things(gift, name_choice=chosen, consents=form.agreed, by=None)

    if request.method == "POST" and done(form, choose):
        return redirect(back)
    context = {
        "form": form,
        "fund": gift.fund,
        "host": gift.host,
        "back": back,
        "place": _("我捐的物资"),
        "shown": gift.spoken_name,
    }
    return render(request, "donations/name.html", context, status=422 if request.method == "POST" else 200)


@of_own_goods
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, gift: InKindGift) -> HttpResponse:
    """Say what is destroyed and what stays, ask a second time, and destroy what is known of who gave this alone."""
    form = EraseGiftForm(request.POST or None)
    if request.method == "POST" and done(form, lambda: services.erase_by_key(gift)):
        return render(request, "donations/erased.html")
    context = {
        "form": form,
        "fund": gift.fund,
        "host": gift.host,
        "back": reverse("donations:own_goods", args=[queries.goods_key(gift)]),
        "place": _("我捐的物资"),
        "verdict": permissions.may_erase_by_key(gift),
        "gifts": 1,
        "receipts": queries.issued_receipts_of_gift(gift).count(),
    }
    return render(request, "donations/erase.html", context, status=422 if request.method == "POST" else 200)


@of_own_goods
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, gift: InKindGift) -> HttpResponse:
    """Ask for the fiscal receipt, or say that none is wanted."""
    key = queries.goods_key(gift)
    is_waived = "waive" in request.POST
    initial = {"kind": gift.donor.kind, "name": queries.donor_name(gift.donor)}
    form = PayerForm(None if is_waived else request.POST or None, initial=initial)
    verdict = permissions.may_request_receipt(None, gift)
    if is_waived and verdict:
        services.waive_receipt(gift, by=None)
        return redirect("donations:own_goods", key=key)
    if request.method == "POST" and form.is_valid():
        try:
            services.request_receipt(gift, **form.cleaned_data, by=None)
            return redirect("donations:own_goods", key=key)
        except Refused as refusal:
            show_refusal(form, refusal)
    context = {
        "gift": gift,
        "key": key,
        "form": form,
        "verdict": verdict,
        "amount": queries.receiptable(gift),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "donations/own_goods_receipt.html", context, status=status)


@of_own_goods
@require_safe
def receipt_file(request: HttpRequest, gift: InKindGift) -> HttpResponse:
    """Hand out the receipt's file."""
    found = queries.live_receipt(gift)
    if found is None or found.file is None:
        raise Http404
    return kept_file(found.file, f"{found.batch_code}-{found.number}")
