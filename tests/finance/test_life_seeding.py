"""Seed programmes and merged funds: a successor inherits what its predecessors drew, and gives back for them."""

import pytest

from apps.core import clock
from apps.core.verdicts import Refused
from apps.finance import services as finance
from apps.seeding import services as seeding
from apps.seeding.models import Match
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.finance.life import DOCUMENT, money_of, refreshed, third_fund
from tests.funds.money import give
from tests.seeding import house

pytestmark = pytest.mark.django_db


def merge(cast: Cast) -> None:
    finance.merge_funds([cast.fund], successor=cast.other_fund, document=DOCUMENT, by=cast.admin)


def test_a_successor_draws_only_what_is_left_of_the_cap(cast: Cast) -> None:
    with clock.set_to(house.NOW):
        give(cast.general, 10_000_00)
        programme = house.open_matching(cast, per_fund=100_00)
        house.gift(cast.fund, 70_00)
        seeding.match_gifts(programme.code)
        merge(cast)
        house.gift(cast.other_fund, 50_00)
        seeding.match_gifts(programme.code)
        assert list(Match.objects.order_by("number").values_list("amount", flat=True)) == [70_00, 30_00]
        assert_books_clean()


def test_a_gift_to_the_old_fund_given_back_takes_its_match_from_the_heir(cast: Cast) -> None:
    with clock.set_to(house.NOW):
        give(cast.general, 10_000_00)
        programme = house.open_matching(cast)
        given = house.gift(cast.fund, 70_00)
        seeding.match_gifts(programme.code)
        merge(cast)
        house.give_back(given, 70_00)
        seeding.match_gifts(programme.code)
        assert money_of(refreshed(cast.fund), refreshed(cast.other_fund)) == {}
        assert_books_clean()


def test_who_had_its_seed_brings_it_along(cast: Cast) -> None:
    with clock.set_to(house.NOW):
        give(cast.general, 10_000_00)
        programme = house.open_fixed(cast, applying=False)
        seeding.award(programme, fund=cast.fund, by=cast.admin)
        merge(cast)
        with pytest.raises(Refused, match="前身百步梯社区慈善基金已经领过"):
            seeding.award(programme, fund=refreshed(cast.other_fund), by=cast.admin)
        seeding.award(programme, fund=third_fund(cast), by=cast.admin)
        assert_books_clean()
