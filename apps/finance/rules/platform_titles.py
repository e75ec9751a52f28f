"""The designated fundraising platforms, the titles of their columns and the words in their cells.

The platforms publish no format and change their titles; these are the titles to begin with. Who imports names any other
title once, and the host's choice is remembered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from apps.finance.rules.columns import bare

ANONYMOUS_TITLE = "匿名"
NEEDED = ("order", "day", "amount")
FIELDS: Mapping[str, Promise] = {
    "order": gettext_lazy("订单号"),
    "day": gettext_lazy("支付时间"),
    "amount": gettext_lazy("捐款金额"),
    "fee": gettext_lazy("手续费"),
    "fund": gettext_lazy("基金"),
    "name": gettext_lazy("捐赠人"),
    "public": gettext_lazy("是否公开"),
    "public_amount": gettext_lazy("是否公开金额"),
    "message": gettext_lazy("留言"),
    "purpose": gettext_lazy("用途"),
    "dedication": gettext_lazy("献给谁"),
    "guardian": gettext_lazy("监护人同意"),
    "contact": gettext_lazy("联系方式"),
    "status": gettext_lazy("订单状态"),
}
# What any platform may call a column; a platform's own titles come first.
COMMON: Mapping[str, tuple[str, ...]] = {
    "order": ("订单号", "捐赠订单号", "交易订单号", "订单编号", "捐款单号", "交易单号"),
    "day": ("支付时间", "捐赠时间", "捐款时间", "交易时间", "付款时间", "支付日期", "捐赠日期"),
    "amount": ("捐款金额", "捐赠金额", "订单金额", "支付金额", "金额", "交易金额"),
    "fee": ("手续费", "支付手续费", "服务费", "渠道手续费"),
    "fund": ("基金", "基金名称", "基金编号", "捐给", "专项基金"),
    "name": ("捐赠人", "捐款人", "捐赠人姓名", "姓名", "昵称"),
    "public": ("是否公开", "公开姓名", "是否实名公示", "是否匿名"),
    "public_amount": ("是否公开金额", "公开金额", "公示金额"),
    "message": ("留言", "捐赠留言", "祝福语", "备注"),
    "purpose": ("用途", "限定用途", "捐款用途", "捐赠用途", "指定用途"),
    "dedication": ("献给谁", "献给", "献给谁、以谁的名义"),
    "guardian": ("监护人同意", "未成年人监护人同意"),
    "contact": (
        "联系方式",
        "捐赠人联系方式",
        "手机",
        "手机号",
        "手机号码",
        "联系电话",
        "电话",
        "邮箱",
        "电子邮箱",
    ),
    "status": ("订单状态", "交易状态", "支付状态", "状态"),
}
YES_WORDS = {"公开", "是", "实名", "实名公示", "不匿名", "yes", "y", "true", "1"}
NO_WORDS = {"", "匿名", "否", "不公开", "隐藏", "no", "n", "false", "0", "-"}
# Whether the amount is public; words about the name say nothing of it.
AMOUNT_WORDS = {"公开", "是", "yes", "y", "true", "1"}
# Under a title that asks whether the donor is anonymous, yes and no change sides; these words do not.
OPEN_WORDS = {"公开", "实名", "实名公示", "不匿名"}
SHUT_WORDS = {"否", "no", "n", "false", "0"}
# Only a child under 14 has anything there, and only with a written consent.
GUARDIAN_YES = {"同意", "已同意", "监护人同意"}
PAID_WORDS = {"", "支付成功", "已支付", "成功", "交易成功", "已完成", "捐赠成功", "捐款成功", "已付款"}


@dataclass(frozen=True)
class Platform:
    """A platform: its name, its own titles, and words by which a bank's line shows that it paid."""

    code: str
    name: Promise
    titles: Mapping[str, tuple[str, ...]]
    payers: tuple[str, ...]


PLATFORMS: Mapping[str, Platform] = {
    one.code: one
    for one in (
        Platform(
            "tencent",
            gettext_lazy("腾讯公益"),
            {"order": ("商户订单号", "捐款订单号"), "amount": ("捐款金额(元)",), "fund": ("项目子账户",)},
            ("财付通", "腾讯公益"),
        ),
        Platform(
            "alipay",
            gettext_lazy("支付宝公益"),
            {
                "order": ("支付宝交易号", "商户订单号"),
                "day": ("完成时间", "付款时间"),
                "amount": ("订单金额", "收入金额"),
                "fee": ("服务费", "商家服务费"),
            },
            ("支付宝",),
        ),
        Platform(
            "shuidi",
            gettext_lazy("水滴公益"),
            {"order": ("捐款单号",), "day": ("捐款时间",), "name": ("用户昵称",)},
            ("水滴",),
        ),
        Platform("other", gettext_lazy("其他指定平台"), {}, ()),
    )
}


@cache
def titles_of(platform: str, field: str) -> tuple[str, ...]:
    """Return what a platform may call a field, the best first, bare of width and units."""
    return tuple(bare(title) for title in (*PLATFORMS[platform].titles.get(field, ()), *COMMON[field]))
