"""Booking: balanced, once, in open months only."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.core import clock
from apps.core.verdicts import Refused
from apps.ledger import queries, rules, services
from apps.ledger.charts import ACCOUNTS
from apps.ledger.rules import BadDraft, Conflict, Draft, Line
from tests.books import assert_books_clean

HOST, FUND, OTHER, LIMIT, DAY = "H-QJ", "F-BBT", "F-XJZ", "F-BBT-G", date(2026, 3, 5)
AFTER_MARCH = datetime(2026, 4, 20, tzinfo=UTC)


def gift(
    source: str = "D1", amount: int = 5000, day: date = DAY, fund: str = FUND, host: str = HOST
) -> Draft:
    lines = [
        Line("bank_deposits", amount, fund, LIMIT),
        Line("donation_income", -amount, fund, LIMIT, donor="X1"),
    ]
    return Draft("donation", source, host, day, lines, "捐赠")


@pytest.mark.django_db
def test_a_set_is_booked_in_order_and_once() -> None:
    first, second, again = services.post_many([gift("D1"), gift("D2", 70), gift("D1")])
    assert first != second
    assert again == first
    assert services.post_many([gift("D2", 70), gift("D3", 1)])[0] == second
    assert queries.spendable(FUND, host=HOST) == {LIMIT: 5071}
    assert queries.fund_balance(FUND, host=HOST) == 5071
    assert queries.flows(FUND, host=HOST)["donated"] == 5071
    assert services.post_many([]) == []
    assert_books_clean("ledger")


@pytest.mark.django_db
def test_booking_takes_a_fixed_number_of_statements(
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    services.post(gift("warm"))
    with django_assert_max_num_queries(10):
        services.post_many([gift(f"D{number}", number, fund=f"F{number % 9}") for number in range(1, 400)])
    assert_books_clean("ledger")


@pytest.mark.django_db
def test_the_same_key_with_other_lines_is_a_conflict() -> None:
    booked = services.post(gift("D1"))
    with pytest.raises(Conflict):
        services.post(gift("D1", 5001))
    with pytest.raises(Conflict):
        services.post(gift("D1", host="H-OTHER"))
    with pytest.raises(Conflict):
        services.post_many([gift("D2"), gift("D2", 1)])
    assert services.post(gift("D1")) == booked
    assert queries.fund_balance(FUND, host=HOST) == 5000
    assert_books_clean("ledger")


BAD = {
    "unbalanced": [Line("bank_deposits", 2, FUND), Line("donation_income", -1, FUND)],
    "across funds": [Line("bank_deposits", 1, FUND), Line("donation_income", -1, OTHER)],
    "across restrictions": [Line("bank_deposits", 1, FUND, LIMIT), Line("donation_income", -1, FUND)],
    "lone": [Line("bank_deposits", 1, FUND)],
    "nothing": [],
    "zero": [Line("bank_deposits", 0, FUND), Line("donation_income", 0, FUND)],
    "part of a fen": [Line("bank_deposits", 0.5, FUND), Line("donation_income", -0.5, FUND)],  # type: ignore[arg-type]
    "true": [Line("bank_deposits", True, FUND), Line("donation_income", -1, FUND)],
    "unknown account": [Line("bank", 1, FUND), Line("donation_income", -1, FUND)],
    "too large": [Line("bank_deposits", 10**16, FUND), Line("donation_income", -(10**16), FUND)],
    "no fund": [Line("bank_deposits", 1, ""), Line("donation_income", -1, "")],
}


@pytest.mark.parametrize("lines", BAD.values(), ids=BAD.keys())
def test_what_no_book_may_hold(lines: list[Line]) -> None:
    with pytest.raises(BadDraft):
        rules.check_draft(Draft("donation", "D1", HOST, DAY, lines))


@pytest.mark.parametrize(
    ("kind", "source", "host", "day"),
    [
        ("gift", "D1", HOST, DAY),
        ("donation", "", HOST, DAY),
        ("donation", "D" * 81, HOST, DAY),
        ("donation", "D1", "", DAY),
        ("donation", "D1", HOST, date(1999, 1, 1)),
    ],
)
def test_an_entry_is_of_a_known_kind_source_host_and_chart(
    kind: str, source: str, host: str, day: date
) -> None:
    with pytest.raises(BadDraft):
        rules.check_draft(Draft(kind, source, host, day, gift().lines))


def test_an_account_that_the_chart_of_the_day_lacks() -> None:
    lines = [Line("prior_years", 1, FUND), Line("bank_deposits", -1, FUND)]
    rules.check_draft(Draft("opening", "O1", HOST, date(2026, 1, 1), lines))
    with pytest.raises(BadDraft):
        rules.check_draft(Draft("opening", "O1", HOST, date(2025, 12, 31), lines))


@pytest.mark.django_db
def test_one_bad_draft_books_nothing_of_the_set() -> None:
    with pytest.raises(BadDraft):
        services.post_many([gift("D1"), Draft("donation", "D2", HOST, DAY, BAD["unbalanced"])])
    assert queries.entry_of("donation", "D1") is None
    assert_books_clean("ledger")


@pytest.mark.django_db
def test_an_entry_is_reversed_once() -> None:
    booked = services.post(gift("D1"))
    mirror = services.reverse(booked.pk, source="R1", day=date(2026, 4, 1))
    assert services.reverse(booked.pk, source="R1", day=date(2026, 4, 2)) == mirror
    with pytest.raises(Refused):
        services.reverse(booked.pk, source="R2", day=date(2026, 4, 2))
    with pytest.raises(Refused):
        services.reverse(mirror.pk, source="R3", day=date(2026, 4, 2))
    assert queries.fund_balance(FUND, host=HOST) == 0
    assert queries.flows(FUND, host=HOST)["donated"] == 0
    original, page = queries.entry(booked.pk), queries.entry(mirror.pk)
    assert original and page
    assert original.reversed_by_id == mirror.pk
    assert page.reverses_id == booked.pk
    assert [line.amount for line in page.lines] == [-5000, 5000]
    assert_books_clean("ledger")


@pytest.mark.django_db
def test_nothing_is_booked_in_a_closed_month_but_a_repeat_finds_its_entry() -> None:
    with clock.set_to(AFTER_MARCH):
        booked = services.post(gift("D1"))
        services.close_month(HOST, DAY, by=None)
        assert services.post(gift("D1")) == booked
        for day in (DAY, date(2026, 1, 1)):
            with pytest.raises(Refused):
                services.post(gift("D2", day=day))
        with pytest.raises(Refused):
            services.post_many([gift("D3", day=date(2026, 4, 1)), gift("D4")])
        services.post(gift("D2", day=date(2026, 4, 1)))
        services.post(gift("D2b", host="H-OTHER"))
    assert queries.fund_balance(FUND, host=HOST) == 10000
    assert_books_clean("ledger")


@pytest.mark.django_db
def test_months_close_in_order_when_they_are_over() -> None:
    with clock.set_to(datetime(2026, 3, 2, tzinfo=UTC)):
        services.post_many([gift("D1", day=date(2026, 1, 31)), gift("D2", day=date(2026, 3, 1))])
    with clock.set_to(datetime(2026, 3, 31, 15, 59, tzinfo=UTC)), pytest.raises(Refused, match="还没有过完"):
        services.close_month(HOST, DAY, by=None)
    with clock.set_to(datetime(2026, 3, 31, 16, tzinfo=UTC)):
        with pytest.raises(Refused, match="2026-01"):
            services.close_month(HOST, DAY, by=None)
        first = services.close_month(HOST, date(2026, 1, 15), by=None)
        assert services.close_month(HOST, date(2026, 1, 1), by=None) == first
        services.close_month(HOST, DAY, by=None)
    assert queries.is_closed(HOST, date(2026, 2, 1))
    assert not queries.is_closed(HOST, date(2026, 4, 1))
    assert queries.balance("donation_income", host=HOST) == 0
    assert queries.balance("net_restricted", host=HOST) == -10000
    assert_books_clean("ledger")


@pytest.mark.django_db
def test_a_year_closes_from_its_first_month_with_books() -> None:
    with clock.set_to(AFTER_MARCH):
        services.post(gift("D1", day=date(2025, 11, 3)))
        closed = services.close_year(HOST, 2025, by=None)
        assert [period.month.month for period in closed] == [11, 12]
        assert len(services.close_year(HOST, 2025, by=None)) == 2
        assert services.close_year(HOST, 2024, by=None) == []
    assert_books_clean("ledger")


@pytest.mark.django_db
def test_lines_of_a_fund_carry_a_running_balance() -> None:
    drafts = [gift(f"D{number}", number * 100) for number in range(1, 8)]
    services.post_many(drafts)
    arrived = [Line("provider_money", -1, FUND, LIMIT), Line("bank_deposits", 1, FUND, LIMIT)]
    services.post(Draft("payout", "P1", HOST, DAY, arrived))
    whole = queries.fund_lines(FUND, host=HOST, limit=100)
    assert [line.amount for line in whole] == [700, 600, 500, 400, 300, 200, 100]
    assert [line.balance for line in whole] == [2800, 2100, 1500, 1000, 600, 300, 100]
    assert (whole[0].day, whole[0].kind, whole[0].memo, whole[0].donor) == (DAY, "donation", "捐赠", "X1")
    pages, before = [], None
    while page := queries.fund_lines(FUND, host=HOST, before_id=before, limit=3):
        pages += page
        before = page[-1].entry_id
    assert pages == whole
    assert queries.fund_lines("F-NONE", host=HOST) == []


@pytest.mark.django_db
def test_voucher_lines_carry_the_codes_of_their_day() -> None:
    parts = {"provider_money": 97, "fundraising_expense": 3, "donation_income": -100}
    fee = [Line(account, amount, FUND, LIMIT) for account, amount in parts.items()]
    for day in (date(2025, 12, 31), date(2026, 1, 1)):
        services.post(Draft("donation", f"D{day}", HOST, day, fee, "微信捐赠"))
    rows = list(queries.voucher_lines(HOST, date(2025, 12, 1), date(2026, 1, 31)))
    assert [(row.number, row.line.code, row.line.debit, row.line.credit) for row in rows] == [
        (1, "1009", 97, 0),
        (2, "5301", 3, 0),
        (3, "4101", 0, 100),
        (1, "1009", 97, 0),
        (2, "5401", 3, 0),
        (3, "4101", 0, 100),
    ]
    assert list(queries.voucher_lines(HOST, date(2026, 2, 1), date(2026, 2, 28))) == []


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["ledger_entry", "ledger_posting"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET host = 'X'", "DELETE FROM {}"])
def test_the_database_itself_refuses_change(table: str, deed: str) -> None:
    services.post(gift("D1"))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(deed.format(table))
    assert_books_clean("ledger")


@pytest.mark.django_db
def test_folding_moves_flows_from_the_queue_to_the_totals() -> None:
    services.post_many([gift("D1", 100), gift("D2", 200), gift("D4", 9, fund=OTHER)])
    services.post(gift("D3", 7, day=date(2026, 4, 1)))
    services.reverse(services.post(gift("D2", 200)).pk, source="R2", day=DAY)
    before = queries.flows(FUND, host=HOST)
    assert before["donated"] == 107
    assert not queries.position(FUND, host=HOST).is_folded
    rows = services.take_unfolded(3) + services.take_unfolded(100)
    assert services.take_unfolded(100) == []
    assert queries.waiting_to_fold() == 0
    assert queries.flows(FUND, host=HOST) == before
    assert sum(row.amount for row in rows) == 116
    assert queries.position(FUND, host=HOST) == queries.Position(
        spendable=queries.spendable(FUND, host=HOST),
        flows=before,
        months=[("2026-03", "donated", 100, 1), ("2026-04", "donated", 7, 1)],
        is_folded=True,
    )
    assert_books_clean("ledger")


@given(
    st.dictionaries(
        st.tuples(
            st.sampled_from([FUND, OTHER]), st.sampled_from(["", LIMIT]), st.sampled_from(sorted(ACCOUNTS))
        ),
        st.integers(-(10**12), 10**12),
    ),
    st.sampled_from([date(2025, 11, 1), date(2026, 2, 1)]),
)
def test_closing_lines_balance_and_leave_nothing(sums: dict[tuple[str, str, str], int], month: date) -> None:
    lines = rules.closing_lines(sums, month)
    after = dict(sums)
    books: dict[tuple[str, str], int] = {}
    for line in lines:
        key = (line.fund, line.restriction, line.account)
        after[key] = after.get(key, 0) + line.amount
        books[line.fund, line.restriction] = books.get((line.fund, line.restriction), 0) + line.amount
        if line.account == "net_restricted":
            assert line.restriction
    assert not any(books.values())
    for (_fund, _restriction, account), amount in after.items():
        if ACCOUNTS[account].kind in {"income", "expense"}:
            assert amount == 0
