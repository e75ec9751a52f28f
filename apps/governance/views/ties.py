"""A member's own ties."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.funds.models import Restriction
from apps.governance import queries, services
from apps.governance.forms import TieForm
from apps.governance.models import Tie
from apps.governance.views.common import INVALID, done
from apps.registry.models import Organisation
from apps.users.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ties(request: HttpRequest) -> HttpResponse:
    """Show and declare a member's ties; only their holder ever sees them here."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    funds = [committee.fund for committee in queries.committees_of(user).select_related("fund__host")]
    form = TieForm(request.POST or None, funds=funds)

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
    declared = list(queries.ties_of(user))
    rows = [(tie, _name(tie)) for tie in declared]
    page = {"form": form, "rows": rows, "workbench": _("管委会工作台")}
    return render(request, "governance/ties.html", page, status=INVALID if form.errors else 200)


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
    user = request.user
    tie = get_object_or_404(Tie, pk=pk, user_id=user.pk)
    if not isinstance(user, User):
        raise Http404
    services.end_tie(tie, by=user)
    return redirect("governance:ties")
