"""Files leave finance: streamed row by row, with what was taken out written down."""

import csv
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.finance import permissions
from apps.finance.models import ExportRun
from apps.finance.resources.exports import RESOURCES, Span
from apps.finance.rules.cells import Cell, safe_cell, sheet_cell
from apps.funds.models import Fund, Host
from apps.users.models import User

MAX_DAYS = 366 * 10
# An .xlsx sheet has 1,048,576 rows; the titles take one.
XLSX_ROWS = 1_048_575
COLUMN_WIDTHS = (12, 28)


@dataclass(frozen=True)
class Export:
    """A file about to be taken: the row that records it, its name, and its content."""

    run: ExportRun
    filename: str
    rows: Iterator[list[Any]]


@verb
def export(
    host: Host, *, kind: str, format: str, first_day: date, last_day: date, fund: str = "", by: User
) -> Export:
    """Open an export of a host's gifts, payments or vouchers of some days (both included), of one fund if named.

    Donors' own names go only to finance. What is taken out, and by whom, is recorded before the first row is read.
    Raises `Refused` naming the field.
    """
    permissions.may_export(by, host).require()
    if kind not in RESOURCES or format not in ExportRun.Format.values:
        raise Refused(_("请选择要导出什么、导成什么格式。"), "kind")
    if last_day < first_day:
        raise Refused(_("结束日期不能早于开始日期。"), "last_day")
    if (last_day - first_day).days > MAX_DAYS:
        raise Refused(_("一次最多导出十年。"), "last_day")
    if fund and not Fund.objects.filter(host=host, code=fund).exists():
        raise Refused(_("请选本会的基金。"), "fund")
    run = ExportRun.objects.create(
        host=host,
        kind=kind,
        format=format,
        first_day=first_day,
        last_day=last_day,
        fund=fund,
        ran_at=clock.now(),
        ran_by_id=by.pk,
    )
    audit.record(
        by,
        "export",
        run,
        host=host.code,
        kind=kind,
        format=format,
        first_day=first_day.isoformat(),
        last_day=last_day.isoformat(),
        fund=fund,
    )
    span = Span(host, first_day, last_day, fund, with_names=bool(permissions.may_see_names(by, host)))
    rows = RESOURCES[kind](span).rows()
    name = f"{host.code}-{kind}-{first_day:%Y%m%d}-{last_day:%Y%m%d}.{format}"
    return Export(run, name, rows)


class _Line:
    """What `csv.writer` writes into: it hands each line back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(taken: Export) -> Iterator[bytes]:
    """Yield a CSV file in pieces: UTF-8 with the mark that Excel needs, RFC 4180, no text that is a formula."""
    writer = csv.writer(_Line())
    count = -1
    yield b"\xef\xbb\xbf"
    for row in taken.rows:
        count += 1
        yield writer.writerow([_csv_cell(cell) for cell in row]).encode()
    _close(taken, count)


def _csv_cell(cell: Cell | None) -> Cell:
    return f"{cell:.2f}" if isinstance(cell, Decimal) else safe_cell(cell)


def xlsx_file(taken: Export) -> IO[bytes]:
    """Return an XLSX workbook as a temporary file at its start: text forced to text, amounts as numbers, the titles
    frozen. Raises `Refused` when there are more rows than a sheet holds."""
    # The file outlives this function: whoever sends it closes it.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_urls": False})
    sheet = book.add_worksheet()
    title, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    number = book.add_format({"num_format": "0.00"})
    sheet.freeze_panes(1, 0)
    count = -1
    for position, row in enumerate(taken.rows):
        count = position
        if position > XLSX_ROWS:
            raise Refused(_("超过 Excel 的行数上限，请缩短日期或导出 CSV。"), "format")
        for place, cell in enumerate(row):
            _write(sheet, position, place, sheet_cell(cell), title if position == 0 else text, number)
        if position == 0:
            sheet.set_column(0, len(row) - 1, COLUMN_WIDTHS[0])
    book.close()
    _close(taken, count)
    file.seek(0)
    return file


def _write(sheet: Any, row: int, place: int, cell: Cell, text: Any, number: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, place, cell, text)
    elif isinstance(cell, int):
        sheet.write_number(row, place, cell)
    else:
        sheet.write_number(row, place, cell, number)


def _close(taken: Export, rows: int) -> None:
    """Note how many rows went out."""
    ExportRun.objects.filter(pk=taken.run.pk).update(rows=max(rows, 0))
