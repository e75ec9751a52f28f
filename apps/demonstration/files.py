"""Files to import, written beside the demonstration: bank statements in GB18030 and XLSX, orders of each designated
platform, and a file of each kind with bad rows."""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from apps.core import clock, money
from apps.donations.models import Donation
from apps.finance.rules.platform_titles import FIELDS, PLATFORMS, titles_of
from apps.funds.models import Fund, Host

HEADER = ("交易日期", "借方金额", "贷方金额", "余额", "对方户名", "摘要", "交易流水号")
TITLE = ("重庆农村商业银行 账户明细（演示）", "", "", "", "", "", "")
# Names that only GB18030 writes, or whose bytes are sound in two encodings.
DONORS = ("欧阳雪", "王䶮", "郑谢", "阿·买买提", "卢谭", "张三")
AMOUNTS = (10_00, 50_00, 100_00, 200_00, 66_60)
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
    _write_orders(host, folder, today)


def _write_orders(host: Host, folder: Path, today: date) -> None:
    """Write a file of orders for each platform, in its own titles and in different encodings; one has bad rows."""
    funds = list(
        Fund.objects.filter(host=host, state=Fund.State.OPEN).order_by("code").values_list("name", flat=True)
    )
    for platform, encoding in zip(PLATFORMS, ("gb18030", "utf-8-sig", "utf-16", "utf-8"), strict=True):
        titles = tuple(titles_of(platform, field)[0] for field in FIELDS)
        rows = [_order(platform, number, today, funds[number % len(funds)]) for number in range(1, 31)]
        _csv(folder / f"platform-orders-{platform}.csv", rows, encoding=encoding, head=[titles])
    bad = [list(_order("tencent", number, today, funds[0])) for number in range(31, 36)]
    bad[0][1], bad[1][2], bad[2][4], bad[3][-1] = "2026/2/29", "二十元", "没有这个基金", "已退款"
    titles = tuple(titles_of("tencent", field)[0] for field in FIELDS)
    _csv(folder / "platform-orders-bad-rows.csv", bad, encoding="utf-8-sig", head=[titles])


def _order(platform: str, number: int, today: date, fund: str) -> tuple[str, ...]:
    amount = AMOUNTS[number % len(AMOUNTS)]
    day = today - timedelta(days=1 + number % 5)
    return (
        f"{platform.upper()}{day:%Y%m%d}{number:08d}",
        f"{day.isoformat()} 1{number % 10}:2{number % 6}:00",
        money.written(amount).replace(",", ""),
        money.written(amount * 6 // 1000),
        fund,
        DONORS[number % len(DONORS)],
        "公开" if number % 4 == 0 else "匿名",
        "公开" if number % 3 == 0 else "不公开",
        "加油" if number % 7 == 0 else "",
        # No purpose, nobody it is given to, no child.
        *("", "", ""),
        "支付成功",
    )


def _row(day: date, amount: int, memo: str, number: int) -> Row:
    return (day.isoformat(), "", money.written(amount), "", "演示账户", memo, f"DEMO{day:%Y%m%d}{number:06d}")


def _csv(
    path: Path,
    rows: Sequence[Sequence[str]],
    *,
    encoding: str,
    head: Sequence[Sequence[str]] = (TITLE, HEADER),
) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([*head, *rows])
    path.write_bytes(text.getvalue().encode(encoding))


def _xlsx(path: Path, rows: list[Row]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("明细")
        for number, row in enumerate([TITLE, HEADER, *rows]):
            sheet.write_row(number, 0, row)
