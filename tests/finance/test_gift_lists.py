"""Lists as people keep them: pasted or from a file, every fault by row, booked whole."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.core.sheets import xlsx_file
from apps.core.verdicts import Refused
from apps.donations.models import BoxCount, CollectionBox, Donation, GiftBatch
from apps.finance.rules.gift_lists import pasted_rows, read_list
from tests.books import assert_books_clean
from tests.cast import Cast

PASTED = (
    "姓名\t金额（元）\t公示\t类型\n王建国\t100\t只公开姓\t\n\n建材经营部\t66.66\t同意公开姓名\t单位\n"
    "\t0.01\t\t\n合计\t166.67\t\t\n"
)


@pytest.mark.parametrize("text", [PASTED, PASTED.replace("\t", ","), PASTED.replace("\t", "，")])
def test_a_pasted_list_is_read(text: str) -> None:
    lines, faults = read_list(pasted_rows(text))
    assert not faults
    assert [(line.row, line.name, line.amount, line.name_choice) for line in lines] == [
        (2, "王建国", 100_00, "masked"),
        (4, "建材经营部", 66_66, "real"),
        (5, "", 1, "anonymous"),
    ]
    assert lines[1].is_organisation and lines[1].publish_name


@pytest.mark.parametrize(
    ("cell", "shows"),
    [("", False), ("不公开", False), ("同意公开金额", True), ("是", True), ("也许", None)],
)
def test_an_amount_is_published_only_where_the_list_says_so(cell: str, shows: bool | None) -> None:
    lines, faults = read_list([["金额", "公示金额"], ["5", cell]])
    assert [line.publish_amount for line in lines] == ([] if shows is None else [shows])
    assert [fault.field for fault in faults] == (["amount_shown"] if shows is None else [])


@pytest.mark.parametrize(
    ("cell", "field"),
    [
        ("１００", "amount"),
        ("-5", "amount"),
        ("1e3", "amount"),
        ("1.234", "amount"),
        ("", "amount"),
        ("0", "amount"),
    ],
)
def test_faults_name_row_and_field(cell: str, field: str) -> None:
    lines, faults = read_list([["姓名", "金额"], ["甲", "5"], ["乙", cell]])
    assert len(lines) == 1
    assert [(fault.row, fault.field) for fault in faults] == [(3, field)]


@pytest.mark.parametrize(
    "rows",
    [[], [["王建国", "100"]], [["金额", "金额"], ["1", "2"]], [["姓名", "金额"], *[["甲", "1"]] * 2_200]],
)
def test_what_is_no_list(rows: list[list[str]]) -> None:
    with pytest.raises(Refused):
        read_list(rows)


def test_a_consent_is_never_guessed() -> None:
    _lines, faults = read_list([["姓名", "金额", "公示"], ["甲", "5", "公开"]])
    assert [(fault.row, fault.field) for fault in faults] == [(2, "shown")]


@pytest.fixture
def finance(cast: Cast, client: Client) -> Client:
    client.force_login(cast.finance)
    return client


def declared(cast: Cast, client: Client, **changes: Any) -> GiftBatch:
    words = {
        "kind": "event",
        "name": "社区邻里节",
        "fund": cast.fund.pk,
        "channel": "cash",
        "day": "2026-11-21",
        "count": "3",
        "total": "166.67",
        "token": "token-of-a-list-page",
    }
    assert client.post("/finance/H-QJ/batches/", words | changes).status_code == 302
    return GiftBatch.objects.get()


def test_a_whole_event_on_one_page(cast: Cast, finance: Client) -> None:
    batch = declared(cast, finance)
    address = f"/finance/H-QJ/batches/{batch.code}/"
    wrong = finance.post(address, {"lines": PASTED.replace("0.01", "abc").replace("\t100\t", "\t-1\t")})
    assert wrong.status_code == 422
    assert "第 2 行" in wrong.text and "第 5 行" in wrong.text and "第 4 行" not in wrong.text
    assert not Donation.objects.exists()
    short = finance.post(address, {"lines": PASTED.replace("0.01", "0.02")})
    assert "166.68" in short.text
    assert finance.post(address, {"lines": ""}).status_code == 422
    for _turn in range(2):
        assert finance.post(address, {"lines": PASTED}).status_code == 302
    assert Donation.objects.count() == 3
    assert "王建国" in finance.get(address).text
    finance.force_login(cast.auditor)
    assert "王建国" not in finance.get(address).text
    finance.force_login(cast.stranger)
    assert finance.get(address).status_code == 404
    assert_books_clean()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "gbk", "junk"])
def test_a_list_from_a_file(cast: Cast, finance: Client, kind: str) -> None:
    batch = declared(cast, finance)
    rows = pasted_rows(PASTED)
    text = "\r\n".join(",".join(row) for row in rows)
    body = {
        "csv": text.encode("utf-8-sig"),
        "gbk": text.encode("gb18030"),
        "xlsx": xlsx_file(rows).read() if kind == "xlsx" else b"",
        "junk": b"PK\x03\x04junk",
    }[kind]
    answer = finance.post(
        f"/finance/H-QJ/batches/{batch.code}/",
        {"lines": "", "file": SimpleUploadedFile(f"list.{kind}", BytesIO(body).read())},
    )
    assert answer.status_code == (422 if kind == "junk" else 302)
    assert Donation.objects.count() == (0 if kind == "junk" else 3)


def test_a_box_on_pages(cast: Cast, finance: Client) -> None:
    assert finance.post("/boxes/", {"fund": cast.fund.pk, "place": "服务大厅"}).status_code == 302
    box = CollectionBox.objects.get()
    sent = {"day": "2026-11-21", "total": "23.50", "pieces_2000": "1", "token": "token-of-a-count-page"}
    assert "再数一遍" in finance.post(f"/boxes/{box.code}/count/", sent).text
    assert finance.post(f"/boxes/{box.code}/count/", sent | {"pieces_50": "7"}).status_code == 302
    row = BoxCount.objects.get()
    page = f"/boxes/counts/{row.code}/sign/"
    assert finance.post(page, {"total": "23.50"}).status_code == 422
    finance.force_login(cast.second_finance)
    opened = finance.get(page)
    assert "23.50" not in opened.text and 'role="alert"' not in opened.text
    assert "23.50" not in finance.get("/boxes/").text
    assert finance.post(page, {"total": "23.50"}).status_code == 302
    assert Donation.objects.get().amount == 23_50
    assert "23.50" in finance.get("/boxes/").text
