"""One seat: giving it, looking at it, ending, replacing, renewing it; and calling up a substitute."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core import clock
from apps.core.forms import INVALID, done
from apps.funds.queries import effective_rules
from apps.governance import permissions, queries, services
from apps.governance.forms.committees import EndForm, RenewForm, ReplaceForm, SeatForm
from apps.governance.models import Committee, Seat
from apps.governance.rules import years_after
from apps.governance.views.common import fund_or_404, signed_in


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_seat(request: HttpRequest, code: str) -> HttpResponse:
    """Give a person a seat, or fill a vacant one (`fills`); without a committee there is none to give."""
    fund, user = fund_or_404(request, code), signed_in(request)
    verdict = permissions.may_form(user, fund)
    committee = Committee.objects.filter(fund=fund).first()
    vacant = _vacant(committee, request.GET.get("fills", ""))
    initial: dict[str, Any] = {"from_day": clock.today()}
    if vacant is not None:
        initial |= {"office": vacant.office, "kind": vacant.kind, "until_day": vacant.until_day}
    form = SeatForm(request.POST or None, initial=initial)
    if request.method == "POST":
        verdict.require()
        if committee is None:
            raise Http404
        formed = committee

        def seat() -> None:
            given = form.cleaned_data
            services.seat(
                formed,
                user=given["email"],
                office=given["office"],
                kind=given["kind"],
                from_day=given["from_day"],
                until_day=given["until_day"],
                is_paid=given["is_paid"],
                succeeds=vacant,
                by=user,
            )

        if done(form, seat):
            messages.success(request, _("席位已经登记。"))
            return redirect("governance:committee", code=fund.code)
    page = {
        "fund": fund,
        "committee": committee,
        "vacant": vacant,
        "form": form,
        "verdict": verdict,
        "workbench": _("管委会工作台"),
    }
    return render(request, "governance/give_seat.html", page, status=INVALID if form.errors else 200)


def _vacant(committee: Committee | None, number: str) -> Seat | None:
    """Return the vacant seat of that number, if it is one of this committee."""
    if committee is None or not number:
        return None
    found = [one.seat for one in queries.vacancies(committee) if one.seat and str(one.seat.pk) == number]
    if not found:
        raise Http404
    return found[0]


def _seat_or_404(request: HttpRequest, code: str, pk: int) -> Seat:
    fund = fund_or_404(request, code)
    return get_object_or_404(
        Seat.objects.select_related("user", "committee__fund__host", "succeeds__user"),
        pk=pk,
        committee__fund=fund,
    )


@login_required
@require_http_methods(["GET", "HEAD"])
def seat(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show a seat: who, for whom, since when and until when, by which paper, and what may be done with it."""
    return _show(request, _seat_or_404(request, code, pk))


def _show(request: HttpRequest, held: Seat, status: int = 200, **changed: forms.Form) -> HttpResponse:
    fund = held.committee.fund
    years = queries.whole(effective_rules(fund)["term_years"])
    today = clock.today()
    page: dict[str, Any] = {
        "fund": fund,
        "seat": held,
        "is_held": held.ended_at is None and held.until_day >= today,
        "papers": held.appointments.order_by("-issued_on"),
        "successor": held.successors.select_related("user").first(),
        "may_form": permissions.may_form(request.user, fund),
        "may_read_scan": permissions.may_read_scan(request.user, fund),
        "may_call_up": permissions.may_call_up(request.user, fund),
        "end_form": EndForm(auto_id="end_%s"),
        "replace_form": ReplaceForm(initial={"kind": held.kind}, auto_id="replace_%s"),
        "renew_form": RenewForm(initial={"until_day": years_after(held.until_day, years)}),
        "workbench": _("管委会工作台"),
    }
    return render(request, "governance/seat.html", page | changed, status=status)


@login_required
@require_POST
def end_seat(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """End a seat before its term is over."""
    held, user = _seat_or_404(request, code, pk), signed_in(request)
    permissions.may_form(user, held.committee.fund).require()
    form = EndForm(request.POST, auto_id="end_%s")
    if done(form, lambda: services.end_seat(held, reason=form.cleaned_data["reason"], by=user)):
        messages.success(request, _("席位已经结束。"))
        return redirect("governance:committee", code=code)
    return _show(request, held, INVALID, end_form=form)


@login_required
@require_POST
def replace(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """End a seat and give it to another person for the rest of its term."""
    held, user = _seat_or_404(request, code, pk), signed_in(request)
    permissions.may_form(user, held.committee.fund).require()
    form = ReplaceForm(request.POST, auto_id="replace_%s")

    def write() -> None:
        given = form.cleaned_data
        services.replace(held, user=given["email"], kind=given["kind"], reason=given["reason"], by=user)

    if done(form, write):
        messages.success(request, _("换好了，新的人从现在起在任。"))
        return redirect("governance:committee", code=code)
    return _show(request, held, INVALID, replace_form=form)


@login_required
@require_POST
def renew(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Renew a seat for a further term."""
    held, user = _seat_or_404(request, code, pk), signed_in(request)
    permissions.may_form(user, held.committee.fund).require()
    form = RenewForm(request.POST)
    if done(form, lambda: services.renew(held, until_day=form.cleaned_data["until_day"], by=user)):
        messages.success(request, _("连任登记好了，接着这一届开始。"))
        return redirect("governance:committee", code=code)
    return _show(request, held, INVALID, renew_form=form)


@login_required
@require_POST
def change_office(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Make a member the chair or the chair a member."""
    held, user = _seat_or_404(request, code, pk), signed_in(request)
    services.change_office(held, office=request.POST.get("office", ""), by=user)
    messages.success(request, _("职务改好了。"))
    return redirect("governance:committee", code=code)


@login_required
@require_POST
def call_up(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Call a substitute up into a vacant seat."""
    held, user = _seat_or_404(request, code, pk), signed_in(request)
    given = services.call_up(held, by=user)
    messages.success(request, _("%(name)s已经递补为委员。") % {"name": given.user.name})
    return redirect("governance:committee", code=code)
