"""What the pages share."""

from collections.abc import Callable

from django import forms
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from apps.core.verdicts import Refused
from apps.projects import queries
from apps.projects.models import Project
from apps.users.models import User

INVALID = 422


def person(request: HttpRequest) -> User:
    """Return the person asking; the views that call this ask for a sign-in first."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def own_project(request: HttpRequest, code: str) -> Project:
    """Return a project of an organisation this person acts for; any other is not there."""
    return get_object_or_404(queries.of_organisations(person(request)), code=code)


def done(form: forms.Form, verb: Callable[[], object]) -> bool:
    """Run the verb for a valid form. A refusal becomes the form's error, at its field if it names one."""
    if not form.is_valid():
        return False
    try:
        verb()
    except Refused as refusal:
        find = getattr(form, "field_of", lambda name: name if name in form.fields else None)
        form.add_error(find(refusal.field), str(refusal))
        return False
    return True
