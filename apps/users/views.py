"""My own roles, and the people of a host for its administrator."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock
from apps.core.verdicts import Refused
from apps.users import queries, services
from apps.users.forms import GrantRoleForm
from apps.users.models import Role, User
from apps.users.permissions import may_end


def _administered(user: User) -> list[str]:
    return sorted(queries.scope_codes(user, Role.Kind.HOST_ADMIN, Role.Scope.HOST))


@login_required
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Show a person the roles they hold today."""
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    roles = queries.current_roles(request.user)
    return render(request, "users/me.html", {"roles": roles, "hosts": _administered(request.user)})


@login_required
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, host: str) -> HttpResponse:
    """List the staff of a host and give a role; 404 for a host that is not the administrator's."""
    assert isinstance(request.user, User)  # noqa: S101
    if host not in _administered(request.user):
        raise Http404
    form = GrantRoleForm(request.POST or None, initial={"valid_from": clock.today()})
    status = 200
    if request.method == "POST":
        if form.is_valid() and _granted(form, host, by=request.user):
            return redirect("users:people", host=host)
        status = 422
    rows = [(role, may_end(request.user, role)) for role in queries.roles_in(host=host)]
    context = {"form": form, "rows": rows, "host": host, "workbench": _("慈善会工作台")}
    return render(request, "users/people.html", context, status=status)


def _granted(form: GrantRoleForm, host: str, *, by: User) -> bool:
    facts = form.cleaned_data
    try:
        user = services.create_user(email=facts["email"], name=facts["name"], by=by)
        services.grant_role(
            user,
            kind=facts["kind"],
            scope_kind=Role.Scope.HOST,
            scope_code=host,
            valid_from=facts["valid_from"],
            valid_until=facts["valid_until"],
            by=by,
        )
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    return True


@login_required
@require_POST
def end_role(request: HttpRequest, host: str, role_id: int) -> HttpResponse:
    """End a role of the host at once."""
    assert isinstance(request.user, User)  # noqa: S101
    if host not in _administered(request.user):
        raise Http404
    role = get_object_or_404(Role, pk=role_id, scope_kind=Role.Scope.HOST, scope_code=host)
    services.end_role(role, by=request.user)
    return redirect("users:people", host=host)
