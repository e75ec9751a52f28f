"""How a grant ends: everything paid and accepted, or terminated by the host."""

from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds import services as funds
from apps.grants import notices, permissions
from apps.grants.models import Grant, Instalment, Payment
from apps.grants.services.locks import changed, lock_grant, lock_instalments
from apps.grants.services.stopping import stop_prepared
from apps.grants.states import GRANT_MOVES, INSTALMENT_MOVES, LIVE, RESERVED_AS
from apps.projects import services as projects
from apps.projects.models import Project
from apps.projects.states import ACCEPTED
from apps.projects.states import CLOSED as PROJECT_CLOSED
from apps.users.models import User


def close_if_done(grant: Grant, *, by: User | None) -> Grant:
    """Close a locked grant when its project is accepted and every instalment is paid; else leave it."""
    unpaid = grant.instalments.exclude(state=Instalment.State.PAID).exists()
    project = projects.lock_project(grant.project)
    if grant.state != Grant.State.RUNNING or unpaid or project.state != ACCEPTED:
        return grant
    grant.state, grant.closed_at = Grant.State.CLOSED, clock.now()
    grant.save(update_fields=["state", "closed_at"])
    grant.project = _close_project(project, by=by)
    audit.record(by, "close_grant", grant, amount=grant.amount)
    changed(grant)
    return grant


def _close_project(project: Project, *, by: User | None) -> Project:
    """Close a locked project once no fund's grant of it is open any more."""
    if Grant.objects.filter(project=project, state__in=LIVE).exists():
        return project
    return projects.mark(project, state=PROJECT_CLOSED, by=by)


@verb
def close_grant(grant: Grant, *, by: User | None = None) -> Grant:
    """Close a grant whose parts are all paid and whose work is accepted. The last payment or the acceptance does this
    by itself; asking again changes nothing. Raises `Refused` while something is open."""
    grant = lock_grant(grant)
    if grant.state == Grant.State.CLOSED:
        return grant
    check_move(GRANT_MOVES, grant.state, Grant.State.CLOSED, what=_("这笔资助"))
    grant = close_if_done(grant, by=by)
    if grant.state != Grant.State.CLOSED:
        raise Refused(_("还有没付的分期或没验收的成果，不能结清。"))
    return grant


@verb
def terminate(grant: Grant, *, reason: str, by: User) -> Grant:
    """End a grant early: what is not paid is cancelled and its money is free again; the project is closed, unless
    another fund still pays it.

    What was paid is asked back separately. Raises `Refused` while a payment waits to be released.
    """
    grant = lock_grant(grant)
    if grant.state == Grant.State.TERMINATED:
        return grant
    permissions.may_terminate(by, grant).require()
    reason = clean_text(reason, field="reason", limit=300, lines=True)
    if not reason:
        raise Refused(_("请写明终止的原因，原因会公开。"), "reason")
    if grant.instalments.filter(state=Instalment.State.PREPARED).exists():
        raise Refused(_("有一期正在付款，等银行有结果或退回那笔付款再终止。"))
    return end_early(grant, reason=reason, by=by)


def end_early(grant: Grant, *, reason: str, by: User | None) -> Grant:
    """Terminate a locked grant for whoever may: cancel what is not paid, release its money, close the project."""
    check_move(GRANT_MOVES, grant.state, Grant.State.TERMINATED, what=_("这笔资助"))
    instalments = lock_instalments(grant)
    if Payment.objects.filter(instalment__grant=grant, state=Payment.State.SENT).exists():
        raise Refused(_("有一期银行正在付款，等有了结果再终止。"))
    stop_prepared(instalments, reason=_("资助终止"), by=by)
    for instalment in instalments:
        # One that is paid stays so; it is cancelled only when its payment comes back.
        if instalment.state in {Instalment.State.WAITING, Instalment.State.DUE}:
            check_move(INSTALMENT_MOVES, instalment.state, Instalment.State.CANCELLED, what=grant.code)
            instalment.state = Instalment.State.CANCELLED
            instalment.save(update_fields=["state"])
    freed = funds.release(RESERVED_AS, grant.code, by=by)
    grant.state, grant.reason, grant.closed_at = Grant.State.TERMINATED, reason, clock.now()
    grant.save(update_fields=["state", "reason", "closed_at"])
    grant.project = _close_project(projects.lock_project(grant.project), by=by)
    audit.record(by, "terminate", grant, freed=freed)
    notices.terminated(grant)
    changed(grant)
    return grant
