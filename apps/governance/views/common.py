"""What the pages share: finding a motion or a committee for this person."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from apps.funds.forms import RulebookForm
from apps.funds.models import Fund
from apps.funds.queries import drafted
from apps.governance import permissions, queries, services
from apps.governance.models import Committee, Motion
from apps.governance.queries.what_if import WhatIf, what_if
from apps.users.models import User


def fund_or_404(request: HttpRequest, code: str) -> Fund:
    """Return a fund whose committee this person may read about; to everyone else it does not exist."""
    fund = get_object_or_404(Fund.objects.select_related("host", "division"), code=code)
    if not permissions.may_read_committee(request.user, fund):
        raise Http404
    return fund


def motion_or_404(request: HttpRequest, code: str) -> Motion:
    """Return a motion this person may see before the public does, with its result written if that is due."""
    motion = get_object_or_404(queries.visible_to(request.user), code=code)
    return up_to_date(motion)


def up_to_date(motion: Motion) -> Motion:
    """Close the motion if its deadline has passed, so that whoever looks first sees the result, timer or no timer."""
    if queries.phase(motion) == queries.CLOSING:
        services.close(motion)
        motion.refresh_from_db()
    return motion


def signed_in(request: HttpRequest) -> User:
    """Return who is signed in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def committee_or_404(request: HttpRequest, code: str) -> Committee:
    """Return the committee of a fund of which this person may read."""
    return get_object_or_404(Committee.objects.select_related("fund__host"), fund=fund_or_404(request, code))


def what_if_of(form: RulebookForm) -> WhatIf:
    """Return what the rules written in a valid form would do."""
    return what_if(
        drafted(
            form.host,
            level=form.level,
            division=form.division.code,
            on=form.cleaned_data["effective_from"],
            clauses=form.clauses,
        )
    )
