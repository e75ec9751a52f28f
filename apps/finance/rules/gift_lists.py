"""Lists of gifts as people keep them in a spreadsheet: pasted or from a file, told by the titles of the columns."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core import money
from apps.core.verdicts import Refused
from apps.finance.rules.columns import bare
from apps.finance.rules.guardians import GUARDIAN_WORDS
from apps.finance.rules.platform_titles import GUARDIAN_YES

HEADER_WITHIN, MOST_ROWS, MOST_CHARACTERS = 10, 2_100, 400_000
TITLES: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "捐赠人", "捐款人", "名称", "单位", "姓名或单位", "name"),
    "amount": ("金额", "捐款金额", "捐赠金额", "amount"),
    "contact": ("联系方式", "手机", "手机号", "电话", "邮箱", "contact"),
    "shown": ("公示", "公示方式", "怎么公示", "shown"),
    "amount_shown": ("公示金额", "公开金额", "金额公示", "amount shown"),
    "kind": ("类型", "个人或单位", "kind"),
    "message": ("留言", "祝福", "message"),
    "purpose": ("用途", "限定用途", "捐款用途", "purpose"),
    "dedication": ("献给谁", "献给", "以谁的名义", "献给谁、以谁的名义", "dedication"),
    "guardian": ("监护人同意", "未成年人监护人同意", "guardian"),
    "dedication_shown": ("公开献给谁", "公示献给谁", "dedication shown"),
}
# What the column 公示 may say: how the name is shown, and whether there is a written consent to the full name.
SHOWN = {
    "": ("anonymous", False),
    "匿名": ("anonymous", False),
    "只公开姓": ("masked", False),
    "公开姓": ("masked", False),
    "同意公开姓名": ("real", True),
}
# What the column 公开献给谁 may say; the one whom a gift is given to, or their family, agreed to it.
DEDICATION_SHOWN = {"": False, "否": False, "不公开": False, "是": True, "公开": True, "同意公开": True}
# What the column 公示金额 may say: the amount of a gift is published only after a written consent of its own.
AMOUNT_SHOWN = {"": False, "否": False, "不公开": False, "是": True, "公开": True, "同意公开金额": True}
ORGANISATION = {"单位", "企业", "组织"}
TOTALS = ("合计", "总计", "小计")


@dataclass(frozen=True, slots=True)
class ListLine:
    """One row of a list; the amount is fen."""

    row: int
    name: str
    amount: int
    contact: str
    name_choice: str
    publish_name: bool
    publish_amount: bool
    is_organisation: bool
    message: str
    purpose: str = ""
    dedication: str = ""
    publish_dedication: bool = False
    guardian_agreed: bool = False


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with one cell of a row, in a sentence."""

    row: int
    field: str
    words: str


def pasted_rows(text: str) -> list[list[str]]:
    """Return the rows of what was pasted out of a spreadsheet, or typed with commas. Raises `Refused`."""
    if len(text) > MOST_CHARACTERS:
        raise Refused(_("贴进来的太长了，请存成文件再传。"), "lines")
    delimiter = "\t" if "\t" in text else ","
    try:
        rows = list(
            csv.reader(io.StringIO(text.replace("，", ","), newline=""), delimiter=delimiter, strict=True)
        )
    except csv.Error:
        raise Refused(_("有一行的引号不成对，读不下去。"), "lines") from None
    return [[cell.strip() for cell in row] for row in rows]


def read_list(rows: Sequence[Sequence[str]]) -> tuple[list[ListLine], list[RowFault]]:
    """Return the lines of a list and the faults of its rows; empty rows and a row of totals are passed over.

    Raises `Refused` when no row names an amount, or a title stands twice.
    """
    head, places = _columns(rows)
    if len(rows) - head > MOST_ROWS:
        raise Refused(_("名单超过 2,000 行，请分几份。"), "lines")
    lines: list[ListLine] = []
    faults: list[RowFault] = []
    for number, row in enumerate(rows[head + 1 :], head + 2):
        cells = {key: row[place].strip() if place < len(row) else "" for key, place in places.items()}
        if not any(cells.values()) or cells.get("name") in TOTALS:
            continue
        line = _line(number, cells)
        if isinstance(line, RowFault):
            faults.append(line)
        else:
            lines.append(line)
    return lines, faults


def _columns(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        titles = [bare(cell) for cell in row]
        places = {}
        for key, names in TITLES.items():
            found = [place for place, title in enumerate(titles) if title in names]
            if len(found) > 1:
                raise Refused(_("表头里同一种列出现了两次，不知道该用哪一列。"), "lines")
            if found:
                places[key] = found[0]
        if "amount" in places:
            return index, places
    raise Refused(_("第一行要写列名，至少有“金额”，最好还有“姓名”。"), "lines")


def _line(row: int, cells: dict[str, str]) -> ListLine | RowFault:
    try:
        amount = money.parse_amount(cells.get("amount", ""), field="amount")
    except Refused as refusal:
        return RowFault(row, "amount", str(refusal))
    shown = SHOWN.get(cells.get("shown", ""))
    if shown is None:
        return RowFault(
            row, "shown", _("公示一列只能写：匿名、只公开姓、同意公开姓名（手上要有书面同意），或者空着。")
        )
    publishes_amount = AMOUNT_SHOWN.get(cells.get("amount_shown", ""))
    if publishes_amount is None:
        return RowFault(
            row, "amount_shown", _("公示金额一列只能写：同意公开金额（手上要有书面同意）、不公开，或者空着。")
        )
    publishes_dedication = DEDICATION_SHOWN.get(cells.get("dedication_shown", ""))
    if publishes_dedication is None:
        return RowFault(
            row, "dedication_shown", _("公开献给谁一列只能写：同意公开、不公开，或者空着（就不公开）。")
        )
    guardian = cells.get("guardian", "")
    if guardian and guardian not in GUARDIAN_YES:
        return RowFault(row, "guardian", str(GUARDIAN_WORDS))
    return ListLine(
        row=row,
        name=cells.get("name", ""),
        amount=amount,
        contact=cells.get("contact", ""),
        name_choice=shown[0],
        publish_name=shown[1],
        publish_amount=publishes_amount,
        is_organisation=cells.get("kind", "") in ORGANISATION,
        message=cells.get("message", ""),
        purpose=cells.get("purpose", ""),
        dedication=cells.get("dedication", ""),
        publish_dedication=publishes_dedication,
        guardian_agreed=bool(guardian),
    )
