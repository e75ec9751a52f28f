"""Seed: a fixed sum, once per fund, out of a pot, moved between two books of the host."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.funds import queries as funds
from apps.funds.models import Fund, Host
from apps.funds.services import adopt_rulebook, fold_totals, suspend_fund
from apps.ledger import queries as ledger
from apps.seeding import queries, services
from apps.seeding.models import Award, Programme
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.funds.money import give

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=clock.SHANGHAI)
SEED = 10_000_00


@pytest.fixture(autouse=True)
def _today() -> Any:
    with clock.set_to(NOW):
        yield


def open_in(cast: Cast, **changes: Any) -> Programme:
    facts: dict[str, Any] = {
        "title": "2026 年启动资金",
        "pot": 7 * SEED,
        "per_fund": SEED,
        "document": "理事会决议〔2026〕3号",
        "opens_on": date(2026, 11, 1),
        "closes_on": date(2026, 12, 31),
        "by": cast.admin,
    }
    return services.open_programme(cast.host, **(facts | changes))


def test_the_money_moves_between_two_books(cast: Cast) -> None:
    give(cast.general, 50_000_00)
    programme = open_in(cast)
    award = services.award(programme, fund=cast.fund, by=cast.admin)
    assert award.amount == SEED
    assert award.rulebook_id is None
    assert funds.available(cast.fund) == {"": SEED}
    assert funds.available(cast.general) == {"": 40_000_00}
    entry = ledger.entry(award.entry_id)
    assert entry is not None
    assert {(line.account, line.amount, line.fund, line.restriction) for line in entry.lines} == {
        ("bank_deposits", SEED, cast.fund.code, ""),
        ("net_unrestricted", -SEED, cast.fund.code, ""),
        ("net_unrestricted", SEED, cast.general.code, ""),
        ("bank_deposits", -SEED, cast.general.code, ""),
    }
    fold_totals()
    assert funds.host_totals(cast.host)["seed"].amount == 0
    assert funds.division_totals(cast.fund.division_id)["seed"].amount == SEED
    assert (queries.viewed(programme).left, queries.viewed(programme).awards) == (6 * SEED, 1)
    assert queries.seeds_of(cast.fund) == [award] == queries.awards(programme)
    assert_books_clean()


def test_a_fund_gets_it_once(cast: Cast) -> None:
    give(cast.general, 50_000_00)
    programme = open_in(cast)
    first = services.award(programme, fund=cast.fund, by=cast.admin)
    assert services.award(programme, fund=cast.fund, by=cast.admin) == first
    assert list(queries.eligible(programme)) == [cast.other_fund]
    assert funds.available(cast.fund) == {"": SEED}


def test_the_pot_is_not_overdrawn(cast: Cast) -> None:
    give(cast.general, 50_000_00)
    programme = open_in(cast, pot=2 * SEED - 1)
    services.award(programme, fund=cast.fund, by=cast.admin)
    with pytest.raises(Refused, match=r"9,999\.99"):
        services.award(programme, fund=cast.other_fund, by=cast.admin)
    assert queries.viewed(programme).state == "done"
    assert Award.objects.count() == 1


def test_the_general_fund_is_not_overdrawn(cast: Cast) -> None:
    give(cast.general, SEED - 1)
    give(cast.general, SEED, restriction=f"{cast.general.code}-G")
    with pytest.raises(Refused, match="非限定"):
        services.award(open_in(cast), fund=cast.fund, by=cast.admin)
    assert_books_clean()


def test_which_funds_and_when(cast: Cast) -> None:
    give(cast.general, 50_000_00)
    programme = open_in(cast)
    elsewhere = Host.objects.create(code="H-BS", name="璧山区慈善会", uscc="5" * 18, division_id="5001")
    foreign = Fund.objects.create(
        code="F-BS",
        host=elsewhere,
        division_id="5001",
        kind="district",
        name="外区基金",
        opened_on=NOW.date(),
    )
    for fund in (cast.general, foreign, suspend_fund(cast.other_fund, reason="换届", by=None)):
        with pytest.raises(Refused):
            services.award(programme, fund=fund, by=cast.admin)
    for person in (cast.finance, cast.coordinator, cast.stranger):
        with pytest.raises(Refused):
            services.award(programme, fund=cast.fund, by=person)
    for moment in (NOW - timedelta(days=30), NOW + timedelta(days=60)):
        with clock.set_to(moment), pytest.raises(Refused, match="2026-11-01"):
            services.award(programme, fund=cast.fund, by=cast.admin)
    assert not Award.objects.exists()


def test_the_funds_own_rules_cap_the_sum_and_are_pinned(cast: Cast) -> None:
    give(cast.general, 50_000_00)
    programme = open_in(cast)
    host_division = Division.objects.get(code="500110")
    facts: dict[str, Any] = {"title": "启动资金办法", "document": "綦慈〔2026〕2号", "by": None}
    book = adopt_rulebook(
        cast.host,
        level=1,
        division=host_division,
        clauses={"seed_fen": (20_000_00, "第四条")},
        effective_from=NOW.date(),
        **facts,
    )
    assert services.award(programme, fund=cast.fund, by=cast.admin).rulebook == book
    adopt_rulebook(
        cast.host,
        level=3,
        division=Division.objects.get(code="500110001"),
        clauses={"seed_fen": (5_000_00, "第一条")},
        effective_from=NOW.date(),
        **facts,
    )
    with pytest.raises(Refused, match=r"5,000\.00"):
        services.award(programme, fund=cast.other_fund, by=cast.admin)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"document": ""}, "document"),
        ({"per_fund": 0}, "per_fund"),
        ({"per_fund": SEED + 1}, "per_fund"),
        ({"pot": SEED - 1}, "pot"),
        ({"closes_on": date(2026, 10, 31)}, "closes_on"),
    ],
)
def test_what_a_programme_may_not_be(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        open_in(cast, **changes)
    assert refusal.value.field == field
    assert not Programme.objects.exists()
