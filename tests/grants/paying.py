"""What a machine does with grants and their model from the first payment on: the bank, the work, what comes back."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from apps.core.compiled import Compiled, Param
from apps.funds.queries import available
from apps.grants import services
from apps.grants.models import Clawback, GrantChange, Payment
from apps.projects.models import Evidence, Project
from tests.grants import house as h
from tests.grants.machine import Decisions, references
from tests.grants.model import (
    ACCEPTED,
    BOUNCED,
    DUE,
    FAILED,
    FILED,
    OPEN,
    PAID,
    PREPARED,
    REJECTED,
    SENT,
    Back,
)
from tests.projects.house import report

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
PROJECT = Compiled(lambda: Project.objects.filter(grants__motion__code=Param("motion")))
LAST_EVIDENCE = Compiled(
    lambda: Evidence.objects.filter(
        project__grants__motion__code=Param("motion"), is_final=Param("final")
    ).order_by("-pk")
)
LAST_CLAWBACK = Compiled(
    lambda: (
        Clawback.objects.filter(grant__motion__code=Param("motion"))
        .select_related("grant__fund")
        .order_by("-pk")
    )
)


class Paying(Decisions):
    """Payments, work, endings and what comes back; `steps` are all there are, and when each is likely to do something.

    Where a step is not possible the next one in this list is taken, so that those which lead on stand behind many.
    """

    steps = {
        "partner_says_yes": lambda world, grant, _part: not world.grants[2].is_voted,
        "award": lambda world, grant, _part: not grant.awarded and world.may_award(grant),
        "sweep": lambda world, grant, _part: grant.live and not grant.started and not grant.held,
        "object_in_time": lambda world, grant, _part: grant.live and not grant.started,
        "dismiss": lambda world, grant, _part: grant.objections,
        "confirm": lambda world, grant, part: grant.payments[part] == SENT,
        "release": lambda world, grant, part: grant.may_pay and grant.payments[part] == PREPARED,
        "prepare": lambda world, grant, part: grant.may_pay and grant.parts[part] == DUE,
        "accept_milestone": lambda world, grant, _part: world.report(grant.work, final=False) == FILED,
        "file_milestone": lambda world, grant, _part: (
            grant.has_milestone and world.may_file(grant.work, final=False)
        ),
        "file": lambda world, grant, _part: world.may_file(grant.work, final=True),
        "accept": lambda world, grant, _part: (
            world.report(grant.work, final=True) == FILED and world.may_accept(grant.work, final=True)
        ),
        "resume": lambda world, grant, _part: grant.suspended and grant.live,
        "vote_on_write_off": lambda world, grant, _part: grant.is_voted_on,
        "come_back": lambda world, grant, _part: grant.backs and grant.backs[-1].left,
        "propose_write_off": lambda world, grant, _part: grant.backs and grant.backs[-1].left,
        "ask_back": lambda world, grant, _part: grant.paid > grant.asked,
        "fail": lambda world, grant, part: grant.payments[part] == SENT,
        "send": lambda world, grant, part: grant.may_pay and grant.payments[part] == PREPARED,
        "reject": lambda world, grant, part: grant.payments[part] == PREPARED,
        "bounce": lambda world, grant, part: grant.payments[part] == PAID and not grant.came,
        "suspend": lambda world, grant, _part: grant.live and not grant.suspended,
        "object_to": lambda world, grant, _part: grant.live,
        "vote_anew": lambda world, grant, _part: grant.live and grant.objections,
        "reconsider": lambda world, grant, _part: grant.is_reconsidered,
        "end_over_it": lambda world, grant, _part: grant.live and grant.objections,
        "shift_budget": lambda world, grant, _part: grant.live and world.leads(grant),
        "terminate": lambda world, grant, _part: grant.live and world.works[grant.work].final != OPEN,
        "spend_elsewhere": lambda world, grant, _part: world.left(0) > 400_00,
        "gift": lambda world, grant, _part: True,
        "send_milestone_back": lambda world, grant, _part: world.report(grant.work, final=False) == FILED,
        "send_back": lambda world, grant, _part: world.report(grant.work, final=True) == FILED,
        "promise_and_let_go": lambda world, grant, _part: not grant.awarded and world.may_award(grant),
    }

    @rule(
        how=st.sampled_from(list(steps)),
        number=st.integers(0, 11),
        part=st.integers(0, 2),
        much=st.integers(0, 5),
    )
    def act(self, how: str, number: int, part: int, much: int) -> None:
        how, number, part = self.meant(how, number, part)
        getattr(self, how)(number, part, much)

    def payment(self, number: int, part: int) -> Payment | None:
        return LAST_PAYMENT.first(motion=self.motions[number], number=part + 1)

    def prepare(self, number: int, part: int, *_drawn: int) -> None:
        model = self.world.grants[number]
        if not model.awarded:
            return
        instalment = self.grant(number).instalments.get(number=part + 1)
        can = model.payments[part] == PREPARED or (model.may_pay and model.parts[part] == DUE)
        if self.tried(can, lambda: services.prepare_payment(instalment, by=self.cast.finance)):
            model.parts[part] = model.payments[part] = PREPARED

    def send(self, number: int, part: int, *_drawn: int) -> None:
        """A second person releases it into a file for the bank."""
        payment = self.payment(number, part)
        if payment is None:
            return
        model = self.world.grants[number]
        attempt = lambda: services.send_payments(  # noqa: E731
            self.cast.host, [payment], by=self.cast.second_finance
        )
        if self.tried(model.payments[part] == PREPARED and model.may_pay, attempt):
            model.payments[part] = SENT

    def release(self, number: int, part: int, *_drawn: int) -> None:
        """A second person releases what the bank has made."""
        payment = self.payment(number, part)
        if payment is None:
            return
        model, reference = self.world.grants[number], f"YH-{next(references)}"
        attempt = lambda: services.release_payment(  # noqa: E731
            payment, paid_on=h.PAID_ON, bank_reference=reference, by=self.cast.second_finance
        )
        if self.tried(model.payments[part] == PREPARED and model.may_pay, attempt):
            self.world.pay(model, part)

    def confirm(self, number: int, part: int, *_drawn: int) -> None:
        payment = self.payment(number, part)
        if payment is None:
            return
        model, reference = self.world.grants[number], f"YH-{next(references)}"
        attempt = lambda: services.confirm_payment(  # noqa: E731
            payment, paid_on=h.PAID_ON, bank_reference=reference, by=self.cast.finance
        )
        if self.tried(model.payments[part] == SENT, attempt):
            self.world.pay(model, part)

    def fail(self, number: int, part: int, *_drawn: int) -> None:
        """The bank did not make it. A second time changes nothing."""
        payment = self.payment(number, part)
        if payment is None:
            return
        model = self.world.grants[number]
        was = model.payments[part]
        attempt = lambda: services.fail_payment(payment, reason="户名", by=self.cast.finance)  # noqa: E731
        if self.tried(was in (SENT, FAILED), attempt) and was == SENT:
            model.payments[part], model.parts[part] = FAILED, DUE

    def reject(self, number: int, part: int, *_drawn: int) -> None:
        """Somebody sends it back before its release. A second time changes nothing."""
        payment = self.payment(number, part)
        if payment is None:
            return
        model = self.world.grants[number]
        was = model.payments[part]
        attempt = lambda: services.reject_payment(payment, reason="退", by=self.cast.finance)  # noqa: E731
        if self.tried(was in (PREPARED, REJECTED), attempt) and was == PREPARED:
            model.payments[part], model.parts[part] = REJECTED, DUE

    def bounce(self, number: int, part: int, *_drawn: int) -> None:
        """It comes back: the money is there again and promised to the same grant, if it lives."""
        payment = self.payment(number, part)
        if payment is None:
            return
        model = self.world.grants[number]
        # What came back on a clawback lies in the sources in its own proportion; those cases have tests of their own.
        if model.came:
            return
        was, reference = model.payments[part], f"T-{next(references)}"
        attempt = lambda: services.bounce_payment(  # noqa: E731
            payment, returned_on=h.PAID_ON, bank_reference=reference, reason="销户", by=self.cast.finance
        )
        can = was == BOUNCED or (was == PAID and model.asked <= model.paid - model.sizes[part])
        if self.tried(can, attempt) and was == PAID:
            self.world.bounce(model, part)

    def file(self, number: int, *_drawn: int) -> None:
        self._file(number, final=True)

    def file_milestone(self, number: int, *_drawn: int) -> None:
        self._file(number, final=False)

    def _file(self, number: int, *, final: bool) -> None:
        project, model = PROJECT.first(motion=self.motions[number]), self.world.grants[number]
        if project is None or not (final or model.has_milestone):
            return
        can = self.world.may_file(model.work, final=final)
        facts = {"is_final": final, "milestone": None if final else 1, "photos": []}
        if self.tried(can, lambda: report(self.cast, project, **facts)):
            self.world.note(model.work, FILED, final=final)

    def accept(self, number: int, *_drawn: int) -> None:
        self._accept(number, final=True)

    def accept_milestone(self, number: int, *_drawn: int) -> None:
        self._accept(number, final=False)

    def _accept(self, number: int, *, final: bool) -> None:
        evidence, work = self.evidence(number, final=final), self.world.grants[number].work
        if evidence is None:
            return
        again = self.world.report(work, final=final) == ACCEPTED
        # What is accepted already is not gone through again.
        verb = services.accept if again else h.accept
        if self.tried(
            self.world.may_accept(work, final=final), lambda: verb(evidence, by=self.cast.secretary)
        ):
            self.world.accept(work, final=final)

    def send_back(self, number: int, *_drawn: int) -> None:
        self._send_back(number, final=True)

    def send_milestone_back(self, number: int, *_drawn: int) -> None:
        self._send_back(number, final=False)

    def _send_back(self, number: int, *, final: bool) -> None:
        evidence, work = self.evidence(number, final=final), self.world.grants[number].work
        if evidence is None:
            return
        can = self.world.report(work, final=final) == FILED
        if self.tried(can, lambda: h.send_back(evidence, reason="不清楚", by=self.cast.chair)):
            self.world.note(work, OPEN, final=final)

    def evidence(self, number: int, *, final: bool) -> Evidence | None:
        return LAST_EVIDENCE.first(motion=self.motions[number], final=final)

    def terminate(self, number: int, *_drawn: int) -> None:
        model = self.world.grants[number]
        if not model.awarded:
            return
        can = model.ended or (model.live and not {PREPARED, SENT} & set(model.payments))
        fund = self.funds[model.fund]
        before, promised = sum(available(fund).values()), model.reserved
        attempt = lambda: services.terminate(self.grant(number), reason="解散", by=self.cast.admin)  # noqa: E731
        if self.tried(can, attempt):
            assert sum(available(fund).values()) == before + promised
            model.end()

    def ask_back(self, number: int, _part: int, much: int) -> None:
        model = self.world.grants[number]
        if not model.awarded:
            return
        amount = of_left(model.paid - model.asked, much)
        attempt = lambda: services.ask_back(  # noqa: E731
            self.grant(number), amount=amount, reason="退", by=self.cast.admin
        )
        if self.tried(0 < amount <= model.paid - model.asked, attempt):
            model.backs.append(Back(amount))

    def come_back(self, number: int, _part: int, much: int) -> None:
        """Told twice, it is booked once."""
        model, clawback = self.world.grants[number], self.clawback(number)
        if clawback is None:
            return
        amount, reference = of_left(model.backs[-1].left, much), f"R-{next(references)}"
        attempt = lambda: services.return_money(  # noqa: E731
            clawback, amount=amount, received_on=h.PAID_ON, bank_reference=reference, by=self.cast.finance
        )
        if self.tried(0 < amount <= model.backs[-1].left, attempt):
            attempt()
            model.backs[-1].came += amount
            self.world.money[model.fund] += amount

    def propose_write_off(self, number: int, *_drawn: int) -> None:
        """An officer asks the committee to give up what is left; what is being voted on already stays that vote."""
        clawback = self.clawback(number)
        if clawback is None:
            return
        back = self.world.grants[number].backs[-1]
        attempt = lambda: services.ask_write_off(clawback, reason="注销了", by=self.cast.chair)  # noqa: E731
        if self.tried(back.left > 0, attempt) and back.proposed is None:
            back.proposed = back.left

    def vote_on_write_off(self, number: int, _part: int, much: int) -> None:
        """The committee gives up what has not come by now, at most what it was asked to, or gives up nothing."""
        carried = much % 2 == 1
        # Several may be voted on: the oldest vote is counted first.
        asked = [back for back in self.world.grants[number].backs if back.proposed is not None]
        if not asked:
            return
        self.decide(number, GrantChange.Kind.WRITE_OFF, carried)
        asked[0].given_up += min(asked[0].proposed or 0, asked[0].left) if carried else 0
        asked[0].proposed = None

    def clawback(self, number: int) -> Clawback | None:
        return LAST_CLAWBACK.first(motion=self.motions[number])


def of_left(left: int, much: int) -> int:
    """Return some quarters of what is left, or a fen more than that."""
    return left + 1 if much > 4 else left * much // 4
