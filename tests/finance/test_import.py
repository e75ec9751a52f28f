"""Bank statements come in, whole or not at all."""

import time

import pytest

from apps.core.models import AuditEvent
from apps.core.verdicts import Refused
from apps.finance import queries, services
from apps.finance.models import BankStatement, StatementLine, StatementUpload
from tests.cast import Cast

HEADER = "交易日期,借方金额,贷方金额,余额,对方户名,摘要,交易流水号\n"
GOOD = HEADER + "2026-11-18,,100.00,100.00,欧阳雪,捐款,L1\n2026-11-19,5.00,,95.00,王䶮,手续费,L2\n"

pytestmark = pytest.mark.django_db


def bring(cast: Cast, text: str, **more: str) -> BankStatement:
    return services.import_statement(
        cast.host, body=text.encode("gb18030"), filename="流水.csv", by=cast.finance, **more
    )


def test_a_statement_comes_in_with_its_balances(cast: Cast) -> None:
    statement = bring(cast, GOOD)
    lines = statement.lines.order_by("number")
    assert [(row.reference, row.amount, row.counterparty, row.number) for row in lines] == [
        ("L1", 10000, "欧阳雪", 2),
        ("L2", -500, "王䶮", 3),
    ]
    assert (statement.encoding, statement.opening, statement.closing) == ("gb18030", 0, 9500)
    found = queries.equation(statement)
    assert (found.came, found.came_count, found.went, found.went_count) == (10000, 1, 500, 1)
    assert (found.open_sum, found.open_count) == (10500, 2)
    assert AuditEvent.objects.get(verb="import_statement").facts["lines"] == 2


def test_the_same_file_again_is_the_same_statement(cast: Cast) -> None:
    assert bring(cast, GOOD) == bring(cast, GOOD)
    assert StatementLine.objects.count() == 2


def test_an_overlapping_file_brings_only_what_is_new(cast: Cast) -> None:
    bring(cast, GOOD)
    later = bring(cast, GOOD + "2026-11-20,,7.00,102.00,张三,捐,L3\n")
    assert (later.known, later.lines.count()) == (2, 1)
    with pytest.raises(Refused, match="没有新的"):
        bring(cast, "某银行\n" + GOOD)


def test_the_same_serial_number_with_another_amount_is_an_error(cast: Cast) -> None:
    bring(cast, GOOD)
    with pytest.raises(Refused, match="第 2 行“交易流水号”：流水号 L1 在以前导入的文件里是另一个金额"):
        bring(cast, HEADER + "2026-11-18,,101.00,,欧阳雪,捐款,L1\n")
    with pytest.raises(Refused, match="本文件前面的行"):
        bring(cast, HEADER + "2026-11-18,,1.00,,甲,,L8\n2026-11-18,,2.00,,甲,,L8\n")
    assert bring(cast, HEADER + "2026-11-18,,1.00,,甲,,L9\n2026-11-18,,1.00,,甲,,L9\n").lines.count() == 1


def test_one_bad_row_keeps_all_out_and_every_fault_names_its_row_and_column(cast: Cast) -> None:
    bad = GOOD + "2026/2/29,,x,,,,L3\n2099-01-01,,1.00,,,,L4\n2026-11-19,1.00,1.00,,,,6.22E+18\n"
    with pytest.raises(Refused, match="一行也没有导入"):
        bring(cast, bad)
    assert not StatementLine.objects.exists()
    assert not BankStatement.objects.exists()
    faults = queries.read_file(cast.host, bad.encode()).faults
    assert [(fault.row, fault.title) for fault in faults] == [
        (4, "交易日期"),
        (4, "贷方金额/借方金额"),
        (5, "交易日期"),
        (6, "贷方金额/借方金额"),
        (6, "交易流水号"),
    ]
    assert str(faults[0]) == "第 4 行“交易日期”：“2026/2/29”日历上没有这一天。"


def test_only_finance_of_the_host_imports(cast: Cast) -> None:
    for person in (cast.admin, cast.auditor, cast.chair, cast.stranger):
        with pytest.raises(Refused, match="财务"):
            services.import_statement(cast.host, body=GOOD.encode(), filename="x", by=person)


def test_a_preview_writes_nothing_and_the_kept_file_goes_with_its_import(cast: Cast) -> None:
    upload = services.keep_upload(cast.host, body=GOOD.encode(), filename="../流水\x00.csv", by=cast.finance)
    assert upload.filename == "../流水.csv"
    reading = queries.read_file(cast.host, bytes(upload.body))
    assert (len(reading.lines), reading.sums) == (2, {"in": (1, 10000), "out": (1, 500)})
    assert not StatementLine.objects.exists()
    services.import_upload(upload, by=cast.finance)
    assert StatementLine.objects.count() == 2
    assert not StatementUpload.objects.exists()


def test_hosts_do_not_see_each_others_serial_numbers(cast: Cast) -> None:
    other = type(cast.host).objects.create(
        code="H-XX", name="另一个慈善会", uscc="51500111MJP0000039", division_id="500110"
    )
    bring(cast, GOOD)
    assert services.import_statement(other, body=GOOD.encode(), filename="x", by=None).lines.count() == 2


def test_the_largest_file_is_read_in_seconds(cast: Cast) -> None:
    rows = "".join(f"2026-11-18,,{n}.00,,户{n},捐款,R{n}\n" for n in range(1, 19_999))
    began = time.perf_counter()
    assert bring(cast, HEADER + rows).lines.count() == 19_998
    assert time.perf_counter() - began < 30


@pytest.mark.parametrize("day", ["1900-01-01", "2004-12-31", "9999-12-31"])
def test_a_day_on_which_nothing_can_be_booked_is_a_fault_of_its_row(cast: Cast, day: str) -> None:
    with pytest.raises(Refused, match="第 2 行"):
        bring(cast, HEADER + f"{day},,1.00,,甲,,L8\n")
    assert not StatementLine.objects.exists()
