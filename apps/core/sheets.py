"""Sheets that leave, as CSV and XLSX: no text becomes a formula in the reader's program, no value changes on the way.

Numbers stay numbers. A text that a spreadsheet could take for a formula gets one apostrophe in front; `plain_cell`
takes it off again, so what was exported reads back the same.
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from apps.core.verdicts import Refused

# What starts a formula, in ASCII and full width; TAB, CR, LF and NUL are skipped or cut by some programs.
STARTERS = "=+-@\t\r\n\x00＝＋－＠"
# What a reader may drop before it looks at the first character: spaces and invisible marks.
SKIPPED = " \u00a0\u2002\u2003\u2009\u3000\ufeff\u200b\u200c\u200d\u2060"
# Excel keeps no more characters than this in one cell.
XLSX_LIMIT = 32_767
# An .xlsx sheet has 1,048,576 rows; the titles take one.
XLSX_ROWS = 1_048_575
COLUMN_WIDTH = 12
Cell = str | int | float | bool | Decimal


def is_risky(text: str) -> bool:
    """Tell whether a spreadsheet could take a text for a formula (or for an escaped one)."""
    bare = text.lstrip(SKIPPED + "'")
    return bool(bare) and bare[0] in STARTERS


def safe_cell(value: Cell | None) -> Cell:
    """Return what to write for a value: numbers as they are, risky text behind an apostrophe, None as empty."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    return f"'{value}" if is_risky(value) else value


def plain_cell(text: str) -> str:
    """Return the text that `safe_cell` was given."""
    return text[1:] if text.startswith("'") and is_risky(text[1:]) else text


def sheet_cell(value: Cell | None) -> Cell:
    """Return what to write into an XLSX cell: as `safe_cell`, without NUL and within Excel's length."""
    cell = safe_cell(value)
    if isinstance(cell, str):
        return cell.replace("\x00", "\ufffd")[:XLSX_LIMIT]
    return cell


class _Line:
    """What `csv.writer` writes into: it hands each line back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Sequence[Cell | None]]) -> Iterator[bytes]:
    """Yield a CSV file in pieces: UTF-8 with the mark that Excel needs, RFC 4180, no text that is a formula."""
    writer = csv.writer(_Line())
    yield b"\xef\xbb\xbf"
    for row in rows:
        yield writer.writerow([_csv_cell(cell) for cell in row]).encode()


def _csv_cell(cell: Cell | None) -> Cell:
    return f"{cell:.2f}" if isinstance(cell, Decimal) else safe_cell(cell)


def xlsx_file(rows: Iterable[Sequence[Cell | None]]) -> IO[bytes]:
    """Return an XLSX workbook as a temporary file at its start: text forced to text, amounts as numbers, the titles
    frozen. Raises `Refused` when there are more rows than a sheet holds."""
    # The file outlives this function: whoever sends it closes it.
    file = tempfile.TemporaryFile()  # noqa: SIM115  (whoever sends it closes it)
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_urls": False})
    sheet = book.add_worksheet()
    title, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    number = book.add_format({"num_format": "0.00"})
    sheet.freeze_panes(1, 0)
    for position, row in enumerate(rows):
        if position > XLSX_ROWS:
            raise Refused(_("超过 Excel 的行数上限，请缩短日期或导出 CSV。"), "format")
        for place, cell in enumerate(row):
            _write(sheet, position, place, sheet_cell(cell), title if position == 0 else text, number)
        if position == 0:
            sheet.set_column(0, len(row) - 1, COLUMN_WIDTH)
    book.close()
    file.seek(0)
    return file


def _write(sheet: Any, row: int, place: int, cell: Cell, text: Any, number: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, place, cell, text)
    elif isinstance(cell, int):
        sheet.write_number(row, place, cell)
    else:
        sheet.write_number(row, place, cell, number)
