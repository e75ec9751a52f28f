"""Files leave finance: streamed row by row, with what was taken out written down."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from django.utils.translation import gettext as _

from apps.core import audit, clock, sheets
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.finance import permissions
from apps.finance.models import ExportRun
from apps.finance.resources.exports import RESOURCES, Span
from apps.funds.models import Fund, Host
from apps.users.models import User

MAX_DAYS = 366 * 10


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
    with_names = bool(permissions.may_see_names(by, host))
    audit.record(
        by,
        "export",
        run,
        host=host.code,
        names=with_names and kind == ExportRun.Kind.GIFTS,
        kind=kind,
        format=format,
        first_day=first_day.isoformat(),
        last_day=last_day.isoformat(),
        fund=fund,
    )
    span = Span(host, first_day, last_day, fund, with_names=with_names)
    rows = RESOURCES[kind](span).rows()
    name = f"{host.code}-{kind}-{first_day:%Y%m%d}-{last_day:%Y%m%d}.{format}"
    return Export(run, name, rows)


def csv_lines(taken: Export) -> Iterator[bytes]:
    """Yield an export as a CSV file in pieces."""
    return sheets.csv_lines(_counted(taken))


def xlsx_file(taken: Export) -> IO[bytes]:
    """Return an export as an XLSX workbook, a temporary file at its start. Raises `Refused` when it is too long."""
    return sheets.xlsx_file(_counted(taken))


def _counted(taken: Export) -> Iterator[list[Any]]:
    """Yield the rows and note in the end how many went out, the titles not counted."""
    count = -1
    for row in taken.rows:
        count += 1
        yield row
    ExportRun.objects.filter(pk=taken.run.pk).update(rows=max(count, 0))
