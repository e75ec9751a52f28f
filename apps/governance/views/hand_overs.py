"""Handing over from one committee to the next."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.core import clock
from apps.core.forms import INVALID, done
from apps.funds.queries import effective_rules
from apps.governance import permissions, queries, services
from apps.governance.forms.committees import HandOverForm, seat_list
from apps.governance.models import HandOver
from apps.governance.rules import years_after
from apps.governance.states import HandOverState
from apps.governance.views.committee import asked_of_list, more_rows
from apps.governance.views.common import committee_or_404, signed_in


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest, code: str) -> HttpResponse:
    """Write down the coming committee; the list begins with those who sit now."""
    committee, user = committee_or_404(request, code), signed_in(request)
    fund = committee.fund
    verdict = permissions.may_prepare_hand_over(user, fund)
    years = queries.whole(effective_rules(fund)["term_years"])
    initial = {"size": committee.size, "until_day": years_after(clock.today(), years)}
    head = HandOverForm(request.POST or None, initial=initial)
    people = seat_list(request.POST or None, seats=queries.seats_of(fund))
    if "more" in request.POST:
        people, head = seat_list(more_rows(request.POST)), HandOverForm(initial=request.POST.dict())
    elif request.method == "POST":
        verdict.require()
        prepared: list[HandOver] = []

        def write() -> None:
            given = head.cleaned_data
            prepared.append(
                services.prepare_hand_over(
                    committee,
                    size=given["size"],
                    plans=people.plans,
                    until_day=given["until_day"],
                    papers=given["papers"],
                    by=user,
                )
            )

        if people.is_valid() & head.is_valid() and done(head, write):
            messages.success(request, _("交接单写好了，等现任主任和新主任确认。"))
            return redirect("governance:hand_over", code=prepared[0].code)
    page = {
        "fund": fund,
        "form": head,
        "people": people,
        "verdict": verdict,
        "waiting": committee.hand_overs.filter(state=HandOverState.PREPARED).first(),
        "rules": asked_of_list(fund),
        "workbench": _("管委会工作台"),
    }
    status = INVALID if head.errors or people.total_error_count() else 200
    return render(request, "governance/prepare_hand_over.html", page, status=status)


def _hand_over_or_404(request: HttpRequest, code: str) -> HandOver:
    """Return a hand-over for whoever may read about the committee, and for those who are to sit on it."""
    found = get_object_or_404(HandOver.objects.select_related("committee__fund__host"), code=code)
    user = signed_in(request)
    if permissions.may_read_committee(user, found.committee.fund) or found.planned.filter(user=user).exists():
        return found
    raise Http404


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def hand_over(request: HttpRequest, code: str) -> HttpResponse:
    """Show a hand-over: what is open, who comes, who has confirmed."""
    found = _hand_over_or_404(request, code)
    fund = found.committee.fund
    sides = [
        (
            side,
            words,
            moment,
            permissions.may_confirm(request.user, found, side) if moment is None else None,
        )
        for side, words, moment in (
            (permissions.OUTGOING, _("现任主任"), found.outgoing_at),
            (permissions.INCOMING, _("新主任"), found.incoming_at),
        )
    ]
    page = {
        "fund": fund,
        "hand_over": found,
        "planned": found.planned.select_related("user").order_by("pk"),
        "matters": found.record or queries.open_matters(found.committee),
        "voting": found.committee.motions.filter(state="open").exists()
        and found.state == HandOverState.PREPARED,
        "sides": sides,
        "is_waiting": found.state == HandOverState.PREPARED,
        "may_cancel": permissions.may_prepare_hand_over(request.user, fund),
        "may_read_committee": permissions.may_read_committee(request.user, fund),
        "workbench": _("管委会工作台"),
    }
    return render(request, "governance/hand_over.html", page)


@login_required
@require_POST
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm a hand-over on one side."""
    found, user = _hand_over_or_404(request, code), signed_in(request)
    after = services.confirm_hand_over(found, side=request.POST.get("side", ""), by=user)
    if after.state == HandOverState.DONE:
        messages.success(request, _("交接完成，新一届从现在起在任。"))
    else:
        messages.success(request, _("您确认了，等另一方确认。"))
    return redirect("governance:hand_over", code=code)


@login_required
@require_POST
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Take a prepared hand-over back."""
    found, user = _hand_over_or_404(request, code), signed_in(request)
    services.cancel_hand_over(found, by=user)
    messages.success(request, _("这份交接取消了，席位没有变。"))
    return redirect("governance:committee", code=found.committee.fund.code)
