"""What the committee votes on about a grant again, and what follows from the vote."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.codes import new_code
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.governance import services as governance
from apps.governance.models import Motion
from apps.governance.states import FAILED
from apps.grants import permissions, queries
from apps.grants.models import Grant, GrantChange
from apps.grants.services.ending import end_early
from apps.grants.services.locks import changed, lock_grant
from apps.grants.states import LIVE
from apps.users.models import User


def put_to_vote(grant: Grant, *, kind: str, reason: str, title: str, by: User) -> GrantChange:
    """Write a change of a locked grant and table its motion as a draft."""
    change = GrantChange.objects.create(
        code=new_code("X"), grant=grant, kind=kind, reason=reason, made_at=clock.now(), made_by_id=by.pk
    )
    return _table(change, title=title, by=by)


def _table(change: GrantChange, *, title: str, by: User) -> GrantChange:
    grant = change.grant
    change.motion = governance.table(
        grant.fund,
        kind=Motion.Kind.GRANT_CHANGE,
        title=title,
        subject_kind=queries.CHANGE_KIND,
        subject_code=change.code,
        subject={
            "change": change.kind,
            "change_words": str(GrantChange.Kind(change.kind).label),
            "text": change.reason,
            "grant": grant.code,
            "grant_amount": grant.amount,
            "motion": grant.motion.code,
            "motion_number": grant.motion.number,
            "project": grant.project.code,
            "project_title": grant.project.title,
            "organisation": grant.project.organisation.name,
            "organisation_code": grant.project.organisation.code,
        },
        by=by,
    )
    change.save(update_fields=["motion"])
    audit.record(by, "table_change", change, grant=grant.code, kind=change.kind, motion=change.motion.code)
    return change


@verb
def table_again(change: GrantChange, *, by: User) -> GrantChange:
    """Table a change anew whose motion was withdrawn or sent back from above. While one is pending, it is that one."""
    grant = lock_grant(change.grant)
    change = _held(change, grant)
    permissions.may_table_change(by, grant).require()
    if change.motion is not None and change.motion.state not in FAILED:
        return change
    if change.motion is None:
        raise Refused(_("这件事没有经过表决。"))
    return _table(change, title=change.motion.title, by=by)


def _held(change: GrantChange, grant: Grant) -> GrantChange:
    fresh = GrantChange.objects.select_related("motion").get(pk=change.pk)
    fresh.grant = grant
    return fresh


@verb
def follow_change(motion: Motion) -> GrantChange | None:
    """Act on the result of a vote about a grant, once. A motion that was withdrawn, or sent back from above, leaves the
    matter open: it can be tabled again."""
    found = GrantChange.objects.select_related("grant__fund").filter(motion=motion).first()
    if found is None:
        return None
    grant = lock_grant(found.grant)
    change = _held(found, grant)
    decided = change.motion
    if decided is None or change.state != GrantChange.State.TABLED:
        return change
    carry_out, lose = ACTS[change.kind]
    if decided.state == Motion.State.IN_FORCE:
        carry_out(change)
        change.state = GrantChange.State.DONE
    elif decided.state == Motion.State.LOST:
        lose(change)
        change.state = GrantChange.State.LOST
    else:
        return change
    change.decided_at = clock.now()
    change.save(update_fields=["state", "decided_at"])
    audit.record(None, "decide_change", change, grant=grant.code, kind=change.kind, after=change.state)
    changed(grant)
    return change


def _go_on(change: GrantChange) -> None:
    """The committee stands by its grant: the notice lasts to the vote at least."""
    grant = change.grant
    if grant.state == Grant.State.NOTICE:
        grant.notice_until = max(grant.notice_until, clock.now())
        grant.save(update_fields=["notice_until"])


def _give_up(change: GrantChange) -> None:
    """The committee does not stand by its grant."""
    grant = change.grant
    if grant.state in LIVE:
        number = change.motion.number if change.motion else ""
        end_early(grant, reason=_("复议（议案 %(number)s）没有通过。") % {"number": number}, by=None)


ACTS: Mapping[str, tuple[Callable[[GrantChange], None], Callable[[GrantChange], None]]] = {
    GrantChange.Kind.RECONSIDER: (_go_on, _give_up),
}
