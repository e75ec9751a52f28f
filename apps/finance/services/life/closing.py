"""Closing a fund: what is left goes on to the same or a similar purpose, and the public is told (慈善法第五十八条)."""

import logging

from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.clock import months_later
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.finance import permissions, queries
from apps.finance.services.life.moving import Act, move_funds
from apps.finance.services.life.plans import Plan
from apps.funds import services as funds
from apps.funds.models import Fund, Succession
from apps.funds.queries import effective_rules, general_fund
from apps.funds.states import SuccessionKind
from apps.governance.models import Motion
from apps.governance.states import IN_FORCE
from apps.ledger import queries as books
from apps.users.models import User

logger = logging.getLogger(__name__)
DOCUMENT_LIMIT, REASON_LIMIT, REPORT_LIMIT = 200, 1000, 8000


@verb
def close_fund(
    fund: Fund,
    *,
    receiver: Fund | None,
    reason: str,
    document: str,
    motion_code: str = "",
    by: User | None,
) -> Succession:
    """Close a fund and give what is left to `receiver`, a fund of the host with the same or a similar purpose.

    Restricted money keeps its restriction there. Without a surplus the host's general fund stands for the closed one,
    should money still arrive. `reason` says why the purpose is similar, and is public. Once closed, the act of then
    comes back. Raises `Refused` with everything that is not settled.
    """
    heir = receiver or general_fund(fund.host)
    locked = {code: funds.lock_fund(code) for code in sorted({fund.code, heir.code})}
    fund, heir = locked[fund.code], locked[heir.code]
    permissions.may_close(by, fund, motion_code).require()
    ended = Succession.objects.filter(parts__predecessor=fund).first()
    if ended is not None:
        return ended
    document = clean_text(document, field="document", limit=DOCUMENT_LIMIT)
    reason = clean_text(reason, field="reason", limit=REASON_LIMIT, lines=True)
    _check(fund, heir, receiver is not None, document=document, reason=reason, motion_code=motion_code)
    rule = effective_rules(fund)["surplus_months"]
    if not isinstance(rule.value, int):
        raise TypeError("surplus_months is a whole number")
    act = Act(
        SuccessionKind.CLOSING.value,
        document,
        reason,
        motion_code,
        publish_by=months_later(clock.today(), rule.value),
    )
    return move_funds(fund.host, [Plan(fund, [heir])], act, by=by)


def _check(fund: Fund, heir: Fund, is_chosen: bool, *, document: str, reason: str, motion_code: str) -> None:
    if fund.kind == Fund.Kind.GENERAL:
        raise Refused(_("慈善会本部的基金不能关闭。"))
    if heir == fund:
        raise Refused(_("剩余的钱不能留给自己。"), "receiver")
    if heir.host_id != fund.host_id or heir.state != Fund.State.OPEN:
        raise Refused(_("接收的要是同一家慈善会运行中的基金。"), "receiver")
    decided = queries.decided_receiver(motion_code, fund)
    if decided is not None and decided.state == Fund.State.OPEN and decided != heir:
        raise Refused(_("决议写明由%(fund)s接收。") % {"fund": decided.name}, "receiver")
    if not document:
        raise Refused(_("请填写依据，比如决议或决定的编号。"), "document")
    left = bool(books.standing(fund.code, host=fund.host.code))
    if left and not is_chosen:
        raise Refused(_("账上还有钱，请选目的相同或相近的基金来接收。"), "receiver")
    if left and not reason:
        raise Refused(_("请写明目的为什么相同或相近，会公开。"), "reason")
    found = queries.obstacles(fund, closing=True, but=motion_code)
    if found:
        raise Refused("\n".join([_("现在还不能关闭%(fund)s，先办好这些：") % {"fund": fund.name}, *found]))


def close_fund_decided(motion_code: str) -> Succession | None:
    """Carry out a motion in force that closes a fund; None when it has to wait, or is for the host to complete.

    Who receives the surplus, and why, is what the motion says. Safe to repeat.
    """
    motion = Motion.objects.select_related("committee__fund__host").get(code=motion_code)
    if motion.kind != Motion.Kind.CLOSING or motion.state != IN_FORCE:
        return None
    fund = motion.committee.fund
    facts = motion.facts
    receiver = queries.decided_receiver(motion.code, fund)
    try:
        return close_fund(
            fund,
            receiver=receiver,
            reason=str(facts.get("reason") or facts.get("surplus") or motion.title),
            document=_("管委会决议 %(number)s") % {"number": motion.number},
            motion_code=motion.code,
            by=None,
        )
    except Refused as refusal:
        # It stays on the host's desk with its sentence; the sweeper tries again.
        logger.info("closing by motion %s waits: %s", motion.code, refusal)
        return None


def close_decided_funds() -> int:
    """Carry out every motion in force that closes a fund and was not carried out; return how many could be."""
    codes = queries.closings_to_carry_out().values_list("code", flat=True)
    return sum(close_fund_decided(code) is not None for code in list(codes))


@verb
def publish_surplus(succession: Succession, *, report: str, by: User | None) -> Succession:
    """Publish the final report of a closed fund: what it did, and what became of what was left. Once."""
    act = lock_row(Succession, "host", pk=succession.pk)
    permissions.may_reorganise(by, act.host).require()
    if act.kind != SuccessionKind.CLOSING:
        raise Refused(_("只有终止的基金要公布剩余财产的处理。"))
    if act.published_at is not None:
        return act
    report = clean_text(report, field="report", limit=REPORT_LIMIT, lines=True)
    if not report:
        raise Refused(_("请写明基金做了什么、剩余的钱怎样处理。"), "report")
    act.final_report, act.published_at = report, clock.now()
    act.save(update_fields=["final_report", "published_at"])
    audit.record(by, "publish_surplus", act)
    codes = set(act.parts.values_list("predecessor__code", flat=True))
    codes |= set(act.parts.values_list("successor__code", flat=True))
    versions.bump("site", *(f"fund:{code}" for code in codes))
    return act
