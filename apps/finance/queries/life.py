"""What stands in the way of ending a fund, and which funds have fallen asleep."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from apps.core import clock, money
from apps.core.clock import months_later
from apps.donations.models import Donation
from apps.donations.queries import goods_left
from apps.funds.models import Approval, Fund, Host
from apps.funds.queries import available, promised, rule_of_each
from apps.governance.models import Motion
from apps.governance.states import BEFORE_THE_VOTE, CARRIED, IN_FORCE, OPEN
from apps.grants.models import Grant, GrantChange, Payment
from apps.grants.states import LIVE, PREPARED
from apps.ledger import queries as books

MOST_NAMED = 5


def undecided_motions(fund: Fund, *, but: str = "") -> QuerySet[Motion]:
    """Return the motions that are not over: before the vote, open, under review, or in force and not carried out."""
    elsewhere = [Motion.Kind.GRANT, Motion.Kind.GRANT_CHANGE, Motion.Kind.TEXT, Motion.Kind.CLOSING]
    acted = (
        Q(kind=Motion.Kind.GRANT, grant=None)
        | Q(kind=Motion.Kind.GRANT_CHANGE, grant_change__state=GrantChange.State.TABLED)
        | ~Q(kind__in=elsewhere) & Q(done_at=None)
    )
    rows = Motion.objects.filter(committee__fund=fund).filter(
        Q(state__in=[*BEFORE_THE_VOTE, OPEN, CARRIED]) | (Q(state=IN_FORCE) & acted)
    )
    return rows.exclude(code=but).order_by("pk")


def closings_to_carry_out() -> QuerySet[Motion]:
    """Return the motions in force that close a fund which is not closed yet, the oldest first."""
    return (
        Motion.objects.filter(kind=Motion.Kind.CLOSING, state=IN_FORCE)
        .exclude(committee__fund__state=Fund.State.CLOSED)
        .select_related("committee__fund__host")
        .order_by("decided_at", "pk")
    )


def decided_receiver(motion_code: str, fund: Fund) -> Fund | None:
    """Return the fund that a committee's closing names to receive what is left; None where it names none."""
    motion = Motion.objects.filter(code=motion_code, kind=Motion.Kind.CLOSING, committee__fund=fund).first()
    code = str(motion.facts.get("receiver", "")) if motion else ""
    return Fund.objects.filter(code=code, host=fund.host).first() if code else None


def obstacles(fund: Fund, *, closing: bool, but: str = "") -> list[str]:
    """Return, as sentences, why a fund cannot end now; `but` is the code of the motion that asks for it.

    A merger lets grants, promises and what is owed go on in the heir; a closing must find them settled.
    """
    found = []
    motions = list(undecided_motions(fund, but=but)[: MOST_NAMED + 1])
    if motions:
        found.append(
            _("%(fund)s还有没办完的议案：%(names)s。")
            % {"fund": fund.name, "names": _names([f"{row.number} {row.title}" for row in motions])}
        )
    approvals = list(
        Approval.objects.filter(fund=fund, state__in=[Approval.State.OPEN, Approval.State.RETURNED])
        .exclude(subject_code=but or "-")
        .order_by("pk")[: MOST_NAMED + 1]
    )
    if approvals:
        found.append(
            _("%(fund)s还有没办结的审批：%(names)s。")
            % {"fund": fund.name, "names": _names([row.title for row in approvals])}
        )
    short = [amount for amount in available(fund).values() if amount < 0]
    if short:
        found.append(
            _("%(fund)s答应付出的比账上能用的多 ¥%(amount)s。")
            % {"fund": fund.name, "amount": money.written(-sum(short))}
        )
    if goods_left(fund):
        found.append(
            _("%(fund)s的库里还有物资。请先发放、变卖或核销完：东西要有人管，不能跟着账一起分。")
            % {"fund": fund.name}
        )
    return found + (_unsettled(fund) if closing else [])


def _unsettled(fund: Fund) -> list[str]:
    found = []
    running = list(
        Grant.objects.filter(fund=fund, state__in=LIVE)
        .select_related("project")
        .order_by("pk")[: MOST_NAMED + 1]
    )
    if running:
        found.append(
            _("还有没结清的资助：%(names)s。") % {"names": _names([row.project.title for row in running])}
        )
    prepared = Payment.objects.filter(instalment__grant__fund=fund, state=PREPARED).order_by("pk")
    if prepared.exists():
        found.append(_("还有 %(count)d 笔付款制好了单，没有复核付出。") % {"count": prepared.count()})
    held = sum(promised(fund).values())
    if held:
        found.append(_("还预留着 ¥%(amount)s 没有付。") % {"amount": money.written(held)})
    owed = books.balance("receivables", host=fund.host.code, fund=fund.code)
    if owed > 0:
        found.append(_("还有 ¥%(amount)s 应收没有收回。") % {"amount": money.written(owed)})
    elif owed < 0:
        found.append(_("还欠本部垫付的 ¥%(amount)s。") % {"amount": money.written(-owed)})
    return found


def _names(names: list[str]) -> str:
    more = _("等") if len(names) > MOST_NAMED else ""
    return _("、").join(names[:MOST_NAMED]) + more


@dataclass(frozen=True)
class Sleeper:
    """A fund without gifts, payments or decisions for longer than its rules allow."""

    fund: Fund
    last_day: date
    idle_since: date
    months: int
    source: str


def last_activity(funds: QuerySet[Fund]) -> dict[int, date]:
    """Return by fund's key the day of its latest gift, payment or decision, else the day it opened. Four queries."""
    found = dict(funds.values_list("pk", "opened_on"))
    gifts = Donation.objects.filter(fund__in=funds, state=Donation.State.BOOKED)
    for pk, day in gifts.values_list("fund").annotate(last=Max("day")):
        found[pk] = max(found[pk], day) if day else found[pk]
    paid = Payment.objects.filter(instalment__grant__fund__in=funds, state=Payment.State.PAID)
    for pk, day in paid.values_list("instalment__grant__fund").annotate(last=Max("paid_on")):
        found[pk] = max(found[pk], day) if day else found[pk]
    decided = Motion.objects.filter(committee__fund__in=funds, decided_at__isnull=False)
    for pk, moment in decided.values_list("committee__fund").annotate(last=Max("decided_at")):
        found[pk] = max(found[pk], clock.day_of(moment)) if moment else found[pk]
    return found


def sleepers(host: Host, funds: QuerySet[Fund] | None = None) -> list[Sleeper]:
    """Return a host's special funds (or some of `funds`) that are idle today, the longest asleep first.

    A fund just received from a predecessor counts from the day it opened or last did something itself.
    """
    rows = (funds if funds is not None else Fund.objects.all()).filter(host=host)
    rows = rows.exclude(state=Fund.State.CLOSED).exclude(kind=Fund.Kind.GENERAL).order_by("code")
    last, today = last_activity(rows), clock.today()
    found = []
    # No clause allows less than three months, so that most funds are passed over without reading their rules.
    quiet = [
        fund for fund in rows.select_related("host", "division") if months_later(last[fund.pk], 3) <= today
    ]
    ruling = rule_of_each(quiet, "idle_months")
    for fund in quiet:
        rule = ruling[fund.pk]
        if not isinstance(rule.value, int):
            raise TypeError("idle_months is a whole number")
        since = months_later(last[fund.pk], rule.value)
        if since <= today:
            found.append(Sleeper(fund, last[fund.pk], since, rule.value, rule.provenance))
    return sorted(found, key=lambda one: (one.last_day, one.fund.code))
