"""The accounting system's own cases, posted through the verbs and checked to the fen and to the chart's codes."""

from datetime import UTC, date, datetime

import pytest

from apps.core import clock
from apps.core.verdicts import Refused
from apps.ledger import queries, services
from apps.ledger.charts import CHART_2004, CHART_2026
from apps.ledger.rules import Draft, Line
from tests.books import assert_books_clean

HOST, GENERAL, FUND, OTHER, LIMIT = "H-QJ", "F-GEN", "F-BBT", "F-XJZ", "F-BBT-G"
MAY = date(2026, 5, 8)
YUAN = 100
pytestmark = pytest.mark.django_db


def book(kind: str, source: str, lines: list[tuple[str, int, str, str]], day: date = MAY) -> int:
    drafted = [Line(account, amount, fund, restriction) for account, amount, fund, restriction in lines]
    return services.post(Draft(kind, source, HOST, day, drafted)).pk


def restricted(
    kind: str, source: str, *lines: tuple[str, int], day: date = MAY, restriction: str = LIMIT
) -> int:
    return book(kind, source, [(account, amount, FUND, restriction) for account, amount in lines], day)


def trial(day: date = date(2026, 12, 31)) -> dict[str, int]:
    """The trial balance by code, positive in debit."""
    rows = queries.trial_balance(HOST, day)
    assert sum(row.amount for row in rows) == 0
    return {row.code: row.amount for row in rows}


def close(month: date) -> None:
    following = datetime(month.year + month.month // 12, month.month % 12 + 1, 1, 4, tzinfo=UTC)
    with clock.set_to(max(following, clock.now())):
        services.close_month(HOST, month, by=None)


def test_a_cash_gift_with_a_providers_fee_half_refunded() -> None:
    restricted(
        "donation",
        "D1",
        ("provider_money", 99_40),
        ("fundraising_expense", 60),
        ("donation_income", -100_00),
    )
    assert trial() == {"1009": 99_40, "5401": 60, "4101": -100_00}
    restricted("refund", "R1", ("donation_income", 50_00), ("provider_money", -50_00))
    restricted("payout", "P1", ("bank_deposits", 49_40), ("provider_money", -49_40))
    assert trial() == {"1002": 49_40, "5401": 60, "4101": -50_00}
    flows = queries.flows(FUND, host=HOST)
    assert (flows["donated"], flows["refunded"], flows["fee"]) == (100_00, -50_00, -60)
    assert queries.spendable(FUND, host=HOST) == {LIMIT: 49_40}
    assert_books_clean("ledger")


def test_things_received_and_given_out() -> None:
    restricted("in_kind", "K1", ("inventory", 3000_00), ("donation_income", -3000_00))
    assert queries.inventory(FUND, host=HOST) == 3000_00
    assert queries.fund_balance(FUND, host=HOST) == 0
    restricted("in_kind_out", "KO1", ("programme_expense", 1800_00), ("inventory", -1800_00))
    assert trial() == {"1201": 1200_00, "5101": 1800_00, "4101": -3000_00}
    flows = queries.flows(FUND, host=HOST)
    assert (flows["goods"], flows["spent"], flows["donated"]) == (1200_00, 0, 0)
    assert queries.fund_lines(FUND, host=HOST) == []
    assert_books_clean("ledger")


def test_seed_from_the_hosts_free_money_stays_unrestricted_and_is_no_income() -> None:
    book(
        "opening",
        "O1",
        [("bank_deposits", 80_000_00, GENERAL, ""), ("net_unrestricted", -80_000_00, GENERAL, "")],
    )
    seed = 10_000_00
    book(
        "seed",
        "S1",
        [
            ("bank_deposits", seed, FUND, ""),
            ("net_unrestricted", -seed, FUND, ""),
            ("net_unrestricted", seed, GENERAL, ""),
            ("bank_deposits", -seed, GENERAL, ""),
        ],
    )
    assert trial() == {"1002": 80_000_00, "3101": -80_000_00}
    assert queries.spendable(FUND, host=HOST) == {"": seed}
    assert queries.flows(FUND, host=HOST)["seed"] == seed
    assert queries.flows(GENERAL, host=HOST)["seed"] == -seed
    assert queries.balance("net_unrestricted", host=HOST, fund=FUND) == -seed
    assert_books_clean("ledger")


def test_a_grant_paid_in_two_instalments_with_part_returned() -> None:
    restricted("donation", "D1", ("bank_deposits", 10_000_00), ("donation_income", -10_000_00))
    restricted("grant_payment", "G1-1", ("programme_expense", 3_600_00), ("bank_deposits", -3_600_00))
    restricted("grant_payment", "G1-2", ("programme_expense", 2_400_00), ("bank_deposits", -2_400_00))
    restricted("grant_return", "G1-R", ("bank_deposits", 500_00), ("programme_expense", -500_00))
    assert trial() == {"1002": 4_500_00, "5101": 5_500_00, "4101": -10_000_00}
    assert queries.flows(FUND, host=HOST)["spent"] == -5_500_00
    assert_books_clean("ledger")


def test_restricted_spending_closes_straight_to_3102() -> None:
    restricted("donation", "D1", ("bank_deposits", 10_000_00), ("donation_income", -10_000_00))
    restricted("grant_payment", "G1", ("programme_expense", 6_000_00), ("bank_deposits", -6_000_00))
    book("interest", "I1", [("bank_deposits", 12_34, GENERAL, ""), ("other_income", -12_34, GENERAL, "")])
    close(MAY)
    closing = queries.entry_of("closing", f"{HOST}:2026-05")
    assert closing
    assert {(line.code, line.fund, line.restriction, line.amount) for line in closing.lines} == {
        ("4101", FUND, LIMIT, 10_000_00),
        ("5101", FUND, LIMIT, -6_000_00),
        ("3102", FUND, LIMIT, -4_000_00),
        ("4901", GENERAL, "", 12_34),
        ("3101", GENERAL, "", -12_34),
    }
    assert trial() == {"1002": 4_012_34, "3102": -4_000_00, "3101": -12_34}
    activity = queries.sums(HOST, since=date(2026, 5, 1), until=date(2026, 5, 31), closing=False)
    assert activity["donation_income", True] == -10_000_00
    assert activity["programme_expense", True] == 6_000_00
    assert activity["other_income", False] == -12_34
    assert_books_clean("ledger")


def test_before_2026_a_restricted_expense_closed_to_3101_after_a_release() -> None:
    day = date(2025, 11, 3)
    restricted("donation", "D1", ("bank_deposits", 10_000_00), ("donation_income", -10_000_00), day=day)
    restricted("grant_payment", "G1", ("programme_expense", 6_000_00), ("bank_deposits", -6_000_00), day=day)
    close(day)
    closing = queries.entry_of("closing", f"{HOST}:2025-11")
    assert closing
    assert sorted((line.code, line.amount) for line in closing.lines) == [
        ("3101", -6_000_00),
        ("3101", 6_000_00),
        ("3102", -4_000_00),
        ("4101", 10_000_00),
        ("5101", -6_000_00),
    ]
    assert trial() == {"1002": 4_000_00, "3102": -4_000_00}
    assert_books_clean("ledger")


def test_a_restriction_lifted_in_the_month_of_the_gift_turns_the_income() -> None:
    restricted("donation", "D1", ("bank_deposits", 900_00), ("donation_income", -900_00))
    restricted("grant_payment", "G1", ("programme_expense", 200_00), ("bank_deposits", -200_00))
    lifted = services.lift_restriction(HOST, FUND, LIMIT, source="L1", day=MAY)
    assert services.lift_restriction(HOST, FUND, LIMIT, source="L1", day=MAY) == lifted
    assert queries.balance("donation_income", host=HOST, fund=FUND, restriction=LIMIT) == -200_00
    assert queries.balance("donation_income", host=HOST, fund=FUND, restriction="") == -700_00
    assert queries.spendable(FUND, host=HOST) == {LIMIT: 0, "": 700_00}
    flows = queries.flows(FUND, host=HOST)
    assert (flows["donated"], flows["spent"], flows["other"]) == (900_00, -200_00, 0)
    with pytest.raises(Refused):
        services.lift_restriction(HOST, FUND, LIMIT, source="L2", day=MAY)
    close(MAY)
    assert trial() == {"1002": 700_00, "3101": -700_00}
    assert_books_clean("ledger")


def test_a_restriction_lifted_later_moves_what_is_left_from_3102_to_3101() -> None:
    april = date(2026, 4, 9)
    restricted("donation", "D1", ("bank_deposits", 1000_00), ("donation_income", -1000_00), day=april)
    restricted("in_kind", "K1", ("inventory", 80_00), ("donation_income", -80_00), day=april)
    restricted("custodial_in", "C1", ("custodial_assets", 7_00), ("custodial_liabilities", -7_00), day=april)
    close(april)
    restricted("donation", "D2", ("bank_deposits", 50_00), ("donation_income", -50_00))
    restricted("grant_payment", "G1", ("programme_expense", 600_00), ("bank_deposits", -600_00))
    lifted = services.lift_restriction(HOST, FUND, LIMIT, source="L1", day=MAY)
    page = queries.entry(lifted.pk)
    assert page
    assert sorted((line.code, line.restriction, line.amount) for line in page.lines) == [
        ("1002", "", 450_00),
        ("1002", LIMIT, -450_00),
        ("1201", "", 80_00),
        ("1201", LIMIT, -80_00),
        ("3101", "", -480_00),
        ("3102", LIMIT, 480_00),
        ("4101", "", -50_00),
        ("4101", LIMIT, 50_00),
    ]
    close(MAY)
    assert queries.balance("net_restricted", host=HOST) == 0
    assert queries.balance("net_unrestricted", host=HOST) == -530_00
    assert queries.balance("custodial_assets", host=HOST, restriction=LIMIT) == 7_00
    assert_books_clean("ledger")


def test_a_custodial_gift_is_never_income() -> None:
    restricted("custodial_in", "C1", ("custodial_assets", 2_000_00), ("custodial_liabilities", -2_000_00))
    assert trial() == {"1801": 2_000_00, "2601": -2_000_00}
    assert not any(queries.flows(FUND, host=HOST).values())
    assert queries.fund_balance(FUND, host=HOST) == 0
    restricted("custodial_out", "CO1", ("custodial_liabilities", 2_000_00), ("custodial_assets", -2_000_00))
    assert trial() == {}
    assert_books_clean("ledger")


def test_books_crossing_2026_with_the_proved_conversion() -> None:
    day = date(2025, 12, 20)
    restricted(
        "donation",
        "D1",
        ("provider_money", 994_00),
        ("fundraising_expense", 6_00),
        ("donation_income", -1000_00),
        day=day,
    )
    restricted("custodial_in", "C1", ("custodial_assets", 30_00), ("custodial_liabilities", -30_00), day=day)
    book("opening", "A1", [("admin_expense", 5_00, GENERAL, ""), ("provisions", -5_00, GENERAL, "")], day)
    assert trial(day) == {"1009": 994_00, "5301": 6_00, "4101": -1000_00, "1701": 30_00, "2601": -30_00} | {
        "5201": 5_00,
        "2401": -5_00,
    }
    close(day)
    proof = queries.conversion_proof(HOST)
    assert {(row.old_code, row.new_code, row.old_amount) for row in proof} == {
        ("1009", "1009", 994_00),
        ("1701", "1801", 30_00),
        ("2401", "2503", -5_00),
        ("2601", "2601", -30_00),
        ("3101", "3101", 5_00),
        ("3102", "3102", -994_00),
    }
    assert all(row.holds for row in proof)
    before = {row.key: row.amount for row in queries.trial_balance(HOST, date(2025, 12, 31))}
    after = {row.key: row.amount for row in queries.trial_balance(HOST, date(2026, 1, 1))}
    assert before == after
    assert trial(date(2026, 1, 1))["1801"] == 30_00
    restricted(
        "donation", "D2", ("provider_money", 97), ("fundraising_expense", 3), ("donation_income", -100)
    )
    assert trial()["5401"] == 3
    assert_books_clean("ledger")


def test_the_charts_are_the_published_ones() -> None:
    assert len(CHART_2026.accounts) == 56
    assert len(CHART_2004.accounts) == 48
    moved = ("custodial_assets", "provisions", "admin_expense", "fundraising_expense", "other_expense")
    codes = [
        (queries.account_code(key, date(2025, 12, 31)), queries.account_code(key, date(2026, 1, 1)))
        for key in moved
    ]
    assert codes == [("1701", "1801"), ("2401", "2503"), ("5201", "5301"), ("5301", "5401"), ("5401", "5901")]
    assert all(chart.accounts["net_restricted"].code == "3102" for chart in (CHART_2004, CHART_2026))
