"""Many at once, on PostgreSQL: cash goes to the bank once; a gift counts for one pledge, within what was promised."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest import mock

import pytest
from django.db import IntegrityError

from apps.core.verdicts import Refused
from apps.donations import queries, services
from apps.donations.models import CashDeposit, Donation, Pledge, PledgeGift
from apps.donations.services import cash, pledges
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.crowd import at_once, unlocked
from tests.donations.test_pledges import gift, promise
from tests.finance.test_cash import cash as cash_gift
from tests.finance.test_cash import held, pay_in

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT_ONCE = 6


def meeting(read: Callable[..., Any]) -> Callable[..., Any]:
    """Return a read after which two threads wait for each other, so that both have seen the same."""
    meet = threading.Barrier(2, timeout=10)

    def slow(*args: Any, **named: Any) -> Any:
        found = read(*args, **named)
        meet.wait()
        return found

    return slow


def slips(cast: Cast, gifts: list[Donation], count: int) -> list[Callable[[], Any]]:
    """Return forms that take the same cash to the bank, each on a slip of its own."""
    return [
        partial(pay_in, cast, *gifts, slip=f"CK{number}", token=f"token-of-slip-number-{number}")
        for number in range(count)
    ]


def test_the_same_cash_goes_to_the_bank_once(cast: Cast) -> None:
    gifts = [cash_gift(cast, 10_000, "c1"), cash_gift(cast, 2_500, "c2")]
    found = at_once(*slips(cast, gifts, AT_ONCE))
    assert [type(one) for one in found].count(Refused) == AT_ONCE - 1
    assert CashDeposit.objects.count() == 1
    assert held(cast) == (0, 12_500)
    assert_books_clean()


def test_without_the_lock_only_the_constraint_is_left(cast: Cast) -> None:
    """The control: with the gifts' locks off, the second form meets an error of the database instead of an answer."""
    gifts = [cash_gift(cast, 10_000, "c1")]
    original = queries.cash_in_hand
    read = meeting(lambda host: list(original(host)))
    seen = mock.patch.object(
        cash.queries, "cash_in_hand", lambda host: mock.Mock(filter=lambda **_n: read(host))
    )
    with unlocked(), seen:
        found = at_once(*slips(cast, gifts, 2))
    assert [type(one) for one in found].count(IntegrityError) == 1, found


def count(pledge: Pledge, donation: Donation, cast: Cast) -> Callable[[], PledgeGift]:
    return partial(services.match_pledge, pledge, donation=donation, by=cast.finance)


def counted(pledge: Pledge) -> int:
    """What its gifts were counted for, without the cap that readers of a pledge see."""
    return sum(PledgeGift.objects.filter(pledge=pledge).values_list("amount", flat=True))


def test_one_gift_counts_for_one_pledge(cast: Cast) -> None:
    came = gift(cast, 50_000)
    made = [promise(cast) for _n in range(3)]
    found = at_once(*[count(pledge, came, cast) for pledge in made for _twice in range(2)])
    rows = [one for one in found if isinstance(one, PledgeGift)]
    assert len({row.pk for row in rows}) == 1
    assert all(isinstance(one, PledgeGift | Refused) for one in found), found
    assert PledgeGift.objects.filter(donation=came).count() == 1
    assert_books_clean()


def test_gifts_at_once_never_count_for_more_than_was_promised(cast: Cast) -> None:
    pledge = promise(cast)
    came = [gift(cast, 60_000) for _n in range(4)]
    at_once(*[count(pledge, one, cast) for one in came])
    assert counted(pledge) == pledge.amount
    assert_books_clean()


def test_without_the_pledges_lock_gifts_count_for_more(cast: Cast) -> None:
    """The control: with the locks off, two gifts see the same sum missing and both count."""
    pledge = promise(cast)
    came = [gift(cast, 60_000) for _n in range(2)]
    with unlocked(), mock.patch.object(pledges.queries, "received_for", meeting(queries.received_for)):
        at_once(*[count(pledge, one, cast) for one in came])
    assert counted(pledge) > pledge.amount
