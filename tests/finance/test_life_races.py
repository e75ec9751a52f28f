"""While a merger runs, a gift settles, a payment is released, a refund is given: nothing is lost, nothing doubled."""

import time
from collections.abc import Callable
from threading import Event

import pytest
from django.db import transaction

from apps.core import clock
from apps.donations import services as donations
from apps.donations.models import Donation
from apps.donations.services import OfflineGift, Transfer
from apps.finance import services
from apps.finance.services.life import moving
from apps.grants import services as grants
from apps.grants.models import Payment
from apps.ledger import queries as books
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.crowd import at_once, passed
from tests.finance.life import DOCUMENT, money_of, refreshed, third_fund
from tests.finance.test_reorganising import announced, gift
from tests.grants import house as h

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def together(*verbs: Callable[[], object]) -> list[bool]:
    """Run the verbs at once; return which were not refused."""
    return passed(at_once(*verbs))


@pytest.fixture
def slow_merger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a gap between reading the books and moving them, with and without the lock."""
    real = moving._restrictions

    def slowly(*arguments: object) -> object:
        found = real(*arguments)  # type: ignore[arg-type]
        time.sleep(0.3)
        return found

    monkeypatch.setattr(moving, "_restrictions", slowly)
    shares = moving._shares_out

    def slow_shares(*arguments: object) -> object:
        found = shares(*arguments)  # type: ignore[arg-type]
        time.sleep(0.3)
        return found

    monkeypatch.setattr(moving, "_shares_out", slow_shares)


def merger(cast: Cast) -> None:
    services.merge_funds([cast.fund], successor=cast.other_fund, document=DOCUMENT, by=cast.admin)


def later(verb: Callable[[], object], pause: float = 0.3) -> Callable[[], object]:
    """Start in the middle of the merger."""

    def run() -> object:
        time.sleep(pause)
        return verb()

    return run


def transfer(cast: Cast, line: str) -> dict[str, Donation]:
    return donations.receive_transfers(
        cast.host, [Transfer("BBT-7K2Q", 10_00, clock.today(), line)], by=cast.finance
    )


def test_gifts_that_settle_while_the_merger_runs(cast: Cast, slow_merger: None) -> None:
    gift(cast, cast.fund, 500_00, "1")
    announced(cast)
    cash = OfflineGift(fund=cast.fund, amount=7_00, channel="cash", day=clock.today(), key="late")
    done = together(
        lambda: merger(cast),
        *[later(lambda n=n: transfer(cast, f"line-{n}"), 0.08 * n) for n in range(10)],
        later(lambda: donations.record_offline(cash, by=cast.finance)),
    )
    assert done[0] and all(done[1:11])
    assert money_of(refreshed(cast.fund)) == {}
    expected = 600_00 + (7_00 if done[11] else 0)
    assert sum(money_of(refreshed(cast.other_fund)).values()) == expected
    assert_books_clean()


def test_a_transfer_that_waits_while_its_gift_moves_to_another_fund_is_booked(cast: Cast) -> None:
    pk, is_held = announced(cast).pk, Event()

    def move() -> None:
        with transaction.atomic():
            row = Donation.objects.select_for_update().get(pk=pk)
            row.fund, row.restriction = cast.other_fund, "F-XJZ-G"
            row.save(update_fields=["fund", "restriction"])
            is_held.set()
            time.sleep(0.3)

    def receive() -> None:
        is_held.wait(timeout=30)
        assert list(transfer(cast, "line-1")) == ["line-1"]

    assert together(move, receive) == [True, True]
    assert sum(money_of(cast.other_fund).values()) == 10_00
    assert_books_clean()


def test_without_holding_the_books_money_is_left_behind(
    cast: Cast, slow_merger: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving.ledger, "hold_books", lambda host: None)
    gift(cast, cast.fund, 500_00, "1")
    announced(cast)
    try:
        together(
            lambda: merger(cast),
            *[later(lambda n=n: transfer(cast, f"line-{n}"), 0.08 * n) for n in range(10)],
        )
    except AssertionError:
        return  # the proof itself saw money come in between
    assert money_of(refreshed(cast.fund)) != {}


def test_a_payment_is_released_and_a_gift_refunded_while_the_merger_runs(
    cast: Cast, slow_merger: None
) -> None:
    h.seat_everyone(cast)
    h.money(cast)
    with clock.set_to(h.NOON):
        given = gift(cast, cast.fund, 300_00, "1")
    payment = h.prepared(cast, h.at_work(cast))
    with clock.set_to(h.AFTER_NOTICE):
        done = together(
            lambda: merger(cast),
            later(
                lambda: grants.release_payment(
                    payment, paid_on=h.PAID_ON, bank_reference="YH-1", by=cast.second_finance
                ),
                0.2,
            ),
            later(lambda: donations.refund(given, amount=100_00, reason="捐错了", by=cast.finance), 0.1),
        )
        assert all(done)
        assert Payment.objects.get(pk=payment.pk).state == "paid"
        assert money_of(refreshed(cast.fund)) == {}
        assert sum(money_of(refreshed(cast.other_fund)).values()) == 5_000_000 + 200_00 - payment.amount
        assert_books_clean()


def test_two_mergers_that_share_a_fund(cast: Cast, slow_merger: None) -> None:
    third = third_fund(cast)
    gift(cast, cast.fund, 10_00, "1")
    gift(cast, cast.other_fund, 20_00, "2")
    done = together(
        lambda: merger(cast),
        lambda: services.merge_funds([cast.other_fund], successor=third, document=DOCUMENT, by=cast.admin),
        lambda: services.merge_funds([third], successor=cast.fund, document=DOCUMENT, by=cast.admin),
    )
    assert any(done)
    total = sum(
        books.fund_balance(fund.code, host=cast.host.code) for fund in (cast.fund, cast.other_fund, third)
    )
    assert total == 30_00
    assert_books_clean()


def test_a_vote_closes_while_the_merger_runs(cast: Cast, slow_merger: None) -> None:
    from apps.governance import services as governance

    h.seat_everyone(cast)
    h.money(cast)
    motion = h.tabled(cast)
    with clock.set_to(h.NOON):
        for user in (cast.chair, *cast.members):
            governance.cast(motion, user=user, choice="yes", subject_hash=motion.subject_hash, by=user)
    with clock.set_to(h.AFTER_VOTE):
        done = together(lambda: merger(cast), lambda: governance.close(motion))
        # Before the award the motion stands in the way, whether it is counted already or not.
        assert done == [False, True]
        assert refreshed(cast.fund).state == "open"
        grant = grants.award_carried(motion.code)
        merger(cast)
        grant.refresh_from_db()
        assert grant.fund == cast.other_fund
        assert_books_clean()
