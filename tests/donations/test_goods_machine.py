"""The store against a small independent model: whatever is asked in whatever order, received − gone = left."""

from collections import Counter
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.core import clock
from apps.core.verdicts import Refused
from apps.donations import services
from apps.donations.goods import Valuation
from apps.donations.models import InKindGift, WriteOff
from apps.ledger import queries as books
from tests.books import assert_books_clean
from tests.cast import Cast, make_cast
from tests.donations.test_goods import fresh, issue, receive

pytestmark = pytest.mark.django_db
units, fens = st.integers(1, 12), st.integers(1, 50_000)


class Store(RuleBasedStateMachine):
    """Take in, hand out, sell, ask, release and turn down write-offs; some asked for twice, some for too much."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.cast: Cast = make_cast()
        self.numbers = count(1)
        self.gifts: list[InKindGift] = []
        self.asked: list[WriteOff] = []
        # By gift: units there. Over all: fen that came, that left as cost, and that sales brought.
        self.units: Counter[str] = Counter()
        self.worth: dict[str, int] = {}
        self.money = 0

    def teardown(self) -> None:
        assert_books_clean("donations")
        transaction.savepoint_rollback(self.savepoint)

    def token(self) -> str:
        return f"token-of-a-machine-{next(self.numbers):05d}"

    def pick(self, place: int) -> InKindGift:
        return fresh(self.gifts[place % len(self.gifts)])

    def take(self, gift: InKindGift, quantity: int, do: Any) -> None:
        """Do it twice with one token: the model says whether it may be done at all."""
        word = self.token()
        if quantity > self.units[gift.code]:
            with pytest.raises(Refused):
                do(word)
            return
        assert do(word) == do(word)
        self.units[gift.code] -= quantity

    @rule(quantity=units, value=st.one_of(st.just(0), fens), other=st.booleans())
    def receive(self, quantity: int, value: int, other: bool) -> None:
        said = Valuation("sale", value=value, note="市价") if value else Valuation("none")
        fund = self.cast.other_fund if other else self.cast.fund
        gift = receive(self.cast, fund=fund, quantity=quantity, valuation=said, token=self.token())
        self.gifts.append(gift)
        self.units[gift.code], self.worth[gift.code] = quantity, value

    @precondition(lambda self: self.gifts)
    @rule(place=st.integers(0, 50), quantity=units)
    def issue(self, place: int, quantity: int) -> None:
        gift = self.pick(place)
        self.take(gift, quantity, lambda word: issue(self.cast, gift, quantity, token=word))

    @precondition(lambda self: self.gifts)
    @rule(place=st.integers(0, 50), quantity=units, proceeds=fens)
    def sell(self, place: int, quantity: int, proceeds: int) -> None:
        gift, before = self.pick(place), sum(self.units.values())

        def sell(word: str) -> object:
            return services.sell_goods(
                gift,
                quantity=quantity,
                proceeds=proceeds,
                channel="bank",
                day=clock.today(),
                token=word,
                note="卖给粮店",
                by=self.cast.finance,
            )

        self.take(gift, quantity, sell)
        if sum(self.units.values()) < before:
            self.money += proceeds

    @precondition(lambda self: self.gifts)
    @rule(place=st.integers(0, 50), quantity=units)
    def ask(self, place: int, quantity: int) -> None:
        gift = self.pick(place)
        if quantity > self.units[gift.code]:
            with pytest.raises(Refused):
                services.ask_write_off(
                    gift, quantity=quantity, reason="坏了", token=self.token(), by=self.cast.finance
                )
            return
        self.asked.append(
            services.ask_write_off(
                gift, quantity=quantity, reason="坏了", token=self.token(), by=self.cast.finance
            )
        )

    @precondition(lambda self: self.asked)
    @rule(place=st.integers(0, 50), release=st.booleans())
    def decide(self, place: int, release: bool) -> None:
        row = self.asked.pop(place % len(self.asked))
        if not release:
            services.reject_write_off(row, by=self.cast.second_finance)
        elif row.quantity > self.units[row.gift.code]:
            with pytest.raises(Refused):
                services.release_write_off(row, by=self.cast.second_finance)
        else:
            services.release_write_off(row, by=self.cast.second_finance)
            self.units[row.gift.code] -= row.quantity

    @invariant()
    def the_register_is_the_model(self) -> None:
        host = self.cast.host.code
        there = InKindGift.objects.filter(pk__in=[gift.pk for gift in self.gifts])
        assert {gift.code: gift.left for gift in there} == {
            gift.code: self.units[gift.code] for gift in self.gifts
        }
        empty = [gift for gift in there if not gift.left]
        assert all(gift.left_value == 0 for gift in empty)
        if len(empty) == len(self.gifts):
            assert books.balance("inventory", host=host) == 0
        assert books.balance("donation_income", host=host) == -sum(self.worth.values())
        money = sum(
            books.fund_balance(fund.code, host=host) for fund in (self.cast.fund, self.cast.other_fund)
        )
        assert money == self.money


def test_lives_of_things(request: pytest.FixtureRequest) -> None:
    runs = request.config.getoption("--machine-runs")
    run_state_machine_as_test(
        Store,
        settings=settings(
            max_examples=max(1, runs // 8),
            stateful_step_count=request.config.getoption("--machine-steps") * 2 // 3,
            deadline=None,
        ),
    )
