"""Who is asking, for views of every room."""

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest

from apps.users.models import User


def person(request: HttpRequest) -> User:
    """Return the person asking, in views that ask for a sign-in first. Raises Http404 for anybody else."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def person_or_none(request: HttpRequest) -> User | None:
    """Return the person asking, or None for a visitor."""
    return request.user if isinstance(request.user, User) else None


def sender(request: HttpRequest) -> str:
    """Return where a request without an account comes from, to stop floods; empty for whoever is signed in."""
    if isinstance(request.user, User):
        return ""
    return str(get_adapter(request).get_client_ip(request))
