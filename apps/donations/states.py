"""Choices of gifts, refunds and events, and the moves between their states."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.moves import Moves


class Channel(models.TextChoices):
    """How a gift is paid."""

    STRIPE = "stripe", _("网上支付")
    BANK = "bank", _("银行转账")
    CASH = "cash", _("现金")
    PLATFORM = "platform", _("募捐平台")


class DonationState(models.TextChoices):
    """How far a gift is."""

    STARTED = "started", _("待付款")
    PENDING = "pending", _("付款处理中")
    BOOKED = "booked", _("已入账")
    FAILED = "failed", _("没有成功")
    EXPIRED = "expired", _("已过期")


class BatchKind(models.TextChoices):
    """Whose list of gifts it is."""

    EVENT = "event", _("活动现场的捐款")
    COLLECTIVE = "collective", _("单位的集体捐赠")


class BatchState(models.TextChoices):
    """How far a list of gifts is."""

    DECLARED = "declared", _("等名单")
    BOOKED = "booked", _("已入账")


class DepositState(models.TextChoices):
    """Where a deposit of cash stands."""

    BOOKED = "booked", _("已存入")
    UNDONE = "undone", _("已撤销")


class CountState(models.TextChoices):
    """How far the count of a donation box is."""

    COUNTED = "counted", _("等第二个人清点")
    BOOKED = "booked", _("已入账")
    DISCARDED = "dropped", _("作废")


class NameChoice(models.TextChoices):
    """What the public sees of a donor."""

    REAL = "real", _("公开姓名")
    MASKED = "masked", _("只公开姓")
    ANONYMOUS = "anonymous", _("匿名")


class PartnerKind(models.TextChoices):
    """Whom a cooperative campaign is run with, as the filing form distinguishes them."""

    ORGANISATION = "organisation", _("不具有公开募捐资格的组织")
    PERSON = "person", _("个人")


class CampaignPaper(models.TextChoices):
    """The papers that go with the filing form."""

    COMMITMENT = "commitment", _("承诺书")
    DECISION = "decision", _("内部决策文件")
    CONSENT = "consent", _("业务主管单位同意的文件")
    PLAN = "plan", _("预算和使用计划")
    EVALUATION = "evaluation", _("合作方评估报告")
    AGREEMENT = "agreement", _("合作协议")
    RECEIPT = "receipt", _("备案回执")


class CampaignReportKind(models.TextChoices):
    """When a campaign's money is published."""

    EMERGENCY = "emergency", _("应急每 5 日公布")
    PROGRESS = "progress", _("每三个月公布")
    CLOSING = "closing", _("结束后公布")


class DedicationKind(models.TextChoices):
    """How a gift is given for somebody else."""

    TO = "to", _("献给")
    IN_NAME_OF = "name", _("以谁的名义")


class RefundState(models.TextChoices):
    """How far a refund is."""

    WAITING = "waiting", _("待复核")
    ASKED = "asked", _("处理中")
    DONE = "done", _("已退")
    FAILED = "failed", _("没有成功")
    REJECTED = "rejected", _("不予退款")


class RefundReason(models.TextChoices):
    """Why finance gives a gift back. A gift lawfully given is not the donor's to take back at will (Civil Code,
    articles 658 and 660; Charity Law, article 41), so a reason of this kind is always named."""

    TWICE = "twice", _("重复付款")
    AMOUNT = "amount", _("金额付错")
    FUND = "fund", _("捐错了基金")
    IMPOSSIBLE = "impossible", _("项目或募捐活动办不成了")
    OTHER = "other", _("其他，请写明")


class RefundKind(models.TextChoices):
    """Why money went back."""

    REFUND = "refund", _("退款")
    DISPUTE = "dispute", _("付款人向银行拒付")


class ReceiptState(models.TextChoices):
    """How far a fiscal receipt is."""

    WAIVED = "waived", _("捐赠人不要票据")
    REQUESTED = "requested", _("待开票")
    ISSUED = "issued", _("已开票")
    VOID = "void", _("已冲红")
    CLOSED = "closed", _("没有开")


class VoidReason(models.TextChoices):
    """Why a receipt that was issued is reversed by a red-letter one."""

    WRONG = "wrong", _("开错了")
    REFUND = "refund", _("要退款或已退款")
    LOST = "lost", _("遗失，要补开")


class AgreementState(models.TextChoices):
    """How far an agreement about a gift is."""

    DRAWN = "drawn", _("待签")
    SIGNED = "signed", _("已签")


class CorrectionBasis(models.TextChoices):
    """What allows a gift to be moved to another book: it was booked wrongly, or its purpose was lawfully changed
    (Charity Law, article 56)."""

    MISTAKE = "mistake", _("记错了，按捐赠人原来的意思改")
    CONSENT = "consent", _("捐赠人同意改变用途")
    FILING = "filing", _("改变用途已报民政部门备案")


class PurposeState(models.TextChoices):
    """What a donor answered who was asked about another purpose."""

    ASKED = "asked", _("等捐赠人答复")
    AGREED = "agreed", _("捐赠人同意")
    REFUSED = "refused", _("捐赠人不同意")
    LAPSED = "lapsed", _("到期没有答复")
    WITHDRAWN = "withdrawn", _("已撤回")


class PlanRail(models.TextChoices):
    """How a monthly gift is paid: taken from a card, or asked for each month and paid by one's own hand."""

    CARD = "card", _("银行卡自动扣")
    REMINDER = "reminder", _("每月提醒，自己付")


class PlanState(models.TextChoices):
    """How a monthly gift stands."""

    STARTING = "starting", _("待付第一笔")
    ACTIVE = "active", _("进行中")
    PAUSED = "paused", pgettext_lazy("state", "暂停")
    PAST_DUE = "past_due", _("这个月没扣成")
    STOPPED = "stopped", _("已停止")


class PlanReason(models.TextChoices):
    """Why a monthly gift pauses or has stopped."""

    DONOR = "donor", _("您自己决定的")
    FUND = "fund", _("基金现在不收捐款")
    UNPAID = "unpaid", _("一直没有扣成")
    PROVIDER = "provider", _("在支付机构那边停的")
    UNSTARTED = "unstarted", _("第一笔没有付")
    ERASED = "erased", _("个人信息已经删除")


class EventState(models.TextChoices):
    """What became of a provider's event."""

    NEW = "new", _("待处理")
    DONE = "done", _("已处理")
    PARKED = "parked", _("搁置")


class AnswerWay(models.TextChoices):
    """How a donor answered whether their gift may serve another purpose."""

    LINK = "link", _("点开链接自己答的")
    PHONE = "phone", _("电话里答的")
    PAPER = "paper", _("书面答的")


class TextKind(models.TextChoices):
    """What a donor without e-mail is told, or asked."""

    REFUND = "refund", _("退款办好了")
    RECEIPT = "receipt", _("捐赠票据开好了")
    CORRECTION = "correction", _("捐款改了去处")
    PURPOSE = "purpose", _("问能不能改用途")
    CAMPAIGN = "campaign", _("捐款改了募捐活动")
    MONTH = "month", _("问这个月的月捐付不付")
    PLAN = "plan", _("月捐停下来了")
    PLEDGE_SOON = "pledge_soon", _("认捐的一期快到了")
    PLEDGE_LATE = "pledge_late", _("认捐的一期还没有收到")


class Asker(models.TextChoices):
    """Who speaks for a donor's wish about what the public sees."""

    DONOR = "donor", _("捐赠人本人")
    GUARDIAN = "guardian", _("捐赠人的监护人")
    FAMILY = "family", _("捐赠人的家人")
    AGENT = "agent", _("捐赠人委托的人")


class IdentityCheck(models.TextChoices):
    """How it was made sure that who asks may ask."""

    CALLED_BACK = "called_back", _("按登记的电话打回去，问过本人")
    GIFT_FACTS = "gift_facts", _("说得出这笔捐款的日子、金额和方式")
    CARD = "card", _("当面看过身份证件")
    SIGNED = "signed", _("有签名的书面材料，核对过")


# Money that arrives is booked whatever was thought of the gift before.
DONATION_MOVES: Moves = {
    "started": frozenset({"pending", "booked", "failed", "expired"}),
    "pending": frozenset({"booked", "failed"}),
    "failed": frozenset({"booked"}),
    "expired": frozenset({"pending", "booked"}),
}
# A large refund waits for a second person.
# A bank may send a refund back after it was reported as done; a dispute that was lost may still be won.
REFUND_MOVES: Moves = {
    "waiting": frozenset({"asked", "rejected"}),
    "asked": frozenset({"done", "failed"}),
    "done": frozenset({"failed"}),
}
# A receipt is never taken back without a trace: it becomes void, and a new row stands for the next one.
RECEIPT_MOVES: Moves = {
    "waived": frozenset({"requested"}),
    "requested": frozenset({"issued", "waived", "closed"}),
    "issued": frozenset({"void"}),
}
# A write-off is decided once, by a second person.
LOSS_MOVES: Moves = {"waiting": frozenset({"done", "rejected"})}
PLAN_MOVES: Moves = {
    "starting": frozenset({"active", "stopped"}),
    "active": frozenset({"paused", "past_due", "stopped"}),
    "past_due": frozenset({"active", "paused", "stopped"}),
    "paused": frozenset({"active", "past_due", "stopped"}),
}
# Silence is no consent: a request that lapsed may be asked again, never taken for a yes.
PURPOSE_MOVES: Moves = {"asked": frozenset({"agreed", "refused", "lapsed", "withdrawn"})}
# A slip that was written down wrongly is undone; the right one is written anew.
DEPOSIT_MOVES: Moves = {"booked": frozenset({"undone"})}
# A count is booked when a second person signs it, and never again.
COUNT_MOVES: Moves = {"counted": frozenset({"booked", "dropped"})}
