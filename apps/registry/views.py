"""The staff's list of organisations, registering one, and its people."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.verdicts import Refused
from apps.divisions import queries as divisions
from apps.registry import permissions, queries, services
from apps.registry.forms import CheckForm, ImplementerForm, OrganisationForm, PayeeForm
from apps.registry.models import Organisation
from apps.registry.rules import last_four
from apps.users.models import Role
from apps.users.signed_in import person


def _staff_hosts(request: HttpRequest) -> list[str]:
    hosts = queries.staff_hosts(person(request))
    if not hosts:
        raise Http404
    return hosts


def _say(form: forms.Form, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


@login_required
@require_GET
def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations of the reader's hosts."""
    rows = queries.registered_with(_staff_hosts(request))
    return render(request, "registry/organisations.html", {"rows": rows, "workbench": _("慈善会工作台")})


@login_required
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register an organisation."""
    form = OrganisationForm(request.POST or None, hosts=_staff_hosts(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                organisation = services.register_organisation(**form.cleaned_data, by=person(request))
            except Refused as refusal:
                _say(form, refusal)
            else:
                return redirect("registry:organisation", code=organisation.code)
    context = {"form": form, "workbench": _("慈善会工作台")}
    return render(request, "registry/register.html", context, status=status)


@login_required
@require_GET
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """Show an organisation to its host's staff and to those who act for it."""
    return _page(request, get_object_or_404(queries.visible_to(person(request)), code=code))


def _page(
    request: HttpRequest,
    row: Organisation,
    *,
    people_form: ImplementerForm | None = None,
    payee_form: PayeeForm | None = None,
    check_form: CheckForm | None = None,
    status: int = 200,
) -> HttpResponse:
    who = person(request)
    may_open = permissions.may_open_account(who, row)
    context = {
        "organisation": row,
        "place": divisions.path_name(row.division),
        "people": queries.implementers(row),
        "account": last_four(services.open_payee_account(row, by=who)) if may_open else "",
        "may_check": permissions.may_check_account(who, row),
        "check_form": check_form or CheckForm(prefix="check"),
        "may_keep": permissions.may_keep(who, row),
        "may_open": may_open,
        "people_form": people_form or ImplementerForm(),
        "payee_form": payee_form or PayeeForm(),
        "workbench": _("慈善会工作台"),
    }
    return render(request, "registry/organisation.html", context, status=status)


def _kept(request: HttpRequest, code: str) -> Organisation:
    """Return an organisation of the reader's own hosts, else 404."""
    return get_object_or_404(queries.registered_with(_staff_hosts(request)), code=code)


@login_required
@require_POST
def add_implementer(request: HttpRequest, code: str) -> HttpResponse:
    """Let a person act for an organisation."""
    row, form = _kept(request, code), ImplementerForm(request.POST)
    if form.is_valid():
        try:
            services.add_implementer(row, **form.cleaned_data, by=person(request))
        except Refused as refusal:
            _say(form, refusal)
        else:
            return redirect("registry:organisation", code=code)
    return _page(request, row, people_form=form, status=422)


@login_required
@require_POST
def end_implementer(request: HttpRequest, code: str, role_id: int) -> HttpResponse:
    """End a person's acting for an organisation."""
    row = _kept(request, code)
    role = get_object_or_404(Role, pk=role_id, scope_kind=Role.Scope.ORGANISATION, scope_code=code)
    services.end_implementer(role, organisation=row, by=person(request))
    return redirect("registry:organisation", code=code)


@login_required
@require_POST
def change_payee(request: HttpRequest, code: str) -> HttpResponse:
    """Change where money for an organisation is paid to."""
    row, form = _kept(request, code), PayeeForm(request.POST)
    permissions.may_open_account(person(request), row).require()
    if form.is_valid():
        try:
            services.change_payee_account(row, **form.cleaned_data, by=person(request))
        except Refused as refusal:
            _say(form, refusal)
        else:
            return redirect("registry:organisation", code=code)
    return _page(request, row, payee_form=form, status=422)


@login_required
@require_POST
def check_payee(request: HttpRequest, code: str) -> HttpResponse:
    """Check the account that another person entered."""
    row, form = _kept(request, code), CheckForm(request.POST, prefix="check")
    permissions.may_open_account(person(request), row).require()
    if form.is_valid():
        try:
            services.check_payee_account(row, **form.cleaned_data, by=person(request))
        except Refused as refusal:
            _say(form, refusal)
        else:
            return redirect("registry:organisation", code=code)
    return _page(request, row, check_form=form, status=422)


@login_required
@require_POST
def move(request: HttpRequest, code: str, state: str) -> HttpResponse:
    """Suspend or restore an organisation."""
    row = _kept(request, code)
    act = services.suspend if state == Organisation.State.SUSPENDED else services.restore
    act(row, by=person(request))
    return redirect("registry:organisation", code=code)
