"""The public notice before the first payment."""

from apps.core import audit, clock
from apps.core.moves import check_move
from apps.core.verbs import verb
from apps.grants import notices, queries
from apps.grants.models import Grant, Instalment
from apps.grants.services.locks import changed, lock_grant, lock_instalments
from apps.grants.states import GRANT_MOVES
from apps.projects import services as projects
from apps.projects.states import APPROVED
from apps.projects.states import RUNNING as PROJECT_RUNNING


@verb
def end_notice(grant: Grant) -> Grant:
    """Start a grant whose notice is over: the instalment that waited for it is due and the project runs.

    Before its time, and a second time, nothing happens; nor while an objection keeps it open.
    """
    grant = lock_grant(grant)
    if grant.state != Grant.State.NOTICE or queries.notice_is_open(grant, clock.now()):
        return grant
    check_move(GRANT_MOVES, grant.state, Grant.State.RUNNING, what=grant.code)
    grant.state = Grant.State.RUNNING
    grant.save(update_fields=["state"])
    for instalment in lock_instalments(grant):
        if (
            instalment.condition == Instalment.Condition.NOTICE_ENDED
            and instalment.state == Instalment.State.WAITING
        ):
            instalment.state = Instalment.State.DUE
            instalment.save(update_fields=["state"])
            notices.instalment_due(instalment)
    # Another fund's grant may have started the work before.
    if projects.lock_project(grant.project).state == APPROVED:
        grant.project = projects.mark(grant.project, state=PROJECT_RUNNING, by=None)
    audit.record(None, "end_notice", grant)
    changed(grant)
    return grant


def end_notices() -> int:
    """Start every grant whose notice is over and return how many: the sweeper, one transaction each."""
    found = queries.notice_over(clock.now())
    for grant in found:
        end_notice(grant)
    return len(found)
