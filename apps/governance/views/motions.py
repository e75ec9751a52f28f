"""The officers' pages of a motion: what is asked of it, opening, withdrawing."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.core import clock
from apps.core.forms import INVALID, done
from apps.funds.queries import effective_rules
from apps.governance import permissions, queries, services
from apps.governance.forms import OpeningForm
from apps.governance.forms.proposals import FORMS
from apps.governance.models import Minutes, Motion
from apps.governance.states import BEFORE_THE_VOTE
from apps.governance.views.common import motion_or_404
from apps.users.models import User

CLOSING_HOUR = timedelta(hours=18)


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def motion(request: HttpRequest, code: str) -> HttpResponse:
    """Show a motion to the committee, with what this person may do."""
    found = motion_or_404(request, code)
    return render(request, "governance/motion.html", _page(request, found))


def _page(request: HttpRequest, found: Motion, **forms: Any) -> dict[str, Any]:
    user = _user(request)
    fund = found.committee.fund
    days = queries.whole(effective_rules(fund)["vote_days_min"])
    evening = (clock.midnight(clock.today() + timedelta(days=days + 1)) + CLOSING_HOUR).astimezone(
        clock.SHANGHAI
    )
    meeting = found.meeting or queries.meeting_for(found)
    closes = (
        meeting.ends_at.astimezone(clock.SHANGHAI) if meeting and queries.is_going_on(meeting) else evening
    )
    page: dict[str, Any] = {
        "motion": found,
        "fund": fund,
        "facts": found.facts,
        "roll": [
            entry.seat for entry in found.roll.select_related("seat__user").order_by("seat__office", "pk")
        ],
        "before_the_vote": found.state in BEFORE_THE_VOTE,
        "faults": queries.composition_of(fund).stops if found.state in BEFORE_THE_VOTE else [],
        "way": queries.way_of(found),
        "study": queries.study_of(found),
        "is_studied": queries.is_studied(found),
        "meeting": meeting,
        "next_meeting": queries.next_meeting(found.committee),
        "above": queries.review_above(found),
        "minutes": Minutes.objects.filter(motion=found).first(),
        "may_edit": permissions.may_edit(user, found) if found.kind in FORMS else None,
        "may_prepare": permissions.may_prepare(user, found),
        "may_record_study": permissions.may_record_study(user, found),
        "may_run": permissions.may_run_meetings(user, fund),
        "usable": queries.usable(fund, found.restriction) if found.amount else 0,
        "may_open": permissions.may_open(user, found),
        "may_table": permissions.may_table(user, fund),
        "may_withdraw": permissions.may_withdraw(user, found),
        "may_record": permissions.may_record(user, found),
        "may_attach": permissions.may_attach(user, found),
        "may_remind": permissions.may_remind(user, found),
        "own_seat": queries.seat_on_roll(found, user),
        "opening": OpeningForm(initial={"closes_at": closes}),
        "workbench": _("管委会工作台"),
    }
    return page | forms


@login_required
@require_POST
def open_voting(request: HttpRequest, code: str) -> HttpResponse:
    """Open the vote until the time given."""
    found, user = motion_or_404(request, code), _user(request)
    form = OpeningForm(request.POST)
    meeting = queries.meeting_for(found) if "in_meeting" in request.POST else None

    def write() -> None:
        services.open_voting(found, closes_at=form.cleaned_data["closes_at"], meeting=meeting, by=user)

    if done(form, write):
        messages.success(request, _("表决已经开始，名册上的每一位都会收到邮件。"))
        return redirect("governance:motion", code=found.code)
    return render(request, "governance/motion.html", _page(request, found, opening=form), status=INVALID)


@login_required
@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Withdraw a motion that is not decided."""
    found, user = motion_or_404(request, code), _user(request)
    services.withdraw(found, by=user)
    messages.success(request, _("议案已经撤回。"))
    return redirect("governance:motion", code=found.code)
