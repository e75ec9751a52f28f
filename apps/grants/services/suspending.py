"""Stopping the payments of a grant for a reason, and letting them go on by a decision."""

from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.grants import notices, permissions, queries
from apps.grants.models import Grant, Suspension
from apps.grants.services.locks import changed, lock_grant, lock_instalments
from apps.grants.services.stopping import stop_prepared
from apps.users.models import User


@verb
def suspend_grant(grant: Grant, *, reason: str, by: User) -> Suspension:
    """Stop the payments of a grant; what was prepared is sent back. Suspended already, it stays so.

    The reason is public. What the bank was told already is not called back. Raises `Refused`.
    """
    grant = lock_grant(grant)
    standing = queries.suspension_of(grant)
    if standing is not None:
        return standing
    permissions.may_suspend(by, grant).require()
    reason = clean_text(reason, field="reason", limit=300, lines=True)
    if not reason:
        raise Refused(_("请写明暂停的原因，原因会公开。"), "reason")
    stop_prepared(lock_instalments(grant), reason=_("暂停付款"), by=by)
    now = clock.now()
    row = Suspension.objects.create(grant=grant, reason=reason, began_at=now, began_by_id=by.pk)
    audit.record(by, "suspend_grant", grant)
    notices.suspended(grant, reason, now.isoformat())
    changed(grant)
    return row


@verb
def resume_grant(grant: Grant, *, decision: str, by: User) -> Grant:
    """Let the payments of a grant go on, by a decision that is public. Under way already, nothing happens."""
    grant = lock_grant(grant)
    standing = queries.suspension_of(grant)
    if standing is None:
        return grant
    permissions.may_suspend(by, grant).require()
    decision = clean_text(decision, field="decision", limit=300, lines=True)
    if not decision:
        raise Refused(_("请写明恢复付款的决定和理由，会公开。"), "decision")
    standing.ended_at, standing.ended_by_id, standing.decision = clock.now(), by.pk, decision
    standing.save(update_fields=["ended_at", "ended_by_id", "decision"])
    audit.record(by, "resume_grant", grant)
    changed(grant)
    return grant
