"""Gifts in kind: how they are valued, what of them is left, and the lines that book them. Plain values only.

Amounts are integer fen; quantities are whole units, the unit chosen small enough (500 克一袋).
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import money
from apps.core.verdicts import Refused
from apps.ledger.rules import Line

MAX_QUANTITY = 10_000_000
NAME_LIMIT, UNIT_LIMIT, PLACE_LIMIT, NOTE_LIMIT, RECEIPT_LIMIT = 60, 10, 60, 200, 60


class Nature(TextChoices):
    """What was given in kind. Volunteers' hours are neither: they are kept with the volunteers."""

    GOODS = "goods", gettext_lazy("物资")
    SERVICE = "service", gettext_lazy("服务")


class Basis(TextChoices):
    """What a value rests on: the donor's voucher, else fair value in the order of 财会〔2024〕25号 article 19."""

    VOUCHER = "voucher", gettext_lazy("捐赠方的发票等凭据")
    FACTORY = "factory", gettext_lazy("同类物资的出厂价")
    SALE = "sale", gettext_lazy("同类物资的销售价")
    GUIDE = "guide", gettext_lazy("政府指导价")
    PLATFORM = "platform", gettext_lazy("大型电商平台同类物资的价格")
    REASONABLE = "reasonable", gettext_lazy("没有市场价，用别的合理办法估")
    NONE = "none", gettext_lazy("没有凭据，也估不出可靠的价")


class Beneficiaries(TextChoices):
    """Whom things are handed to."""

    HARDSHIP = "hardship", gettext_lazy("困难家庭")
    ELDERLY = "elderly", gettext_lazy("老人")
    CHILDREN = "children", gettext_lazy("儿童")
    DISABLED = "disabled", gettext_lazy("残疾人")
    PATIENTS = "patients", gettext_lazy("病人")
    DISASTER = "disaster", gettext_lazy("受灾群众")
    RESIDENTS = "residents", gettext_lazy("社区居民")
    WORKERS = "workers", gettext_lazy("社工和志愿者")


class MoveKind(TextChoices):
    """How things leave the store."""

    ISSUE = "issue", gettext_lazy("发放")
    SALE = "sale", gettext_lazy("变卖")
    LOSS = "loss", gettext_lazy("核销")
    RETURN = "return", gettext_lazy("退回、更正")


class LossState(TextChoices):
    """How far a write-off is that two people decide."""

    WAITING = "waiting", gettext_lazy("待复核")
    DONE = "done", gettext_lazy("已核销")
    REJECTED = "rejected", gettext_lazy("不予核销")


class LossCause(TextChoices):
    """Why things are written off. What spoilt in the store stays a gift; what went back or never came is none.

    民间非营利组织会计制度 (财会〔2024〕25号), article 73: what has to go back for a reason outside the organisation
    lowers income, for a reason of its own it is an expense.
    """

    SPOILT = "spoilt", gettext_lazy("坏了、过期或少了")
    RETURNED = "returned", gettext_lazy("退回捐赠人，不是本会的原因")
    OWN = "own", gettext_lazy("退回捐赠人，是本会的原因")
    NEVER = "never", gettext_lazy("登记错了，没有收到")

    @property
    def is_undoing(self) -> bool:
        """Whether the things are no gift any more."""
        return self is not LossCause.SPOILT

    @property
    def move(self) -> MoveKind:
        """As what it leaves: less income, or a loss of ours."""
        return MoveKind.RETURN if self in {LossCause.RETURNED, LossCause.NEVER} else MoveKind.LOSS


@dataclass(frozen=True, slots=True)
class Valuation:
    """What a gift in kind is said to be worth (fen), on what basis, and what the voucher says, if there is one."""

    basis: str
    value: int = 0
    voucher: int | None = None
    note: str = ""
    # The voucher is there, but far from fair value.
    voucher_is_off: bool = False


def booked_value(nature: str, said: Valuation) -> int:
    """Return the fen at which the gift enters the books; 0 is kept in the register and disclosed, but never booked.

    Goods: the voucher's amount unless it is far from fair value, else fair value (articles 18 and 19). Services: only
    with an invoice or the like, at its amount (article 18); everything else is only disclosed. Raises `Refused`.
    """
    if nature not in Nature.values:
        raise Refused(_("请选择物资还是服务。"), "nature")
    if said.basis not in Basis.values:
        raise Refused(_("请选择按什么计价。"), "basis")
    for fen, field in ((said.value, "value"), (said.voucher or 0, "voucher")):
        if type(fen) is not int or not 0 <= fen <= money.MAX_FEN:
            raise Refused(_("金额要大于 0，不超过 ¥99,999,999.99。"), field)
    if said.basis == Basis.VOUCHER:
        return _by_voucher(said)
    if nature == Nature.SERVICE:
        return 0
    if said.voucher and not said.voucher_is_off:
        raise Refused(
            _("有凭据的先按凭据计价；凭据和公允价值相差较大，才改用公允价值，请勾选并说明。"), "basis"
        )
    if said.basis == Basis.NONE:
        if said.value:
            raise Refused(_("估不出可靠的价，金额就不要填；这批物资只登记、公示，不入账。"), "value")
        return 0
    if not said.value:
        raise Refused(_("请写这批物资一共值多少钱。"), "value")
    if not said.note:
        raise Refused(_("没有按凭据计价，请写明价格从哪里来，给审计看。"), "note")
    return said.value


def _by_voucher(said: Valuation) -> int:
    if not said.voucher:
        raise Refused(_("按凭据计价，请填凭据上的金额。"), "voucher")
    if said.voucher_is_off:
        raise Refused(_("凭据和公允价值相差较大，请改按公允价值计价。"), "basis")
    if said.value not in {0, said.voucher}:
        raise Refused(_("按凭据计价时，金额要和凭据上的一样。"), "value")
    return said.voucher


def needs_proof(basis: str) -> bool:
    """Whether a receipt waits for the donor's proof of fair value: their voucher is one, another price is not.

    公告2020年第27号, article 13: a donor of other things than money hands in a proof of their fair value; without one
    no receipt may be issued.
    """
    return basis != Basis.VOUCHER


def why_no_receipt(nature: str, basis: str, value: int) -> str:
    """Return the sentence why a gift in kind gets no fiscal receipt at all; empty when it may get one."""
    if nature == Nature.SERVICE:
        return _(
            "捐赠票据开给捐赠的财物（财综〔2024〕1号第二条），服务不是财物，不开捐赠票据；可以另写感谢信。"
        )
    if basis == Basis.NONE or not value:
        return _(
            "这批物资没有可靠的价值。没有公允价值的证明，不能开捐赠票据"
            "（财政部、税务总局、民政部公告2020年第27号第十三条）。"
        )
    return ""


def part_value(value: int, quantity: int, gone: int, leaving: int) -> int:
    """Return the fen that leave with `leaving` of `quantity` units after `gone` have left; all parts add up to `value`.

    Raises ValueError for more than there is.
    """
    if leaving <= 0 or gone < 0 or gone + leaving > quantity:
        raise ValueError("a part must be within what is left")
    return value * (gone + leaving) // quantity - value * gone // quantity


def receive_lines(fund: str, restriction: str, donor: str, value: int, *, is_service: bool) -> list[Line]:
    """Book a gift in kind: things into 1201 存货; a service is used up as it comes (5101 业务活动成本)."""
    account = "programme_expense" if is_service else "inventory"
    return [
        Line("donation_income", -value, fund, restriction, donor=donor),
        Line(account, value, fund, restriction, donor=donor),
    ]


def leave_lines(
    fund: str, restriction: str, kind: str, value: int, *, proceeds: int = 0, account: str = ""
) -> list[Line]:
    """Book things that leave: handed out or sold as 业务活动成本, lost as 管理费用, the proceeds as 商品销售收入.

    What is returned is less 捐赠收入 (财会〔2024〕25号, article 73).
    """
    cost = {MoveKind.LOSS.value: "admin_expense", MoveKind.RETURN.value: "donation_income"}.get(
        str(kind), "programme_expense"
    )
    lines = []
    if value:
        lines += [Line(cost, value, fund, restriction), Line("inventory", -value, fund, restriction)]
    if proceeds:
        lines += [
            Line(account, proceeds, fund, restriction),
            Line("sales_income", -proceeds, fund, restriction),
        ]
    return lines
