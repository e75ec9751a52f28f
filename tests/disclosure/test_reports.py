"""Period reports: computed from the books, frozen when published, corrected by a new version."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from apps.core import clock
from apps.core.canonical import canonical_json
from apps.core.checks import run
from apps.core.verdicts import Refused
from apps.disclosure import services
from apps.disclosure.checks import CHECKS
from apps.disclosure.models import PeriodReport
from apps.disclosure.queries import reports as queries
from apps.disclosure.rules import Quarter, adds_up, days_late, ended_quarters, quarter_of, read_quarter
from apps.funds.models import Restriction
from apps.ledger import queries as books
from apps.ledger import services as ledger
from apps.ledger.rules import Draft, Line
from tests.cast import Cast

THIRD, FOURTH = "2026-Q3", "2026-Q4"
SUMMER, AUTUMN = date(2026, 7, 5), date(2026, 10, 8)


@pytest.fixture(autouse=True)
def in_february() -> Iterator[None]:
    """Both quarters are over, the third is late, the fourth is not."""
    with clock.set_to(datetime(2027, 1, 20, 4, 0, tzinfo=UTC)):
        yield


def gift(cast: Cast, source: str, amount: int, day: date) -> None:
    lines = [
        Line("bank_deposits", amount, cast.fund.code, cast.restriction),
        Line("donation_income", -amount, cast.fund.code, cast.restriction),
    ]
    ledger.post(Draft("donation", source, cast.host.code, day, lines))


def spend(cast: Cast, source: str, amount: int, day: date, *, project: str = "P-1") -> None:
    lines = [
        Line("programme_expense", amount, cast.fund.code, cast.restriction, project=project),
        Line("bank_deposits", -amount, cast.fund.code, cast.restriction, project=project),
    ]
    ledger.post(Draft("grant_payment", source, cast.host.code, day, lines))


def things(cast: Cast, source: str, amount: int, day: date) -> None:
    lines = [
        Line("inventory", amount, cast.fund.code, cast.restriction),
        Line("donation_income", -amount, cast.fund.code, cast.restriction),
    ]
    ledger.post(Draft("in_kind", source, cast.host.code, day, lines))


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """Two quarters of money: in, out, and a thing that is no money."""
    gift(cast, "D1", 100_00, SUMMER)
    things(cast, "T1", 30_00, SUMMER)
    spend(cast, "Y1", 25_00, date(2026, 9, 30))
    gift(cast, "D2", 7_00, AUTUMN)
    return cast


def published(cast: Cast, quarter: str = THIRD) -> PeriodReport:
    return services.publish_report(
        services.draft_report(cast.fund, quarter=quarter, by=cast.admin), by=cast.finance
    )


def money(report: PeriodReport) -> dict[str, Any]:
    return queries.read_content(report)["money"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "2026-Q1"),
        (date(2026, 3, 31), "2026-Q1"),
        (date(2026, 4, 1), "2026-Q2"),
        (date(2026, 12, 31), "2026-Q4"),
    ],
)
def test_days_lie_in_quarters(day: date, name: str) -> None:
    quarter = quarter_of(day)
    assert str(quarter) == name
    assert read_quarter(name) == quarter
    assert quarter.first_day <= day <= quarter.last_day
    assert quarter.next.previous == quarter


@pytest.mark.parametrize("text", ["2026-Q5", "2026-q1", "2026Q1", "", "1999-Q1", "２０２６-Q1", "2026-Q1 "])
def test_other_texts_are_no_quarter(text: str) -> None:
    assert read_quarter(text) is None


def test_quarters_end_in_shanghai_and_reports_are_due_a_month_later() -> None:
    quarter = Quarter(2026, 3)
    assert quarter.due_on == date(2026, 10, 31)
    assert days_late(quarter, date(2026, 10, 31)) == 0
    assert days_late(quarter, date(2026, 11, 21)) == 21
    assert [str(one) for one in ended_quarters(date(2026, 5, 9), date(2026, 10, 1))] == ["2026-Q2", "2026-Q3"]
    with clock.set_to(datetime(2026, 9, 30, 16, 0, tzinfo=UTC)):
        assert quarter.has_ended(clock.today())


@pytest.mark.django_db
def test_a_report_says_what_the_books_say(busy: Cast) -> None:
    report = services.draft_report(busy.fund, quarter=THIRD, by=busy.admin)
    found = money(report)
    assert found["opening"] == 0
    assert found["flows"] == {"donated": 100_00, "goods": 30_00, "spent": -25_00}
    assert found["not_money"] == -30_00
    assert found["closing"] == 75_00
    assert found["restrictions"] == [
        {"code": busy.restriction, "purpose": "本基金宗旨范围内", "opening": 0, "closing": 75_00}
    ]
    assert adds_up(found)
    assert report.content == canonical_json(json.loads(report.content))
    assert report.sha256 == hashlib.sha256(report.content.encode()).hexdigest()


@pytest.mark.django_db
def test_a_quarter_opens_with_what_the_one_before_closed_with(busy: Cast) -> None:
    third, fourth = published(busy), published(busy, FOURTH)
    assert money(fourth)["opening"] == money(third)["closing"]
    assert money(fourth)["closing"] == books.fund_balance(busy.fund.code, host=busy.host.code)
    assert not run(CHECKS)


@pytest.mark.django_db
def test_drafting_again_gives_the_same_hash_as_long_as_the_books_are_the_same(busy: Cast) -> None:
    first = services.draft_report(busy.fund, quarter=THIRD, by=busy.admin).sha256
    assert services.draft_report(busy.fund, quarter=THIRD, by=busy.admin).sha256 == first
    spend(busy, "Y2", 1, SUMMER)
    assert services.draft_report(busy.fund, quarter=THIRD, by=busy.admin).sha256 != first
    assert PeriodReport.objects.count() == 1


@pytest.mark.django_db
def test_a_draft_that_the_books_have_left_behind_is_not_published(busy: Cast) -> None:
    report = services.draft_report(busy.fund, quarter=THIRD, by=busy.admin)
    spend(busy, "Y2", 1, SUMMER)
    with pytest.raises(Refused, match="重新起草"):
        services.publish_report(report, by=busy.finance)


@pytest.mark.django_db
def test_a_running_quarter_has_no_report(busy: Cast) -> None:
    with pytest.raises(Refused, match="还没有结束"):
        services.draft_report(busy.fund, quarter="2027-Q1", by=busy.admin)
    with pytest.raises(Refused, match="2026-Q3 这样"):
        services.draft_report(busy.fund, quarter="第三季度", by=busy.admin)


@pytest.mark.django_db
def test_who_drafts_and_who_publishes(busy: Cast) -> None:
    for person in (busy.stranger, busy.auditor, busy.implementer):
        with pytest.raises(Refused, match="慈善会管理员或财务"):
            services.draft_report(busy.fund, quarter=THIRD, by=person)
    report = services.draft_report(busy.fund, quarter=THIRD, by=busy.finance)
    for person in (busy.stranger, busy.auditor, busy.coordinator):
        with pytest.raises(Refused, match="慈善会管理员或财务"):
            services.publish_report(report, by=person)
    assert services.publish_report(report, by=busy.admin) == services.publish_report(report, by=busy.admin)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE disclosure_periodreport SET content = '{}'",
        "UPDATE disclosure_periodreport SET state = 'draft'",
        "UPDATE disclosure_periodreport SET published_at = NULL",
        "DELETE FROM disclosure_periodreport",
    ],
)
def test_the_database_refuses_to_change_what_was_published(busy: Cast, sql: str) -> None:
    report = published(busy)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert PeriodReport.objects.get().content == report.content


@pytest.mark.django_db
def test_a_correction_is_a_new_version_and_the_old_one_stays(busy: Cast, client: Client) -> None:
    first = published(busy)
    with pytest.raises(Refused, match="没有要更正的"):
        services.correct_report(first, explanation="没有变化", by=busy.finance)
    spend(busy, "Y2", 5_00, date(2026, 9, 1))
    with pytest.raises(Refused, match="写明"):
        services.correct_report(first, explanation=" ", by=busy.finance)
    with pytest.raises(Refused, match="要由"):
        services.correct_report(first, explanation="漏记", by=busy.auditor)
    with pytest.raises(Refused, match="已经公布"):
        services.draft_report(busy.fund, quarter=THIRD, by=busy.admin)
    with pytest.raises(Refused, match="先更正上季度"):
        services.draft_report(busy.fund, quarter=FOURTH, by=busy.admin)
    second = services.correct_report(first, explanation="漏记一笔拨付", by=busy.finance)
    assert (second.version, money(second)["closing"]) == (2, 70_00)
    assert queries.read_content(second)["corrects"] == first.sha256
    assert [row.version for row in queries.versions(busy.fund, Quarter(2026, 3))] == [2, 1]
    assert list(queries.current_reports(fund=busy.fund)) == [second]
    for report in (first, second):
        answer = client.get(f"/f/{busy.fund.code}/reports/{THIRD}/v{report.version}/report.json")
        assert hashlib.sha256(answer.content).hexdigest() == report.sha256
        assert json.loads(answer.content)["version"] == report.version
    assert not run(CHECKS)


@pytest.mark.django_db
def test_the_check_finds_a_published_report_that_the_books_have_left_behind(busy: Cast) -> None:
    published(busy)
    assert not run(CHECKS)
    spend(busy, "Y2", 5_00, date(2026, 9, 1))
    broken = {violation.name: violation.rows for violation in run(CHECKS)}
    assert broken == {
        "published_report_differs_from_books": [{"report": "F-BBT-2026-Q3-v1", "parts": ["money", "entries"]}]
    }


@pytest.mark.django_db
def test_other_words_for_a_purpose_leave_no_published_report_behind(busy: Cast) -> None:
    published(busy)
    # As a change of purpose does, or a merger, which takes the restriction along.
    Restriction.objects.filter(code=busy.restriction).update(
        purpose="换了说法", fund=busy.other_fund, is_general=False
    )
    assert not run(CHECKS)
    facts = queries.facts_of(busy.fund, Quarter(2026, 3))
    assert [row["purpose"] for row in facts["money"]["restrictions"]] == ["换了说法"]


def test_closing_a_month_after_the_report_changes_nothing_in_it(busy: Cast) -> None:
    report = services.publish_report(services.draft_report(busy.fund, quarter=THIRD, by=None), by=None)
    for month in (date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)):
        ledger.close_month(busy.host.code, month, by=None)
    assert not run(CHECKS)
    assert report.state == PeriodReport.State.PUBLISHED


@pytest.mark.django_db
def test_late_reports_are_named(busy: Cast) -> None:
    late = queries.overdue_reports(busy.host)
    assert {(str(one.quarter), one.fund.code) for one in late} == {
        (THIRD, busy.fund.code),
        (THIRD, busy.other_fund.code),
    }
    assert late[0].days_late == (date(2027, 1, 20) - date(2026, 10, 31)).days
    published(busy)
    assert [one.fund.code for one in queries.overdue_reports(busy.host)] == [busy.other_fund.code]
    assert {str(one.quarter) for one in queries.owed_reports(busy.host)} == {THIRD, FOURTH}


@pytest.mark.django_db
def test_pages_of_reports(busy: Cast, client: Client) -> None:
    report = published(busy)
    code = busy.fund.code
    page = client.get(f"/f/{code}/reports/{THIRD}/")
    assert page.status_code == 200
    text = page.content.decode()
    assert report.sha256 in text
    assert "100.00" in text and "30.00" in text
    assert "75.00" in text
    assert client.get(f"/f/{code}/reports/").status_code == 200
    assert client.get("/reports/").status_code == 200
    assert "新街子社区慈善基金" in client.get("/reports/").content.decode()
    for path in ("2026-Q4/", "2026-Q9/", "x/", f"{THIRD}/v2/", f"{THIRD}/v99999999999999999999/"):
        assert client.get(f"/f/{code}/reports/{path}").status_code == 404
    assert client.get(f"/f/F-NONE/reports/{THIRD}/").status_code == 404


@pytest.mark.django_db
def test_drafts_are_not_public(busy: Cast, client: Client) -> None:
    services.draft_report(busy.fund, quarter=THIRD, by=busy.admin)
    address = f"/f/{busy.fund.code}/reports/{THIRD}/"
    assert client.get(address).status_code == 404
    assert client.get(f"{address}work/").status_code == 302
    client.force_login(busy.stranger)
    assert client.get(f"{address}work/").status_code == 404
    client.force_login(busy.auditor)
    page = client.get(f"{address}work/")
    assert "慈善会管理员或财务" in page.content.decode()


@pytest.mark.django_db
def test_drafting_publishing_and_correcting_by_page(busy: Cast, client: Client) -> None:
    address = f"/f/{busy.fund.code}/reports/{THIRD}/work/"
    client.force_login(busy.finance)
    assert client.get("/reports/work/").status_code == 200
    assert client.post(address, {"act": "draft"}).status_code == 302
    assert "起草" in client.get(address).content.decode()
    assert client.post(address, {"act": "publish"}).status_code == 302
    spend(busy, "Y2", 5_00, date(2026, 9, 1))
    assert "不一致" in client.get(address).content.decode()
    bad = client.post(address, {"act": "correct", "explanation": ""})
    assert bad.status_code == 422
    assert client.post(address, {"act": "correct", "explanation": "漏记"}).status_code == 302
    assert "漏记" in client.get(f"/f/{busy.fund.code}/reports/{THIRD}/").content.decode()
    assert client.post(address, {"act": "nonsense"}).status_code == 422
