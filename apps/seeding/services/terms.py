"""What a programme may be: its parts as plain values, and the sentences for what they may not be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.core import money
from apps.core.names import clean_text
from apps.core.verdicts import Refused
from apps.donations.states import Channel
from apps.seeding.rules import FULL_BP, Ratio
from apps.seeding.states import ProgrammeKind, RewardRule
from apps.users.models import Role

MAX_RATIO, MAX_POINTS, MAX_CRITERIA, MAX_STEPS, MAX_STEP_DAYS = 10_000, 1000, 12, 5, 90
# Who may decide a step at the host, and in a division.
HOST_ROLES = (Role.Kind.HOST_ADMIN.value, Role.Kind.FINANCE.value)
DIVISION_ROLES = (Role.Kind.TOWN_COORDINATOR.value,)
HOST_LEVEL, LEVELS = 0, (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Reach:
    """Which funds a programme is for, and how it is shared among places. Divisions are codes, amounts fen."""

    divisions: tuple[str, ...] = ()
    pilots: tuple[str, ...] = ()
    pilot_bp: int = 0
    quota_level: int = 0
    quota_awards: int = 0
    quota_fen: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One level an application passes: the host (level 0) or the fund's division at a level, within so many days."""

    label: str
    role: str
    level: int
    days: int

    def as_json(self) -> dict[str, Any]:
        """Return the step as the programme keeps it."""
        return {"label": self.label, "role": self.role, "level": self.level, "days": self.days}


@dataclass(frozen=True, slots=True)
class Applying:
    """Until when funds may apply, and the levels an application passes, in order."""

    until: date
    chain: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """The terms of matching; 0 means no such limit, and for `anonymous_day_cap` that such gifts are not matched."""

    ratio: Ratio
    gift_min: int = 0
    gift_cap: int = 0
    day_cap: int = 0
    anonymous_day_cap: int = 0
    channels: tuple[str, ...] = ()
    never_matched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reward:
    """The terms of rewards: criteria (label, most points), bands (points, fen) or none for shares of the pot."""

    rule: str
    criteria: tuple[tuple[str, int], ...]
    results_from: date
    results_until: date
    bands: tuple[tuple[int, int], ...] = ()
    pass_points: int = 0
    reviewers_min: int = 2


def check_sums(pot: int, per_fund: int) -> None:
    """Raise `Refused` unless the pot holds at least one sum."""
    if per_fund <= 0:
        raise Refused(_("金额要大于 0。"), "per_fund")
    if pot < per_fund:
        raise Refused(_("总额不够给一个基金。"), "pot")
    if pot > money.MAX_FEN:
        raise Refused(_("金额不能超过 ¥99,999,999.99，请核对。"), "pot")


def check_days(opens_on: date, closes_on: date, applying: Applying | None) -> None:
    """Raise `Refused` for days in the wrong order."""
    if closes_on < opens_on:
        raise Refused(_("结束日不能早于开始日。"), "closes_on")
    if applying is not None and not opens_on <= applying.until <= closes_on:
        raise Refused(_("申请截止日要在开始日和结束日之间。"), "apply_until")


def check_ratio(terms: Matching) -> None:
    """Raise `Refused` for a ratio that is none."""
    for value, field in ((terms.ratio.part, "ratio_part"), (terms.ratio.whole, "ratio_whole")):
        if type(value) is not int or not 1 <= value <= MAX_RATIO:
            raise Refused(_("配捐比例的两个数都要在 1 到 %(most)d 之间。") % {"most": MAX_RATIO}, field)


def check_matching(terms: Matching, pot: int, applying: Applying | None) -> None:
    """Raise `Refused` for caps that contradict each other or stand above the pot."""
    caps = (
        (terms.gift_cap, "gift_cap"),
        (terms.day_cap, "day_cap"),
        (terms.anonymous_day_cap, "anonymous_day_cap"),
    )
    for value, field in caps:
        if value < 0 or value > pot:
            raise Refused(_("封顶不能是负数，也不能高过总额 ¥%(pot)s。") % {"pot": money.written(pot)}, field)
    if terms.day_cap and terms.gift_cap > terms.day_cap:
        raise Refused(_("单笔封顶不能高过同一来源当日封顶。"), "gift_cap")
    if terms.gift_min < 0 or terms.gift_min > money.MAX_FEN:
        raise Refused(_("起配金额要在 ¥0 到 ¥99,999,999.99 之间。"), "gift_min")
    if unknown := set(terms.channels) - set(Channel.values):
        raise Refused(_("没有“%(channel)s”这种捐款方式。") % {"channel": sorted(unknown)[0]}, "channels")
    if applying is not None:
        raise Refused(_("配捐不用申请：捐款一入账就按先后配。"), "apply_until")


def check_reward(terms: Reward, applying: Applying | None) -> None:
    """Raise `Refused` for criteria, bands or days that nobody could score by."""
    if applying is None:
        raise Refused(_("以奖代补要由基金申请，请填写申请截止日。"), "apply_until")
    if terms.rule not in RewardRule.values:
        raise Refused(_("请选择怎么按得分给钱。"), "rule")
    if not 1 <= len(terms.criteria) <= MAX_CRITERIA:
        raise Refused(_("评分标准要有 1 到 %(most)d 条。") % {"most": MAX_CRITERIA}, "criteria")
    labels = [clean_text(label, field="criteria", limit=100) for label, _most in terms.criteria]
    if not all(labels) or len(set(labels)) != len(labels):
        raise Refused(_("每条评分标准都要有名称，而且不能重名。"), "criteria")
    if any(not 1 <= most <= MAX_POINTS for _label, most in terms.criteria):
        raise Refused(_("每条评分标准的满分要在 1 到 %(most)d 之间。") % {"most": MAX_POINTS}, "criteria")
    full = sum(most for _label, most in terms.criteria)
    _check_bands(terms, full)
    if not 0 <= terms.pass_points <= full:
        raise Refused(_("及格分不能高过满分 %(full)d。") % {"full": full}, "pass_points")
    if not 1 <= terms.reviewers_min <= MAX_CRITERIA:
        raise Refused(_("评分人数要在 1 到 %(most)d 之间。") % {"most": MAX_CRITERIA}, "reviewers_min")
    if terms.results_until < terms.results_from:
        raise Refused(_("成果的结束日不能早于开始日。"), "results_until")


def _check_bands(terms: Reward, full: int) -> None:
    if (terms.rule == RewardRule.BANDS) != bool(terms.bands):
        raise Refused(_("按分数段给，要写分数段；按比例分，就不写。"), "bands")
    points = [at for at, _fen in terms.bands]
    if any(not 0 <= at <= full or fen <= 0 for at, fen in terms.bands) or len(set(points)) != len(points):
        raise Refused(
            _("分数段要在 0 到满分 %(full)d 之间，金额大于 0，分数不重复。") % {"full": full}, "bands"
        )


def check_reach(reach: Reach, kind: str) -> None:
    """Raise `Refused` for shares and quotas that make no sense."""
    if not 0 <= reach.pilot_bp <= FULL_BP:
        raise Refused(_("试点的比例要在 0 到 100 % 之间。"), "pilot_bp")
    if bool(reach.pilot_bp) != bool(reach.pilots):
        raise Refused(_("试点和试点的比例要一起填。"), "pilots")
    if reach.quota_level not in (0, *LEVELS) or min(reach.quota_awards, reach.quota_fen) < 0:
        raise Refused(_("名额不能是负数。"), "quota_awards")
    if bool(reach.quota_level) != bool(reach.quota_awards or reach.quota_fen):
        raise Refused(_("每个地方的名额或金额，要和按哪一级算一起填。"), "quota_level")
    if kind == ProgrammeKind.MATCHING and (reach.pilot_bp or reach.quota_level):
        raise Refused(_("配捐按先后给，不设名额和试点比例；要限制范围，请选区划。"), "quota_level")


def check_step(step: Step, number: int) -> None:
    """Raise `Refused` for a step that nobody could decide."""
    facts = {"number": number, "label": step.label}
    if not clean_text(step.label, field="chain", limit=40):
        raise Refused(_("第 %(number)d 步要有名称。") % facts, "chain")
    if step.role not in (HOST_ROLES if step.level == HOST_LEVEL else DIVISION_ROLES):
        raise Refused(_("第 %(number)d 步“%(label)s”的身份不能审核这一级。") % facts, "chain")
    if step.level not in (HOST_LEVEL, *LEVELS) or not 1 <= step.days <= MAX_STEP_DAYS:
        raise Refused(
            _("第 %(number)d 步“%(label)s”要在 1 到 %(most)d 天里办。") % {**facts, "most": MAX_STEP_DAYS},
            "chain",
        )


def check_steps(steps: Sequence[Step]) -> None:
    """Raise `Refused` unless there are some steps, each possible."""
    if not 1 <= len(steps) <= MAX_STEPS:
        raise Refused(_("审核要有 1 到 %(most)d 步。") % {"most": MAX_STEPS}, "chain")
    for number, step in enumerate(steps, 1):
        check_step(step, number)
