"""Choices of seed programmes, their applications and what limited a match."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.moves import Moves


class ProgrammeKind(models.TextChoices):
    """How a programme gives money."""

    FIXED = "fixed", _("启动资金")
    MATCHING = "matching", _("配捐")
    REWARD = "reward", _("以奖代补")


class RewardRule(models.TextChoices):
    """How a score becomes a sum."""

    BANDS = "bands", _("按分数段")
    SHARE = "share", _("按得分比例分")


class ApplicationState(models.TextChoices):
    """How far a fund's application is."""

    UNDER_REVIEW = "under_review", _("审核中")
    RETURNED = "returned", _("退回修改")
    PASSED = "passed", _("已确认")
    REFUSED = "refused", _("未同意")
    WITHDRAWN = "withdrawn", _("已撤回")


class Cut(models.TextChoices):
    """Why a match is less than the ratio gives; empty when nothing cut it."""

    NONE = "", _("足额")
    MINIMUM = "minimum", _("低于起配金额")
    EXCLUDED = "excluded", _("本会、政府的捐款不配")
    ANONYMOUS = "anonymous", _("认不出来源的捐款不配")
    STATE = "state", _("基金没有在运行")
    GIFT = "gift", _("单笔封顶")
    DAY = "day", _("同一来源当日封顶")
    FUND = "fund", _("单支基金封顶")
    POT = "pot", _("总额给完")
    QUOTA = "quota", _("当地名额或试点比例用完")
    SCORE = "score", _("得分不到")


# An application that is over may be followed by a new one.
OVER = frozenset({ApplicationState.REFUSED, ApplicationState.WITHDRAWN})
APPLICATION_MOVES: Moves = {
    "under_review": frozenset({"returned", "passed", "refused", "withdrawn"}),
    "returned": frozenset({"under_review", "withdrawn"}),
}
