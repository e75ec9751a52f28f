"""What the pages share: who is asking, and running a verb from a form."""

from collections.abc import Callable

from django import forms
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from apps.core.verdicts import Refused
from apps.funds import queries
from apps.funds.models import Host
from apps.users.models import User

INVALID = 422


def staff(request: HttpRequest) -> User:
    """Return the person asking; 404 for someone who works for no host."""
    if not isinstance(request.user, User) or not queries.hosts_in_scope(request.user).exists():
        raise Http404
    return request.user


def host_or_404(request: HttpRequest, code: str) -> Host:
    """Return a host the person works for; any other is not there."""
    return get_object_or_404(queries.hosts_in_scope(request.user), code=code)


def done(form: forms.Form, verb: Callable[[], object]) -> bool:
    """Run the verb for a valid form. A refusal becomes the form's error, at its field if it names one."""
    if not form.is_valid():
        return False
    try:
        verb()
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    return True
