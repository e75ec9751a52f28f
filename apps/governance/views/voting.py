"""One member's ballot, on a phone."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.forms import INVALID, done
from apps.governance import permissions, queries, services
from apps.governance.forms import BallotForm
from apps.governance.models import Motion, Seat
from apps.governance.views.common import up_to_date
from apps.users.models import User


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is to be decided and take the member's ballot; for those on the roll only."""
    motion = get_object_or_404(Motion.objects.select_related("committee__fund__host"), code=code)
    seat, user = queries.seat_on_roll(motion, request.user), request.user
    if seat is None or not isinstance(user, User):
        raise Http404
    up_to_date(motion)
    form = BallotForm(
        request.POST if request.method == "POST" else None,
        initial={"subject_hash": motion.subject_hash},
        is_secret=motion.is_secret,
    )
    if request.method == "POST":
        if done(form, lambda: _answer(motion, seat, user, form)):
            return redirect("governance:vote", code=motion.code)
        up_to_date(motion)
    status = INVALID if form.errors else 200
    return render(request, "governance/vote.html", _page(motion, seat, user, form), status=status)


def _answer(motion: Motion, seat: Seat, user: User, form: BallotForm) -> None:
    given = form.cleaned_data
    if form.steps_aside:
        services.recuse(motion, seat=seat, reason=given.get("reason", "")[:200], by=user)
    else:
        services.cast(
            motion,
            seat=seat,
            choice=given["choice"],
            subject_hash=given["subject_hash"],
            reason=given.get("reason", ""),
            by=user,
        )


def _page(motion: Motion, seat: Seat, user: User, form: BallotForm) -> dict[str, Any]:
    usable = queries.usable(motion.committee.fund, motion.restriction) if motion.amount else 0
    return {
        "motion": motion,
        "fund": motion.committee.fund,
        "facts": motion.facts,
        "usable": usable,
        "left": usable - motion.amount,
        "ballot": queries.own_ballot(motion, seat),
        "recusal": queries.own_recusal(motion, seat),
        "verdict": permissions.may_vote(user, motion, seat),
        "voters": motion.roll.count(),
        "form": form,
        "fingerprint": f"{motion.subject_hash[:4]} {motion.subject_hash[4:8]} … {motion.subject_hash[-4:]}",
        "workbench": _("管委会工作台"),
    }
