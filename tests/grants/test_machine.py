"""Grants against a model of them: whatever people do in whatever order, both tell the same money.

The model is a handful of integers per grant; it shares no code with the room.
"""

from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from apps.core import clock
from apps.core.verdicts import Refused
from apps.funds.queries import available
from apps.grants import queries, services
from apps.grants.models import Clawback, Grant, Payment
from apps.ledger.queries import flows, spendable
from apps.ledger.rules import Draft, EntryKind, Line
from apps.ledger.services import post
from apps.projects.models import Evidence, Project
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.funds.money import give
from tests.grants import house as h
from tests.projects.house import report

ASKED = (300_01, 500_00, 799_99)
OPENING = {"restricted": 700_00, "free": 150_00}
which = st.integers(0, len(ASKED) - 1)
_references = count(1)


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

    @property
    def sizes(self) -> tuple[int, int]:
        return self.amount // 2, self.amount - self.amount // 2

    @property
    def reserved(self) -> int:
        return self.amount - self.paid if self.awarded and not self.ended else 0

    @property
    def live(self) -> bool:
        return self.awarded and not self.ended and not self.closed


class GrantMachine(RuleBasedStateMachine):
    """What people may do after three motions were carried; the fund cannot meet all three at first."""

    cast: Cast
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
            assert_books_clean()
        finally:
            transaction.set_rollback(True)
            self.stack.close()

    def grant(self, number: int) -> Grant:
        return Grant.objects.get(motion__code=self.motions[number])

    def tried(self, expected: bool, attempt: object) -> bool:
        """Do it; it must work exactly when the model says so."""
        assert callable(attempt)
        if not expected:
            with pytest.raises(Refused):
                attempt()
            return False
        attempt()
        return True

    @rule(amount=st.integers(1, 400_00), free=st.booleans())
    def gift(self, amount: int, free: bool) -> None:
        give(self.cast.fund, amount, restriction="" if free else self.cast.restriction)
        self.money += amount

    @rule(amount=st.integers(1, 200_00))
    def other_spending(self, amount: int) -> None:
        """Money goes elsewhere, from what is free to go."""
        if available(self.cast.fund).get(self.cast.restriction, 0) >= amount:
            move_away(self.cast, amount, self.cast.restriction)
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
            if model.live and model.parts[0] == "waiting":
                model.parts[0] = "due"

    @rule(number=which, part=st.integers(0, 1))
    def prepare(self, number: int, part: int) -> None:
        model = self.models[number]
        if not model.awarded:
            return
        instalment = self.grant(number).instalments.get(number=part + 1)
        running = model.parts[0] != "waiting" and not model.ended
        can = model.parts[part] == "prepared" or (running and model.parts[part] == "due")
        if self.tried(can, lambda: services.prepare_payment(instalment, by=self.cast.finance)):
            model.parts[part] = "prepared"

    def live_payment(self, number: int, part: int) -> Payment | None:
        found = Payment.objects.filter(
            instalment__grant__motion__code=self.motions[number], instalment__number=part + 1
        )
        return found.order_by("-pk").first()

    @rule(number=which, part=st.integers(0, 1))
    def release(self, number: int, part: int) -> None:
        model, payment = self.models[number], self.live_payment(number, part)
        if payment is None:
            return

        def attempt() -> None:
            services.release_payment(
                payment,
                paid_on=h.PAID_ON,
                bank_reference=f"YH-{next(_references)}",
                by=self.cast.second_finance,
            )

        if self.tried(model.parts[part] == "prepared", attempt):
            model.parts[part] = "paid"
            model.paid += model.sizes[part]
            self.money -= model.sizes[part]
            self.close(model)

    @rule(number=which, part=st.integers(0, 1))
    def reject(self, number: int, part: int) -> None:
        model, payment = self.models[number], self.live_payment(number, part)
        if payment is None:
            return
        was_rejected = payment.state == Payment.State.REJECTED
        can = was_rejected or model.parts[part] == "prepared"
        attempt = lambda: services.reject_payment(payment, reason="退", by=self.cast.finance)  # noqa: E731
        if self.tried(can, attempt) and not was_rejected:
            model.parts[part] = "due"

    @rule(number=which)
    def file(self, number: int) -> None:
        model = self.models[number]
        if not model.awarded:
            return
        project = Project.objects.get(grants__motion__code=self.motions[number])
        running = model.live and model.parts[0] != "waiting"
        can = running and not model.filed and not model.accepted
        if self.tried(can, lambda: report(self.cast, project, photos=[])):
            model.filed = True

    def evidence(self, number: int) -> Evidence | None:
        found = Evidence.objects.filter(project__grants__motion__code=self.motions[number])
        return found.order_by("-pk").first()

    @rule(number=which)
    def accept(self, number: int) -> None:
        model, evidence = self.models[number], self.evidence(number)
        if evidence is None:
            return
        can = model.accepted or (model.filed and model.live)
        if self.tried(can, lambda: services.accept(evidence, by=self.cast.secretary)) and not model.accepted:
            model.accepted, model.filed = True, False
            model.parts[1] = "due"
            self.close(model)

    @rule(number=which)
    def send_back(self, number: int) -> None:
        model, evidence = self.models[number], self.evidence(number)
        if evidence is None:
            return
        attempt = lambda: services.return_evidence(evidence, reason="不清楚", by=self.cast.chair)  # noqa: E731
        if self.tried(model.filed, attempt):
            model.filed = False

    @rule(number=which)
    def terminate(self, number: int) -> None:
        model = self.models[number]
        if not model.awarded:
            return
        can = model.ended or (model.live and "prepared" not in model.parts)
        attempt = lambda: services.terminate(self.grant(number), reason="解散", by=self.cast.admin)  # noqa: E731
        if self.tried(can, attempt):
            model.ended = True
            model.parts = [part if part == "paid" else "cancelled" for part in model.parts]

    @rule(number=which, amount=st.integers(1, 400_00))
    def ask_back(self, number: int, amount: int) -> None:
        model = self.models[number]
        if not model.awarded:
            return
        can = amount <= model.paid - model.asked
        if self.tried(
            can,
            lambda: services.ask_back(self.grant(number), amount=amount, reason="退", by=self.cast.admin),
        ):
            model.asked += amount

    @rule(number=which, amount=st.integers(1, 300_00))
    def come_back(self, number: int, amount: int) -> None:
        model = self.models[number]
        clawback = Clawback.objects.filter(grant__motion__code=self.motions[number]).order_by("-pk").first()
        if clawback is None:
            return

        def attempt() -> None:
            services.return_money(
                clawback,
                amount=amount,
                received_on=h.PAID_ON,
                bank_reference=f"R-{next(_references)}",
                by=self.cast.finance,
            )

        if self.tried(amount <= clawback.asked - clawback.returned, attempt):
            model.returned += amount
            self.money += amount

    def close(self, model: Model) -> None:
        model.closed = model.accepted and model.parts == ["paid", "paid"]

    @invariant()
    def the_same_money(self) -> None:
        fund, host = self.cast.fund, self.cast.host.code
        assert sum(spendable(fund.code, host=host).values()) == self.money
        left = available(fund)
        assert min(left.values()) >= 0
        assert sum(left.values()) == self.money - sum(model.reserved for model in self.models)
        net = sum(model.paid - model.returned for model in self.models)
        assert flows(fund.code, host=host).get("spent", 0) == -net

    @invariant()
    def the_same_grants(self) -> None:
        for number, model in enumerate(self.models):
            if model.awarded:
                grant = self.grant(number)
                figures = queries.figures(grant)
                assert (figures.paid, figures.asked_back, figures.returned) == (
                    model.paid,
                    model.asked,
                    model.returned,
                )
                assert [row.state for row in grant.instalments.order_by("number")] == model.parts
                assert (grant.state == "closed", grant.state == "terminated") == (model.closed, model.ended)


def move_away(cast: Cast, amount: int, restriction: str) -> None:
    """Move money of the fund to the host's own, by no grant."""
    account = "net_restricted" if restriction else "net_unrestricted"
    lines = (
        Line(account, amount, cast.fund.code, restriction),
        Line("bank_deposits", -amount, cast.fund.code, restriction),
        Line("bank_deposits", amount, cast.general.code),
        Line("net_unrestricted", -amount, cast.general.code),
    )
    post(Draft(EntryKind.TRANSFER, f"move:{next(_references)}", cast.host.code, h.PAID_ON, lines))


@pytest.mark.django_db
def test_grants_agree_with_their_model(cast: Cast, request: pytest.FixtureRequest) -> None:
    h.seat_everyone(cast)
    give(cast.fund, 2_000_00)
    projects = [
        h.submitted(cast, title=f"项目{n}", budget=[("services", "服务", amount)])
        for n, amount in enumerate(ASKED)
    ]
    GrantMachine.cast = cast
    GrantMachine.motions = tuple(h.vote(cast, h.tabled(cast, project)).code for project in projects)
    with clock.set_to(h.AFTER_NOTICE):
        move_away(cast, 2_000_00 - OPENING["free"], "")
    give(cast.fund, OPENING["restricted"], restriction=cast.restriction)
    option = request.config.getoption
    run_state_machine_as_test(
        GrantMachine,
        settings=settings(
            max_examples=option("--machine-runs") // 2,
            stateful_step_count=option("--machine-steps") * 2 // 3,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
