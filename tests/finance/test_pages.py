"""Finance's pages, without JavaScript."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.finance.models import BankMatch, ExportRun, StatementLine, StatementUpload
from tests.books import assert_books_clean
from tests.cast import Cast

TEXT = (
    "交易日期,借方金额,贷方金额,余额,对方户名,摘要,流水号\n"
    "2026-11-18,,100.00,100.00,郑谢,捐款,L1\n"
    "2026-11-19,,5.00,105.00,农商行,季度结息,L2\n"
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.finance)
    return client


def send(client: Client, body: bytes, name: str = "流水.csv") -> object:
    return client.post("/finance/H-QJ/import/", {"file": SimpleUploadedFile(name, body)})


def test_from_upload_to_gift(cast: Cast, desk: Client) -> None:
    assert desk.get("/finance/").headers["Location"] == "/finance/H-QJ/"
    assert "没有要对的行" in desk.get("/finance/H-QJ/").content.decode()
    address = send(desk, TEXT.encode("gb18030")).headers["Location"]  # type: ignore[attr-defined]
    shown = desk.get(address).content.decode()
    assert "郑谢" in shown
    assert "GB18030" in shown
    assert "导入 2 行" in shown
    assert not StatementLine.objects.exists()
    assert "读不出" in desk.get(address + "?encoding=utf-8").content.decode()
    assert desk.post(address, {"encoding": ""}).status_code == 302
    first, second = StatementLine.objects.order_by("number")
    page = desk.get("/finance/H-QJ/").content.decode()
    assert "105.00" in page
    assert "一对一" in page
    for tab in ("one", "choose", "none", "matched", "nonsense"):
        assert desk.get(f"/finance/H-QJ/?tab={tab}").status_code == 200
    assert desk.post("/finance/H-QJ/match/", {"line": [first.pk, second.pk]}).status_code == 302
    assert BankMatch.objects.get().line == second
    assert desk.get(f"/finance/H-QJ/line/{first.pk}/").status_code == 200
    gift = {"act": "gift", "fund": cast.fund.code, "name": "郑谢"}
    assert desk.post(f"/finance/H-QJ/line/{first.pk}/", gift).status_code == 302
    assert "已对上" in desk.get(f"/finance/H-QJ/line/{first.pk}/").content.decode()
    assert "L2" in desk.get("/finance/H-QJ/?tab=matched").content.decode()
    assert desk.get("/finance/H-QJ/statements/").status_code == 200
    assert_books_clean()


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"", "空文件"), (b"x" * (5 * 1024 * 1024 + 1), "5 MB")],
)
def test_a_file_that_cannot_be_kept(desk: Client, body: bytes, words: str) -> None:
    answer = send(desk, body)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert words in answer.content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"\x00\x01\x02 garbage", ""),
        (b"PK\x03\x04", "打不开"),
        ("姓名\n张三\n".encode(), "找不到表头"),
        (TEXT.replace("100.00,100", "x,100").encode(), "第 2 行“贷方金额/借方金额”"),
    ],
)
def test_a_bad_file_is_shown_with_its_faults_and_brings_nothing(
    desk: Client, body: bytes, words: str
) -> None:
    address = send(desk, body).headers["Location"]  # type: ignore[attr-defined]
    assert words in desk.get(address).content.decode()
    assert desk.post(address, {"encoding": ""}).status_code == 422
    assert StatementUpload.objects.count() == 1
    assert not StatementLine.objects.exists()


def test_no_file_and_no_choice_get_a_sentence(cast: Cast, desk: Client) -> None:
    assert "请选一个文件" in desk.post("/finance/H-QJ/import/").content.decode()
    assert desk.post("/finance/H-QJ/match/").status_code == 400
    assert desk.post("/finance/H-QJ/match/", {"line": ["x", "9" * 30, "²"]}).status_code == 400


def test_a_choice_on_the_page_of_a_line(cast: Cast, desk: Client) -> None:
    desk.post(send(desk, TEXT.encode()).headers["Location"], {"encoding": ""})  # type: ignore[attr-defined]
    address = f"/finance/H-QJ/line/{StatementLine.objects.get(reference='L2').pk}/"
    assert desk.post(address, {"act": "match"}).status_code == 422
    assert desk.post(address, {"act": "match", "subject": "donation:NOTHING"}).status_code == 422
    assert desk.post(address, {"act": "gift", "fund": "F-NONE"}).status_code == 422
    assert desk.post(address, {"act": "match", "subject": "interest:L2"}).status_code == 302


def test_foreign_hosts_lines_and_uploads_are_not_found(cast: Cast, desk: Client) -> None:
    for path in ("/finance/H-NONE/", "/finance/H-QJ/line/1/", f"/finance/H-QJ/line/{2**70}/"):
        assert desk.get(path).status_code == 404
    assert desk.get("/finance/H-QJ/import/NOTHING/").status_code == 404
    assert desk.get("/finance/H-QJ/?statement=99").status_code == 404
    assert desk.get("/finance/H-QJ/?statement=x").status_code == 404
    for person in (cast.stranger, cast.chair, cast.admin):
        desk.force_login(person)
        assert desk.get("/finance/H-QJ/").status_code == 404
    desk.logout()
    assert desk.get("/finance/H-QJ/").status_code == 302


def test_the_auditor_reads_and_sees_why_not_more(cast: Cast, desk: Client) -> None:
    desk.force_login(cast.auditor)
    bench = desk.get("/finance/H-QJ/").content.decode()
    assert "财务来做" in bench
    # The register of organisations is closed to them, so nothing leads there.
    assert "/organisations/" not in bench
    assert "财务来做" in desk.get("/finance/H-QJ/import/").content.decode()
    assert send(desk, TEXT.encode()).status_code == 422  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["gifts", "payments", "vouchers"])
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_files_are_downloaded(cast: Cast, desk: Client, kind: str, format: str) -> None:
    wish = {"kind": kind, "format": format, "first_day": "2026-11-01", "last_day": "2026-11-30", "fund": ""}
    answer = desk.post("/finance/H-QJ/export/", wish)
    body = io.BytesIO(b"".join(answer.streaming_content)).getvalue()  # type: ignore[attr-defined]
    assert body.startswith(b"\xef\xbb\xbf" if format == "csv" else b"PK")
    assert f"H-QJ-{kind}-20261101-20261130.{format}" in answer.headers["Content-Disposition"]
    assert ExportRun.objects.count() == 1
    assert "何玲" in desk.get("/finance/H-QJ/export/").content.decode()


def test_a_wrong_wish_keeps_what_was_typed(desk: Client) -> None:
    wish = {"kind": "gifts", "format": "csv", "first_day": "2026-11-30", "last_day": "2026-11-01"}
    answer = desk.post("/finance/H-QJ/export/", wish)
    assert answer.status_code == 422
    assert "早于" in answer.content.decode()
    assert 'value="2026-11-30"' in answer.content.decode()
    assert desk.post("/finance/H-QJ/export/", {}).status_code == 422


def test_an_empty_balance_column_is_no_warning(cast: Cast, desk: Client) -> None:
    text = "交易日期,借方金额,贷方金额,余额,对方户名,摘要,流水号\n2026-11-18,,100.00,,郑谢,捐款,L1\n"
    address = send(desk, text.encode()).headers["Location"]  # type: ignore[attr-defined]
    assert "余额接不上" not in desk.get(address).content.decode()
    gap = TEXT.replace("105.00", "106.00")
    address = send(desk, gap.encode()).headers["Location"]  # type: ignore[attr-defined]
    assert "余额接不上" in desk.get(address).content.decode()


def test_a_refusal_leads_back_to_the_page_it_came_from(cast: Cast, desk: Client) -> None:
    before = "http://testserver/finance/H-QJ/?tab=one"
    refused = desk.post("/finance/H-QJ/match/", {}, headers={"Referer": before})
    assert refused.status_code == 400
    assert f'href="{before}"' in refused.content.decode()
    elsewhere = desk.post("/finance/H-QJ/match/", {}, headers={"Referer": "https://elsewhere.example/"})
    assert "elsewhere.example" not in elsewhere.content.decode()
