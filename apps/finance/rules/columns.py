"""The columns of a bank statement under the names that banks give them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.verdicts import Refused

# The best name of each column first. From the bank's side a debit of the charity's account is money out.
NAMES: dict[str, tuple[str, ...]] = {
    "day": (
        "记账日期", "入账日期", "会计日期", "交易日期", "交易日", "日期", "记账时间", "入账时间", "交易时间", "date",
    ),
    "amount": ("交易金额", "发生额", "发生金额", "金额", "amount"),
    "outgo": (
        "借方金额", "借方发生额", "借方", "支出金额", "支出", "付款金额", "转出金额", "支取金额",
        "借方发生金额", "debit",
    ),
    "income": (
        "贷方金额", "贷方发生额", "贷方", "收入金额", "收入", "收款金额", "转入金额", "存入金额",
        "贷方发生金额", "credit",
    ),
    "side": ("借贷标志", "借贷方向", "借贷", "借/贷", "收支标志", "收/支", "收支", "收支类型", "资金流向"),
    "balance": ("账户余额", "当前余额", "本次余额", "交易后余额", "余额", "balance"),
    "counterparty": (
        "对方户名", "对方账户名称", "对方账户名", "对方名称", "对方单位名称", "对方单位", "对手户名", "对方姓名",
        "交易对方", "收(付)方名称", "收/付方名称", "收付款人名称", "付款人名称", "付款人", "counterparty",
    ),
    "reference": (
        "银行流水号", "交易流水号", "核心流水号", "账务流水号", "流水号", "交易参考号", "交易序号",
        "交易号", "reference",
    ),
}  # fmt: skip
MEMO_NAMES = ("摘要", "交易摘要", "附言", "交易附言", "用途", "交易用途", "备注", "memo")
HEADER_WITHIN = 40


@dataclass(frozen=True)
class Columns:
    """Where each column stands, and what the file calls it."""

    row: int
    places: dict[str, int]
    memos: tuple[int, ...]
    titles: dict[str, str]


def bare(title: str) -> str:
    """Return a column title without width, spaces, units and stars: `交易金额（元）*` → `交易金额`."""
    text = unicodedata.normalize("NFKC", title).strip().strip("*:：\"'")
    text = re.sub(r"[\(\[](?:元|人民币|rmb|cny|单位:?元)[\)\]]", "", text, flags=re.IGNORECASE)
    return re.sub(r"[\s*]+", "", text).lower()


def is_header(row: Sequence[str]) -> bool:
    """Tell whether a row names a day and an amount."""
    titles = {bare(cell) for cell in row}
    return any(name in titles for name in NAMES["day"]) and any(
        name in titles for key in ("amount", "income", "outgo") for name in NAMES[key]
    )


def find_columns(rows: Sequence[Sequence[str]]) -> Columns | None:
    """Return the columns named by the header row, which may stand below some title rows; None when there is none.

    Raises `Refused` when a title that is needed stands twice.
    """
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        if is_header(row):
            return _columns(index, row)
    return None


def _columns(index: int, row: Sequence[str]) -> Columns:
    titles = [bare(cell) for cell in row]
    places: dict[str, int] = {}
    for key, names in NAMES.items():
        name = next((name for name in names if name in titles), None)
        if name is None:
            continue
        if titles.count(name) > 1:
            raise Refused(
                _("表头里“%(title)s”出现了两次，不知道该用哪一列。")
                % {"title": row[titles.index(name)].strip()},
                "file",
            )
        places[key] = titles.index(name)
    memos = tuple(place for place, title in enumerate(titles) if title in MEMO_NAMES)
    called = {key: row[place].strip() for key, place in places.items()}
    return Columns(index, places, memos, called)
