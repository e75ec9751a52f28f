"""Money is integer fen inside and `Money` (CNY) at the edges; one yuan is a hundred fen."""

import re
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from djmoney.money import Money

from apps.core.verdicts import Refused

CURRENCY = "CNY"
# Stripe's largest amount, and far above any gift; a bigger figure is a typing error.
MAX_FEN = 99_999_999_99
DIGITS = "零壹贰叁肆伍陆柒捌玖"
_AMOUNT = re.compile(r"(?:[1-9]\d{0,2}(?:,\d{3})+|0|[1-9]\d{0,11})(?:\.(\d{1,2}))?", re.ASCII)


def yuan(fen: int) -> Money:
    """Return `fen` as Money in yuan."""
    return Money(Decimal(fen) / 100, CURRENCY)


def fen(amount: Money) -> int:
    """Return Money as integer fen. Raises `Refused` for another currency or a part of a fen."""
    if str(amount.currency) != CURRENCY:
        raise Refused(_("金额只能是人民币（CNY）。"))
    whole = amount.amount * 100
    if whole != whole.to_integral_value():
        raise Refused(_("金额最多两位小数，精确到分。"))
    return int(whole)


def parse_amount(text: str, *, field: str | None = None) -> int:
    """Read what a person or a file writes as an amount in yuan and return positive fen.

    Accepts `50`, `50.5`, `1,234.56`. Raises `Refused` with a sentence for everything else: signs, exponents, full-width
    digits, three decimals, zero, too large.
    """
    cleaned = text.strip(" \t")
    match = _AMOUNT.fullmatch(cleaned)
    if match is None:
        raise Refused(_("金额请用阿拉伯数字写，最多两位小数，比如 50 或 1,234.56。"), field)
    value = int(Decimal(cleaned.replace(",", "")) * 100)
    if value <= 0:
        raise Refused(_("金额要大于 0。"), field)
    if value > MAX_FEN:
        raise Refused(_("金额不能超过 ¥99,999,999.99，请核对。"), field)
    return value


def written(amount_fen: int, *, sign: bool = False) -> str:
    """Return fen as `1,234.56` without a currency sign; the minus is U+2212, a plus only when asked."""
    whole, part = divmod(abs(amount_fen), 100)
    mark = "\u2212" if amount_fen < 0 else "+" if sign and amount_fen > 0 else ""
    return f"{mark}{whole:,}.{part:02d}"


def in_capitals(amount_fen: int) -> str:
    """Return an amount as banks and receipts write it: 12,345.67 yuan is 壹万贰仟叁佰肆拾伍元陆角柒分.

    Raises ValueError for a negative amount, and from a trillion yuan on.
    """
    yuan_part, part = divmod(amount_fen, 100)
    if not 0 <= yuan_part < 10**12:
        raise ValueError(f"{amount_fen} fen cannot be written in capitals")
    jiao, rest = divmod(part, 10)
    words = _whole(yuan_part) + "元" if yuan_part else ""
    if jiao:
        words += DIGITS[jiao] + "角"
    elif rest and words:
        words += DIGITS[0]
    return words + DIGITS[rest] + "分" if rest else (words or DIGITS[0] + "元") + "整"


def _whole(number: int) -> str:
    """Write a whole number: groups of four digits, one 零 for any run of zeros inside."""
    words, gap = "", False
    for place, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        group = number // place % 10**4
        if not group:
            gap = bool(words)
            continue
        for digit_place, unit in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
            digit = group // digit_place % 10
            if digit:
                words += (DIGITS[0] if gap else "") + DIGITS[digit] + unit
            gap = not digit and bool(words)
        words, gap = words + name, group % 10 == 0
    return words


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` fen by integer weights with the largest-remainder method; the parts add up to the total.

    Ties go to the earlier part. Raises ValueError for negative or all-zero weights.
    """
    base = sum(weights)
    if base <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must be non-negative and not all zero")
    parts = [total * weight // base for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % base), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    if sum(parts) != total:
        raise AssertionError("a split must add up to its whole")
    return parts


def percent(basis_points: int) -> str:
    """Return a share as people write it, without needless noughts: `30%`, `12.5%`."""
    whole, part = divmod(basis_points, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") + "%" if part else f"{whole}%"
