"""A bank statement as raw lines, ready for the resource that reads their values."""

import hashlib
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.verdicts import Refused
from apps.finance.rules.columns import Columns, find_columns
from apps.finance.rules.sheets import read_sheet
from apps.finance.rules.values import read_amount, read_day

FIELDS = ("day", "amount", "income", "outgo", "side", "balance", "counterparty", "reference")
# Rows that banks put above and below the lines.
SUMMARY = re.compile(
    r"合计|总计|小计|本页|累计|期初|期末|承前页|过次页|上期余额|本期|总笔数|借方笔数|贷方笔数|收入笔数|支出笔数|打印|制表|以下空白|共\s*\d+\s*[笔条]"
)
LOST_DIGITS = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")


@dataclass(frozen=True)
class RawLine:
    """One line as text: its row in the file and its cells by column."""

    row: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Statement:
    """What a file holds before its values are read. `titles` are the file's own words for the columns."""

    encoding: str
    lines: list[RawLine]
    titles: dict[str, str]


def read_statement(body: bytes, *, encoding: str = "") -> Statement:
    """Return the raw lines of a statement file; title rows above and sums below are left out.

    Raises `Refused` when the file cannot be read, has no header row, or no line at all.
    """
    sheet = read_sheet(body, encoding=encoding)
    columns = find_columns(sheet.rows)
    if columns is None:
        raise Refused(
            _("找不到表头。文件里要有一行写着“交易日期”和“金额”（或“收入”“支出”、“借方金额”“贷方金额”）。"),
            "file",
        )
    lines = [
        RawLine(columns.row + offset + 2, cells)
        for offset, row in enumerate(sheet.rows[columns.row + 1 :])
        if (cells := _cells(row, columns)) is not None
    ]
    if not lines:
        raise Refused(_("表头下面一行流水也没有。"), "file")
    return Statement(sheet.encoding, _with_references(lines), columns.titles)


def _cells(row: Sequence[str], columns: Columns) -> dict[str, str] | None:
    """Return a row's cells by column, or None for a row that is empty, a sum, or the header repeated."""
    if not any(row):
        return None
    cells = {
        key: row[place] if (place := columns.places.get(key, -1)) in range(len(row)) else "" for key in FIELDS
    }
    if cells["day"] == columns.titles["day"]:
        return None
    if not _is_day(cells["day"]) and any(SUMMARY.search(cell) for cell in row):
        return None
    memos = [row[place] for place in columns.memos if place < len(row) and row[place]]
    cells["reference"] = plain_text(cells["reference"], 200)
    cells["memo"] = " ".join(dict.fromkeys(memos))
    return cells


def _is_day(text: str) -> bool:
    try:
        read_day(text)
    except ValueError:
        return False
    return True


def _with_references(lines: list[RawLine]) -> list[RawLine]:
    """Give each line without a serial number one made of what it says and of how often the file said it before.

    The same line in a later, overlapping file gets the same number again.
    """
    seen: Counter[str] = Counter()
    for line in lines:
        if line.cells["reference"]:
            continue
        said = "\x1f".join(line.cells[key] for key in (*FIELDS, "memo") if key != "reference")
        seen[said] += 1
        digest = hashlib.sha256(f"{said}\x1f{seen[said]}".encode()).hexdigest()
        line.cells["reference"] = f"#{digest[:20]}"
    return lines


def plain_text(text: str, limit: int) -> str:
    """Return a bank's words in one line without control and invisible characters, shortened to `limit`."""
    kept = "".join(
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", text)
        if char.isspace() or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def read_reference(text: str) -> str:
    """Return a serial number. Raises ValueError with a sentence when a spreadsheet has eaten its digits."""
    cleaned = plain_text(text, 200)
    if LOST_DIGITS.fullmatch(cleaned):
        raise ValueError(
            _("“%(text)s”被表格软件改成了科学计数法，后面的数字丢了；请从网银重新导出，不要另存。")
            % {"text": cleaned[:40]}
        )
    if len(cleaned) > 80:
        raise ValueError(_("流水号超过 80 个字，请核对列有没有错位。"))
    return cleaned


def running_balance(lines: Sequence[RawLine], amounts: Sequence[int]) -> tuple[int, int] | None:
    """Return the balance before the first and after the last line in time, in fen, when the file's balances follow
    from one line to the next (oldest or newest first); None when it has none or they do not."""
    try:
        balances = [read_amount(line.cells["balance"]) for line in lines]
    except ValueError:
        return None
    if not balances or not all(line.cells["balance"] for line in lines):
        return None
    pairs = list(zip(balances, amounts, strict=True))
    following = list(itertools.pairwise(pairs))
    if all(now[0] == before[0] + now[1] for before, now in following):
        return pairs[0][0] - pairs[0][1], pairs[-1][0]
    if all(before[0] == now[0] + before[1] for before, now in following):
        return pairs[-1][0] - pairs[-1][1], pairs[0][0]
    return None
