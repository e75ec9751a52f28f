"""The ledger against a model of it: whatever people do in whatever order, both tell the same money.

The model knows gifts, fees and grants, but no double entry: plain dicts of what each fund may spend, what came and
went, and what a month has to close. It shares no code with the ledger.
"""

from collections import defaultdict
from contextlib import ExitStack
from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.core import clock
from apps.core.verdicts import Refused
from apps.ledger import queries, services
from apps.ledger.rules import Conflict, Draft, Line
from tests.books import assert_books_clean

HOST = "H-QJ"
GENERAL, FUNDS = "F-GEN", ("F-BBT", "F-XJZ")
TODAY = datetime(2026, 7, 15, 4, tzinfo=UTC)
OPENING = 500_000

funds = st.sampled_from(FUNDS)
limited = st.booleans()
amounts = st.integers(1, 50_000)
days = st.dates(date(2026, 1, 1), date(2026, 7, 14))


class Model:
    """What the funds must show, kept without accounts."""

    def __init__(self) -> None:
        self.money: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.flows: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.to_close: defaultdict[int, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
        self.closed_until = 0
        self.net: defaultdict[tuple[str, str], int] = defaultdict(int)

    def open(self, day: date) -> bool:
        return day.month > self.closed_until

    def move(self, day: date, book: tuple[str, str], flow: str, amount: int, cash: int | None = None) -> None:
        """Something of `amount` happened to the fund, of which `cash` (all of it, unless told) is money."""
        self.money[book] += amount if cash is None else cash
        self.flows[book[0], flow] += amount
        self.to_close[day.month][book] += amount

    def close(self, month: int) -> None:
        for book, amount in self.to_close.pop(month, {}).items():
            self.net[book] += amount
        self.closed_until = month


class LedgerMachine(RuleBasedStateMachine):
    """Acts on the ledger and on the model alike."""

    gifts = Bundle("gifts")
    grants = Bundle("grants")
    booked = Bundle("booked")

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(clock.set_to(TODAY))
        self.stack.enter_context(transaction.atomic())
        self.model = Model()
        self.serial = 0

    def teardown(self) -> None:
        try:
            services.take_unfolded(10_000)
            self.the_same_flows()
            self.the_same_net_assets()
            assert_books_clean("ledger")
        finally:
            transaction.set_rollback(True)
            self.stack.close()

    def source(self) -> str:
        self.serial += 1
        return f"S{self.serial}"

    def post(self, kind: str, day: date, *lines: Line) -> Draft | None:
        """Post, and expect a refusal for a closed month."""
        draft = Draft(kind, self.source(), HOST, day, lines)
        if self.model.open(day):
            services.post(draft)
            return draft
        with pytest.raises(Refused):
            services.post(draft)
        return None

    @initialize()
    def open_books(self) -> None:
        lines = (Line("bank_deposits", OPENING, GENERAL), Line("net_unrestricted", -OPENING, GENERAL))
        self.post("opening", date(2026, 1, 1), *lines)
        self.model.money[GENERAL, ""] += OPENING
        self.model.flows[GENERAL, "other"] += OPENING
        self.model.net[GENERAL, ""] += OPENING

    @rule(target=gifts, fund=funds, limit=limited, amount=amounts, fee=st.integers(0, 300), day=days)
    def give_online(self, fund: str, limit: bool, amount: int, fee: int, day: date) -> object:
        fee = min(fee, amount - 1)
        book = (fund, f"{fund}-G" if limit else "")
        parts = [("provider_money", amount - fee), ("fundraising_expense", fee), ("donation_income", -amount)]
        draft = self.post("donation", day, *(Line(a, n, *book) for a, n in parts if n))
        if draft is None:
            return multiple()
        self.model.move(day, book, "donated", amount, cash=amount - fee)
        self.model.move(day, book, "fee", -fee, cash=0)
        return [draft, book, amount]

    @rule(target=booked, fund=funds, limit=limited, amount=amounts, day=days)
    def give_offline(self, fund: str, limit: bool, amount: int, day: date) -> object:
        book = (fund, f"{fund}-G" if limit else "")
        lines = (Line("cash_on_hand", amount, *book), Line("donation_income", -amount, *book))
        draft = self.post("donation", day, *lines)
        if draft is None:
            return multiple()
        self.model.move(day, book, "donated", amount)
        return (draft, book, "donated", amount)

    @rule(target=booked, gift=gifts, part=st.floats(0.1, 1), day=days)
    def refund_in_part(self, gift: list[object], part: float, day: date) -> object:
        _draft, book, left = gift
        amount = int(left * part)  # type: ignore[operator]
        if amount < 1:
            return multiple()
        lines = (Line("donation_income", amount, *book), Line("provider_money", -amount, *book))  # type: ignore[misc]
        draft = self.post("refund", day, *lines)
        if draft is None:
            return multiple()
        self.model.move(day, book, "refunded", -amount)  # type: ignore[arg-type]
        gift[2] = left - amount  # type: ignore[operator]
        return (draft, book, "refunded", -amount)

    @rule(fund=funds, amount=amounts, day=days)
    def seed(self, fund: str, amount: int, day: date) -> None:
        lines = (
            Line("bank_deposits", amount, fund),
            Line("net_unrestricted", -amount, fund),
            Line("net_unrestricted", amount, GENERAL),
            Line("bank_deposits", -amount, GENERAL),
        )
        if self.post("seed", day, *lines) is not None:
            for book, change in (((fund, ""), amount), ((GENERAL, ""), -amount)):
                self.model.money[book] += change
                self.model.flows[book[0], "seed"] += change
                self.model.net[book] += change

    @rule(target=grants, fund=funds, limit=limited, amount=amounts, day=days)
    def pay(self, fund: str, limit: bool, amount: int, day: date) -> object:
        book = (fund, f"{fund}-G" if limit else "")
        lines = (
            Line("programme_expense", amount, *book, "P-1"),
            Line("bank_deposits", -amount, *book, "P-1"),
        )
        if self.post("grant_payment", day, *lines) is None:
            return multiple()
        self.model.move(day, book, "spent", -amount)
        return (book, amount)

    @rule(grant=consumes(grants), part=st.floats(0.1, 1), day=days)
    def pay_back(self, grant: tuple[tuple[str, str], int], part: float, day: date) -> None:
        book, amount = grant[0], max(1, int(grant[1] * part))
        lines = (Line("bank_deposits", amount, *book), Line("programme_expense", -amount, *book))
        if self.post("grant_return", day, *lines) is not None:
            self.model.move(day, book, "spent", amount)

    @rule(entry=consumes(booked), day=days)
    def reverse(self, entry: tuple[Draft, tuple[str, str], str, int], day: date) -> None:
        draft, book, flow, amount = entry
        found = queries.entry_of(draft.kind, draft.source)
        assert found
        source = self.source()
        if not self.model.open(day):
            with pytest.raises(Refused):
                services.reverse(found.id, source=source, day=day)
            return
        first = services.reverse(found.id, source=source, day=day)
        assert services.reverse(found.id, source=source, day=day) == first
        with pytest.raises(Refused):
            services.reverse(found.id, source=source + "-again", day=day)
        self.model.move(day, book, flow, -amount)

    @rule(gift=gifts)
    def post_twice(self, gift: list[object]) -> None:
        draft = gift[0]
        assert isinstance(draft, Draft)
        found = queries.entry_of(draft.kind, draft.source)
        assert found
        assert services.post_many([draft, draft]) == [found.id, found.id]

    @rule(gift=gifts, off=st.integers(1, 5))
    def post_otherwise(self, gift: list[object], off: int) -> None:
        draft = gift[0]
        assert isinstance(draft, Draft)
        first, *_rest, last = draft.lines
        lines = [
            Line(line.account, sign * off, line.fund, line.restriction)
            for sign, line in ((1, first), (-1, last))
        ]
        other = Draft(draft.kind, draft.source, HOST, draft.day, [*draft.lines, *lines])
        with pytest.raises(Conflict):
            services.post(other)

    @precondition(lambda self: self.model.closed_until < 6)
    @rule(skip=st.integers(0, 1))
    def close_month(self, skip: int) -> None:
        month = min(6, self.model.closed_until + 1 + skip)
        open_before = queries.periods(HOST)
        if any(not closed and day.month < month for day, closed, _at in open_before):
            with pytest.raises(Refused):
                services.close_month(HOST, date(2026, month, 9), by=None)
            return
        services.close_month(HOST, date(2026, month, 9), by=None)
        for earlier in range(self.model.closed_until + 1, month + 1):
            self.model.close(earlier)
        self.the_same_net_assets()

    @rule(limit=st.integers(1, 9))
    def fold(self, limit: int) -> None:
        services.take_unfolded(limit)

    @invariant()
    def the_same_money(self) -> None:
        for fund in (GENERAL, *FUNDS):
            shown = queries.spendable(fund, host=HOST)
            for restriction in ("", f"{fund}-G"):
                assert shown.get(restriction, 0) == self.model.money[fund, restriction]
            assert queries.fund_balance(fund, host=HOST) == sum(shown.values())

    @invariant()
    def the_same_flows(self) -> None:
        for fund in (GENERAL, *FUNDS):
            shown = queries.flows(fund, host=HOST)
            assert shown == {flow: self.model.flows[fund, flow] for flow in shown}

    def the_same_net_assets(self) -> None:
        for fund in (GENERAL, *FUNDS):
            for restriction, account in (("", "net_unrestricted"), (f"{fund}-G", "net_restricted")):
                shown = -queries.balance(account, host=HOST, fund=fund, restriction=restriction)
                assert shown == self.model.net[fund, restriction]

    @invariant()
    def the_trial_balance_is_even(self) -> None:
        assert sum(row.amount for row in queries.trial_balance(HOST, date(2026, 12, 31))) == 0

    @invariant()
    def the_newest_line_shows_the_balance(self) -> None:
        lines = queries.fund_lines(FUNDS[0], host=HOST, limit=3)
        if lines:
            assert lines[0].balance == queries.fund_balance(FUNDS[0], host=HOST)


@pytest.mark.django_db
def test_the_ledger_agrees_with_its_model(request: pytest.FixtureRequest) -> None:
    option = request.config.getoption
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=option("--machine-runs"),
            stateful_step_count=option("--machine-steps"),
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
