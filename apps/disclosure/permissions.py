"""Who writes a period report and who puts it before the public. None is the system itself."""

from django.utils.translation import gettext as _

from apps.core.verdicts import YES, Verdict, no
from apps.funds.models import Fund
from apps.funds.queries import successors_of
from apps.governance.models import Committee, Seat
from apps.governance.queries import seat_of
from apps.users.models import Role
from apps.users.permissions import Person, acts_as

OFFICERS = (Seat.Office.CHAIR, Seat.Office.SECRETARY)
PUBLISHERS = (Role.Kind.HOST_ADMIN, Role.Kind.FINANCE)


def may_draft(user: Person, fund: Fund) -> Verdict:
    """The chair and the secretary of the fund's committee draft; where there is no committee, the host does.

    What an ended fund still owes falls to the officers of the funds that stand for it, and to the host.
    """
    if user is None:
        return YES
    if not user.is_authenticated:
        return no(_("请先登录。"))
    seat = seat_of(user, fund)
    if seat is not None and seat.office in OFFICERS:
        return YES
    if fund.closed_on is not None and any(
        seat.office in OFFICERS for heir in successors_of(fund) if (seat := seat_of(user, heir)) is not None
    ):
        return YES
    if fund.closed_on is not None or not Committee.objects.filter(fund=fund).exists():
        return acts_as(user, *PUBLISHERS, host=fund.host.code)
    return no(_("报告要由本基金管委会的主任或秘书来起草。"))


def may_publish(user: Person, fund: Fund) -> Verdict:
    """The host answers for what is published: its administrator or its finance."""
    return YES if user is None else acts_as(user, *PUBLISHERS, host=fund.host.code)


def may_work_on(user: Person, fund: Fund) -> Verdict:
    """Whoever drafts or publishes a fund's reports sees them before the public does, and so does the auditor."""
    if may_draft(user, fund) or may_publish(user, fund):
        return YES
    return acts_as(user, Role.Kind.AUDITOR, host=fund.host.code, division=fund.division_id, fund=fund.code)
