"""A matching programme against a model of it: whatever neighbours give and take back, both tell the same money.

The model knows a list of gifts and plain sums; it shares no code with the room, and splits by fractions of its own.
"""

from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.core import clock
from apps.donations.models import Donation
from apps.donations.services.returns import lock_gift, move_refund
from apps.funds import queries as funds
from apps.funds.services import resume_fund, suspend_fund
from apps.seeding import queries, services
from apps.seeding.models import Match, Programme
from apps.seeding.queries.record import record_of
from tests.books import assert_books_clean
from tests.cast import make_cast
from tests.funds.money import give, pay
from tests.seeding.house import CLOSES, NOW, OPENS, TODAY, gift, give_back, open_matching, recompute_seed

PEOPLE = ("13800000001", "13800000002", "")
DAYS = (TODAY, OPENS, CLOSES)
amounts = st.integers(1, 120_00)


@dataclass
class Given:
    """One gift as the model knows it; `match` is None until it is dealt with."""

    pk: int
    fund: int
    who: str
    day: Any
    amount: int
    back: int = 0
    seen: int = 0
    base: int = 0
    match: int | None = None
    taken: int = 0

    @property
    def net(self) -> int:
        return (self.match or 0) - self.taken


@dataclass
class Model:
    """A pot, its caps, and who gave what when."""

    pot: int
    per_fund: int
    ratio: Fraction
    least: int
    each: int
    day: int
    unknown: int
    money: int
    closed: bool = False
    suspended: bool = False
    own: list[int] = field(default_factory=lambda: [0, 0])
    owed: list[int] = field(default_factory=lambda: [0, 0])
    gifts: list[Given] = field(default_factory=list)
    used: dict[tuple[str, Any], int] = field(default_factory=dict)

    @property
    def left(self) -> int:
        return self.pot - sum(one.net for one in self.gifts)

    def of_fund(self, number: int) -> int:
        return sum(one.net for one in self.gifts if one.fund == number)

    def run(self) -> None:
        """First what went back, in the order of the matches; then what waits, in the order of arrival."""
        for one in self.gifts:
            if one.match and one.back != one.seen:
                self.reckon(one)
        for one in self.gifts:
            if self.closed or self.left <= 0:
                return
            if one.match is None and one.back < one.amount and not self.deal(one):
                return

    def reckon(self, one: Given) -> None:
        one.seen = one.back
        assert one.match is not None
        gone = max(0, one.base - (one.amount - one.back))
        due = Fraction(one.match * gone, one.base)
        # Nearest whole fen; a half stays with the fund.
        target = int(due) + (1 if due - int(due) > Fraction(1, 2) else 0)
        change = target - one.taken
        if change < 0:
            room = min(self.left, self.per_fund - self.of_fund(one.fund), self.money)
            change = 0 if self.closed else -max(0, min(-change, room))
        short = max(0, change - self.own[one.fund])
        self.own[one.fund] -= change - short
        self.owed[one.fund] += short
        self.money += change - short
        one.taken += change

    def deal(self, one: Given) -> bool:
        """Match the next gift; False when the host's money is short and all wait."""
        base, source = one.amount - one.back, (one.who, one.day)
        cap = self.day if one.who else self.unknown
        amount = base * self.ratio.numerator // self.ratio.denominator
        for limit, counts in (
            (self.each, self.each),
            (cap - self.used.get(source, 0), cap or not one.who),
            (self.per_fund - self.of_fund(one.fund), True),
            (self.left, True),
        ):
            if counts:
                amount = min(amount, max(limit, 0))
        if base < self.least or (self.suspended and one.fund == 0):
            amount = 0
        if amount > self.money:
            return False
        one.match, one.base, one.seen = amount, base, one.back
        self.money -= amount
        self.own[one.fund] += amount
        self.used[source] = self.used.get(source, 0) + amount
        return True


class MatchingMachine(RuleBasedStateMachine):
    """Acts on the room and on the model alike."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(clock.set_to(NOW))
        self.stack.enter_context(transaction.atomic())

    def teardown(self) -> None:
        try:
            if hasattr(self, "programme"):
                self.match()
                assert_books_clean()
                record = record_of(self.programme)
                assert recompute_seed.check(record) == []
        finally:
            transaction.set_rollback(True)
            self.stack.close()

    @initialize(
        pot=st.integers(50_00, 400_00),
        half=st.booleans(),
        ratio=st.sampled_from([(1, 1), (1, 3), (3, 2)]),
        least=st.sampled_from([0, 10_00]),
        each=st.sampled_from([0, 40_00]),
        day=st.sampled_from([0, 50_00]),
        unknown=st.sampled_from([0, 20_00]),
        money=st.integers(20_00, 500_00),
    )
    def open(
        self,
        pot: int,
        half: bool,
        ratio: tuple[int, int],
        least: int,
        each: int,
        day: int,
        unknown: int,
        money: int,
    ) -> None:
        self.cast = make_cast()
        self.funds = (self.cast.fund, self.cast.other_fund)
        give(self.cast.general, money)
        if ratio == (3, 2):
            # The host's own clause allows 1:1 by default.
            ratio = (2, 3)
        per_fund = pot // 2 if half else pot
        terms = {"gift_min": least, "gift_cap": each, "day_cap": day, "anonymous_day_cap": unknown}
        self.programme: Programme = open_matching(
            self.cast, pot=pot, per_fund=per_fund, ratio=ratio, by_terms=terms
        )
        self.model = Model(pot, per_fund, Fraction(*ratio), least, each, day, unknown, money)

    @rule(fund=st.integers(0, 1), who=st.sampled_from(PEOPLE), day=st.sampled_from(DAYS), amount=amounts)
    def give(self, fund: int, who: str, day: Any, amount: int) -> None:
        """A gift of today, an early one, or one that is booked late but counts by its day."""
        with clock.set_to(NOW if day <= TODAY else NOW.replace(year=2027, month=1)):
            made = gift(self.funds[fund], amount, day=day, contact=who)
        # A late booking's moment is in the future of this machine; matching goes by the moment of booking.
        if day > TODAY:
            Donation.objects.filter(pk=made.pk).update(booked_at=clock.now())
        self.model.gifts.append(Given(made.pk, fund, who, day, amount))

    @rule(fund=st.integers(0, 1), who=st.sampled_from(PEOPLE), amount=amounts, parts=st.integers(2, 4))
    def split_gift(self, fund: int, who: str, amount: int, parts: int) -> None:
        """One gift in several parts, to get round a cap."""
        for number in range(parts):
            part = amount // parts + (1 if number < amount % parts else 0)
            if part:
                self.give(fund, who, TODAY, part)

    @rule(fund=st.integers(0, 1), who=st.sampled_from(PEOPLE), amount=amounts)
    def give_outside_the_days(self, fund: int, who: str, amount: int) -> None:
        gift(self.funds[fund], amount, day=OPENS.replace(month=10), contact=who)

    @precondition(lambda self: self.model.gifts)
    @rule(which=st.integers(0, 1000), part=st.integers(1, 4))
    def refund(self, which: int, part: int) -> None:
        one = self.model.gifts[which % len(self.model.gifts)]
        left = one.amount - one.back
        amount = max(1, left * part // 4) if left else 0
        if amount:
            give_back(Donation.objects.get(pk=one.pk), amount)
            one.back += amount

    @precondition(lambda self: any(one.back for one in self.model.gifts))
    @rule(which=st.integers(0, 1000))
    def win_it_back(self, which: int) -> None:
        """A bank sends a refund back, or a dispute is won after all."""
        backs = [one for one in self.model.gifts if one.back]
        one = backs[which % len(backs)]
        refund = Donation.objects.get(pk=one.pk).refunds.filter(state="done").order_by("pk").first()
        assert refund is not None
        locked, general = lock_gift(one.pk)
        move_refund(refund, locked, general, "failed", by=None)
        one.back -= refund.amount

    @rule()
    def match(self) -> None:
        services.match_gifts()
        self.model.run()

    @rule(fund=st.integers(0, 1), part=st.integers(1, 2))
    def spend(self, fund: int, part: int) -> None:
        amount = max(0, funds.available(self.funds[fund]).get("", 0)) * part // 2
        if amount:
            pay(self.funds[fund], amount)
            self.model.own[fund] -= amount

    @rule(amount=st.integers(1, 100_00))
    def the_host_gets_money(self, amount: int) -> None:
        give(self.cast.general, amount)
        self.model.money += amount

    @rule()
    def the_host_spends_it_all(self) -> None:
        free = max(0, funds.available(self.cast.general).get("", 0))
        if free:
            pay(self.cast.general, free)
            self.model.money -= free

    @rule()
    def suspend_or_resume(self) -> None:
        if self.model.suspended:
            resume_fund(self.cast.fund, reason="恢复", by=None)
        else:
            suspend_fund(self.cast.fund, reason="换届", by=None)
        self.model.suspended = not self.model.suspended

    @rule(sure=st.integers(0, 5))
    def close(self, sure: int) -> None:
        if sure == 0:
            services.close_programme(self.programme, reason="年度结束", by=None)
            self.model.closed = True

    @invariant()
    def the_same_matches(self) -> None:
        if not hasattr(self, "programme"):
            return
        rows = {row.donation_id: row for row in Match.objects.filter(programme=self.programme)}
        for one in self.model.gifts:
            row = rows.pop(one.pk, None)
            assert (None if row is None else (row.amount, row.taken)) == (
                None if one.match is None else (one.match, one.taken)
            )
        assert not rows
        assert queries.viewed(self.programme).left == self.model.left >= 0

    @invariant()
    def the_same_money(self) -> None:
        if not hasattr(self, "programme"):
            return
        for number, fund in enumerate(self.funds):
            shown = funds.available(fund).get("", 0)
            assert shown == self.model.own[number] >= 0
        assert funds.available(self.cast.general).get("", 0) == self.model.money >= 0


@pytest.mark.django_db
def test_matching_agrees_with_its_model(request: pytest.FixtureRequest) -> None:
    option = request.config.getoption
    run_state_machine_as_test(
        MatchingMachine,
        settings=settings(
            # Each step settles, matches and checks the books; a quarter of the runs keeps the gate short.
            max_examples=max(option("--machine-runs") // 4, 5),
            stateful_step_count=option("--machine-steps"),
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
