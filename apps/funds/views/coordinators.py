"""The coordinators of a host's towns: who they are, another one, and one less."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core import clock
from apps.core.forms import INVALID, done
from apps.funds import permissions, queries, services
from apps.funds.forms.coordinators import CoordinatorForm
from apps.funds.models import Host
from apps.funds.views.common import host_or_404, staff


def _own_host(request: HttpRequest, code: str) -> Host:
    """Return a host that the person administers; any other is not there."""
    host = host_or_404(request, code)
    if not permissions.may_open_fund(staff(request), host):
        raise Http404
    return host


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def coordinators(request: HttpRequest, host: str) -> HttpResponse:
    """List the towns' coordinators and appoint one."""
    found = _own_host(request, host)
    form = CoordinatorForm(request.POST or None, host=found, initial={"valid_from": clock.today()})
    if request.method == "POST" and done(
        form, lambda: services.appoint_coordinator(found, **form.cleaned_data, by=staff(request))
    ):
        return redirect("funds:coordinators", host=found.code)
    page = {"host": found, "form": form, "rows": queries.coordinators(found), "workbench": _("基金")}
    status = INVALID if request.method == "POST" else 200
    return render(request, "funds/coordinators.html", page, status=status)


@login_required
@require_POST
def dismiss(request: HttpRequest, host: str, role_id: int) -> HttpResponse:
    """End a coordinator's role."""
    found = _own_host(request, host)
    role = next((role for role, _town in queries.coordinators(found) if role.pk == role_id), None)
    if role is None:
        raise Http404
    services.dismiss_coordinator(role, host=found, by=staff(request))
    return redirect("funds:coordinators", host=found.code)
