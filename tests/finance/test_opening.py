"""A host's books begin with what its funds had before, in sums that are no gifts."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.verdicts import Refused
from apps.finance.rules.opening import read_opening
from apps.funds.queries import available, general_restriction
from apps.ledger import queries as books
from apps.ledger import services as ledger
from tests.books import assert_books_clean
from tests.cast import Cast

HEAD = "基金,限定用途,金额\n"
NOON = clock.midnight(date(2026, 11, 21))
DAY = date(2026, 11, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_as_any_program_writes_it(encoding: str) -> None:
    rows, faults = read_opening((HEAD + '百步梯,,"1,234.56"\n 沱湾 ,宗旨范围,5\n').encode(encoding))
    assert [(row.number, row.fund, row.purpose, row.amount) for row in rows] == [
        (2, "百步梯", "", 123_456),
        (3, "沱湾", "宗旨范围", 500),
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "空文件"), (HEAD, "一行也没有"), ("基金,金额\nx,1\n", "缺少：限定用途"), (HEAD + '"x,,1', "引号"),
        (HEAD + "x,,1\n" * 5_001, "超过 5000 行"),
    ],
)  # fmt: skip
def test_what_is_no_such_file_is_refused(text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read_opening(text.encode())


@pytest.mark.parametrize("amount", ["0", "-1", "1.005", "1e3", "１００", "一百", "", "NaN", "9" * 30])
def test_a_row_that_cannot_be_is_named_by_its_number(amount: str) -> None:
    rows, [fault] = (
        read_opening(f"{HEAD}x,,5\ny,,{amount}\n,,1\n".encode())[0],
        read_opening(f"{HEAD}x,,5\ny,,{amount}\n".encode())[1],
    )
    assert len(rows) == 1 and fault.startswith("第 3 行：")


@pytest.mark.django_db
class TestBooks:
    """The command, as an operator runs it."""

    @pytest.fixture
    def run(self, cast: Cast, tmp_path: Path) -> Any:
        def run(rows: str, *more: str, day: date = DAY) -> str:
            file, out = tmp_path / "opening.csv", StringIO()
            file.write_text(HEAD + rows)
            with clock.set_to(NOON):
                call_command(
                    "open_books", cast.host.code, str(file), "--day", day.isoformat(), *more, stdout=out
                )
            return out.getvalue()

        return run

    def test_it_is_shown_first_and_booked_once(self, cast: Cast, run: Any) -> None:
        fund, other = cast.fund, cast.other_fund
        rows = f"{fund.name},宗旨范围,800.50\n{fund.code},,200\n{other.name},宗旨范围,9.99\n"
        assert "1,010.49" in run(rows) and "还没有入账" in run(rows)
        assert books.balance("bank_deposits", host=cast.host.code) == 0
        for _time in range(2):
            assert "已入账" in run(rows, "--book")
        assert books.balance("bank_deposits", host=cast.host.code) == 101_049
        restricted = general_restriction(fund).code
        assert available(fund) == {restricted: 80_050, "": 20_000}
        assert AuditEvent.objects.filter(verb="open_books").count() == 1
        assert_books_clean()

    def test_it_is_no_gift(self, cast: Cast, run: Any) -> None:
        run(f"{cast.fund.name},宗旨范围,800\n", "--book")
        flows = books.flows(cast.fund.code, host=cast.host.code)
        assert {name: fen for name, fen in flows.items() if fen} == {"other": 80_000}

    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            ("没有的基金,,1\n", "第 2 行：没有叫"), ("{fund},修路,1\n", "没有“修路”"),
            ("{fund},,1\n{code},,2\n", "第 3 行：.*前面写过"), ("{fund},,x\n没有的,,1\n", "第 2 行.*\n第 3 行"),
        ],
    )  # fmt: skip
    def test_every_fault_is_named_and_nothing_is_booked(
        self, cast: Cast, run: Any, rows: str, words: str
    ) -> None:
        with pytest.raises(CommandError, match=words):
            run(rows.format(fund=cast.fund.name, code=cast.fund.code), "--book")
        assert books.balance("bank_deposits", host=cast.host.code) == 0

    def test_what_began_otherwise_a_closed_month_and_tomorrow_are_refused(self, cast: Cast, run: Any) -> None:
        with pytest.raises(CommandError, match="不能晚于今天"):
            run(f"{cast.fund.name},,5\n", "--book", day=date(2026, 11, 22))
        with clock.set_to(NOON):
            ledger.close_month(cast.host.code, date(2026, 10, 1), by=None)
        with pytest.raises(CommandError, match="已经结了"):
            run(f"{cast.fund.name},,5\n", "--book", day=date(2026, 10, 31))
        run(f"{cast.fund.name},,5\n", "--book")
        with pytest.raises(CommandError, match="登记过了"):
            run(f"{cast.fund.name},,6\n", "--book")
        assert books.balance("bank_deposits", host=cast.host.code) == 500
