"""Who may look after work under way: note what they saw, clear vouchers, keep photographs from the public."""

from django.utils.translation import gettext as _

from apps.core.verdicts import YES, Verdict, no
from apps.funds.models import Fund
from apps.governance.models import Seat
from apps.governance.queries import seat_of
from apps.grants.permissions.grants import is_officer_of_one, not_on_payees_side
from apps.projects.models import Project, WorkNote
from apps.projects.queries import funds_of
from apps.users.permissions import Person


def is_secretary(user: Person, fund: Fund) -> Verdict:
    """The secretary of a fund's committee, who meets those who promise to give."""
    seat = seat_of(user, fund)
    if seat is not None and seat.office == Seat.Office.SECRETARY:
        return YES
    return no(_("这一步要由本基金管委会的秘书来做。"))


def note_kind(user: Person, project: Project) -> str:
    """Return what a person may write about the work: the secretary a visit, the supervisor a comment; else nothing."""
    for fund in funds_of(project):
        seat = seat_of(user, fund)
        if seat is not None and seat.office == Seat.Office.SECRETARY:
            return str(WorkNote.Kind.VISIT)
        if seat is not None and seat.office == Seat.Office.SUPERVISOR:
            return str(WorkNote.Kind.COMMENT)
    return ""


def may_note(user: Person, project: Project) -> Verdict:
    """The secretary notes visits, the supervisor comments; never on the implementer's side."""
    if not note_kind(user, project):
        return no(_("走访由秘书来记，监督意见由监督员来写。"))
    return not_on_payees_side(user, project)


def may_hide(user: Person, project: Project) -> Verdict:
    """An officer of a paying fund decides what the public must not see, and which vouchers it may."""
    verdict = is_officer_of_one(user, project)
    return not_on_payees_side(user, project) if verdict else verdict
