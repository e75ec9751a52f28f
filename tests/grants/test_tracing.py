"""The trace of a gift through the real books: payments, refunds, returns, mergers; cheap in a popular fund."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from apps.donations.models import Donation, Donor
from apps.donations.services import record_many
from apps.donations.services.offline import OfflineGift
from apps.finance.services import merge_funds
from apps.funds.models import Fund
from apps.grants.queries.tracing import Trace, stories, trace
from apps.ledger import queries as books
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.grants import house

pytestmark = pytest.mark.django_db


def give(cast: Cast, *amounts: int, fund: Fund | None = None, key: str = "g") -> list[Donation]:
    """Record gifts in cash one after the other, as different people's."""
    return [
        record_many(
            [OfflineGift(fund or cast.fund, amount, "cash", clock.today(), f"{key}{number}")], by=cast.finance
        )[0]
        for number, amount in enumerate(amounts)
    ]


def told(one: Trace) -> list[tuple[int, str]]:
    return [(place.amount, place.use.kind if place.use else place.pool[0]) for place in one.places]


@pytest.fixture
def gifts(cast: Cast, settings: Any, tmp_path: Any) -> list[Donation]:
    settings.MEDIA_ROOT = tmp_path
    house.seat_everyone(cast)
    with clock.set_to(house.NOON - timedelta(days=1)):
        return give(cast, 300_000, 2_000_000, 3_000_000)


def test_gifts_are_used_in_their_order_down_to_the_project(cast: Cast, gifts: list[Donation]) -> None:
    grant = house.at_work(cast)
    payment = house.paid(cast, grant)
    found = trace(gifts)
    first, second, third = (found[gift.code] for gift in gifts)
    paid = payment.amount
    assert paid > 300_000
    assert told(first) == [(300_000, "grant_payment")]
    assert told(second)[0] == (paid - 300_000, "grant_payment")
    assert told(third) == [(3_000_000, cast.fund.code)]
    assert (first.used, first.left) == (300_000, 0)
    use = first.places[0].use
    assert use is not None
    assert (use.project, use.source) == (grant.project.code, payment.code)
    assert set(stories(found.values())) == {grant.project.code}
    assert_books_clean()


def test_what_is_left_is_what_the_books_hold(cast: Cast, gifts: list[Donation]) -> None:
    house.paid(cast, house.at_work(cast))
    found = trace(Donation.objects.select_related("fund"))
    left: defaultdict[str, int] = defaultdict(int)
    for one in found.values():
        assert one.back + one.fee + one.used + one.left == one.gift.amount
        for place in one.places:
            if place.use is None:
                left[place.pool[1]] += place.amount
    assert left[cast.restriction] == books.spendable(cast.fund.code, host=cast.host.code)[cast.restriction]


def test_after_a_merger_the_gift_goes_on_in_the_heir(cast: Cast) -> None:
    mine, theirs = give(cast, 70_000, key="a"), give(cast, 50_000, fund=cast.other_fund, key="b")
    merge_funds([cast.fund], successor=cast.other_fund, document="区划〔2026〕1号", by=cast.admin)
    later = give(cast, 10_000, fund=cast.other_fund, key="c")
    found = trace([*mine, *theirs, *later])
    assert [told(one) for one in found.values()] == [
        [(70_000, cast.other_fund.code)],
        [(50_000, cast.other_fund.code)],
        [(10_000, cast.other_fund.code)],
    ]
    assert_books_clean()


def test_a_faithful_donor_in_a_popular_fund_costs_a_few_statements(cast: Cast, full: bool) -> None:
    """100 gifts of one donor among many others: the same statements as for one gift in an empty fund."""
    count = 50_000 if full else 1_000
    now = clock.now()
    donors = Donor.objects.bulk_create(Donor(code=f"D{n}", created_at=now) for n in range(2))
    every = count // 100
    Donation.objects.bulk_create(
        [
            Donation(
                code=f"G{n}",
                host=cast.host,
                fund=cast.fund,
                restriction=cast.restriction,
                donor=donors[n % every == 0],
                channel="cash",
                state="booked",
                amount=100 + n % 7,
                started_at=now,
                booked_at=now + timedelta(seconds=n),
                public_name="爱心居民",
            )
            for n in range(count)
        ],
        batch_size=5_000,
    )
    mine = list(Donation.objects.filter(donor=donors[True]).select_related("fund"))
    assert len(mine) == 100
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = trace(mine)
    assert sum(one.left for one in found.values()) == sum(gift.amount for gift in mine)
    assert len(asked) <= 6
