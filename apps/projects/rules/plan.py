"""What milestones and indicators must be, when a milestone is late, and when to remind of it. Plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from apps.core import money
from apps.core.verdicts import Refused

MAX_MILESTONES = MAX_INDICATORS = 6
WHOLE_BP = 10_000
# The house's own defaults; no law or standard names these days.
REMIND_BEFORE, REMIND_AFTER = timedelta(days=7), timedelta(days=14)
AHEAD, TODAY, OVERDUE = "ahead", "today", "overdue"


@dataclass(frozen=True)
class MilestoneItem:
    """A milestone before it is a row."""

    words: str
    due_on: date
    share_bp: int = 0


@dataclass(frozen=True)
class IndicatorItem:
    """An indicator before it is a row."""

    words: str
    unit: str
    target: int


def in_order(items: Sequence[MilestoneItem], *, starts_on: date, ends_on: date) -> list[MilestoneItem]:
    """Return the milestones by their days.

    Raises `Refused` naming `milestones` and the line, for too many or a day outside the project.
    """
    if len(items) > MAX_MILESTONES:
        raise Refused(_("节点最多 %(limit)d 个，请把相近的合并。") % {"limit": MAX_MILESTONES}, "milestones")
    for number, item in enumerate(items, 1):
        if not starts_on <= item.due_on <= ends_on:
            raise Refused(
                _("第 %(number)d 个节点的日期不在项目的起止日期里（%(first)s 到 %(last)s）。")
                % {"number": number, "first": starts_on.isoformat(), "last": ends_on.isoformat()},
                "milestones",
            )
    return sorted(items, key=lambda item: item.due_on)


def check_parts(first_bp: int | None, shares: Sequence[int]) -> None:
    """Raise `Refused` unless the shares of a grant paid after its notice and at each milestone can be; what they leave
    is paid when the whole work is accepted. Basis points."""
    if first_bp is None and any(shares):
        raise Refused(_("请写公示期满先付百分之几；不先付就写 0。"), "first_share")
    if first_bp is not None and not 0 <= first_bp <= WHOLE_BP:
        raise Refused(_("公示期满先付的要在 0% 到 100% 之间。"), "first_share")
    if any(not 0 <= share <= WHOLE_BP for share in shares):
        raise Refused(_("每个节点付的要在 0% 到 100% 之间。"), "milestones")
    if (before := before_acceptance(first_bp, shares)) > WHOLE_BP:
        raise Refused(
            _("公示期满和各个节点付的加起来是 %(sum)s，超过了 100%%。") % {"sum": money.percent(before)},
            "milestones",
        )


def before_acceptance(first_bp: int | None, shares: Sequence[int]) -> int:
    """Return the share of a grant that a plan pays before the whole work is accepted, in basis points."""
    return (first_bp or 0) + sum(shares)


def check_indicators(items: Sequence[IndicatorItem], *, largest: int) -> None:
    """Raise `Refused` naming `indicators` for too many, a name used twice, or a target that cannot be."""
    if len(items) > MAX_INDICATORS:
        raise Refused(_("指标最多 %(limit)d 个。") % {"limit": MAX_INDICATORS}, "indicators")
    if len({item.words for item in items}) != len(items):
        raise Refused(_("同一个指标只写一次。"), "indicators")
    if any(not 0 < item.target <= largest for item in items):
        raise Refused(_("每个指标的目标要大于 0。"), "indicators")


def days_late(due_on: date, *, is_reported: bool, today: date) -> int:
    """Return by how many days a milestone is late; 0 when its report is in, or its day has not passed."""
    return 0 if is_reported else max((today - due_on).days, 0)


def occasion(due_on: date, *, today: date) -> str:
    """Return on which occasion to remind of an unreported milestone today, or an empty text.

    A week ahead, on the day, and once it has passed; each is told once, and a worker that stood still catches up.
    """
    if today == due_on:
        return TODAY
    if due_on < today <= due_on + REMIND_AFTER:
        return OVERDUE
    return AHEAD if due_on - REMIND_BEFORE <= today < due_on else ""


def reached(values: Sequence[int], *, adds_up: bool) -> int:
    """Return what reports in their order say of an indicator: their sum, or of people the last figure."""
    if adds_up:
        return sum(values)
    return values[-1] if values else 0
