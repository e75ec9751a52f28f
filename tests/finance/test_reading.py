"""Bank files of every make, read by pure rules."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from apps.core.sheets import is_risky, plain_cell, safe_cell, sheet_cell
from apps.core.verdicts import Refused
from apps.finance.rules.sheets import read_sheet
from apps.finance.rules.statements import read_reference, read_statement, running_balance
from apps.finance.rules.values import read_amount, read_day, signed_amount

HEADER = "交易日期,借方金额,贷方金额,余额,对方户名,摘要,交易流水号\n"
LINES = "2026-11-20,,100.00,100.00,欧阳雪,捐款,L1\n2026-11-19,5.00,,95.00,王䶮,手续费,L2\n"
TEXT = "綦江农商行 活期明细\n账号：尾号 0417\n" + HEADER + LINES + "合计,5.00,100.00,,,,\n"


def workbook(rows: list[list[object]], *, hidden: bool = False) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    if hidden:
        book.add_worksheet("说明").hide()
    sheet = book.add_worksheet("明细")
    if hidden:
        sheet.activate()
        sheet.set_first_sheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, place, cell, day)  # type: ignore[arg-type]
            else:
                sheet.write(number, place, cell)
    book.close()
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_every_usual_encoding_is_told(name: str, told: str) -> None:
    found = read_statement(TEXT.encode(name))
    assert found.encoding == told
    assert [line.cells["counterparty"] for line in found.lines] == ["欧阳雪", "王䶮"]
    assert [line.row for line in found.lines] == [4, 5]


@pytest.mark.parametrize("surname", "郑谢肖袁叶魏姚卢谭陆石韦薛史毛钱莫")
def test_surnames_whose_gbk_bytes_are_sound_utf8_are_not_misread(surname: str) -> None:
    text = HEADER + f"2026-11-20,,100.00,,{surname},,L1\n"
    assert read_statement(text.encode("gbk")).lines[0].cells["counterparty"] == surname


def test_a_person_may_overrule_the_encoding() -> None:
    found = read_statement(TEXT.replace("䶮", "龚").replace("綦", "").encode("gb18030"), encoding="gb18030")
    assert found.encoding == "gb18030"
    with pytest.raises(Refused, match="读不出"):
        read_statement(TEXT.encode("gb18030"), encoding="utf-8")
    with pytest.raises(Refused, match="没有这种编码"):
        read_statement(TEXT.encode(), encoding="rot13")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(separator: str, ending: str) -> None:
    text = TEXT.replace(",", separator).replace("\n", ending)
    assert len(read_statement(text.encode()).lines) == 2


def test_a_workbook_reads_like_the_csv() -> None:
    rows: list[list[object]] = [
        ["綦江农商行"],
        ["交易日期", "收入", "支出", "对方户名", "附言", "用途", "流水号"],
        [date(2026, 11, 20), 1234.5, None, "欧阳雪", "BBT-7K2Q", "月捐", "0012"],
        [46000, None, 0.3, "银行", "手续费", "", 20261120000123],
        ["合计", 1234.5, 0.3, None, None, None, None],
    ]
    found = read_statement(workbook(rows, hidden=True))
    first, second = (line.cells for line in found.lines)
    assert found.encoding == ""
    assert (first["day"][:10], first["income"], first["memo"], first["reference"]) == (
        "2026-11-20",
        "1234.50",
        "BBT-7K2Q 月捐",
        "0012",
    )
    assert read_day(second["day"]) == date(2025, 12, 9)
    assert (second["outgo"], second["reference"]) == ("0.30", "20261120000123")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "空文件"),
        (b" \n", "空文件"),
        (b"x" * (5 * 1024 * 1024 + 1), "5 MB"),
        (HEADER.encode(), "一行流水也没有"),
        ("姓名,年龄\n张三,5\n".encode(), "找不到表头"),
        ((HEADER + '2026-11-20,,"100.00,,欧阳雪,,L1\n').encode(), "不成对"),
        (HEADER.replace("余额", "贷方金额").encode(), "两次"),
        (b"PK\x03\x04garbage", "打不开"),
        (b"\xd0\xcf\x11\xe0garbage", "打不开"),
        ((HEADER + "2026-11-20,,1,,,,\n" * 20_001).encode(), "20000 行"),
        ((HEADER + "2026-11-20" + "," * 300).encode(), "列太多"),
    ],
)
def test_a_bad_file_gets_a_sentence(body: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read_statement(body)


def test_archives_that_explode_are_refused() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"0" * 100_000_000)
    with pytest.raises(Refused, match="解压后太大"):
        read_sheet(bomb.getvalue())
    crowd = io.BytesIO()
    with zipfile.ZipFile(crowd, "w") as archive:
        for number in range(600):
            archive.writestr(f"../../{number}", b"")
    with pytest.raises(Refused, match="部件太多"):
        read_sheet(crowd.getvalue())


@pytest.mark.parametrize(("row", "place", "words"), [(1_048_575, 0, "20000 行"), (3, 16_383, "列太多")])
def test_a_sheet_whose_cells_stand_far_out_is_refused_before_it_fills_the_memory(
    row: int, place: int, words: str
) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "交易日期")
    sheet.write(row, place, "x")
    book.close()
    with pytest.raises(Refused, match=words):
        read_sheet(out.getvalue())


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("100", 10000),
        ("1,234.56", 123456),
        ("１，２３４．５６", 123456),
        ("-5.5", -550),
        ("−5", -500),
        ("(5.00)", -500),
        ("¥ 5", 500),
        ("5元", 500),
        ("12.3400", 1234),
        ("", 0),
        ("--", 0),
        ("0.00", 0),
    ],
)
def test_amounts_are_read(text: str, fen: int) -> None:
    assert read_amount(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "1e3",
        "1_000",
        "NaN",
        "Infinity",
        "１٢",
        "٣",
        "1.234",
        "12,34",
        "五十",
        "5 5",
        "1" * 15,
        "+-5",
        "0x10",
        "²",
    ],
)
def test_other_amounts_get_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="“"):
        read_amount(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21",
        "2026/11/21",
        "2026.11.21",
        "20261121",
        "2026年11月21日",
        "2026-11-21 18:00:05",
        "20261121180005",
        "20261121 18:00",
        "46347",
        "46347.75",
        "２０２６－１１－２１",
    ],
)
def test_days_are_read(text: str) -> None:
    assert read_day(text) == date(2026, 11, 21)


@pytest.mark.parametrize(
    "text",
    [
        "2026/2/29",
        "31/12/2026",
        "12/31/26",
        "二〇二六年",
        "2026-11-21T00:00:00+08:00",
        "",
        "2026-13-01",
        "6",
        "2026-11/21",
    ],
)
def test_other_days_get_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="“"):
        read_day(text)


@pytest.mark.parametrize(
    ("cells", "fen"),
    [
        ({"income": "5", "outgo": "0.00"}, 500),
        ({"income": "", "outgo": "5"}, -500),
        ({"income": "-5"}, -500),
        ({"amount": "-5"}, -500),
        ({"amount": "5", "side": "借"}, -500),
        ({"amount": "5", "side": "收入"}, 500),
    ],
)
def test_the_sign_comes_from_whichever_column(cells: dict[str, str], fen: int) -> None:
    assert signed_amount(**{"amount": "", "income": "", "outgo": "", "side": "", **cells}) == fen


@pytest.mark.parametrize(
    "cells", [{}, {"amount": "0"}, {"income": "1", "outgo": "1"}, {"amount": "5", "side": "冲"}]
)
def test_an_amount_without_a_side_gets_a_sentence(cells: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="。"):
        signed_amount(**{"amount": "", "income": "", "outgo": "", "side": "", **cells})


def test_lost_digits_are_noticed() -> None:
    with pytest.raises(ValueError, match="科学计数法"):
        read_reference("6.22E+18")
    assert read_reference("000123") == "000123"


def test_lines_without_a_serial_number_get_one_that_stays_the_same() -> None:
    text = "日期,金额,摘要\n2026-11-20,5,捐\n2026-11-20,5,捐\n2026-11-21,7,捐\n"
    one = [line.cells["reference"] for line in read_statement(text.encode()).lines]
    other = [line.cells["reference"] for line in read_statement(("银行\n" + text).encode()).lines]
    assert one == other
    assert len(set(one)) == 3


def test_the_running_balance_is_found_in_either_order() -> None:
    found = read_statement(TEXT.encode()).lines
    assert running_balance(found, [10000, -500]) == (0, 9500)
    assert running_balance(list(reversed(found)), [-500, 10000]) == (0, 9500)
    assert running_balance(found, [10000, -501]) is None


RISKY = [
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\x00",
    "＝",
    "－",
    "＋",
    "＠",
    " =",
    "\ufeff=",
    "\u200b=",
    "'=",
    "\u3000@",
]


@pytest.mark.parametrize("start", RISKY)
def test_no_text_leaves_as_a_formula(start: str) -> None:
    text = f"{start}cmd|' /C calc'!A0"
    written = safe_cell(text)
    assert isinstance(written, str)
    assert written.startswith("'")
    assert plain_cell(written) == text
    assert is_risky(text)


@pytest.mark.parametrize("text", ["张三", "O'Brien", "", "'引", "a=b", "100-5", "0012"])
def test_harmless_text_is_left_alone(text: str) -> None:
    assert safe_cell(text) == text
    assert plain_cell(text) == text


def test_numbers_stay_numbers() -> None:
    assert safe_cell(-5) == -5
    assert safe_cell(Decimal("-5.00")) == Decimal("-5.00")
    assert safe_cell(None) == ""
    assert sheet_cell("a\x00b" + "x" * 40_000) == ("a\ufffdb" + "x" * 40_000)[:32_767]


def read_or_refuse(body: bytes) -> None:
    try:
        read_statement(body)
    except Refused as refusal:
        assert str(refusal)


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [
            b"",
            b"PK\x03\x04",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            b"\xff\xfe",
            HEADER.encode(),
            HEADER.encode("gbk"),
        ]
    ),
)
def test_whatever_is_sent_is_read_or_refused_with_a_sentence(tail: bytes, head: bytes) -> None:
    read_or_refuse(head + tail)


@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_with_a_sentence(data: st.DataObject) -> None:
    body = bytearray(GOOD_BOOK)
    for _turn in range(data.draw(st.integers(1, 6))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    read_or_refuse(bytes(body[: data.draw(st.integers(1, len(body)))]))


@given(st.text(max_size=40))
def test_any_text_is_an_amount_a_day_or_a_sentence(text: str) -> None:
    for read in (read_amount, read_day, read_reference):
        try:
            read(text)
        except ValueError as error:
            assert str(error)


@given(st.text(max_size=60))
def test_any_text_reads_back_as_it_was(text: str) -> None:
    written = safe_cell(text)
    assert isinstance(written, str)
    assert plain_cell(written) == text
    assert not written or written[0] not in "=+-@\t\r\n\x00＝－＋＠"


GOOD_BOOK = workbook([["交易日期", "金额", "流水号"], ["2026-11-20", 5, "L1"], ["2026-11-21", -7.25, "L2"]])
