"""Suspending and resuming a fund, and giving it another name."""

from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.moves import check_move
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.funds import permissions
from apps.funds.models import Fund, FundName
from apps.funds.services.opening import checked_name
from apps.funds.services.promises import lock_fund
from apps.funds.states import FUND_MOVES, FundState, SuspensionKind
from apps.users.models import User

REASON_LIMIT, DOCUMENT_LIMIT = 200, 200


@verb
def suspend_fund(fund: Fund, *, reason: str, why: str = SuspensionKind.OTHER.value, by: User | None) -> Fund:
    """Stop new gifts and new votes; what is promised is still paid, and a payment begun in time is still booked.

    `why` is shown to everyone; the reason in words stays in the record. Suspending again changes nothing.
    """
    if why not in SuspensionKind.values:
        raise Refused(_("请选择暂停的原因。"), "why")
    return _move(fund, FundState.SUSPENDED, reason, by, why=why)


@verb
def resume_fund(fund: Fund, *, reason: str, by: User | None) -> Fund:
    """Take gifts again."""
    return _move(fund, FundState.OPEN, reason, by)


@verb
def rename_fund(fund: Fund, *, name: str, document: str, by: User | None) -> Fund:
    """Give a fund another name, under the rules of names; the old one stays findable. The same name changes nothing.

    `document` names the agreement or decision it rests on.
    """
    fund = lock_fund(fund.code)
    permissions.may_change_fund(by, fund).require()
    if fund.state == FundState.CLOSED:
        raise Refused(_("%(fund)s已经关闭，不能改名。") % {"fund": fund.name}, "name")
    if name.strip() == fund.name:
        return fund
    name = checked_name(fund.host, fund.kind, name, fund=fund)
    document = clean_text(document, field="document", limit=DOCUMENT_LIMIT)
    if not document:
        raise Refused(_("请写明改名的依据，比如补充协议或决议的编号。"), "document")
    FundName.objects.create(fund=fund, name=fund.name, until=clock.today(), document=document)
    audit.record(by, "rename_fund", fund, before=fund.name, after=name, document=document)
    fund.name = name
    fund.save(update_fields=["name"])
    versions.bump(f"fund:{fund.code}", f"division:{fund.division_id}", "site")
    return fund


def _move(fund: Fund, state: FundState, reason: str, by: User | None, *, why: str = "") -> Fund:
    fund = lock_fund(fund.code)
    permissions.may_change_fund(by, fund).require()
    reason = clean_text(reason, field="reason", limit=REASON_LIMIT)
    if not reason:
        raise Refused(_("请写明原因，它会留在记录里。"), "reason")
    old = fund.state
    if old == state:
        return fund
    check_move(FUND_MOVES, old, state, what=fund.name)
    fund.state, fund.suspended_for = state, why
    fund.suspended_on = clock.today() if state == FundState.SUSPENDED else None
    fund.save(update_fields=["state", "suspended_for", "suspended_on"])
    audit.record(by, "move_fund", fund, before=old, after=str(state), why=why, reason=reason)
    versions.bump(f"fund:{fund.code}", f"division:{fund.division_id}", "site")
    return fund
