"""The file with which a host's books begin: what each fund had before, in rows of fund, purpose and amount."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.money import parse_amount
from apps.core.verdicts import Refused
from apps.finance.rules.encoding import decode

FUND, PURPOSE, AMOUNT = "基金", "限定用途", "金额"
# What stands under 限定用途 for a fund's own purposes, which every fund has.
GENERAL = "宗旨范围"
MOST = 5_000


@dataclass(frozen=True)
class OpeningRow:
    """What a fund had for a purpose, in fen; no purpose for money that nobody restricted. `number` is its line."""

    number: int
    fund: str
    purpose: str
    amount: int


def read_opening(body: bytes) -> tuple[list[OpeningRow], list[str]]:
    """Return the rows of a CSV with the columns 基金, 限定用途 and 金额, and a sentence for every row that cannot be.

    Raises `Refused` for a file that is no such CSV, in UTF-8 or GB18030.
    """
    if not body.strip():
        raise Refused(_("这是一个空文件。"), "file")
    text, _name = decode(body, chosen="", has_header=lambda reading: AMOUNT in reading.partition("\n")[0])
    rows, faults = [], []
    for number, cells in _lines(text):
        try:
            fund = cells[FUND].strip()
            if not fund:
                raise Refused(_("没有写是哪一支基金。"))
            rows.append(OpeningRow(number, fund, cells[PURPOSE].strip(), parse_amount(cells[AMOUNT])))
        except Refused as refusal:
            faults.append(_("第 %(number)d 行：%(reason)s") % {"number": number, "reason": refusal.reason})
    if not rows and not faults:
        raise Refused(_("表头下面一行也没有。"), "file")
    return rows, faults


def _lines(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="", strict=True)
    try:
        named = {name.strip(): name for name in reader.fieldnames or () if name}
        missing = [name for name in (FUND, PURPOSE, AMOUNT) if name not in named]
        if missing:
            raise Refused(_("表头里缺少：%(names)s。") % {"names": "、".join(missing)}, "file")
        for count, cells in enumerate(reader):
            if count >= MOST:
                raise Refused(_("文件超过 %(most)d 行。") % {"most": MOST}, "file")
            yield reader.line_num, {name: cells[named[name]] or "" for name in (FUND, PURPOSE, AMOUNT)}
    except csv.Error as error:
        raise Refused(
            _("第 %(row)d 行的引号或分隔符不成对，读不下去。") % {"row": reader.line_num}, "file"
        ) from error
