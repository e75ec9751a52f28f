"""A bank's file as rows of text: CSV in any usual encoding, XLSX and XLS, with guards against hostile files."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from apps.core.verdicts import Refused
from apps.finance.rules.columns import is_header
from apps.finance.rules.encoding import decode

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_ENTRIES = 500
MAX_INFLATED = 80 * 1024 * 1024
MAX_SHEETS = 8
DELIMITERS = (",", "\t", ";", "|")
HEADER_WITHIN = 40
OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
# The address of a cell (`r="B7"`) or of a row (`r="7"`).
_CELL = re.compile(rb"""\sr=["']([A-Z]{0,9})(\d{1,19})["']""")
_FORMULA_TEXT = re.compile(r'="(.*)"', re.DOTALL)
Row = list[str]


@dataclass(frozen=True)
class Sheet:
    """Rows of text cells; `encoding` is empty for workbooks."""

    rows: list[Row]
    encoding: str = ""


def read_sheet(body: bytes, *, encoding: str = "") -> Sheet:
    """Return the rows of a statement file, told by its first bytes, never by its name.

    Raises `Refused` with a sentence for anything that is not a sound CSV, XLSX or XLS of sensible size.
    """
    if not body.strip():
        raise Refused(_("这是一个空文件。"), "file")
    if len(body) > MAX_BYTES:
        raise Refused(_("文件超过 5 MB，请按月份分开导出再传。"), "file")
    if body.startswith(ZIP):
        _guard_zip(body)
        return Sheet(_read_workbook(body))
    if body.startswith(OLE):
        return Sheet(_read_workbook(body))
    text, name = decode(body, chosen=encoding, has_header=lambda reading: _delimiter(reading) is not None)
    return Sheet(_read_csv(text), name)


def _delimiter(text: str) -> str | None:
    """Return the separator under which one of the first lines is a header row."""
    for delimiter in DELIMITERS:
        lines = text[:65_536].splitlines()[:HEADER_WITHIN]
        if any(is_header([cell.strip('"') for cell in line.split(delimiter)]) for line in lines):
            return delimiter
    return None


def _read_csv(text: str) -> list[Row]:
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text) or ",", strict=True)
    try:
        for row in reader:
            _count(rows, row)
            rows.append([clean_cell(cell) for cell in row])
    except csv.Error:
        raise Refused(
            _("第 %(row)d 行的引号或分隔符不成对，读不下去。") % {"row": len(rows) + 1}, "file"
        ) from None
    return rows


def _count(rows: Sequence[Row], row: Sequence[object]) -> None:
    if len(rows) >= MAX_ROWS:
        raise Refused(_("文件超过 %(limit)d 行，请按月份分开导出再传。") % {"limit": MAX_ROWS}, "file")
    if len(row) > MAX_COLUMNS:
        raise Refused(_("第 %(row)d 行的列太多，不像银行流水。") % {"row": len(rows) + 1}, "file")


def _guard_zip(body: bytes) -> None:
    """Refuse archives that inflate too far, or whose sheets claim cells too far out to be held in memory.

    Sizes written in the archive may lie, so every part is inflated and counted.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_ENTRIES:
                raise Refused(_("这个表格文件里的部件太多，打不开。"), "file")
            left = MAX_INFLATED
            for part in parts:
                for chunk in _inflated(archive, part):
                    left -= len(chunk)
                    if left < 0:
                        raise Refused(_("这个表格文件解压后太大，请按月份分开导出再传。"), "file")
                    if part.filename.lower().startswith("xl/worksheets/"):
                        _guard_cells(chunk)
    except Refused:
        raise
    except Exception:
        # zipfile and its decompressors raise many kinds; none is more than "not a sound file" to the sender.
        raise Refused(_("这个表格文件打不开，可能已损坏或有密码。"), "file") from None


def _inflated(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield an archive part in pieces that overlap a little, so that a cell's address is never cut in two."""
    with archive.open(part) as stream:
        tail = b""
        while chunk := stream.read(256 * 1024):
            yield tail + chunk
            tail = chunk[-32:]


def _guard_cells(chunk: bytes) -> None:
    for letters, digits in _CELL.findall(chunk):
        if int(digits) > MAX_ROWS:
            raise Refused(_("文件超过 %(limit)d 行，请按月份分开导出再传。") % {"limit": MAX_ROWS}, "file")
        if _column_number(letters) > MAX_COLUMNS:
            raise Refused(_("第 %(row)d 行的列太多，不像银行流水。") % {"row": int(digits)}, "file")


def _column_number(letters: bytes) -> int:
    """Return a column's number by its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _read_workbook(body: bytes) -> list[Row]:
    """Return the first visible sheet that has a header row, else the first visible one."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(body)) as book:
            names = [
                sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible
            ]
            sheets = [_sheet_rows(book.get_sheet_by_name(name)) for name in names[:MAX_SHEETS]]
    except PasswordError:
        raise Refused(_("这个表格文件有密码，请去掉密码再传。"), "file") from None
    except (CalamineError, OSError, ValueError):
        raise Refused(_("这个表格文件打不开，可能已损坏或有密码。"), "file") from None
    except BaseException as error:
        # The reader is compiled; a file that breaks it raises its own PanicException, which is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise Refused(_("这个表格文件打不开，可能已损坏或有密码。"), "file") from None
    if not sheets:
        raise Refused(_("这个表格文件里没有工作表。"), "file")
    return next((rows for rows in sheets if any(is_header(row) for row in rows[:HEADER_WITHIN])), sheets[0])


def _sheet_rows(sheet: CalamineSheet) -> list[Row]:
    rows: list[Row] = []
    for row in sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS + 1):
        _count(rows, row)
        rows.append([clean_cell(_text(cell)) for cell in row])
    return rows


def _text(cell: int | float | str | bool | time | date | datetime | timedelta) -> str:
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return _number(cell)
    return str(cell)


def _number(value: float) -> str:
    """Write a sheet's number without the noise of binary fractions; what has lost digits keeps its exponent."""
    if value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    short = round(value, 2)
    return f"{short:.2f}" if abs(value - short) < 1e-6 and abs(value) < 1e13 else repr(value)


def clean_cell(cell: str) -> str:
    """Drop what banks pad cells with: blanks, NULs, and the tricks that keep Excel from turning ids into numbers."""
    text = cell.strip(" \t\u00a0\u3000\x00\ufeff")
    if match := _FORMULA_TEXT.fullmatch(text):
        text = match.group(1)
    if text.startswith("'") and text[1:2].isdigit():
        text = text[1:]
    return text
