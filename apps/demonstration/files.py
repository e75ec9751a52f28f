"""Files to import, written beside the demonstration: a bank statement in GB18030, one in XLSX, one with bad rows."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from apps.core import clock, money
from apps.donations.models import Donation
from apps.funds.models import Host

HEADER = ("交易日期", "借方金额", "贷方金额", "余额", "对方户名", "摘要", "交易流水号")
TITLE = ("重庆农村商业银行 账户明细（演示）", "", "", "", "", "", "")
Row = tuple[str, str, str, str, str, str, str]


def write(host: Host, folder: Path) -> None:
    """Write the files for the gifts that wait for the bank today."""
    folder.mkdir(parents=True, exist_ok=True)
    today = clock.today()
    waiting = list(
        Donation.objects.filter(
            host=host, state=Donation.State.STARTED, channel=Donation.Channel.BANK
        ).order_by("pk")
    )
    rows = [
        _row(today, gift.amount, f"{gift.reference} 捐款", number)
        for number, gift in enumerate(waiting, start=1)
    ]
    rows.append(_row(today - timedelta(days=1), 66_00, "爱心", 90))
    _csv(folder / "bank-statement-gb18030.csv", rows, encoding="gb18030")
    _xlsx(
        folder / "bank-statement.xlsx",
        [_row(today, 88_00, "慈善捐款", 91), _row(today, 5_20, "季度结息", 92)],
    )
    bad = [_row(today, 100_00, "日期错", 93), _row(today, 20_00, "金额错", 94)]
    bad = [("2026/2/29", *bad[0][1:]), (bad[1][0], "", "二十元", *bad[1][3:])]
    _csv(folder / "bank-statement-bad-rows.csv", bad, encoding="utf-8-sig")


def _row(day: date, amount: int, memo: str, number: int) -> Row:
    return (day.isoformat(), "", money.written(amount), "", "演示账户", memo, f"DEMO{day:%Y%m%d}{number:06d}")


def _csv(path: Path, rows: list[Row], *, encoding: str) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([TITLE, HEADER, *rows])
    path.write_bytes(text.getvalue().encode(encoding))


def _xlsx(path: Path, rows: list[Row]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("明细")
        for number, row in enumerate([TITLE, HEADER, *rows]):
            sheet.write_row(number, 0, row)
