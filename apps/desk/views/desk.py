"""What a person sees first after signing in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.desk.queries import tasks
from apps.donations.models import Donation
from apps.donations.queries import gifts_of_user
from apps.users.models import User

PAGE = 50


def person(request: HttpRequest) -> User:
    """Return the signed-in person; for views behind `login_required`."""
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    return request.user


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My desk: how many things wait for me, due first; then what I wait for. Donors see their gifts."""
    user = person(request)
    if not tasks.is_staff(user):
        return _gifts(request)
    found = tasks.desk_of(user)
    facts = {
        "mine": found.mine,
        "bands": found.bands,
        "others": found.others,
        "purses": tasks.purses_of(user),
        "as_whom": tasks.seat_words(user),
        "now": clock.now(),
    }
    return render(request, "desk/mine.html", facts)


@never_cache
@login_required
@require_safe
def gifts(request: HttpRequest) -> HttpResponse:
    """我的捐赠: a donor's own gifts, newest first, with what became of each."""
    return _gifts(request)


def _gifts(request: HttpRequest) -> HttpResponse:
    rows = gifts_of_user(person(request))
    number = request.GET.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and 0 < len(number) <= 4 else 1
    page = max(page, 1)
    shown = list(rows[(page - 1) * PAGE : page * PAGE + 1])
    booked = list(rows.filter(state=Donation.State.BOOKED).values_list("amount", "refunded"))
    facts = {
        "gifts": [(gift, reverse("donations:done", args=[gift.code])) for gift in shown[:PAGE]],
        "count": len(booked),
        "total": sum(amount - refunded for amount, refunded in booked),
        "older": f"?page={page + 1}" if len(shown) > PAGE else "",
        "newer": f"?page={page - 1}" if page > 1 else "",
        "as_of": clock.now(),
    }
    return render(request, "desk/gifts.html", facts)
