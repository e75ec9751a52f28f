"""Fiscal receipts in bulk: the open requests as a sheet for the finance department's system, its numbers back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO

from django.utils.translation import gettext as _

from apps.core import audit, clock, money, sheets, workdays
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.donations import queries as gifts
from apps.donations.goods import needs_proof
from apps.donations.models import FiscalReceipt
from apps.donations.services import ReceiptNumber, issue_receipt
from apps.donations.states import ReceiptState
from apps.finance import permissions
from apps.finance.rules.sheets import ZIP, read_sheet
from apps.finance.rules.values import read_day
from apps.funds.models import Host
from apps.users.models import User

# The titles of the sheet, in Chinese whoever reads the site: the file goes to the finance department's system.
CODE, AMOUNT = "申请编号", "金额（元）"
GIVEN = ("票据代码", "票据号码", "校验码", "开票日期")
PROOF = "公允价值证明"
# What 财综〔2024〕1号, article 6 wants of each item stands in the columns from 项目名称 on.
TITLES = (
    *(CODE, "抬头", "统一社会信用代码", AMOUNT, "项目名称", "单位", "数量"),
    *("到账日期", "基金", "用途", "备注", "应开日期", PROOF, *GIVEN),
)
MONEY = "货币捐赠"
HEADER_WITHIN = 20


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with one row of a file; rows count from 1, as the sheet shows them."""

    row: int
    reason: str


class FaultyRows(Refused):
    """A file with rows that cannot be taken; nothing of it was."""

    def __init__(self, faults: Sequence[RowFault]) -> None:
        super().__init__(_("有 %(count)d 行有问题，一行也没有导入。") % {"count": len(faults)}, "file")
        self.faults = list(faults)


@verb
def export_requests(host: Host, *, by: User) -> IO[bytes]:
    """Return the requests that wait, as an XLSX file with empty columns for what the finance department gives.

    It holds donors' names, so only finance takes it; who took it and when is recorded. Raises `Refused`.
    """
    permissions.may_reconcile(by, host).require()
    days, moved = gifts.work_days(host), workdays.moved_days()
    waiting = gifts.receipts_of([host]).filter(state=ReceiptState.REQUESTED)
    rows = [row for row in waiting if gifts.receiptable(row.gift) > 0]
    audit.record(by, "export_receipts", host, rows=len(rows))
    return sheets.xlsx_file([list(TITLES), *(_cells(row, days, moved) for row in rows)])


def _cells(row: FiscalReceipt, days: int, moved: Mapping[date, bool]) -> list[sheets.Cell | None]:
    gift, things = row.gift, row.in_kind
    return [
        row.code,
        row.payer,
        row.payer_uscc,
        Decimal(gifts.receiptable(gift)) / 100,
        *((things.name, things.unit, things.quantity - things.undone) if things else (MONEY, "", "")),
        gift.day.isoformat() if gift.day else "",
        gift.fund.name,
        gifts.purpose_of(gift),
        "补开" if row.is_reissue else "",
        gifts.due_on(row.asked_at, days, moved).isoformat(),
        "" if things and needs_proof(things.basis) else "—",
        *("" for _title in GIVEN),
    ]


@verb
def import_receipts(host: Host, *, body: bytes, by: User) -> int:
    """Keep the numbers that came back for this host's requests and return how many rows were taken.

    All rows or none; the same file again changes nothing. Rows without any number are passed over. Raises
    `FaultyRows`, or `Refused` for a file that is no such sheet.
    """
    permissions.may_reconcile(by, host).require()
    if not body.startswith(ZIP):
        raise Refused(_("请传 .xlsx 表格：先导出待开票的表，填好四列再传回来。"), "file")
    rows = read_sheet(body).rows
    start, places = _columns(rows)
    taken, faults = 0, list[RowFault]()
    seen: dict[str, int] = {}
    for position, row in enumerate(rows[start:], start=start + 1):
        cells = {title: row[place] if place < len(row) else "" for title, place in places.items()}
        if not any(cells[title] for title in GIVEN):
            continue
        try:
            code = cells[CODE]
            if code in seen:
                raise Refused(_("这个申请编号在第 %(row)d 行已经有了。") % {"row": seen[code]})
            seen[code] = position
            _take(host, cells, by)
            taken += 1
        except Refused as refusal:
            faults.append(RowFault(position, str(refusal)))
    if faults:
        raise FaultyRows(faults)
    if not taken:
        raise Refused(_("表里没有填好的票据号码。"), "file")
    audit.record(by, "import_receipts", host, rows=taken)
    return taken


def _columns(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Return where the rows begin and where each column stands, by its title."""
    for position, row in enumerate(rows[:HEADER_WITHIN]):
        if CODE in row:
            missing = [title for title in (CODE, *GIVEN) if row.count(title) != 1]
            if missing:
                raise Refused(_("表头里“%(title)s”要正好有一列。") % {"title": missing[0]}, "file")
            wanted = [title for title in (CODE, AMOUNT, PROOF, *GIVEN) if title in row]
            return position + 1, {title: list(row).index(title) for title in wanted}
    raise Refused(_("找不到表头：要有“申请编号”这一列。请用导出的表填写。"), "file")


def _take(host: Host, cells: dict[str, str], by: User) -> None:
    rows = FiscalReceipt.objects.select_related("donation", "in_kind__fund")
    receipt = rows.filter(host=host, code=cells[CODE]).first()
    if receipt is None:
        raise Refused(_("没有编号为“%(code)s”的申请。") % {"code": cells[CODE][:20]})
    batch_code, number, check_code, day = (cells[title] for title in GIVEN)
    try:
        given = ReceiptNumber(batch_code, number, check_code, read_day(day))
    except ValueError as error:
        raise Refused(str(error)) from None
    amount = money.parse_amount(cells[AMOUNT]) if cells.get(AMOUNT) else None
    issue_receipt(receipt, given=given, amount=amount, proof=cells.get(PROOF, ""), by=by)


def overdue(host: Host) -> list[FiscalReceipt]:
    """Return the requests that were not answered in time, the oldest first."""
    days, today, moved = gifts.work_days(host), clock.today(), workdays.moved_days()
    rows = gifts.receipts_of([host]).filter(state=ReceiptState.REQUESTED)
    return [row for row in rows if gifts.is_overdue(row, days, today, moved)]
