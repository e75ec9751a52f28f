"""Lists of founders, council members and members, as people keep them in a spreadsheet: pasted, or from a CSV file."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.verdicts import Refused
from apps.donations.directed import Capacity

MOST_LINES, MOST_CHARACTERS = 2_000, 400_000
TITLES: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "名称", "单位", "姓名或单位", "name"),
    "contact": ("联系方式", "手机", "手机号", "电话", "邮箱", "电子邮箱", "contact"),
    "capacity": ("身份", "职务", "capacity"),
    "kind": ("类型", "个人或单位", "kind"),
}
CAPACITIES = {
    "发起人": Capacity.FOUNDER,
    "理事": Capacity.COUNCIL,
    "理事会成员": Capacity.COUNCIL,
    "理事长": Capacity.COUNCIL,
    "副理事长": Capacity.COUNCIL,
    "会长": Capacity.COUNCIL,
    "副会长": Capacity.COUNCIL,
    "常务理事": Capacity.COUNCIL,
    "会员": Capacity.MEMBER,
    "个人会员": Capacity.MEMBER,
    "单位会员": Capacity.MEMBER,
    "founder": Capacity.FOUNDER,
    "council": Capacity.COUNCIL,
    "member": Capacity.MEMBER,
}
ORGANISATION = frozenset({"单位", "企业", "组织", "organisation"})
PERSON = frozenset({"", "个人", "person"})


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One person of a list; `row` is where they stand in it."""

    row: int
    name: str
    contact: str
    capacity: str
    is_organisation: bool = False


@dataclass(frozen=True, slots=True)
class RosterFault:
    """What is wrong with a row, in a sentence; `field` is the column's name in the code."""

    row: int
    field: str
    words: str


def read_roster(text: str) -> tuple[list[RosterLine], list[RosterFault]]:
    """Return the people of a list and the faults of its rows; empty rows are passed over.

    Cells stand apart by tabs, as copied from a spreadsheet, or by commas. Without a row of titles the columns are
    name, contact, capacity, kind. Raises `Refused` where the list as a whole cannot be read.
    """
    if len(text) > MOST_CHARACTERS:
        raise Refused(_("名单太长了，请分几份。"), "lines")
    rows = _cells(text.removeprefix("\ufeff"))
    if len(rows) > MOST_LINES + 1:
        raise Refused(_("名单超过 2,000 行，请分几份。"), "lines")
    head, places = _columns(rows)
    lines: list[RosterLine] = []
    faults: list[RosterFault] = []
    for number, row in enumerate(rows[head:], head + 1):
        cells = {key: row[place] if place < len(row) else "" for key, place in places.items()}
        if not any(cells.values()):
            continue
        line = _line(number, cells)
        if isinstance(line, RosterFault):
            faults.append(line)
        else:
            lines.append(line)
    return lines, faults


def _cells(text: str) -> list[list[str]]:
    delimiter = "\t" if "\t" in text else ","
    plain = text if delimiter == "\t" else text.replace("，", ",")
    try:
        rows = list(csv.reader(io.StringIO(plain, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise Refused(_("有一行的引号不成对，读不下去。"), "lines") from None
    return [[cell.strip() for cell in row] for row in rows]


def _columns(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Return the index of the first person's row and where each column stands."""
    titles = [cell.casefold() for cell in rows[0]] if rows else []
    places: dict[str, int] = {}
    is_twice = False
    for key, names in TITLES.items():
        found = [place for place, title in enumerate(titles) if title in names]
        if found:
            places[key] = found[0]
            is_twice = is_twice or len(found) > 1
    # One title alone may as well be somebody's cell: 单位 is a kind, too.
    if len(places) < 2:
        return 0, {"name": 0, "contact": 1, "capacity": 2, "kind": 3}
    if is_twice:
        raise Refused(_("表头里同一种列出现了两次，不知道该用哪一列。"), "lines")
    missing = [TITLES[key][0] for key in ("name", "contact", "capacity") if key not in places]
    if missing:
        raise Refused(_("表头里缺这些列：%(names)s。") % {"names": _("、").join(missing)}, "lines")
    return 1, places


def _line(row: int, cells: Mapping[str, str]) -> RosterLine | RosterFault:
    capacity = CAPACITIES.get(cells.get("capacity", "").casefold())
    if capacity is None:
        return RosterFault(
            row, "capacity", _("身份只能是发起人、理事会成员或会员（慈善法第二十九条），其他人不能定向募捐。")
        )
    kind = cells.get("kind", "").casefold()
    if kind not in ORGANISATION | PERSON:
        return RosterFault(row, "kind", _("类型写“个人”或“单位”。"))
    return RosterLine(
        row, cells.get("name", ""), cells.get("contact", ""), capacity.value, kind in ORGANISATION
    )
