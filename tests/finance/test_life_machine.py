"""Random lives of funds against a small model: money is conserved by restriction, and the books prove themselves."""

from collections import Counter
from collections.abc import Callable
from datetime import date
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
from apps.core.compiled import Compiled
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.donations import services as donations
from apps.donations.models import Donation
from apps.donations.services import OfflineGift
from apps.finance import services
from apps.funds import queries
from apps.funds import services as funds
from apps.funds.models import Fund
from apps.ledger import queries as books
from tests.books import assert_books_clean
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
FUNDS = Compiled(
    lambda: Fund.objects.exclude(kind="general").select_related("host", "division").order_by("pk")
)
NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


class Lives(RuleBasedStateMachine):
    """Open, give, promise, release, refund, merge, split, close: in any order, as often as one likes."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.cast: Cast = make_cast()
        self.numbers = count(1)
        # What should be there: fen by origin, the restriction's first code or "" for free money.
        self.model: Counter[str] = Counter()
        self.gifts: list[Donation] = []
        self.promises: list[str] = []
        self.look()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)

    def look(self) -> None:
        """Read the funds once for all that a step asks about them, before it changes any."""
        self.funds = FUNDS.rows()
        self.open_funds = [fund for fund in self.funds if fund.state == "open"]

    def pick(self, number: int) -> Fund:
        return self.open_funds[number % len(self.open_funds)]

    @precondition(lambda self: len(self.open_funds) < 5)
    @rule()
    def open_one(self) -> None:
        number = next(self.numbers)
        name = "".join(NAMES[int(digit)] for digit in str(number))
        funds.open_fund(
            self.cast.host,
            kind="community",
            division=Division.objects.get(code="500110002001"),
            name=f"{name}号社区基金",
            purpose="公益",
            agreement=f"协 {number}",
            day=date(2026, 1, 1),
            by=None,
        )

    @rule(number=st.integers(0, 9), amount=st.integers(100, 99_999), special=st.booleans())
    def give(self, number: int, amount: int, special: bool) -> None:
        fund = self.pick(number)
        restriction = None
        if special:
            restriction = funds.open_restriction(fund, purpose="楼道扶手", by=None).code
        made = donations.record_offline(
            OfflineGift(
                fund=fund,
                amount=amount,
                channel="cash",
                day=clock.today(),
                key=f"g{next(self.numbers)}",
                restriction=restriction,
            ),
            by=None,
        )
        self.gifts.append(made)
        self.model["all"] += amount

    @precondition(lambda self: self.gifts)
    @rule(number=st.integers(0, 99), share=st.integers(1, 100))
    def refund(self, number: int, share: int) -> None:
        gift = Donation.objects.get(pk=self.gifts[number % len(self.gifts)].pk)
        amount = max(1, gift.left * share // 100)
        book = queries.heir_of(gift.fund, gift.restriction)
        free = max(0, queries.available(book.fund).get(book.restriction, 0))
        try:
            donations.refund(gift, amount=amount, reason="退", by=None)
        except Refused:
            assert gift.left == 0
            return
        # What the fund cannot pay, the host's own fund advances.
        self.model["all"] -= min(amount, free)

    @rule(number=st.integers(0, 9), share=st.integers(1, 100))
    def promise(self, number: int, share: int) -> None:
        fund = self.pick(number)
        amounts = {code: fen * share // 100 for code, fen in queries.available(fund).items()}
        amounts = {code: fen for code, fen in amounts.items() if fen > 0}
        if amounts:
            source = f"P{next(self.numbers)}"
            funds.reserve(fund, amounts=amounts, source_kind="test", source_code=source, by=None)
            self.promises.append(source)

    @precondition(lambda self: self.promises)
    @rule(number=st.integers(0, 99))
    def release(self, number: int) -> None:
        funds.release("test", self.promises[number % len(self.promises)], by=None)

    @precondition(lambda self: len(self.open_funds) > 1)
    @rule(number=st.integers(0, 9), step=st.integers(1, 9), joined=st.booleans())
    def merge(self, number: int, step: int, joined: bool) -> None:
        one, other = self.pick(number), self.pick(number + step)
        self.expect(
            lambda: services.merge_funds([one], successor=other, document="批文", joined=joined, by=None),
            refused=one == other,
        )

    @precondition(lambda self: len(self.open_funds) > 2)
    @rule(number=st.integers(0, 9), share=st.integers(0, 10_000))
    def split(self, number: int, share: int) -> None:
        one, left, right = (self.pick(number + step) for step in range(3))
        services.split_fund(
            one, shares={"*": {left.code: share, right.code: 10_000 - share}}, document="批文", by=None
        )

    @precondition(lambda self: len(self.open_funds) > 1)
    @rule(number=st.integers(0, 9))
    def close(self, number: int) -> None:
        one, other = self.pick(number), self.pick(number + 1)
        held = queries.promised(one) or books.balance("receivables", host=one.host.code, fund=one.code)
        self.expect(
            lambda: services.close_fund(
                one, receiver=other, reason="相近", document="决定", by=self.cast.admin
            ),
            refused=bool(held),
        )

    def expect(self, verb: Callable[[], Any], *, refused: bool) -> None:
        try:
            verb()
        except Refused as refusal:
            if not refused:
                raise AssertionError(f"refused: {refusal}") from refusal
        else:
            assert not refused

    @invariant()
    def money_is_conserved(self) -> None:
        self.look()
        host = self.cast.host.code
        held = sum(books.fund_balance(fund.code, host=host) for fund in self.funds)
        assert held == self.model["all"]
        for fund in self.funds:
            if fund.state == "closed":
                assert books.standing(fund.code, host=host) == {}
        assert all(fen >= 0 for fund in self.open_funds for fen in queries.available(fund).values())

    @invariant()
    def the_books_prove_themselves(self) -> None:
        assert_books_clean("ledger", "ended_funds", "succession", "nothing_after")


def test_lives_of_funds(request: pytest.FixtureRequest) -> None:
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=max(1, request.config.getoption("--machine-runs") // 8),
            stateful_step_count=request.config.getoption("--machine-steps"),
            deadline=None,
        ),
    )
