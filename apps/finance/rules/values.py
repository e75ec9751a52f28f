"""Single values as banks write them: days and amounts. A wrong one raises `ValueError` with a sentence."""

import re
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

# ¥10,000,000,000: far above any line of such an account; a bigger figure is a column that slipped.
MAX_LINE_FEN = 10**12
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DAYS = range(36_526, 73_051)  # 2000-01-01 … 2099-12-31
_WIDE = str.maketrans("０１２３４５６７８９，．－＋（）￥−", "0123456789,.-+()¥-")
_AMOUNT = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.(\d+))?", re.ASCII)
_DAY = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))(.*)",
    re.ASCII | re.DOTALL,
)
_TIME = re.compile(r"(?:[ T\t]*(?:[01]?\d|2[0-3])[:：]?[0-5]\d(?:[:：]?[0-5]\d)?(?:\.\d{1,6})?)?", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
INWARD = {"贷", "贷方", "c", "cr", "收", "收入", "转入", "入", "入账", "+", "来账"}
OUTWARD = {"借", "借方", "d", "dr", "支", "支出", "转出", "出", "出账", "-", "往账"}


def read_amount(text: str) -> int:
    """Return fen, negative for `-5` and `(5.00)`; an empty cell is 0. Thousands commas and full-width digits are read.

    Raises ValueError with a sentence for anything else: letters, exponents, parts of a fen.
    """
    cleaned = text.translate(_WIDE).strip().lstrip("¥").strip().removesuffix("元").strip()
    if cleaned in {"", "-", "--"}:
        return 0
    sign, digits = 1, cleaned
    if digits.startswith("(") and digits.endswith(")"):
        sign, digits = -1, digits[1:-1]
    elif digits[0] in "+-":
        sign, digits = (-1 if digits[0] == "-" else 1), digits[1:]
    match = _AMOUNT.fullmatch(digits.strip().lstrip("¥"))
    if match is None:
        raise ValueError(_("“%(text)s”不是金额，请写成 1,234.56 这样。") % {"text": text[:40]})
    if len((match.group(1) or "").rstrip("0")) > 2:
        raise ValueError(_("“%(text)s”不到一分的零头记不了账，最多两位小数。") % {"text": text[:40]})
    fen = int(Decimal(match.group(0).replace(",", "")) * 100)
    if fen > MAX_LINE_FEN:
        raise ValueError(_("“%(text)s”大得不像一笔流水，请核对列有没有错位。") % {"text": text[:40]})
    return sign * fen


def read_day(text: str) -> date:
    """Return the day a cell names, with or without a time of day: 2026-11-21, 2026/11/21, 20261121, 2026年11月21日, or
    Excel's serial number. Raises ValueError with a sentence for anything else."""
    cleaned = text.translate(_WIDE).strip()
    if (serial := _SERIAL.fullmatch(cleaned)) and int(serial.group(1)) in EXCEL_DAYS:
        return EXCEL_EPOCH + timedelta(days=int(serial.group(1)))
    match = _DAY.fullmatch(cleaned)
    if match is None or not _TIME.fullmatch(match.group(9)):
        raise ValueError(
            _("“%(text)s”不是能认准的日期，请写成 2026-11-21 这样（年在最前）。") % {"text": text[:40]}
        )
    parts = [part for part in match.group(3, 4, 5, 6, 7, 8) if part]
    try:
        return date(int(match.group(1)), int(parts[0]), int(parts[1]))
    except ValueError:
        raise ValueError(_("“%(text)s”日历上没有这一天。") % {"text": text[:40]}) from None


def read_side(text: str) -> int:
    """Return +1 for money in and -1 for money out. Raises ValueError with a sentence."""
    word = text.translate(_WIDE).strip().lower()
    if word in INWARD:
        return 1
    if word in OUTWARD:
        return -1
    raise ValueError(_("“%(text)s”看不出是收还是支。") % {"text": text[:20]})


def signed_amount(*, amount: str, income: str, outgo: str, side: str) -> int:
    """Return a line's fen, positive in and negative out, from whichever columns a bank uses.

    Raises ValueError with a sentence when there is no amount or it stands in two columns.
    """
    if income.strip() or outgo.strip():
        came, went = read_amount(income), read_amount(outgo)
        if came and went:
            raise ValueError(_("收入和支出两列都有金额，不知道是哪一边。"))
        fen = came - went
    else:
        fen = read_amount(amount)
        if side.strip() and fen:
            fen = read_side(side) * abs(fen)
    if not fen:
        raise ValueError(_("这一行没有金额。"))
    return fen
