"""我的捐赠: a donor's own gifts, for the signed-in and for those who proved their phone or e-mail with a code."""

from collections.abc import Collection

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.desk.queries.own_data import packed
from apps.desk.queries.traces import told
from apps.donations.models import Consent, Donation, GivingPlan
from apps.donations.queries import (
    consents_of,
    gift_of_key,
    gifts_of,
    goods_key,
    half_named_of,
    key_of,
    plans_of,
    pledges_of_giver,
    purposes_asked,
    stand,
    things_of_giver,
    with_received,
    years_of,
)
from apps.donations.rules import Giver
from apps.donations.views.after_gift import by_key
from apps.donations.views.own import donors_only, giver

PAGE = 50


@never_cache
@donors_only
@require_safe
def gifts(request: HttpRequest) -> HttpResponse:
    """A donor's gifts, newest first, with what became of each."""
    return own_gifts(request)


def own_gifts(request: HttpRequest) -> HttpResponse:
    """Return the list of the visitor's own gifts."""
    rows = gifts_of(giver(request))
    number = request.GET.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and 0 < len(number) <= 4 else 1
    page = max(page, 1)
    shown = list(rows[(page - 1) * PAGE : page * PAGE + 1])
    booked = list(rows.filter(state=Donation.State.BOOKED).values_list("amount", "refunded"))
    facts = {
        "gifts": [
            (gift, reverse("donations:done", args=[gift.code]), reverse("donations:own", args=[key_of(gift)]))
            for gift in shown[:PAGE]
        ],
        "things": [
            (row, reverse("donations:own_goods", args=[goods_key(row)]))
            for row in things_of_giver(giver(request))[:PAGE]
        ],
        "pledges": [stand(row) for row in with_received(pledges_of_giver(giver(request)))[:PAGE]],
        "asked": purposes_asked(giver(request)),
        "plans": [plan for plan in plans_of(giver(request)) if plan.state != GivingPlan.State.STOPPED],
        "years": years_of(rows, things_of_giver(giver(request))),
        "count": len(booked),
        "total": sum(amount - refunded for amount, refunded in booked),
        "older": f"?page={page + 1}" if len(shown) > PAGE else "",
        "newer": f"?page={page - 1}" if page > 1 else "",
        "by_code": bool(giver(request).contact_index),
        "as_of": clock.now(),
    }
    return render(request, "desk/gifts.html", facts)


@never_cache
@donors_only
@require_safe
def gift(request: HttpRequest, code: str) -> HttpResponse:
    """Where one gift went, to the last fen: projects, payments, photographs, satisfaction, and what is left."""
    found = get_object_or_404(gifts_of(giver(request)), code=code)
    return _trace(request, found, layout="base_staff.html")


@by_key(gift_of_key)
@require_safe
def gift_by_key(request: HttpRequest, gift: Donation) -> HttpResponse:
    """The same for a donor without an account: the address of their own page proves that this one gift is theirs."""
    return _trace(request, gift, layout="base.html", key=key_of(gift))


def _trace(request: HttpRequest, gift: Donation, *, layout: str, key: str = "") -> HttpResponse:
    facts = {"gift": gift, "told": told(gift), "layout": layout, "key": key, "as_of": clock.now()}
    return render(request, "desk/gift.html", facts)


@never_cache
@donors_only
@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    """Everything the donor agreed to, in the words of then; what still holds can be taken back."""
    rows = list(consents_of(giver(request)))
    pages, stopping = _pages_of(giver(request), {row.donation_code for row in rows})
    facts = {
        "consents": [
            (
                row,
                pages.get(row.donation_code, ""),
                row.purpose == Consent.Purpose.PROVIDER_ABROAD and row.donation_code in stopping,
            )
            for row in rows
        ],
        "half_named": half_named_of(giver(request)),
        "as_of": clock.now(),
    }
    return render(request, "desk/consents.html", facts)


def _pages_of(donor: Giver, codes: Collection[str]) -> tuple[dict[str, str], set[str]]:
    """Return the donor's own page of what each code names, and the codes of monthly gifts that have not stopped.

    A pledge has no page of its own for its donor.
    """
    plans = list(plans_of(donor).filter(code__in=codes))
    gifts = gifts_of(donor).filter(code__in=codes)
    pages = {code: reverse("donations:done", args=[code]) for code in gifts.values_list("code", flat=True)}
    pages |= {plan.code: reverse("donations:plan", args=[plan.token]) for plan in plans}
    for row in things_of_giver(donor).filter(code__in=codes):
        pages[row.code] = reverse("donations:own_goods", args=[goods_key(row)])
    return pages, {plan.code for plan in plans if plan.state != GivingPlan.State.STOPPED}


@never_cache
@donors_only
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """Hand out everything that is known of the donor (PIPL 45): one file for people, one for programs."""
    response = HttpResponse(packed(giver(request)), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    return response
