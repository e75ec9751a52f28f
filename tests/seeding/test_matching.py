"""Matching gifts: the ratio, every cap, the order, what is never matched, and what a refund takes back."""

from datetime import date, timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.donations.models import Donation
from apps.donations.services.returns import lock_gift, move_refund
from apps.funds import queries as funds
from apps.funds.services import adopt_rulebook, fold_totals, suspend_fund
from apps.ledger import queries as books
from apps.seeding import queries, services
from apps.seeding.models import Match, Programme, TakenBack
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.funds.money import give, pay
from tests.seeding.house import CLOSES, NOW, OPENS, TODAY, gift, give_back, open_matching

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Any:
    with clock.set_to(NOW):
        yield
        assert_books_clean()


@pytest.fixture(autouse=True)
def _free_money(cast: Cast) -> None:
    give(cast.general, 50_000_00)


def run(programme: Programme) -> list[tuple[int, str]]:
    """Match what waits and return all matches in order, each with the cap that bit."""
    services.match_gifts()
    rows = Match.objects.filter(programme=programme).order_by("number")
    return [(row.amount, row.cut) for row in rows]


def test_a_gift_is_matched_once_with_free_money(cast: Cast) -> None:
    programme = open_matching(cast, ratio=(1, 3))
    donation = gift(cast.fund, 100_01)
    assert run(programme) == run(programme) == [(33_33, "")]
    assert funds.available(cast.fund) == {cast.restriction: 100_01, "": 33_33}
    row = Match.objects.get(donation=donation)
    assert row.entry_id is not None
    entry = books.entry(row.entry_id)
    assert entry is not None
    assert entry.kind == "seed"
    assert {line.account for line in entry.lines} == {"bank_deposits", "net_unrestricted"}
    fold_totals()
    assert funds.host_totals(cast.host)["seed"].amount == 0
    assert funds.host_totals(cast.host)["donated"].amount == 50_000_00 + 100_01
    assert funds.division_totals(cast.fund.division_id)["seed"].amount == 33_33


@pytest.mark.parametrize(
    ("terms", "changes", "gifts", "expected"),
    [
        ({"gift_min": 20_00}, {}, [19_99, 20_00], [(0, "minimum"), (20_00, "")]),
        ({"gift_cap": 50_00}, {}, [60_00, 50_00], [(50_00, "gift"), (50_00, "")]),
        ({"day_cap": 50_00}, {}, [30_00, 30_00, 30_00], [(30_00, ""), (20_00, "day"), (0, "day")]),
        ({}, {"per_fund": 50_00}, [30_00, 30_00, 30_00], [(30_00, ""), (20_00, "fund"), (0, "fund")]),
        ({}, {"pot": 50_00, "per_fund": 50_00}, [30_00, 20_00, 1], [(30_00, ""), (20_00, "")]),
        ({}, {"pot": 50_00, "per_fund": 50_00}, [30_00, 30_00, 1], [(30_00, ""), (20_00, "fund")]),
        (
            {},
            {"pot": 80_00, "per_fund": 80_00},
            [30_00, 30_00, 30_00],
            [(30_00, ""), (30_00, ""), (20_00, "fund")],
        ),
    ],
)
def test_each_cap(cast: Cast, terms: Any, changes: Any, gifts: list[int], expected: Any) -> None:
    programme = open_matching(cast, by_terms=terms, **changes)
    for amount in gifts:
        gift(cast.fund, amount)
    assert run(programme) == expected


def test_the_last_match_of_the_pot_gets_what_is_left(cast: Cast) -> None:
    programme = open_matching(cast, pot=50_00, per_fund=40_00)
    gift(cast.fund, 30_00)
    gift(cast.other_fund, 30_00)
    later = gift(cast.other_fund, 30_00)
    assert run(programme) == [(30_00, ""), (20_00, "pot")]
    assert queries.viewed(programme).left == 0
    assert not Match.objects.filter(donation=later).exists()


def test_one_source_over_accounts_contacts_and_names(cast: Cast) -> None:
    programme = open_matching(cast, by_terms={"day_cap": 50_00})
    gift(cast.fund, 30_00, contact="", user_id=cast.stranger.pk)
    gift(cast.other_fund, 30_00, contact="13900000009", user_id=cast.stranger.pk)
    gift(cast.fund, 30_00, contact="13900000009")
    gift(cast.fund, 40_00, contact="", name="王小二")
    gift(cast.fund, 40_00, contact="", name="王小二")
    gift(cast.fund, 40_00, contact="a@b.example", name="暖阳公司", kind="organisation")
    gift(cast.fund, 40_00, contact="", name="暖阳公司", kind="organisation")
    gift(cast.fund, 40_00, contact="13700000000", name="王小二")
    assert [amount for amount, _cut in run(programme)] == [
        30_00, 20_00, 0, 40_00, 10_00, 40_00, 10_00, 40_00,
    ]  # fmt: skip


def test_each_day_has_its_own_cap(cast: Cast) -> None:
    programme = open_matching(cast, by_terms={"day_cap": 50_00})
    gift(cast.fund, 60_00, day=TODAY - timedelta(days=1))
    gift(cast.fund, 60_00)
    assert run(programme) == [(50_00, "day"), (50_00, "day")]
    assert len(set(Match.objects.values_list("source", flat=True))) == 2


@pytest.mark.parametrize(
    ("cap", "expected"), [(0, [(0, "anonymous"), (0, "anonymous")]), (50_00, [(40_00, ""), (10_00, "day")])]
)
def test_gifts_of_unknown_source(cast: Cast, cap: int, expected: Any) -> None:
    programme = open_matching(cast, by_terms={"anonymous_day_cap": cap, "day_cap": 100_00})
    gift(cast.fund, 40_00, contact="")
    gift(cast.other_fund, 40_00, contact="")
    assert run(programme) == expected


def test_what_is_never_matched(cast: Cast) -> None:
    programme = open_matching(cast, by_terms={"never_matched": ("中标公司",)})
    for name in (cast.host.name, "綦江区人民政府", "古南街道办事处", "綦江区民政局", "中标公司"):
        gift(cast.fund, 40_00, name=name, kind="organisation")
    gift(cast.fund, 40_00, name="綦江区人民政府食堂", kind="organisation", contact="023-2")
    gift(cast.general, 40_00)
    assert run(programme) == [(0, "excluded")] * 5 + [(40_00, "")]


def test_which_gifts_count(cast: Cast) -> None:
    programme = open_matching(cast, by_terms={"channels": ("stripe",)})
    gift(cast.fund, 40_00)
    assert run(programme) == []
    here = services.Reach(divisions=("500110001002",))
    narrow = open_matching(cast, reach=here)
    gift(cast.other_fund, 10_00)
    gift(cast.other_fund, 20_00, day=OPENS - timedelta(days=1))
    assert run(narrow) == [(10_00, "")]


def test_a_suspended_fund_is_not_matched(cast: Cast) -> None:
    programme = open_matching(cast)
    suspend_fund(cast.fund, reason="换届", by=None)
    gift(cast.fund, 40_00)
    assert run(programme) == [(0, "state")]


def test_a_late_gift_counts_by_its_day_until_the_programme_is_ended(cast: Cast) -> None:
    programme = open_matching(cast)
    with clock.set_to(NOW + timedelta(days=60)):
        gift(cast.fund, 10_00, day=CLOSES)
        gift(cast.fund, 10_00, day=date(2027, 1, 1))
        assert run(programme) == [(10_00, "")]
        services.close_programme(programme, reason="年度结束", by=cast.admin)
        gift(cast.fund, 10_00, day=CLOSES)
        assert run(programme) == [(10_00, "")]
    programme.refresh_from_db()
    assert queries.viewed(programme).state == "closed"


def test_a_funds_own_rules_are_tighter(cast: Cast) -> None:
    programme = open_matching(cast)
    adopt_rulebook(
        cast.host,
        level=4,
        division=Division.objects.get(code=cast.fund.division_id),
        title="社区规矩",
        document="居民会议",
        clauses={"match_bp": (5_000, ""), "match_cap_fen": (45_00, "")},
        effective_from=TODAY,
        by=None,
    )
    gift(cast.fund, 60_00)
    gift(cast.fund, 60_00)
    gift(cast.other_fund, 60_00)
    assert run(programme) == [(30_00, ""), (15_00, "fund"), (60_00, "")]


def test_matching_waits_for_the_hosts_money_and_keeps_the_order(cast: Cast) -> None:
    pay(cast.general, 49_950_00)
    programme = open_matching(cast)
    first = gift(cast.fund, 40_00)
    second = gift(cast.fund, 20_00)
    third = gift(cast.fund, 5_00)
    assert run(programme) == [(40_00, "")]
    programme.refresh_from_db()
    assert programme.waiting_since is not None
    give(cast.general, 100_00)
    assert run(programme) == [(40_00, ""), (20_00, ""), (5_00, "")]
    programme.refresh_from_db()
    assert programme.waiting_since is None
    order = Match.objects.order_by("number").values_list("donation_id", flat=True)
    assert list(order) == [first.pk, second.pk, third.pk]


# --- given back -----------------------------------------------------------------------------------------------------


def test_a_refund_takes_its_match_back_in_proportion(cast: Cast) -> None:
    programme = open_matching(cast, ratio=(1, 2), pot=100_00, per_fund=100_00)
    donation = gift(cast.fund, 100_01)
    gift(cast.fund, 300_00)
    assert run(programme) == [(50_00, ""), (50_00, "fund")]
    give_back(donation, 33_34)
    assert queries.viewed(programme).left == 0
    run(programme)
    row = Match.objects.get(donation=donation)
    assert row.taken == 16_67
    assert funds.available(cast.fund)[""] == 100_00 - 16_67
    assert queries.viewed(programme).left == 16_67
    give_back(donation, 66_67)
    run(programme)
    row.refresh_from_db()
    assert row.taken == 50_00
    assert [one.amount for one in TakenBack.objects.order_by("number")] == [16_67, 33_33]
    # What came back is in the pot again and goes to the next gift.
    gift(cast.other_fund, 40_00)
    assert run(programme)[-1] == (20_00, "")


def test_what_the_fund_has_spent_is_owed(cast: Cast) -> None:
    programme = open_matching(cast)
    donation = gift(cast.fund, 100_00)
    run(programme)
    pay(cast.fund, 70_00)
    give_back(donation, 100_00)
    run(programme)
    assert funds.available(cast.fund).get("", 0) == 0
    back = TakenBack.objects.get()
    assert (back.amount, back.short) == (100_00, 70_00)
    owed = books.balance("receivables", host=cast.host.code, fund=cast.general.code)
    assert owed == 70_00 == -books.balance("receivables", host=cast.host.code, fund=cast.fund.code)
    assert queries.viewed(programme).given == 0


def test_a_gift_given_back_before_it_is_matched(cast: Cast) -> None:
    programme = open_matching(cast)
    donation = gift(cast.fund, 100_00)
    give_back(donation, 60_00)
    gone = gift(cast.fund, 10_00)
    give_back(gone, 10_00)
    assert run(programme) == [(40_00, "")]
    give_back(donation, 20_00)
    run(programme)
    assert Match.objects.get(donation=donation).taken == 20_00


def test_taking_back_goes_on_after_the_end(cast: Cast) -> None:
    programme = open_matching(cast)
    donation = gift(cast.fund, 100_00)
    run(programme)
    services.close_programme(programme, reason="年度结束", by=cast.admin)
    give_back(donation, 100_00)
    run(programme)
    assert queries.viewed(programme).given == 0


def test_a_won_dispute_gets_back_what_the_pot_still_holds(cast: Cast) -> None:
    programme = open_matching(cast, pot=100_00, per_fund=100_00)
    donation = gift(cast.fund, 100_00)
    run(programme)
    give_back(donation, 100_00)
    run(programme)
    gift(cast.other_fund, 70_00)
    run(programme)
    refund = donation.refunds.get()
    locked, general = lock_gift(donation.pk)
    move_refund(refund, locked, general, "failed", by=None)
    run(programme)
    assert Match.objects.get(donation=donation).taken == 70_00
    assert queries.viewed(programme).left == 0


# --- what a programme may not be ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ratio": (0, 1)}, "ratio_part"),
        ({"ratio": (1, 0)}, "ratio_whole"),
        ({"ratio": (10**9, 1)}, "ratio_part"),
        ({"ratio": (3, 1)}, "ratio_part"),
        ({"per_fund": 1_000_01}, "pot"),
        ({"per_fund": 60_000_00, "pot": 70_000_00}, "per_fund"),
        ({"by_terms": {"gift_cap": 1_000_01}}, "gift_cap"),
        ({"by_terms": {"day_cap": 1_000_01}}, "day_cap"),
        ({"by_terms": {"day_cap": 50_00, "gift_cap": 60_00}}, "gift_cap"),
        ({"by_terms": {"anonymous_day_cap": -1}}, "anonymous_day_cap"),
        ({"by_terms": {"channels": ("pigeon",)}}, "channels"),
        ({"closes_on": OPENS - timedelta(days=1)}, "closes_on"),
        ({"reach": services.Reach(divisions=("5001",))}, "divisions"),
        ({"reach": services.Reach(divisions=("999999",))}, "divisions"),
        ({"reach": services.Reach(quota_level=4, quota_awards=2)}, "quota_level"),
        ({"document": ""}, "document"),
    ],
)
def test_what_a_matching_programme_may_not_be(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        open_matching(cast, **changes)
    assert refusal.value.field == field
    assert not Programme.objects.exists()


def test_only_the_administrator_opens_and_ends(cast: Cast) -> None:
    programme = open_matching(cast)
    for person in (cast.finance, cast.coordinator, cast.stranger):
        with pytest.raises(Refused):
            open_matching(cast, by=person)
        with pytest.raises(Refused):
            services.close_programme(programme, reason="不办了", by=person)
    with pytest.raises(Refused, match="为什么"):
        services.close_programme(programme, reason=" ", by=cast.admin)
    assert Donation.objects.count() == 0


def test_a_fund_closed_without_an_heir_does_not_hold_up_taking_back(cast: Cast) -> None:
    programme = open_matching(cast)
    donation, other = gift(cast.fund, 100_00), gift(cast.other_fund, 50_00)
    run(programme)
    give_back(donation, 100_00)
    give_back(other, 50_00)
    type(cast.fund).objects.filter(pk=cast.fund.pk).update(state="closed")
    services.match_gifts()
    assert set(Match.objects.values_list("taken", flat=True)) == {100_00, 50_00}
    type(cast.fund).objects.filter(pk=cast.fund.pk).update(state="open")
