"""The officers' pages of a motion: tabling and editing a text, opening, withdrawing."""

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
from apps.funds.queries import effective_rules
from apps.governance import permissions, queries, services
from apps.governance.forms import OpeningForm, TextMotionForm
from apps.governance.models import Motion
from apps.governance.views.common import INVALID, done, fund_or_404, motion_or_404
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
    page: dict[str, Any] = {
        "motion": found,
        "fund": fund,
        "facts": found.facts,
        "roll": [
            entry.seat for entry in found.roll.select_related("seat__user").order_by("seat__office", "pk")
        ],
        "faults": queries.composition_of(fund).stops if found.state == Motion.State.DRAFT else [],
        "usable": queries.usable(fund, found.restriction) if found.amount else 0,
        "may_open": permissions.may_open(user, found),
        "may_table": permissions.may_table(user, fund),
        "may_withdraw": permissions.may_withdraw(user, found),
        "may_record": permissions.may_record(user, found),
        "may_attach": permissions.may_attach(user, found),
        "may_remind": permissions.may_remind(user, found),
        "own_seat": queries.seat_on_roll(found, user),
        "opening": OpeningForm(initial={"closes_at": evening}),
        "workbench": _("管委会工作台"),
    }
    return page | forms


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, code: str) -> HttpResponse:
    """Table a matter that is no grant. Grants are tabled from their project."""
    fund, user = fund_or_404(request, code), _user(request)
    form, tabled = TextMotionForm(request.POST or None), []

    def write() -> None:
        given = form.cleaned_data
        tabled.append(
            services.table(
                fund,
                kind=Motion.Kind.TEXT,
                title=given["title"],
                subject={"text": given["text"]},
                is_major=given["is_major"],
                by=user,
            )
        )

    if request.method == "POST" and done(form, write):
        return redirect("governance:motion", code=tabled[0].code)
    page = {
        "fund": fund,
        "form": form,
        "verdict": permissions.may_table(user, fund),
        "workbench": _("管委会工作台"),
    }
    return render(request, "governance/table.html", page, status=INVALID if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Edit a drafted text; what a project froze is changed in the project."""
    found, user = motion_or_404(request, code), _user(request)
    if found.kind != Motion.Kind.TEXT:
        raise Http404
    initial = {"title": found.title, "text": found.facts.get("text", ""), "is_major": found.is_major}
    form = TextMotionForm(request.POST or None, initial=initial)

    def write() -> None:
        given = form.cleaned_data
        services.edit(
            found, title=given["title"], subject={"text": given["text"]}, is_major=given["is_major"], by=user
        )

    if request.method == "POST" and done(form, write):
        return redirect("governance:motion", code=found.code)
    verdict = permissions.may_edit(user, found)
    page = {"fund": found.committee.fund, "motion": found, "form": form, "verdict": verdict}
    return render(request, "governance/table.html", page, status=INVALID if form.errors else 200)


@login_required
@require_POST
def open_voting(request: HttpRequest, code: str) -> HttpResponse:
    """Open the vote until the time given."""
    found, user = motion_or_404(request, code), _user(request)
    form = OpeningForm(request.POST)
    if done(form, lambda: services.open_voting(found, closes_at=form.cleaned_data["closes_at"], by=user)):
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
