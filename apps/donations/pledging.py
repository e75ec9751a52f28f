"""Pledges: what was promised for which day, and how far it came. A pledge is not income. Plain values only; fen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import money
from apps.core.verdicts import Refused
from apps.donations.duties import add_months

# No rule says how long or in how many parts: these only catch slips of the keyboard.
MOST_INSTALMENTS, MOST_YEARS = 60, 30
NOTE_LIMIT, EXPLANATION_LIMIT, AUTHORITY_LIMIT = 200, 500, 60
# Days before an instalment is due, and after it was missed, on which the donor is written to. Ours, no rule's.
REMIND_BEFORE, REMIND_AFTER = 7, 7


class PledgeForm(TextChoices):
    """How a pledge was made: what may be claimed depends on it (Charity Law, article 41)."""

    PUBLIC = "public", gettext_lazy("在广播、电视、报刊、网络等媒体上公开承诺")
    WRITTEN = "written", gettext_lazy("签了书面捐赠协议")
    OTHER = "other", gettext_lazy("口头说的或填了认捐表")


class PledgeState(TextChoices):
    """Whether a pledge still stands. How far it came is not a state: it follows from the gifts that came for it."""

    OPEN = "open", gettext_lazy("有效")
    RELEASED = "released", gettext_lazy("依法不再履行")
    CANCELLED = "cancelled", gettext_lazy("已取消")


class PledgeEnding(TextChoices):
    """Why a pledge no longer stands."""

    HARDSHIP = "hardship", gettext_lazy("经济状况显著恶化（慈善法第四十一条）")
    WAIVED = "waived", gettext_lazy("捐赠人说明不捐了，慈善会同意不再要求")
    MISTAKE = "mistake", gettext_lazy("登记错了")


class Standing(TextChoices):
    """How a pledge stands on a day."""

    AWAITED = "awaited", gettext_lazy("未到期")
    PART = "part", gettext_lazy("到了一部分")
    OVERDUE = "overdue", gettext_lazy("过期未到")
    FULFILLED = "fulfilled", gettext_lazy("已兑现")
    RELEASED = "released", gettext_lazy("依法不再履行")
    CANCELLED = "cancelled", gettext_lazy("已取消")


# A pledge ends once. One that was fulfilled is still open: its money may be given back.
PLEDGE_MOVES = {"open": frozenset({"released", "cancelled"})}
ENDS_AS = {
    PledgeEnding.HARDSHIP.value: PledgeState.RELEASED.value,
    PledgeEnding.WAIVED.value: PledgeState.CANCELLED.value,
    PledgeEnding.MISTAKE.value: PledgeState.CANCELLED.value,
}


@dataclass(frozen=True, slots=True)
class Due:
    """One instalment: what was promised for a day, and what came of it."""

    due_on: date
    amount: int
    paid: int = 0

    @property
    def missing(self) -> int:
        """What is still to come, in fen."""
        return self.amount - self.paid


def is_binding(form: str, *, serves_relief: bool) -> bool:
    """Whether delivery may be claimed in court (Charity Law, article 41): a promise made in the media, or a written
    agreement for the purposes of article 3, items 1 to 3."""
    return form == PledgeForm.PUBLIC or (form == PledgeForm.WRITTEN and serves_relief)


def spread(plan: Sequence[Due], received: int) -> list[Due]:
    """Return the instalments in order of their days with what came: the earliest is paid first."""
    rest, parts = received, []
    for one in sorted(plan, key=lambda due: due.due_on):
        paid = min(one.amount, max(rest, 0))
        parts.append(Due(one.due_on, one.amount, paid))
        rest -= paid
    return parts


def overdue(plan: Sequence[Due], received: int, today: date) -> int:
    """Return what should have come by yesterday and did not, in fen."""
    return sum(one.missing for one in spread(plan, received) if one.due_on < today)


def next_due(plan: Sequence[Due], received: int) -> Due | None:
    """Return the earliest instalment that is not whole, None when all came."""
    return next((one for one in spread(plan, received) if one.missing), None)


def standing(state: str, plan: Sequence[Due], received: int, today: date) -> Standing:
    """Return how a pledge stands on a day."""
    if state != PledgeState.OPEN:
        return Standing(state)
    if received >= sum(one.amount for one in plan):
        return Standing.FULFILLED
    if overdue(plan, received, today):
        return Standing.OVERDUE
    return Standing.PART if received else Standing.AWAITED


def equal_parts(amount: int, *, first: date, times: int, months: int) -> list[Due]:
    """Return a plan of `times` instalments, `months` apart, as equal as fen allow. Raises `Refused`."""
    if not 1 <= times <= MOST_INSTALMENTS or amount < times:
        raise Refused(_("分几期要在 1 到 %(most)d 之间。") % {"most": MOST_INSTALMENTS}, "times")
    parts = money.split(amount, [1] * times)
    return [Due(add_months(first, months * place), part) for place, part in enumerate(parts)]


def check_plan(amount: int, plan: Sequence[Due], *, pledged_on: date) -> None:
    """Raise `Refused` unless the instalments are a plan for exactly this amount."""
    if not plan or len(plan) > MOST_INSTALMENTS:
        raise Refused(_("请写什么时候付，最多 %(most)d 期。") % {"most": MOST_INSTALMENTS}, "plan")
    days = [one.due_on for one in plan]
    if len(set(days)) != len(days):
        raise Refused(_("同一天写了两期，请合成一期。"), "plan")
    if any(one.amount <= 0 for one in plan):
        raise Refused(_("每一期的金额要大于 0。"), "plan")
    if min(days) < pledged_on:
        raise Refused(_("付款的日子不能早于认捐的日子。"), "plan")
    if max(days) > add_months(pledged_on, 12 * MOST_YEARS):
        raise Refused(_("付款的日子太远了，请核对年份。"), "plan")
    total = sum(one.amount for one in plan)
    if total != amount:
        raise Refused(
            _("各期加起来是 ¥%(sum)s，和认捐的 ¥%(amount)s 不一样。")
            % {"sum": money.written(total), "amount": money.written(amount)},
            "plan",
        )
