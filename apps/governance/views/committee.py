"""The committee's bench: who sits, what is vacant, what is wrong, its papers and its motions; and its forming."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core import clock
from apps.core.forms import INVALID, done
from apps.funds.models import Fund
from apps.funds.queries import effective_rules
from apps.governance import permissions, queries, services
from apps.governance.forms.committees import FormingForm, SizeForm, YearOpinionForm, seat_list
from apps.governance.models import Committee
from apps.governance.rules import years_after
from apps.governance.views.common import committee_or_404, fund_or_404, signed_in, up_to_date

RECENT, MEETINGS, USUAL_SIZE, MORE_ROWS = 50, 6, 7, 3


@login_required
@require_http_methods(["GET", "HEAD"])
def committee(request: HttpRequest, code: str) -> HttpResponse:
    """Show who sits on a fund's committee, what is vacant and wrong, its papers and its motions."""
    fund = fund_or_404(request, code)
    for overdue in queries.due().filter(committee__fund=fund):
        up_to_date(overdue)
    return render(request, "governance/committee.html", bench(request, fund))


def bench(request: HttpRequest, fund: Fund, **forms: Any) -> dict[str, Any]:
    """Return what the bench shows, with forms that came back."""
    found = Committee.objects.filter(fund=fund).first()
    seats = list(queries.seats_of(fund))
    page: dict[str, Any] = {
        "fund": fund,
        "committee": found,
        "composition": queries.composition_of(fund),
        "motions": queries.motions_of(fund)[:RECENT],
        "seats": [seat for seat in seats if seat.office != "substitute"],
        "own_seat": queries.seat_of(request.user, fund),
        "may_table": permissions.may_table(request.user, fund),
        "may_form": permissions.may_form(request.user, fund),
        "workbench": _("管委会工作台"),
    }
    if found is None:
        return page | forms
    substitutes = list(queries.substitutes(found))
    page |= {
        "meetings": queries.meetings_of(found)[:MEETINGS],
        "meeting_count": queries.meeting_count(fund),
        "may_run": permissions.may_run_meetings(request.user, fund),
        "vacancies": queries.vacancies(found),
        "substitutes": substitutes,
        # One of each kind: whose turn it is.
        "next_up": {seat.pk for seat in {seat.kind: seat for seat in reversed(substitutes)}.values()},
        "coming": queries.coming_seats(found),
        "hand_over": queries.waiting_hand_over(found),
        "papers": found.appointments.prefetch_related("seats__user").order_by("-issued_on", "-pk"),
        "opinions": queries.public_opinions(found).filter(motion=None),
        "may_call_up": permissions.may_call_up(request.user, fund),
        "may_prepare": permissions.may_prepare_hand_over(request.user, fund),
        "may_read_scan": permissions.may_read_scan(request.user, fund),
        "may_write": permissions.may_write_opinion(request.user, fund),
        "size_form": SizeForm(initial={"size": found.size}),
        "opinion_form": YearOpinionForm(initial={"year": clock.today().year}),
    }
    return page | forms


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, code: str) -> HttpResponse:
    """Form a committee with everyone on it: one list, judged as a whole."""
    fund, user = fund_or_404(request, code), signed_in(request)
    verdict = permissions.may_form(user, fund)
    today = clock.today()
    head = FormingForm(request.POST or None, initial=_usual(fund, today))
    people = seat_list(request.POST or None)
    if "more" in request.POST:
        people = seat_list(more_rows(request.POST))
        head = FormingForm(initial=request.POST.dict())
    elif request.method == "POST":
        verdict.require()

        def write() -> None:
            given = head.cleaned_data
            services.form_with_seats(
                fund,
                size=given["size"],
                plans=people.plans,
                appointed_by=given["appointed_by"],
                from_day=given["from_day"],
                until_day=given["until_day"],
                by=user,
            )

        # Both are looked at, so that everything wrong is said at once.
        if people.is_valid() & head.is_valid() and done(head, write):
            messages.success(request, _("管委会成立了。"))
            return redirect("governance:committee", code=fund.code)
    page = {
        "fund": fund,
        "form": head,
        "people": people,
        "verdict": verdict,
        "is_formed": Committee.objects.filter(fund=fund, seats__isnull=False).exists(),
        "rules": asked_of_list(fund),
        "workbench": _("管委会工作台"),
    }
    status = INVALID if head.errors or people.total_error_count() else 200
    return render(request, "governance/form.html", page, status=status)


def _usual(fund: Fund, today: date) -> dict[str, Any]:
    years = queries.whole(effective_rules(fund)["term_years"])
    return {
        "size": max(USUAL_SIZE, queries.whole(effective_rules(fund)["committee_min_size"])),
        "from_day": today,
        "until_day": years_after(today, years),
    }


def asked_of_list(fund: Fund) -> list[str]:
    """Return in words what the rules ask of a list of seats."""
    effective = effective_rules(fund)
    keys = [
        "committee_min_size",
        "committee_odd",
        "supervisor_min",
        "term_years",
        "renewals_max",
        "committee_unpaid",
    ]
    kinds = [rule for key, rule in effective.items() if key.startswith("seats_") and not rule.default]
    return [rule.words for rule in (*(effective[key] for key in keys), *kinds)]


def more_rows(data: Any) -> Any:
    """Return what was sent with some empty rows more."""
    changed = data.copy()
    count = changed.get("seats-TOTAL_FORMS", "")
    rows = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0
    for number in range(rows, rows + MORE_ROWS):
        changed[f"seats-{number}-office"] = "member"
    changed["seats-TOTAL_FORMS"] = str(rows + MORE_ROWS)
    return changed


@login_required
@require_POST
def resize(request: HttpRequest, code: str) -> HttpResponse:
    """Set how many seats of a committee have a vote."""
    found, user = committee_or_404(request, code), signed_in(request)
    form = SizeForm(request.POST)
    if done(form, lambda: services.resize(found, size=form.cleaned_data["size"], by=user)):
        messages.success(request, _("席位数改好了。"))
        return redirect("governance:committee", code=code)
    page = bench(request, found.fund, size_form=form)
    return render(request, "governance/committee.html", page, status=INVALID)


@login_required
@require_http_methods(["GET", "HEAD"])
def my_seats(request: HttpRequest) -> HttpResponse:
    """Show every seat a person holds or held, over all funds, with what waits there."""
    user = signed_in(request)
    page = {
        "rows": queries.seats_held_by(user),
        "past": queries.seats_past_of(user),
        "workbench": _("管委会工作台"),
    }
    return render(request, "governance/my_seats.html", page)
