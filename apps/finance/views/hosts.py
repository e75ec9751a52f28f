"""Whose finance a page is about: the host must be one the person works for, anything else is not found."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.verdicts import Verdict
from apps.finance import permissions, queries
from apps.funds.models import Host
from apps.users.models import Role
from apps.users.signed_in import person


def host_for(request: HttpRequest, code: str, verdict: str = "read") -> Host:
    """Return a host whose finance the person may read (or take files from). Raises Http404."""
    host = Host.objects.filter(code=code).first()
    if host is None:
        raise Http404
    allowed: Verdict = {"read": permissions.may_read, "export": permissions.may_export}[verdict](
        person(request), host
    )
    if not allowed:
        raise Http404
    return host


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Go to the person's host, or let them choose among several."""
    hosts = list(queries.hosts_of(request.user, Role.Kind.FINANCE, Role.Kind.AUDITOR))
    if not hosts:
        raise Http404
    if len(hosts) == 1:
        return redirect("finance:lines", host=hosts[0].code)
    return render(request, "finance/hosts.html", {"hosts": hosts, "workbench": _("财务工作台")})
