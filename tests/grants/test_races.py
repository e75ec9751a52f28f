"""Fifty at once on one instalment and on one fund; and what happens with the fund's lock off."""

import time
from collections.abc import Iterator

import pytest

from apps.core import clock, jobs
from apps.funds.models import Fund, Reservation
from apps.funds.queries import available
from apps.funds.services import promises
from apps.governance.models import Motion
from apps.grants import services
from apps.grants.models import Grant, Payment
from apps.grants.services import awards, locks
from apps.ledger.queries import flows
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.funds.money import give
from tests.funds.race import CROWD, approvals
from tests.grants import house as h
from tests.projects.house import ASKED

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PROJECTS, MET = 10, 3


@pytest.fixture(autouse=True)
def no_kicks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Awards are made by the race, not by the worker that a closed vote wakes."""
    monkeypatch.setattr(jobs, "_send", lambda *_what: None)


@pytest.fixture
def house(cast: Cast) -> Cast:
    h.seat_everyone(cast)
    return cast


def release(payment: Payment, cast: Cast, reference: str) -> Payment:
    with clock.set_to(h.AFTER_NOTICE):
        return services.release_payment(
            payment, paid_on=h.PAID_ON, bank_reference=reference, by=cast.second_finance
        )


def test_fifty_preparers_make_one_payment(house: Cast) -> None:
    h.money(house)
    instalment = h.instalment(h.at_work(house))

    def prepare(number: int) -> Payment:
        with clock.set_to(h.AFTER_NOTICE):
            return services.prepare_payment(
                instalment, by=house.finance if number % 2 else house.second_finance
            )

    # The first one wins; whoever it is gets the same payment every time, the other is refused.
    assert approvals(prepare) == CROWD // 2
    assert Payment.objects.count() == 1
    assert_books_clean()


def test_fifty_releases_pay_once(house: Cast) -> None:
    h.money(house)
    grant = h.at_work(house)
    payment = h.prepared(house, grant)
    assert approvals(lambda number: release(payment, house, f"YH-{number}")) == 1
    assert flows(house.fund.code, host=house.host.code)["spent"] == -ASKED // 2
    assert sum(grant.sources.values_list("paid", flat=True)) == ASKED // 2
    assert_books_clean()


def test_fifty_releases_of_one_reference_are_one_release(house: Cast) -> None:
    h.money(house)
    payment = h.prepared(house, h.at_work(house))
    assert approvals(lambda _number: release(payment, house, "YH-1")) == CROWD
    assert flows(house.fund.code, host=house.host.code)["spent"] == -ASKED // 2
    assert_books_clean()


def test_release_against_reject(house: Cast) -> None:
    h.money(house)
    payment = h.prepared(house, h.at_work(house))

    def either(number: int) -> Payment:
        if number % 2:
            return release(payment, house, f"YH-{number}")
        return services.reject_payment(payment, reason="不对", by=house.finance)

    won = approvals(either)
    payment.refresh_from_db()
    spent = flows(house.fund.code, host=house.host.code).get("spent", 0)
    if payment.state == "paid":
        assert (won, spent) == (1, -ASKED // 2)
    else:
        assert (payment.state, won, spent) == ("rejected", CROWD // 2, 0)
    assert_books_clean()


def carried(cast: Cast) -> list[Motion]:
    """Return carried motions, each of which the fund could meet alone."""
    projects = [
        h.submitted(cast, title=f"项目{number}", budget=[("services", "服务", 100_00)])
        for number in range(PROJECTS)
    ]
    return [h.vote(cast, h.tabled(cast, project)) for project in projects]


def award(motion: Motion) -> Grant:
    with clock.set_to(h.AFTER_VOTE):
        return services.award_carried(motion.code)


@pytest.fixture
def slow_reading(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave a gap between reading what is available and promising it, with and without the lock."""

    def slowly(fund: Fund) -> dict[str, int]:
        figures = available(fund)
        time.sleep(0.02)
        return figures

    monkeypatch.setattr(awards, "available", slowly)
    monkeypatch.setattr(promises.queries, "available", slowly)
    yield


@pytest.mark.usefixtures("slow_reading")
def test_fifty_awards_never_promise_more_than_there_is(house: Cast) -> None:
    give(house.fund, MET * 60_00, restriction=house.restriction)
    give(house.fund, MET * 40_00)
    motions = carried(house)
    approvals(lambda number: award(motions[number % PROJECTS]))
    assert Grant.objects.count() == MET
    assert set(available(house.fund).values()) == {0}
    assert_books_clean()


@pytest.mark.usefixtures("slow_reading")
def test_without_the_lock_awards_promise_too_much(house: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(code: str) -> Fund:
        return Fund.objects.select_related("host", "division").get(code=code)

    monkeypatch.setattr(locks.funds, "lock_fund", unlocked)
    monkeypatch.setattr(promises, "lock_fund", unlocked)
    give(house.fund, MET * 100_00, restriction=house.restriction)
    motions = carried(house)
    approvals(lambda number: award(motions[number % PROJECTS]))
    assert Grant.objects.count() > MET
    assert available(house.fund)[house.restriction] < 0
    with pytest.raises(AssertionError, match=r"funds\.overpromised"):
        assert_books_clean()


def test_fifty_awards_of_one_motion_are_one_grant(house: Cast) -> None:
    h.money(house)
    motion = h.vote(house, h.tabled(house))
    assert approvals(lambda _number: award(motion)) == CROWD
    assert Grant.objects.count() == Reservation.objects.count() == 1
    assert_books_clean()


def test_the_sweepers_run_in_parallel(house: Cast) -> None:
    h.money(house)
    h.vote(house, h.tabled(house))

    def sweep(_number: int) -> None:
        with clock.set_to(h.AFTER_VOTE):
            services.settle_decided()
        with clock.set_to(h.AFTER_NOTICE):
            services.end_notices()

    assert approvals(sweep) == CROWD
    assert Grant.objects.get().state == "running"
    assert h.instalment(Grant.objects.get()).state == "due"
    assert_books_clean()
