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
from apps.grants.models import Clawback, Grant, Objection, Payment
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
            if model.live and model.parts[0] == "waiting" and not model.held:
                model.parts[0] = "due"

    @rule(number=which)
    def object_to(self, number: int) -> None:
        model = self.models[number]
        if not model.awarded:
            return
        words = f"觉得不对 {next(_references)}"
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
            services.object_to(self.grant(number), ground="ties", words=f"有关系 {next(_references)}")
        model.objections.append(True)

    def objection(self, number: int) -> Objection | None:
        found = Objection.objects.filter(grant__motion__code=self.motions[number], state="open")
        return found.order_by("pk").first()

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
        first, second = queries.first_budget(grant)
        lines = queries.first_budget(grant)
        lines = {first: lines[first] - fen, second: lines[second] + fen}
        can = model.live and fen != model.shift and fen * 10 <= model.amount
        chair = self.cast.members[0] if fen * 10 > model.amount else self.cast.chair
        attempt = lambda: services.change_budget(grant, lines=lines, reason="改", by=chair)  # noqa: E731
        if self.tried(can, attempt):
            model.shift = fen

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
        found = Payment.objects.filter(
            instalment__grant__motion__code=self.motions[number], instalment__number=part + 1
        )
        return found.order_by("-pk").first()

    def payments(self, number: int) -> list[Payment]:
        found = Payment.objects.filter(instalment__grant__motion__code=self.motions[number])
        return list(found.select_related("instalment").order_by("pk"))

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
                payment, paid_on=h.PAID_ON, bank_reference=f"YH-{next(_references)}", by=self.cast.finance
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
                bank_reference=f"T-{next(_references)}",
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
                bank_reference=f"YH-{next(_references)}",
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
            self.end(model)

    def end(self, model: Model) -> None:
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
    h.with_account(cast)
    give(cast.fund, 2_000_00)
    projects = [
        h.submitted(
            cast, title=f"项目{n}", budget=[("services", "服务", amount - 1_00), ("materials", "物资", 1_00)]
        )
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
