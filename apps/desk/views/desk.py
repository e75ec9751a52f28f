"""What a person sees first after signing in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.desk.queries import tasks
from apps.desk.views.gifts import own_gifts
from apps.users.signed_in import person


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My desk: how many things wait for me, due first; then what I wait for. Who has
    none sees their gifts."""
    user = person(request)
    found = tasks.desk_of(user)
    if not tasks.is_staff(user) and not found.mine and not found.others:
        return own_gifts(request)
    facts = {
        "mine": found.mine,
        "bands": found.bands,
        "others": found.others,
        "purses": tasks.purses_of(user),
        "as_whom": tasks.seat_words(user),
        "now": clock.now(),
    }
    return render(request, "desk/mine.html", facts)
