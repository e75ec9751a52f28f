"""Receipts in bulk: out as a sheet, numbers back, every fault with its row and then nothing taken."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.core import clock
from apps.core.models import AuditEvent, OutboxMessage, StoredFile
from apps.core.verdicts import Refused
from apps.core.waiting import collect
from apps.donations.models import FiscalReceipt
from apps.donations.services import issue_receipt, request_receipt
from apps.finance.rules.sheets import read_sheet
from apps.finance.services import FaultyRows, export_requests, import_receipts
from tests.cast import Cast
from tests.donations.test_receipts import gift_of, number

pytestmark = pytest.mark.django_db
BATCH, DAY = "50010126", "2026-01-20"


@pytest.fixture
def asked(cast: Cast) -> list[FiscalReceipt]:
    """Two requests that wait."""
    rows = []
    for n, name in enumerate(["王䶮", "=cmd()"]):
        gift = gift_of(cast, key=f"K{n}", name=name, contact=f"d{n}@example.org")
        rows.append(request_receipt(gift, name=name, by=None))
    return rows


def sheet(rows: list[list[Any]]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    page = book.add_worksheet()
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            page.write_string(place, column, str(cell))
    book.close()
    return file.getvalue()


def filled(cast: Cast, numbers: list[tuple[str, ...]]) -> bytes:
    """The exported sheet with numbers written into its rows, in its order."""
    rows = read_sheet(export_requests(cast.host, by=cast.finance).read()).rows
    for row, given in zip(rows[1:], numbers, strict=False):
        row[-4:] = list(given)
    return sheet(rows)


def test_out_and_back(cast: Cast, asked: list[FiscalReceipt]) -> None:
    out = read_sheet(export_requests(cast.host, by=cast.finance).read()).rows
    assert [row[0] for row in out[1:]] == [row.code for row in asked]
    assert out[1][1:4] == ["王䶮", "", "500"]
    assert not out[2][1].startswith("=")
    body = filled(cast, [(BATCH, "0000000001", "abc123", DAY), (BATCH, "0000000002", "abc124", DAY)])
    assert import_receipts(cast.host, body=body, by=cast.finance) == 2
    assert import_receipts(cast.host, body=body, by=cast.finance) == 2
    assert set(FiscalReceipt.objects.values_list("state", "number")) == {
        ("issued", "0000000001"),
        ("issued", "0000000002"),
    }
    assert OutboxMessage.objects.filter(key__startswith="receipt-issued").count() == 2
    assert "王䶮" not in str(list(AuditEvent.objects.values_list("facts", flat=True)))


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ((BATCH, "2", "abc124", DAY), "10 位"),
        ((BATCH, "0000000001", "abc124", DAY), "另一张"),
        ((BATCH, "0000000002", "abc124", "31/12/2026"), "日期"),
        ((BATCH, "0000000002", "abc124", ""), "日期"),
        (("5001", "0000000002", "abc124", DAY), "8 位"),
    ],
)
def test_one_bad_row_takes_nothing(
    cast: Cast, asked: list[FiscalReceipt], second: tuple[str, ...], words: str
) -> None:
    with pytest.raises(FaultyRows) as caught:
        import_receipts(
            cast.host, body=filled(cast, [(BATCH, "0000000001", "abc123", DAY), second]), by=cast.finance
        )
    (fault,) = caught.value.faults
    assert fault.row == 3
    assert words in fault.reason
    assert set(FiscalReceipt.objects.values_list("state", flat=True)) == {"requested"}
    assert not OutboxMessage.objects.filter(key__startswith="receipt-issued").exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"a,b\n1,2\n",
        b"PK\x03\x04nothing",
        sheet([["x"]]),
        sheet([["申请编号"]]),
        sheet([["申请编号"] * 2]),
    ],
)
def test_a_file_that_is_none_of_ours(cast: Cast, body: bytes) -> None:
    with pytest.raises(Refused) as caught:
        import_receipts(cast.host, body=body, by=cast.finance)
    assert caught.value.field == "file"


def test_a_request_of_nobody_and_one_twice(cast: Cast, asked: list[FiscalReceipt]) -> None:
    titles = ["申请编号", "票据代码", "票据号码", "校验码", "开票日期"]
    rows = [titles, [asked[0].code, BATCH, "0000000001", "abc123", DAY]]
    for code, words in [("P-NONE", "没有编号"), (asked[0].code, "已经有了")]:
        with pytest.raises(FaultyRows) as caught:
            body = sheet([*rows, [code, BATCH, "0000000002", "abc123", DAY]])
            import_receipts(cast.host, body=body, by=cast.finance)
        assert words in caught.value.faults[0].reason


def test_only_finance_takes_and_brings(client: Client, cast: Cast, asked: list[FiscalReceipt]) -> None:
    for person in (cast.auditor, cast.admin, cast.stranger):
        with pytest.raises(Refused):
            export_requests(cast.host, by=person)
        with pytest.raises(Refused):
            import_receipts(cast.host, body=sheet([["申请编号"]]), by=person)
    client.force_login(cast.auditor)
    page = client.get("/finance/H-QJ/receipts/").content.decode()
    assert asked[0].code in page
    assert "王䶮" not in page
    assert "王䶮" not in client.get(f"/finance/H-QJ/receipts/{asked[0].code}/").content.decode()


def test_the_pages_of_finance(client: Client, cast: Cast, asked: list[FiscalReceipt]) -> None:
    client.force_login(cast.finance)
    url = f"/finance/H-QJ/receipts/{asked[0].code}/"
    assert "王䶮" in client.get("/finance/H-QJ/receipts/").content.decode()
    bad = client.post(
        url, {"act": "issue", "batch_code": "1", "number": "2", "check_code": "abcd", "issued_on": DAY}
    )
    assert bad.status_code == 422
    assert "8 位" in bad.content.decode()
    ofd = io.BytesIO()
    with zipfile.ZipFile(ofd, "w") as archive:
        archive.writestr("OFD.xml", "<ofd/>")
    sent = {
        "act": "issue",
        "batch_code": BATCH,
        "number": "0000000009",
        "check_code": "abcd",
        "issued_on": DAY,
    }
    # Refused, or brought twice, a file is not kept: it names the payer.
    for number_sent, status, kept in (("0" * 8, 422, 0), ("0000000009", 302, 1), ("0000000009", 302, 1)):
        upload = SimpleUploadedFile("x.ofd", ofd.getvalue())
        answer = client.post(url, sent | {"number": number_sent, "file": upload})
        assert (answer.status_code, StoredFile.objects.count()) == (status, kept)
    row = FiscalReceipt.objects.get(pk=asked[0].pk)
    assert (row.state, row.file is not None and row.file.content_type) == ("issued", "application/ofd")
    void = {"act": "void", "why": "wrong", "red_batch_code": BATCH, "red_number": "0000000010"}
    assert client.post(url, void).status_code == 302
    assert client.post(url, {"act": "reissue"}).status_code == 302
    assert FiscalReceipt.objects.get(replaces=row).state == "requested"
    other = f"/finance/H-QJ/receipts/{asked[1].code}/"
    assert client.post(other, {"act": "decline", "reason": "不是捐赠"}).status_code == 302
    assert client.post(other, {"act": "nonsense"}).status_code == 422
    assert client.get(f"/finance/H-QJ/receipts/{'x' * 300}/").status_code == 404
    tried = client.post("/finance/H-QJ/receipts/import/", {"file": SimpleUploadedFile("x.xlsx", b"no")})
    assert tried.status_code == 422


def test_what_is_late_is_told(cast: Cast, asked: list[FiscalReceipt]) -> None:
    def told() -> list[tuple[str, str]]:
        return [(row.label, row.title) for row in collect(cast.finance) if "票据" in row.title]

    assert told() == [("待开票", "2 张捐赠票据待开")]
    with clock.set_to(clock.now() + timedelta(days=12)):
        assert told() == [("已晚", "2 张捐赠票据待开")]
    issue_receipt(asked[0], given=number(), by=cast.finance)
    FiscalReceipt.objects.filter(pk=asked[0].pk).update(recalled_at=clock.now())
    assert ("待冲红", "票据 50010126-0000000001 的钱已经退回") in told()
