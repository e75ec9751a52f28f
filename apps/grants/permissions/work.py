"""Who may look after work under way: note what they saw, judge reports, keep photographs from the public."""

from django.utils.translation import gettext as _

from apps.core.verdicts import YES, Verdict, no
from apps.funds.models import Fund
from apps.governance.models import Seat
from apps.governance.queries import seat_of
from apps.grants.models import Instalment
from apps.grants.permissions.grants import (
    is_hosts_admin,
    is_officer,
    is_officer_of_one,
    not_on_payees_side,
)
from apps.grants.states import WAITING
from apps.projects.models import Evidence, Project, WorkNote
from apps.projects.queries import funds_of
from apps.projects.states import FILED, RUNNING
from apps.users.models import User
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


def may_issue_codes(user: Person, project: Project) -> Verdict:
    """Officers hand out rating codes, and so does the host; never the side that is rated."""
    verdict = not_on_payees_side(user, project)
    if not verdict:
        return verdict
    if is_officer(user, project.fund):
        return YES
    return is_hosts_admin(user, project.fund)


def may_judge(user: Person, evidence: Evidence) -> Verdict:
    """An officer accepts or returns a report that waits, unless they stand on the implementer's side."""
    verdict = is_officer(user, evidence.project.fund)
    return _waits_for(user, evidence) if verdict else verdict


def may_return(user: Person, evidence: Evidence) -> Verdict:
    """Who may send a report back that waits: whoever may judge it, and the officers of every other fund that pays,
    since their money hangs on it as well."""
    verdict = is_officer_of_one(user, evidence.project)
    return _waits_for(user, evidence) if verdict else verdict


def _waits_for(user: Person, evidence: Evidence) -> Verdict:
    """A report waits for a decision by someone who did not hand it in and is not on the implementer's side."""
    if isinstance(user, User) and user.pk == evidence.filed_by_id:
        return no(_("交成果的人不能自己验收，请换一位。"))
    verdict = not_on_payees_side(user, evidence.project)
    if not verdict:
        return verdict
    return YES if evidence.state == FILED else no(_("这份成果已经处理过了。"))


def may_accept(user: Person, evidence: Evidence) -> Verdict:
    """Who may judge a report accepts it; a closing one only of work that goes on, and once the report of every
    milestone that pays is accepted: what hangs on it would never become due otherwise."""
    verdict = may_judge(user, evidence)
    if not verdict or not evidence.is_final:
        return verdict
    if evidence.project.state != RUNNING:
        return no(_("这个项目的资助已经终止，结项成果不再验收。请写明原因退回。"))
    open_ones = Instalment.objects.filter(
        grant__project=evidence.project_id, milestone__isnull=False, state=WAITING
    ).exclude(milestone=evidence.milestone_id)
    waiting = open_ones.select_related("milestone").order_by("milestone__number").first()
    if waiting is None or waiting.milestone is None:
        return YES
    return no(
        _("节点“%(words)s”有一期款等着它的报告。请先验收那份报告；还没交的，把结项成果退回，请他们先交。")
        % {"words": waiting.milestone.words}
    )
