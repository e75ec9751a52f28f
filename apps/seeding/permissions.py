"""Who may give out the host's money as seed, apply for it, and score what was achieved. None is the system itself."""

from django.utils.translation import gettext as _

from apps.core.verdicts import YES, Verdict, no
from apps.funds.models import Fund, Host
from apps.governance.models import Seat
from apps.governance.queries import seat_of
from apps.seeding.models import Application, Programme
from apps.users.models import Role, User
from apps.users.permissions import Person, acts_as

OFFICERS = (Seat.Office.CHAIR, Seat.Office.SECRETARY)
REVIEWERS = (Role.Kind.HOST_ADMIN, Role.Kind.FINANCE)


def may_award(user: User | None, host: Host) -> Verdict:
    """The host's administrator opens and ends programmes and awards."""
    return YES if user is None else acts_as(user, Role.Kind.HOST_ADMIN, host=host.code)


def may_award_to(user: User | None, programme: Programme, fund: Fund) -> Verdict:
    """Whoever may award, but not to a fund on whose committee they sit.

    Where funds apply, somebody else has judged the application by then, and giving out what was passed is no judgement.
    """
    verdict = may_award(user, programme.source.host)
    if verdict and not programme.by_application and seat_of(user, fund) is not None:
        return no(_("您在这个基金的管委会任职，要由别人来拨。"))
    return verdict


def may_apply(user: Person, fund: Fund) -> Verdict:
    """The chair and the secretary of a fund's committee apply for it."""
    if user is None:
        return YES
    seat = seat_of(user, fund)
    if seat is not None and seat.office in OFFICERS:
        return YES
    return no(_("申请由这个基金的主任或秘书提交。"))


def may_score(user: Person, application: Application) -> Verdict:
    """The host's administrator and finance score, but nobody of the fund's committee and not who handed it in.

    Its auditor does not: what an auditor looks into later is not of their own making.
    """
    fund = application.fund
    if user is None:
        return no(_("评分要由人来做。"))
    verdict = acts_as(user, *REVIEWERS, host=fund.host.code)
    if not verdict:
        return verdict
    if seat_of(user, fund) is not None or application.submitted_by_id == getattr(user, "pk", None):
        return no(_("您和这个基金有关系，这份申请要由别人评分。"))
    return YES
