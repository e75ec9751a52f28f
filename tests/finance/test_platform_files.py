"""Whatever file is sent as a platform's orders: it is read, or refused with a sentence; nothing breaks."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.donations.models import Donation
from apps.finance.models import PlatformFile, PlatformPiece
from apps.finance.services import platforms
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.finance.test_platforms import names

TITLES = ["订单号", "支付时间", "捐款金额", "基金", "捐赠人"]
GOOD = ["X1", "2026-11-18", "5.00", "F-BBT", "郑谢"]
ADDRESS = "/finance/H-QJ/platforms/"
Make = Callable[[], bytes]

pytestmark = pytest.mark.django_db


def lines(*rows: list[str], separator: str = ",", end: str = "\r\n") -> str:
    return "".join(separator.join(row) + end for row in rows)


def workbook(*rows: list[str | int | float], formula: bool = False) -> bytes:
    body = io.BytesIO()
    with xlsxwriter.Workbook(body) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if formula:
            sheet.write_formula(1, 2, "=2+3", None, 5)
            sheet.write_url(1, 4, "external:c:\\temp\\other.xlsx", string="张三")
    return body.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return body.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    body = io.BytesIO(workbook(TITLES, GOOD))
    with zipfile.ZipFile(body) as file:
        parts = {one: file.read(one) for one in file.namelist()}
    return archive(parts | {name: content})


TEXT = lines(TITLES, GOOD)
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><sst>&b;</sst>'
READ: dict[str, Make] = {
    "utf-8": lambda: TEXT.encode(),
    "utf-8 with a mark": lambda: TEXT.encode("utf-8-sig"),
    "utf-16": lambda: TEXT.encode("utf-16"),
    "utf-16 little end without a mark": lambda: TEXT.encode("utf-16-le"),
    "utf-16 big end with a mark": lambda: b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "gb18030": lambda: TEXT.encode("gb18030"),
    "gbk": lambda: TEXT.encode("gbk"),
    "semicolons": lambda: lines(TITLES, GOOD, separator=";").encode(),
    "tabs": lambda: lines(TITLES, GOOD, separator="\t").encode(),
    "carriage returns only": lambda: lines(TITLES, GOOD, end="\r").encode(),
    "a newline in a cell": lambda: lines(TITLES, [*GOOD[:4], '"郑\n谢"']).encode(),
    "titles above, sums below": lambda: lines(
        ["平台导出"], TITLES, GOOD, ["合计", "", "5.00", "", ""]
    ).encode(),
    "an extra column and a short row": lambda: lines([*TITLES, "又一列"], GOOD).encode(),
    "titles in another order": lambda: lines(TITLES[::-1], GOOD[::-1]).encode(),
    "a workbook": lambda: workbook(TITLES, GOOD),
    "a workbook with Excel's days": lambda: workbook(TITLES, [GOOD[0], 46000, 5, *GOOD[3:]]),
    "a workbook with a formula and a link": lambda: workbook(TITLES, GOOD, formula=True),
    "a workbook with macros": lambda: with_part("xl/vbaProject.bin", b"\xcc\x61"),
    "a name that climbs": lambda: with_part("../../etc/passwd", b"x"),
    "an id with leading zeros": lambda: lines(TITLES, ["\t0001", *GOOD[1:]]).encode(),
}
REFUSED: dict[str, tuple[Make, str]] = {
    "nothing": (lambda: b"", "空文件"),
    "blanks": (lambda: b" \r\n \r\n", "空文件"),
    "too large": (lambda: b"x," * (21 * 1024 * 1024), "40 MB"),
    "unbalanced quotes": (lambda: (TEXT + '"X2,2026-11-18,5\n').encode(), "不成对"),
    "one huge cell": (lambda: lines(TITLES, ["X" * 3_000_000, *GOOD[1:]]).encode(), "不成对"),
    "two encodings in one file": (
        lambda: TEXT.encode() + lines(["X2", *GOOD[1:4], "张三"]).encode("gb18030"),
        "认不出文件的文字编码",
    ),
    "a wrong mark": (lambda: b"\xef\xbb\xbf" + TEXT.encode("gb18030"), "开头写着"),
    "the same title twice": (lambda: lines([*TITLES, "捐款金额"], [*GOOD, "6"]).encode(), "出现了两次"),
    "too many columns": (lambda: lines(TITLES, ["x"] * 300).encode(), "列太多"),
    "no workbook at all": (lambda: b"PK\x03\x04", "打不开"),
    "another kind of archive": (lambda: archive({"a.txt": b"x"}), "打不开"),
    "entities": (lambda: with_part("xl/workbook.xml", XXE), "打不开"),
    "entities in entities": (lambda: with_part("xl/sharedStrings.xml", LAUGHS), "打不开"),
    "a bomb": (lambda: with_part("xl/media/a.bin", b"\x00" * 90 * 1024 * 1024), "解压后太大"),
    "too many parts": (lambda: archive({f"{n}": b"" for n in range(600)}), "部件太多"),
    "an old workbook with a password": (lambda: b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "打不开"),
}  # fmt: skip


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.finance)
    return client


def send(desk: Client, body: bytes, name: str = "订单.csv", platform: str = "tencent") -> Any:
    return desk.post(ADDRESS, {"platform": platform, "file": SimpleUploadedFile(name, body)})


@pytest.mark.parametrize("make", READ.values(), ids=READ)
def test_what_can_be_read_is_read(desk: Client, make: Make) -> None:
    answer = send(desk, make())
    assert answer.status_code == 302, answer.content.decode()
    file = PlatformFile.objects.get()
    assert (file.new, file.refused, file.gross) == (1, 0, 5_00), list(file.rows.values("field", "reason"))


@pytest.mark.parametrize(("make", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_with_a_sentence_and_nothing_is_kept(
    desk: Client, make: Make, words: str
) -> None:
    answer = send(desk, make())
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not PlatformFile.objects.exists()
    assert not PlatformPiece.objects.exists()


@pytest.mark.parametrize("name", ["../../x.csv", "a" * 300 + ".csv", "订\u202e单.csv", "<script>.csv"])
def test_a_files_name_does_no_harm(desk: Client, name: str) -> None:
    page = desk.get(send(desk, TEXT.encode(), name).headers["Location"]).content.decode()
    assert "<script>.csv" not in page
    assert "\u202e" not in page


def test_a_header_without_rows_and_a_file_without_the_columns(desk: Client) -> None:
    address = send(desk, lines(TITLES).encode()).headers["Location"]
    assert "没有可以入账的新订单" in desk.post(address, {"act": "book"}).content.decode()
    address = send(desk, lines(["甲", "乙"], ["1", "2"]).encode()).headers["Location"]
    page = desk.get(address).content.decode()
    assert "还差这几列" in page
    assert "订单号、支付时间、捐款金额" in page
    assert desk.post(address, {"act": "book"}).status_code == 422


def test_from_upload_to_the_books(desk: Client, django_capture_on_commit_callbacks: Any) -> None:
    body = lines(TITLES, GOOD, ["X2", "2026-11-18", "=1+1", "F-BBT", "=cmd"]).encode("gb18030")
    address = send(desk, body).headers["Location"]
    page = desk.get(address).content.decode()
    assert "郑谢" in page
    assert "第 3 行“捐款金额”" in page
    assert "入账 1 笔" in page
    assert not Donation.objects.exists()
    refused = b"".join(desk.get(address + "refused/")).decode("utf-8-sig")
    assert "X2,2026-11-18,'=1+1,F-BBT,'=cmd" in refused
    assert desk.post(address, {"act": "read", "encoding": "utf-8"}).status_code == 422
    assert desk.post(address, {"act": "read", "fund": "F-XJZ"}).status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(address, {"act": "book"}).status_code == 302
    assert "已经入账" in desk.get(address).content.decode()
    assert "5.00" in desk.get(ADDRESS).content.decode()
    assert Donation.objects.get().amount == 5_00
    assert send(desk, body).headers["Location"] == address
    assert_books_clean()


@pytest.mark.parametrize(
    ("platform", "amount", "shows"),
    [("tencent", "公开", True), ("alipay", "", False), ("shuidi", "不公开", False), ("other", "是", True)],
)
def test_a_template_comes_in_as_it_is(desk: Client, platform: str, amount: str, shows: bool) -> None:
    sheet = b"".join(desk.get(f"{ADDRESS}template/{platform}/")).decode("utf-8-sig")
    row = f"T1,2026-11-18,9,0,F-BBT,张三,公开,{amount},好,,,,支付成功\r\n"
    assert send(desk, (sheet + row).encode(), platform=platform).status_code == 302
    file = PlatformFile.objects.get()
    assert (file.new, file.refused) == (1, 0)
    assert (file.rows.get().is_public, file.rows.get().shows_amount) == (True, shows)


def test_others_do_not_see_the_names_in_a_file(cast: Cast, desk: Client, client: Client) -> None:
    address = send(desk, TEXT.encode()).headers["Location"]
    for person in (cast.auditor, cast.admin, cast.stranger):
        client.force_login(person)
        assert client.get(address).status_code == 404
        assert client.get(address + "refused/").status_code == 404
    assert client.post(ADDRESS, {}).status_code == 404


def test_the_piece_a_file_is_cut_into_changes_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platforms, "PIECE", 7)
    body = lines(TITLES, *([f"X{n}", *GOOD[1:]] for n in range(30))).encode("gb18030")
    file = platforms.keep_platform_file(
        cast.host, platform="tencent", chunks=[body], filename="x", by=cast.finance
    )
    assert (file.new, set(names(file))) == (30, {"郑谢"})
