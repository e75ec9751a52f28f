"""A model of grants, and what a machine does with both before money is paid: a handful of integers per grant, which
share no code with the room."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from apps.core import clock
from apps.core.compiled import Compiled, Param
from apps.core.verdicts import Refused
from apps.funds.queries import available
from apps.grants import queries, services
from apps.grants.models import Grant, Objection, Payment
from apps.ledger.rules import Draft, EntryKind, Line
from apps.ledger.services import post
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.funds.money import give
from tests.grants import house as h

ASKED = (300_01, 500_00, 799_99)
OPENING = {"restricted": 700_00, "free": 150_00}
# The rooms whose money and decisions the machine moves.
ROOMS = ("ledger.", "funds.", "grants.", "projects.")
which = st.integers(0, len(ASKED) - 1)
references = count(1)
GRANT = Compiled(lambda: Grant.objects.filter(motion__code=Param("motion")).select_related("fund"))
OPEN_OBJECTION = Compiled(
    lambda: (
        Objection.objects.filter(grant__motion__code=Param("motion"), state="open")
        .select_related("grant__fund")
        .order_by("pk")
    )
)
PAYMENTS = Compiled(
    lambda: (
        Payment.objects.filter(instalment__grant__motion__code=Param("motion"))
        .select_related("instalment")
        .order_by("pk")
    )
)


@dataclass
class Model:
    """One grant: fen, and the words its parts stand at."""

    amount: int
    awarded: bool = False
    ended: bool = False
    closed: bool = False
    accepted: bool = False
    filed: bool = False
    parts: list[str] = field(default_factory=lambda: ["waiting", "waiting"])
    paid: int = 0
    asked: int = 0
    returned: int = 0
    written_off: int = 0
    suspended: bool = False
    # Objections that wait, by whether they hold the notice.
    objections: list[bool] = field(default_factory=list)
    shift: int = 0

    @property
    def held(self) -> bool:
        return any(self.objections)

    @property
    def may_pay(self) -> bool:
        return self.live and self.parts[0] != "waiting" and not self.held and not self.suspended

    @property
    def sizes(self) -> tuple[int, int]:
        return self.amount // 2, self.amount - self.amount // 2

    @property
    def reserved(self) -> int:
        return self.amount - self.paid if self.awarded and not self.ended else 0

    @property
    def live(self) -> bool:
        return self.awarded and not self.ended and not self.closed


class Decisions(RuleBasedStateMachine):
    """Awards, objections, suspensions and budgets after three motions were carried; the fund cannot meet all three at
    first."""

    cast: Cast
    restriction: str
    motions: tuple[str, ...]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.stack.enter_context(clock.set_to(h.AFTER_NOTICE))
        self.models = [Model(amount) for amount in ASKED]
        self.money = sum(OPENING.values())

    def teardown(self) -> None:
        try:
            assert_books_clean(*ROOMS)
        finally:
            transaction.set_rollback(True)
            self.stack.close()

    def grant(self, number: int) -> Grant:
        found = GRANT.first(motion=self.motions[number])
        assert found is not None
        return found

    def tried(self, expected: bool, attempt: object) -> bool:
        """Do it; it must work exactly when the model says so."""
        assert callable(attempt)
        if not expected:
            with pytest.raises(Refused):
                attempt()
            return False
        attempt()
        return True

    def payments(self, number: int) -> list[Payment]:
        return PAYMENTS.rows(motion=self.motions[number])

    def end(self, model: Model) -> None:
        model.ended = True
        model.parts = [part if part == "paid" else "cancelled" for part in model.parts]

    @rule(amount=st.integers(1, 400_00), free=st.booleans())
    def gift(self, amount: int, free: bool) -> None:
        give(self.cast.fund, amount, restriction="" if free else self.restriction)
        self.money += amount

    @rule(amount=st.integers(1, 200_00))
    def other_spending(self, amount: int) -> None:
        """Money goes elsewhere, from what is free to go."""
        if available(self.cast.fund).get(self.restriction, 0) >= amount:
            move_away(self.cast, amount, self.restriction)
            self.money -= amount

    @rule(number=which)
    def award(self, number: int) -> None:
        model = self.models[number]
        left = self.money - sum(other.reserved for other in self.models)
        can = model.awarded or left >= model.amount
        if self.tried(can, lambda: services.award_carried(self.motions[number])):
            model.awarded = True

    @rule()
    def sweep(self) -> None:
        services.end_notices()
        for model in self.models:
            if model.live and model.parts[0] == "waiting" and not model.held:
                model.parts[0] = "due"

    @rule(number=which)
    def object_to(self, number: int) -> None:
        model = self.models[number]
        if not model.awarded:
            return
        words = f"觉得不对 {next(references)}"
        attempt = lambda: services.object_to(self.grant(number), ground="need", words=words)  # noqa: E731
        # The clock stands after every notice: only one that is held open is open still.
        in_notice = model.parts[0] == "waiting" and model.held
        if self.tried(model.live, attempt):
            model.objections.append(in_notice)

    @rule(number=which)
    def object_in_time(self, number: int) -> None:
        model = self.models[number]
        if not model.live or model.parts[0] != "waiting":
            return
        with clock.set_to(h.AFTER_VOTE):
            services.object_to(self.grant(number), ground="ties", words=f"有关系 {next(references)}")
        model.objections.append(True)

    def objection(self, number: int) -> Objection | None:
        return OPEN_OBJECTION.first(motion=self.motions[number])

    @rule(number=which)
    def dismiss(self, number: int) -> None:
        model, objection = self.models[number], self.objection(number)
        if objection is not None:
            services.dismiss(objection, public_words="不对", answer="查过，没有问题", by=self.cast.chair)
            model.objections.pop(0)

    @rule(number=which)
    def uphold(self, number: int) -> None:
        """The host ends the grant over an objection."""
        model, objection = self.models[number], self.objection(number)
        if objection is None:
            return

        def attempt() -> None:
            services.uphold(
                objection, public_words="不对", answer="查实了，终止资助", remedy="end", by=self.cast.admin
            )

        sent = any(payment.state == "sent" for payment in self.payments(number))
        can = model.ended or (model.live and not sent)
        if self.tried(can, attempt):
            model.objections.pop(0)
            self.end(model)

    @rule(number=which)
    def suspend(self, number: int) -> None:
        model = self.models[number]
        if not model.awarded:
            return
        attempt = lambda: services.suspend_grant(self.grant(number), reason="查账", by=self.cast.admin)  # noqa: E731
        sent = {payment.instalment.number for payment in self.payments(number) if payment.state == "sent"}
        if self.tried(model.live or model.suspended, attempt) and not model.suspended:
            model.suspended = True
            for place, part in enumerate(model.parts):
                if part == "prepared" and place + 1 not in sent:
                    model.parts[place] = "due"

    @rule(number=which)
    def resume(self, number: int) -> None:
        model = self.models[number]
        if not model.awarded:
            return
        attempt = lambda: services.resume_grant(self.grant(number), decision="查清", by=self.cast.chair)  # noqa: E731
        if self.tried(model.live or not model.suspended, attempt):
            model.suspended = False

    @rule(number=which, fen=st.integers(0, 60_00))
    def shift_budget(self, number: int, fen: int) -> None:
        """Within a tenth the chair alone moves money between lines; the sum stays. Beyond it only a vote does."""
        model = self.models[number]
        if not model.awarded:
            return
        grant = self.grant(number)
        lines = queries.first_budget(grant)
        first, second = lines
        lines = {first: lines[first] - fen, second: lines[second] + fen}
        can = model.live and fen != model.shift and fen * 10 <= model.amount
        chair = self.cast.members[0] if fen * 10 > model.amount else self.cast.chair
        attempt = lambda: services.change_budget(grant, lines=lines, reason="改", by=chair)  # noqa: E731
        if self.tried(can, attempt):
            model.shift = fen


def move_away(cast: Cast, amount: int, restriction: str) -> None:
    """Move money of the fund to the host's own, by no grant."""
    account = "net_restricted" if restriction else "net_unrestricted"
    lines = (
        Line(account, amount, cast.fund.code, restriction),
        Line("bank_deposits", -amount, cast.fund.code, restriction),
        Line("bank_deposits", amount, cast.general.code),
        Line("net_unrestricted", -amount, cast.general.code),
    )
    post(Draft(EntryKind.TRANSFER, f"move:{next(references)}", cast.host.code, h.PAID_ON, lines))
