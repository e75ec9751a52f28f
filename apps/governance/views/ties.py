"""A member's own ties: to organisations, and to people beside whom they sit."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.forms import INVALID, done
from apps.funds.models import Fund, Restriction
from apps.governance import queries, services
from apps.governance.forms import TieForm
from apps.governance.forms.committees import KinForm
from apps.governance.models import Kinship, Tie
from apps.governance.views.common import signed_in
from apps.registry.models import Organisation
from apps.users.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ties(request: HttpRequest) -> HttpResponse:
    """Show and declare a member's ties; only their holder ever sees them here."""
    user = signed_in(request)
    form = TieForm(request.POST or None, funds=_funds(user))

    def declare() -> None:
        given = form.cleaned_data
        services.declare_tie(
            user,
            organisation_code=given["organisation"],
            restriction=given["restriction"],
            kind=given["kind"],
            by=user,
        )

    if request.method == "POST" and done(form, declare):
        return redirect("governance:ties")
    return _show(request, user, form, KinForm(user=user))


def _funds(user: User) -> list[Fund]:
    return [committee.fund for committee in queries.committees_of(user).select_related("fund__host")]


def _show(request: HttpRequest, user: User, form: TieForm, kin_form: KinForm) -> HttpResponse:
    declared = list(queries.ties_of(user))
    page = {
        "form": form,
        "rows": [(tie, _name(tie)) for tie in declared],
        "kin_form": kin_form,
        "kinships": queries.kinships_of(user),
        "workbench": _("管委会工作台"),
    }
    status = INVALID if form.errors or kin_form.errors else 200
    return render(request, "governance/ties.html", page, status=status)


def _name(tie: Tie) -> str:
    """Return what a tie is to: the organisation's name or the purpose, else the code."""
    if tie.kind == Tie.Kind.DONOR:
        purpose = Restriction.objects.filter(code=tie.restriction).first()
        return purpose.purpose if purpose else tie.restriction
    organisation = Organisation.objects.filter(code=tie.organisation_code).first()
    return organisation.name if organisation else tie.organisation_code


@login_required
@require_POST
def end_tie(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a tie is over."""
    user = signed_in(request)
    services.end_tie(get_object_or_404(Tie, pk=pk, user_id=user.pk), by=user)
    return redirect("governance:ties")


@login_required
@require_POST
def declare_kin(request: HttpRequest) -> HttpResponse:
    """Declare that somebody beside whom one sits is close kin."""
    user = signed_in(request)
    form = KinForm(request.POST, user=user)
    if done(form, lambda: services.declare_kin(user, other=form.cleaned_data["other"], by=user)):
        return redirect("governance:ties")
    return _show(request, user, TieForm(funds=_funds(user)), form)


@login_required
@require_POST
def end_kin(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own word about kin back."""
    user = signed_in(request)
    services.end_kin(get_object_or_404(Kinship, pk=pk, user_id=user.pk), by=user)
    return redirect("governance:ties")
