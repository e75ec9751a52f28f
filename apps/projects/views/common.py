"""What the pages share."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from apps.projects import queries
from apps.projects.models import Project
from apps.users.signed_in import person


def own_project(request: HttpRequest, code: str) -> Project:
    """Return a project of an organisation this person acts for; any other is not there."""
    return get_object_or_404(queries.of_organisations(person(request)), code=code)
