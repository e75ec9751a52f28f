"""Each invariant notices what it stands for; matching works in sets; transfers fall out of every roll-up."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from apps.core.checks import run
from apps.donations.models import Donation
from apps.funds import queries as funds
from apps.funds.checks import one_sided_transfers
from apps.funds.services import fold_totals
from apps.seeding import services
from apps.seeding.checks import CHECKS
from apps.seeding.models import Award, Match, MatchTerms, Programme, TakenBack
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.funds.money import give, pay
from tests.seeding.house import NOW, gift, give_back, open_fixed, open_matching

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(cast: Cast) -> Iterator[None]:
    with clock.set_to(NOW):
        give(cast.general, 50_000_00)
        yield


def a_world(cast: Cast) -> Programme:
    """A fixed award, two matches, and a taking-back of which a part was spent."""
    services.award(open_fixed(cast, applying=False), fund=cast.fund, by=cast.admin)
    programme = open_matching(cast, by_terms={"day_cap": 90_00})
    first = gift(cast.fund, 60_00)
    gift(cast.other_fund, 30_00)
    services.match_gifts()
    pay(cast.fund, 130_00)
    give_back(first, 60_00)
    services.match_gifts()
    return programme


def broken() -> set[str]:
    return {violation.name.removeprefix("seeding.") for violation in run(CHECKS)}


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        (lambda: Programme.objects.update(pot=10_00, per_fund=1), "pots_hold"),
        (lambda: Match.objects.filter(number=2).update(amount=F("amount") - 1), "rows_and_entries"),
        (lambda: TakenBack.objects.update(amount=1), "rows_and_entries"),
        (lambda: Award.objects.update(amount=1_000_01), "awards_within_caps"),
        (lambda: Programme.objects.update(quota_level=4, quota_fen=1), "awards_within_caps"),
        (lambda: MatchTerms.objects.update(day_cap=80_00), "matches_within_caps"),
        (lambda: MatchTerms.objects.update(gift_cap=20_00), "matches_within_caps"),
        (lambda: Match.objects.update(ratio_part=1, ratio_whole=2), "matches_within_caps"),
        (lambda: Programme.objects.update(per_fund=20_00), "matches_within_caps"),
        (lambda: Donation.objects.update(state="failed"), "matches_have_gifts"),
        (lambda: Match.objects.update(day=NOW.date().replace(month=10)), "matches_have_gifts"),
        (lambda: Match.objects.filter(number=1).update(taken=0), "taken_back_as_due"),
        (lambda: TakenBack.objects.update(number=9), "numbers_run_on"),
    ],
)
def test_each_check_notices(cast: Cast, spoil: Callable[[], Any], name: str) -> None:
    a_world(cast)
    assert broken() == set()
    spoil()
    assert name in broken()


def test_every_transfer_has_two_sides(cast: Cast) -> None:
    a_world(cast)
    fold_totals()
    assert list(one_sided_transfers()) == []
    assert funds.host_totals(cast.host)["seed"].amount == 0
    # ¥100 as a fixed sum, ¥60 matched and taken back.
    assert funds.division_totals(cast.fund.division_id)["seed"].amount == 100_00
    assert_books_clean()


def test_a_set_takes_a_fixed_number_of_statements(cast: Cast) -> None:
    programme = open_matching(cast)

    def statements(gifts: int) -> int:
        for number in range(gifts):
            gift(cast.fund, 1_00, contact=f"13{number:09d}")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert services.match_batch(programme.code) == gifts
        return len(seen)

    few = statements(5)
    assert statements(60) == few <= 45
