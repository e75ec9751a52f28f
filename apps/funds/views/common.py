"""What the pages share: who is asking, and for which host."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from apps.funds import queries
from apps.funds.models import Host
from apps.users.models import User


def staff(request: HttpRequest) -> User:
    """Return the person asking; 404 for someone who works for no host."""
    if not isinstance(request.user, User) or not queries.hosts_in_scope(request.user).exists():
        raise Http404
    return request.user


def host_or_404(request: HttpRequest, code: str) -> Host:
    """Return a host the person works for; any other is not there."""
    return get_object_or_404(queries.hosts_in_scope(request.user), code=code)
