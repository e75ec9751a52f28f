"""Who hands in a project's final account, and who checks it: two people, the second of finance and on no other side."""

from django.utils.translation import gettext as _

from apps.core.verdicts import YES, Verdict, no
from apps.grants.models import FinalAccount
from apps.grants.permissions.grants import may_handle_money
from apps.grants.queries import account_of, booked_for, grants_of, is_settled, work_out
from apps.projects.models import Project
from apps.projects.states import CLOSED
from apps.users.models import Role, User
from apps.users.permissions import Person, acts_as


def may_hand_in(user: Person, project: Project) -> Verdict:
    """The implementer hands in the account of a closed project of whose money nothing moves any more."""
    verdict = acts_as(user, Role.Kind.IMPLEMENTER, organisation=project.organisation.code)
    if not verdict:
        return verdict
    if account_of(project) is not None:
        return no(_("决算已经交了。"))
    if project.state != CLOSED:
        return no(_("项目结清以后才能交决算，现在是“%(state)s”。") % {"state": project.get_state_display()})
    if not is_settled(project):
        return no(_("要求退回的钱还没有退完，也没有核销，处理完再交决算。"))
    return YES


def may_check(user: Person, account: FinalAccount) -> Verdict:
    """Finance of the host, on no side of any of the grants, checks what somebody else handed in."""
    for grant in grants_of(account.project):
        verdict = may_handle_money(user, grant)
        if not verdict:
            return verdict
    if isinstance(user, User) and user.pk == account.filed_by_id:
        return no(_("决算是您交的，要由另一位来核对。"))
    if account.state != FinalAccount.State.FILED:
        return no(_("这份决算已经处理过了。"))
    return YES


def still_holds(account: FinalAccount) -> Verdict:
    """What was handed in is what records and books say now; else it has to be returned and handed in anew."""
    facts = account.facts
    now = work_out(
        account.project,
        other={row["number"]: row["actual"] for row in facts["other"]},
        keep=bool(account.kept),
        words=facts["words"],
        kept_for=facts["kept_for"],
    )
    if now.hash != account.content_hash or not is_settled(account.project):
        return no(_("交决算以后钱或者记录又动过，请退回，让实施方重新交。"))
    if booked_for(account.project) != account.paid - account.returned:
        return no(_("账上的付款减退回和决算对不上，请先查账。"))
    return YES
