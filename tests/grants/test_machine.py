"""Grants against a model of them: whatever people do in whatever order, both tell the same money."""

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from apps.core import clock
from apps.core.compiled import Compiled, Param
from apps.funds.queries import available
from apps.grants import services
from apps.grants.models import Clawback, GrantSource, Instalment, Payment
from apps.ledger.queries import position
from apps.projects.models import Evidence, Project
from tests.cast import Cast
from tests.funds.money import give
from tests.grants import house as h
from tests.grants.machine import ASKED, OPENING, Decisions, Model, move_away, references, which
from tests.projects.house import report

BY_MOTION = "grant__motion__code"
INSTALMENTS = Compiled(
    lambda: Instalment.objects.order_by("number").values_list(BY_MOTION, "grant__state", "state")
)
PAID = Compiled(lambda: GrantSource.objects.values_list(BY_MOTION).annotate(Sum("paid"), Sum("returned")))
ASKED_BACK = Compiled(lambda: Clawback.objects.values_list(BY_MOTION).annotate(Sum("asked"), Sum("returned")))
# What a step is about is looked for in most of them.
LAST_PAYMENT = Compiled(
    lambda: (
        Payment.objects.filter(
            instalment__grant__motion__code=Param("motion"), instalment__number=Param("number")
        )
        .select_related("instalment__grant__fund")
        .order_by("-pk")
    )
)
LAST_EVIDENCE = Compiled(
    lambda: Evidence.objects.filter(project__grants__motion__code=Param("motion")).order_by("-pk")
)
LAST_CLAWBACK = Compiled(
    lambda: (
        Clawback.objects.filter(grant__motion__code=Param("motion"))
        .select_related("grant__fund")
        .order_by("-pk")
    )
)


class GrantMachine(Decisions):
    """Payments, work, endings and what comes back."""

    @rule(number=which, part=st.integers(0, 1))
    def prepare(self, number: int, part: int) -> None:
        model = self.models[number]
        if not model.awarded:
            return
        instalment = self.grant(number).instalments.get(number=part + 1)
        can = self.prepared(number, part) or (model.may_pay and model.parts[part] == "due")
        if self.tried(can, lambda: services.prepare_payment(instalment, by=self.cast.finance)):
            model.parts[part] = "prepared"

    def live_payment(self, number: int, part: int) -> Payment | None:
        return LAST_PAYMENT.first(motion=self.motions[number], number=part + 1)

    def prepared(self, number: int, part: int) -> bool:
        payment = self.live_payment(number, part)
        return payment is not None and payment.state == "prepared"

    def sent(self, number: int, part: int) -> bool:
        payment = self.live_payment(number, part)
        return payment is not None and payment.state == "sent"

    @rule(number=which, part=st.integers(0, 1))
    def send(self, number: int, part: int) -> None:
        model, payment = self.models[number], self.live_payment(number, part)
        if payment is None:
            return
        attempt = lambda: services.send_payments(  # noqa: E731
            self.cast.host, [payment], by=self.cast.second_finance
        )
        self.tried(self.prepared(number, part) and model.may_pay, attempt)

    @rule(number=which, part=st.integers(0, 1))
    def confirm(self, number: int, part: int) -> None:
        model, payment = self.models[number], self.live_payment(number, part)
        if payment is None:
            return

        def attempt() -> None:
            services.confirm_payment(
                payment, paid_on=h.PAID_ON, bank_reference=f"YH-{next(references)}", by=self.cast.finance
            )

        if self.tried(self.sent(number, part), attempt):
            model.parts[part] = "paid"
            model.paid += model.sizes[part]
            self.money -= model.sizes[part]
            self.close(model)

    @rule(number=which, part=st.integers(0, 1))
    def fail(self, number: int, part: int) -> None:
        model, payment = self.models[number], self.live_payment(number, part)
        if payment is None or payment.state == "failed":
            return
        attempt = lambda: services.fail_payment(payment, reason="户名", by=self.cast.finance)  # noqa: E731
        if self.tried(self.sent(number, part), attempt):
            model.parts[part] = "due"

    @rule(number=which, part=st.integers(0, 1))
    def bounce(self, number: int, part: int) -> None:
        """A payment comes back: the money is there again and promised to the same grant, if it lives."""
        model, payment = self.models[number], self.live_payment(number, part)
        # What came back on a clawback lies in the sources in its own proportion; those cases have tests of their own.
        if payment is None or payment.state == "bounced" or model.returned:
            return
        size = model.sizes[part]

        def attempt() -> None:
            services.bounce_payment(
                payment,
                returned_on=h.PAID_ON,
                bank_reference=f"T-{next(references)}",
                reason="销户",
                by=self.cast.finance,
            )

        can = model.parts[part] == "paid" and model.asked <= model.paid - size
        if self.tried(can, attempt):
            model.paid -= size
            self.money += size
            model.parts[part] = "cancelled" if model.ended else "due"
            model.closed = False

    @rule(number=which, part=st.integers(0, 1))
    def release(self, number: int, part: int) -> None:
        model, payment = self.models[number], self.live_payment(number, part)
        if payment is None:
            return

        def attempt() -> None:
            services.release_payment(
                payment,
                paid_on=h.PAID_ON,
                bank_reference=f"YH-{next(references)}",
                by=self.cast.second_finance,
            )

        if self.tried(self.prepared(number, part) and model.may_pay, attempt):
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
        can = was_rejected or payment.state == Payment.State.PREPARED
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
        return LAST_EVIDENCE.first(motion=self.motions[number])

    @rule(number=which)
    def accept(self, number: int) -> None:
        model, evidence = self.models[number], self.evidence(number)
        if evidence is None:
            return
        can = model.accepted or (model.filed and model.live)
        if self.tried(can, lambda: h.accept(evidence, by=self.cast.secretary)) and not model.accepted:
            model.accepted, model.filed = True, False
            model.parts[1] = "due"
            self.close(model)

    @rule(number=which)
    def send_back(self, number: int) -> None:
        model, evidence = self.models[number], self.evidence(number)
        if evidence is None:
            return
        attempt = lambda: h.send_back(evidence, reason="不清楚", by=self.cast.chair)  # noqa: E731
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
            self.end(model)

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
        clawback = LAST_CLAWBACK.first(motion=self.motions[number])
        if clawback is None:
            return

        def attempt() -> None:
            services.return_money(
                clawback,
                amount=amount,
                received_on=h.PAID_ON,
                bank_reference=f"R-{next(references)}",
                by=self.cast.finance,
            )

        if self.tried(amount <= clawback.asked - clawback.returned, attempt):
            model.returned += amount
            self.money += amount

    def close(self, model: Model) -> None:
        model.closed = model.accepted and model.parts == ["paid", "paid"]

    @invariant()
    def the_same_money(self) -> None:
        fund = self.cast.fund
        stands = position(fund.code, host=self.cast.host.code)
        assert sum(stands.spendable.values()) == self.money
        left = available(fund)
        assert min(left.values()) >= 0
        assert sum(left.values()) == self.money - sum(model.reserved for model in self.models)
        net = sum(model.paid - model.returned for model in self.models)
        assert stands.flows.get("spent", 0) == -net

    @invariant()
    def the_same_grants(self) -> None:
        """Asked after every step, so in three statements for all of them, compiled once."""
        parts: dict[str, list[str]] = {}
        states: dict[str, str] = {}
        for motion, state, part in INSTALMENTS():
            states[motion] = state
            parts.setdefault(motion, []).append(part)
        paid = {motion: tuple(fen) for motion, *fen in PAID()}
        asked = {motion: tuple(fen) for motion, *fen in ASKED_BACK()}
        for motion, model in zip(self.motions, self.models, strict=True):
            assert (motion in states) == model.awarded
            if model.awarded:
                assert paid[motion] == (model.paid, model.returned)
                assert asked.get(motion, (0, 0)) == (model.asked, model.returned)
                assert parts[motion] == model.parts
                ended = (states[motion] == "closed", states[motion] == "terminated")
                assert ended == (model.closed, model.ended)


@pytest.mark.django_db
def test_grants_agree_with_their_model(cast: Cast, request: pytest.FixtureRequest) -> None:
    h.seat_everyone(cast)
    h.with_account(cast)
    give(cast.fund, 2_000_00)
    projects = [
        h.submitted(
            cast, title=f"项目{n}", budget=[("services", "服务", amount - 1_00), ("materials", "物资", 1_00)]
        )
        for n, amount in enumerate(ASKED)
    ]
    GrantMachine.cast, GrantMachine.restriction = cast, cast.restriction
    GrantMachine.motions = tuple(h.vote(cast, h.tabled(cast, project)).code for project in projects)
    with clock.set_to(h.AFTER_NOTICE):
        move_away(cast, 2_000_00 - OPENING["free"], "")
    give(cast.fund, OPENING["restricted"], restriction=cast.restriction)
    option = request.config.getoption
    run_state_machine_as_test(
        GrantMachine,
        settings=settings(
            max_examples=option("--machine-runs"),
            stateful_step_count=option("--machine-steps"),
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
