"""What the pages of this room share."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from apps.funds.queries import hosts_in_scope
from apps.seeding.models import Programme
from apps.users.models import User


def staff(request: HttpRequest) -> User:
    """Return the signed-in person who works for some host. Raises Http404."""
    if not isinstance(request.user, User) or not hosts_in_scope(request.user).exists():
        raise Http404
    return request.user


def own_programme(request: HttpRequest, code: str) -> Programme:
    """Return a programme of a host the person works for. Raises Http404."""
    found = Programme.objects.filter(source__host__in=hosts_in_scope(staff(request)))
    return get_object_or_404(found.select_related("source__host"), code=code)
