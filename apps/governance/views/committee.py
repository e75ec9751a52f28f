"""The committee's own pages: seats and terms, and giving or ending a seat."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core import clock
from apps.governance import permissions, queries, services
from apps.governance.forms import SeatForm
from apps.governance.models import Committee, Seat
from apps.governance.views.common import INVALID, done, fund_or_404
from apps.users.models import User

RECENT = 50


@login_required
@require_http_methods(["GET", "HEAD"])
def committee(request: HttpRequest, code: str) -> HttpResponse:
    """Show who sits on a fund's committee, what is wrong with it, and its motions."""
    fund = fund_or_404(request, code)
    committee = Committee.objects.filter(fund=fund).first()
    return render(
        request,
        "governance/committee.html",
        {
            "fund": fund,
            "committee": committee,
            "seats": queries.seats_of(fund),
            "composition": queries.composition_of(fund),
            "vacancies": queries.vacancies(committee) if committee else [],
            "motions": queries.motions_of(fund)[:RECENT],
            "may_table": permissions.may_table(request.user, fund),
            "may_form": permissions.may_form(request.user, fund),
            "workbench": _("管委会工作台"),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_seat(request: HttpRequest, code: str) -> HttpResponse:
    """Give a person a seat; forms the committee with its first seat."""
    fund = fund_or_404(request, code)
    user = request.user
    verdict = permissions.may_form(user, fund)
    if not isinstance(user, User):
        raise Http404
    form = SeatForm(request.POST or None)
    if request.method == "POST":
        verdict.require()

        def seat() -> None:
            given = form.cleaned_data
            committee = services.form_committee(fund, appointed_by="", day=clock.today(), by=user)
            services.seat(
                committee,
                user=given["email"],
                office=given["office"],
                kind=given["kind"],
                from_day=given["from_day"],
                until_day=given["until_day"],
                by=user,
            )

        if done(form, seat):
            messages.success(request, _("席位已经登记。"))
            return redirect("governance:committee", code=fund.code)
    return render(
        request,
        "governance/seat.html",
        {"fund": fund, "form": form, "verdict": verdict, "workbench": _("管委会工作台")},
        status=INVALID if form.errors else 200,
    )


@login_required
@require_POST
def end_seat(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """End a seat before its term is over."""
    fund = fund_or_404(request, code)
    seat = get_object_or_404(Seat, pk=pk, committee__fund=fund)
    if not isinstance(request.user, User):
        raise Http404
    services.end_seat(seat, by=request.user)
    messages.success(request, _("席位已经结束。"))
    return redirect("governance:committee", code=fund.code)
