"""Files leave finance: nothing in them is a formula, numbers stay numbers, and they read back the same."""

import csv
import io
import tracemalloc
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from apps.core.models import AuditEvent
from apps.core.sheets import plain_cell
from apps.core.verdicts import Refused
from apps.donations import services as donations
from apps.donations.models import Donation
from apps.finance import services
from apps.finance.models import ExportRun
from apps.finance.services.exports import Export
from apps.projects.models import Project
from tests.books import assert_books_clean
from tests.cast import Cast

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
RISKY = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "－", "＋", "＠", " =", "\ufeff=", "\u200b=", "'=", '"=']

pytestmark = pytest.mark.django_db


def give(cast: Cast, amount: int = 10000, **more: str) -> Donation:
    gift = donations.OfflineGift(
        cast.fund, amount, "bank", date(2026, 11, 20), f"K{amount}-{Donation.objects.count()}", **more
    )
    return donations.record_offline(gift, by=cast.finance)


def take(cast: Cast, kind: str = "gifts", format: str = "csv", fund: str = "") -> Export:
    return services.export(
        cast.host, kind=kind, format=format, first_day=FIRST, last_day=LAST, fund=fund, by=cast.finance
    )


def as_csv(taken: Export) -> list[list[str]]:
    body = b"".join(services.csv_lines(taken))
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def as_xlsx(taken: Export) -> tuple[list[list[object]], bytes]:
    body = services.xlsx_file(taken).read()
    return CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python(), body


def test_gifts_leave_as_csv_with_numbers_as_numbers(cast: Cast) -> None:
    gift = give(cast, 123456)
    titles, row = as_csv(take(cast))
    cells = dict(zip(titles, row, strict=True))
    assert cells["捐赠编号"] == gift.code
    assert (cells["金额（元）"], cells["记账日"], cells["公示名"]) == ("1234.56", "2026-11-20", "爱心居民")
    run = ExportRun.objects.get()
    assert (run.rows, run.kind, run.ran_by_id) == (1, "gifts", cast.finance.pk)
    assert AuditEvent.objects.get(verb="export").facts["kind"] == "gifts"
    assert_books_clean()


@pytest.mark.parametrize("start", RISKY)
def test_no_text_column_holds_a_formula_and_all_read_back_the_same(cast: Cast, start: str) -> None:
    gift = give(cast)
    text = f"{start}1+1"
    Donation.objects.filter(pk=gift.pk).update(message=text, public_name=text, payment_id=text)
    type(cast.fund).objects.filter(pk=cast.fund.pk).update(name=text)
    cast.fund.restrictions.update(purpose=text)
    titles, row = as_csv(take(cast))
    cells = dict(zip(titles, row, strict=True))
    for title in ("留言", "公示名", "付款编号", "基金", "限定用途"):
        assert cells[title].startswith("'") or start == '"='
        assert plain_cell(cells[title]) == text
    rows, body = as_xlsx(take(cast, format="xlsx"))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    again = dict(zip(rows[0], rows[1], strict=True))
    # A sheet's XML turns a carriage return into a line feed.
    assert plain_cell(str(again["留言"])).replace("\r", "\n") == text.replace("\r", "\n")


def test_donors_own_names_go_to_finance_only_and_are_no_formulas_either(cast: Cast) -> None:
    give(cast, name="=HYPERLINK(1)", contact="+8613800000000")
    titles, row = as_csv(take(cast))
    cells = dict(zip(titles, row, strict=True))
    assert (cells["捐赠人"], cells["联系方式"]) == ("'=HYPERLINK(1)", "'+8613800000000")
    for person in (cast.auditor, cast.admin):
        taken = services.export(
            cast.host, kind="gifts", format="csv", first_day=FIRST, last_day=LAST, by=person
        )
        rows = as_csv(taken)
        assert not {"捐赠人", "联系方式"} & set(rows[0])
        assert "HYPERLINK" not in str(rows)


def test_long_numbers_and_leading_zeros_stay_text_in_a_sheet(cast: Cast) -> None:
    gift = give(cast, 5)
    Donation.objects.filter(pk=gift.pk).update(message="001234567890123456789")
    rows, _body = as_xlsx(take(cast, format="xlsx"))
    cells = dict(zip(rows[0], rows[1], strict=True))
    assert cells["留言"] == "001234567890123456789"
    assert cells["金额（元）"] == 0.05


def test_vouchers_have_the_columns_of_bookkeeping_programs(cast: Cast) -> None:
    give(cast, 10000)
    titles, *rows = as_csv(take(cast, "vouchers"))
    expected = [
        "日期",
        "凭证字",
        "凭证号",
        "摘要",
        "科目代码",
        "科目名称",
        "借方金额",
        "贷方金额",
        "基金",
        "限定",
        "项目",
        "制单",
    ]
    assert titles == expected
    assert {row[4] for row in rows} == {"1002", "4101"}
    debit, credit = (sum(Decimal(row[place] or 0) for row in rows) for place in (6, 7))
    assert debit == credit == 100
    assert {row[11] for row in rows} == {"何玲"}
    assert rows[0][9] == "限定：本基金宗旨范围内"
    sheet, _body = as_xlsx(take(cast, "vouchers", "xlsx"))
    assert len(sheet) == len(rows) + 1


def test_one_fund_and_some_days_only(cast: Cast) -> None:
    give(cast)
    donations.record_offline(
        donations.OfflineGift(cast.other_fund, 700, "cash", date(2026, 11, 2), "K"), by=cast.finance
    )
    assert len(as_csv(take(cast))) == 3
    assert len(as_csv(take(cast, fund=cast.other_fund.code))) == 2
    assert {row[8] for row in as_csv(take(cast, "vouchers", fund=cast.fund.code))[1:]} == {cast.fund.name}
    early = services.export(
        cast.host, kind="gifts", format="csv", first_day=FIRST, last_day=FIRST, by=cast.finance
    )
    assert len(as_csv(early)) == 1


def test_payments_leave_even_when_there_are_none(cast: Cast) -> None:
    assert not Project.objects.exists()
    assert len(as_csv(take(cast, "payments"))) == 1


def test_who_may_take_files_out(cast: Cast) -> None:
    for person in (cast.stranger, cast.chair, cast.implementer, cast.coordinator):
        with pytest.raises(Refused, match="财务"):
            services.export(cast.host, kind="gifts", format="csv", first_day=FIRST, last_day=LAST, by=person)
    assert not ExportRun.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": "ballots"}, "请选择"),
        ({"format": "pdf"}, "请选择"),
        ({"last_day": date(2026, 10, 31)}, "早于"),
        ({"first_day": date(1999, 1, 1)}, "十年"),
        ({"fund": "F-OTHER"}, "本会的基金"),
    ],
)
def test_a_wrong_wish_gets_a_sentence(cast: Cast, wrong: dict[str, object], words: str) -> None:
    wish: dict[str, object] = {
        "kind": "gifts",
        "format": "csv",
        "first_day": FIRST,
        "last_day": LAST,
        **wrong,
    }
    with pytest.raises(Refused, match=words):
        services.export(cast.host, by=cast.finance, **wish)  # type: ignore[arg-type]


def test_a_long_csv_needs_little_memory(cast: Cast) -> None:
    gifts = [
        donations.OfflineGift(cast.fund, 100 + n, "bank", date(2026, 11, 20), f"M{n}") for n in range(3000)
    ]
    donations.record_many(gifts, by=cast.finance)
    taken = take(cast, "vouchers")
    tracemalloc.start()
    count = sum(1 for _piece in services.csv_lines(taken))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 6002
    assert peak < 20_000_000
