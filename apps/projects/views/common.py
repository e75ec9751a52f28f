"""What the pages share."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from apps.projects import queries
from apps.projects.models import Project
from apps.users.models import User


def person(request: HttpRequest) -> User:
    """Return the person asking; the views that call this ask for a sign-in first."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def own_project(request: HttpRequest, code: str) -> Project:
    """Return a project of an organisation this person acts for; any other is not there."""
    return get_object_or_404(queries.of_organisations(person(request)), code=code)
