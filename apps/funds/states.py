"""Choices of funds, rulebooks and approvals, and the moves between their states."""

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


class SuspensionKind(models.TextChoices):
    """Why a fund is suspended, as everyone may read it."""

    REORGANISING = "reorganising", _("区划调整或换届")
    NO_COMMITTEE = "no_committee", _("管委会不能履职")
    CHECKING = "checking", _("正在检查")
    IDLE = "idle", _("长期没有活动")
    OTHER = "other", _("其他原因")


class ApplicationState(models.TextChoices):
    """How far an application for a new fund is."""

    SUBMITTED = "submitted", _("审批中")
    RETURNED = "returned", _("已退回")
    APPROVED = "approved", _("已同意，待签协议")
    SIGNED = "signed", _("协议已拟")
    OPENED = "opened", _("已设立")
    REFUSED = "refused", _("不同意")
    WITHDRAWN = "withdrawn", _("已撤回")


class SuccessionKind(models.TextChoices):
    """How a fund ends: into another, into several, or with its surplus given on."""

    MERGER = "merger", pgettext_lazy("noun", "合并")
    SPLIT = "split", pgettext_lazy("noun", "拆分")
    CLOSING = "closing", pgettext_lazy("noun", "终止")


class PurposeBasis(models.TextChoices):
    """What allows a change of purpose (慈善法第五十六条)."""

    CONSENT = "consent", _("捐赠人书面同意")
    FILING = "filing", _("已报民政部门备案")


class Field(models.TextChoices):
    """The five fields of 綦江's community funds."""

    RELIEF = "relief", _("社会救助")
    ELDERLY = "elderly", _("养老服务")
    CHILDREN = "children", _("儿童关爱")
    SOCIAL = "social", _("社会事务")
    SAFETY = "safety", _("平安建设")


class ApprovalKind(models.TextChoices):
    """What a chain of approvals is about."""

    FUND = "fund", _("设立基金")
    MOTION = "motion", _("议案复核")
    SEED = "seed", _("启动资金申请")


class ApprovalState(models.TextChoices):
    """Where a chain of approvals stands."""

    OPEN = "open", _("审批中")
    RETURNED = "returned", _("已退回")
    PASSED = "passed", _("已同意")
    REFUSED = "refused", _("不同意")
    WITHDRAWN = "withdrawn", _("已撤回")


class PartyKind(models.TextChoices):
    """What makes somebody a party to what is asked, so that others decide it."""

    SEAT = "seat", _("在这个基金的管委会任职")
    TIE = "tie", _("和这件事有申报过的关系")


class StepState(models.TextChoices):
    """Where one step of a chain stands."""

    WAITING = "waiting", _("还没轮到")
    CURRENT = "current", _("待审批")
    PASSED = "passed", _("同意")
    RETURNED = "returned", _("退回")
    REFUSED = "refused", _("不同意")


FUND_MOVES: Moves = {
    FundState.OPEN: frozenset({FundState.SUSPENDED, FundState.CLOSED}),
    FundState.SUSPENDED: frozenset({FundState.OPEN, FundState.CLOSED}),
}
APPROVAL_MOVES: Moves = {
    ApprovalState.OPEN: frozenset(
        {ApprovalState.RETURNED, ApprovalState.PASSED, ApprovalState.REFUSED, ApprovalState.WITHDRAWN}
    ),
    ApprovalState.RETURNED: frozenset({ApprovalState.OPEN, ApprovalState.WITHDRAWN}),
}
# Loses nothing of what was said: a returned application is mended and handed in again.
APPLICATION_MOVES: Moves = {
    ApplicationState.SUBMITTED: frozenset(
        {
            ApplicationState.RETURNED,
            ApplicationState.APPROVED,
            ApplicationState.REFUSED,
            ApplicationState.WITHDRAWN,
        }
    ),
    ApplicationState.RETURNED: frozenset({ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN}),
    ApplicationState.APPROVED: frozenset({ApplicationState.SIGNED, ApplicationState.WITHDRAWN}),
    ApplicationState.SIGNED: frozenset(
        {ApplicationState.SIGNED, ApplicationState.OPENED, ApplicationState.WITHDRAWN}
    ),
}
