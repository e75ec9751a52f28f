"""Choices of funds and rulebooks, and the moves between a fund's states."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.moves import Moves


class FundKind(models.TextChoices):
    """Whom a fund serves."""

    GENERAL = "general", _("慈善会本部")
    DISTRICT = "district", _("区级专项基金")
    TOWN = "town", _("街镇专项基金")
    COMMUNITY = "community", _("社区慈善基金")


class FundState(models.TextChoices):
    """Whether a fund takes gifts and makes promises."""

    OPEN = "open", _("运行中")
    SUSPENDED = "suspended", pgettext_lazy("state", "暂停")
    CLOSED = "closed", _("已关闭")


class RuleLevel(models.IntegerChoices):
    """Who set a rule; a larger number may only tighten what a smaller one set."""

    HOST = 1, _("慈善会定")
    DISTRICT = 2, _("区定")
    TOWN = 3, _("街镇定")
    COMMUNITY = 4, _("社区定")


FUND_MOVES: Moves = {
    FundState.OPEN: frozenset({FundState.SUSPENDED, FundState.CLOSED}),
    FundState.SUSPENDED: frozenset({FundState.OPEN, FundState.CLOSED}),
}
