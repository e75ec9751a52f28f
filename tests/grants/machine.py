"""What a machine does with grants and their model before money is paid: votes, awards, objections, suspensions."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from copy import deepcopy
from itertools import count
from typing import TypeVar

import pytest
from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine

from apps.core import clock
from apps.core.compiled import Compiled, Param
from apps.core.verdicts import Refused
from apps.funds.models import Fund
from apps.funds.queries import available
from apps.governance import services as governance
from apps.governance.models import Motion
from apps.grants import queries, services
from apps.grants.models import Grant, GrantChange, Objection
from apps.grants.services.changes import follow_change
from apps.ledger.rules import Draft, EntryKind, Line
from apps.ledger.services import post
from tests.cast import Cast
from tests.funds.money import give
from tests.grants import house as h
from tests.grants.model import SENT, Model, World

T = TypeVar("T")
references = count(1)
GRANT = Compiled(lambda: Grant.objects.filter(motion__code=Param("motion")).select_related("fund"))
OPEN_OBJECTION = Compiled(
    lambda: (
        Objection.objects.filter(grant__motion__code=Param("motion"), state="open")
        .select_related("grant__fund")
        .order_by("pk")
    )
)
PENDING = Compiled(
    lambda: GrantChange.objects.filter(
        grant__motion__code=Param("motion"), kind=Param("kind"), state="tabled"
    ).order_by("pk")
)


# Whether a step is likely to do something with a part of a grant.
Can = Callable[[World, Model, int], object]


def turned(items: Sequence[T], first: T) -> list[T]:
    """Return items in their order, from one of them on and round."""
    at = items.index(first)
    return [*items[at:], *items[:at]]


class Decisions(RuleBasedStateMachine):
    """Awards, objections, suspensions and budgets, from where `start` stands. Each step takes a grant, one of its parts
    and a measure from 0 to 5, whether it needs them or not."""

    steps: Mapping[str, Can]

    cast: Cast
    funds: tuple[Fund, Fund]
    motions: tuple[str, ...]
    start: World

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.stack.enter_context(clock.set_to(h.AFTER_NOTICE))
        self.world = deepcopy(self.start)

    def meant(self, how: str, number: int, part: int) -> tuple[str, int, int]:
        """Return (step, grant, part) that drawn values mean.

        Most of them mean themselves, possible or not, so that refusals are tried. The others mean the next that is
        possible, so that runs get far: of thirty steps drawn blindly two would do anything.
        """
        grants = self.world.grants
        if number >= len(grants):
            number %= len(grants)
            return how, number, part % len(grants[number].parts)
        for step in turned(list(self.steps), how):
            for one in turned(range(len(grants)), number):
                for place in turned(range(len(grants[one].parts)), part % len(grants[one].parts)):
                    if self.steps[step](self.world, grants[one], place):
                        return step, one, place
        raise AssertionError("a gift is always possible")

    def grant(self, number: int) -> Grant:
        found = GRANT.first(motion=self.motions[number])
        assert found is not None
        return found

    def tried(self, expected: bool, attempt: Callable[[], object]) -> bool:
        """Do it; it must work exactly when the model says so."""
        self.world.age += 1
        if not expected:
            with pytest.raises(Refused):
                attempt()
            return False
        attempt()
        return True

    def gift(self, number: int, part: int = 0, much: int = 4) -> None:
        fund, amount = number % 2, 1 + much * 80_00
        give(self.funds[fund], amount, restriction="" if part else f"{self.funds[fund].code}-G")
        self.world.money[fund] += amount

    def spend_elsewhere(self, _number: int, _part: int, much: int) -> None:
        """Money goes elsewhere, from what is free to go."""
        amount = 1 + much * 40_00
        if available(self.cast.fund).get(self.cast.restriction, 0) >= amount:
            move_away(self.cast, amount, self.cast.restriction)
            self.world.money[0] -= amount

    def partner_says_yes(self, *_drawn: int) -> None:
        """The other fund's committee votes on its share of the project that two pay."""
        if not self.world.grants[2].is_voted:
            with clock.set_to(h.AFTER_VOTE):
                governance.close(Motion.objects.get(code=self.motions[2]))
            self.world.grants[2].is_voted = True

    def award(self, number: int, *_drawn: int) -> None:
        model = self.world.grants[number]
        can = model.awarded or self.world.may_award(model)
        if self.tried(can, lambda: services.award_carried(self.motions[number])):
            for one in self.world.paying(model.work):
                one.awarded = True

    def promise_and_let_go(self, number: int, *_drawn: int) -> None:
        """An award that is ended before anything is paid leaves each purpose of each fund as it was."""
        model = self.world.grants[number]
        if model.awarded or not self.world.may_award(model):
            return
        before = [available(fund) for fund in self.funds]
        with transaction.atomic():
            project = services.award_carried(self.motions[number]).project
            assert [available(fund) for fund in self.funds] != before
            for grant in project.grants.order_by("pk"):
                services.terminate(grant, reason="不办了", by=self.cast.admin)
            assert [available(fund) for fund in self.funds] == before
            transaction.set_rollback(True)

    def sweep(self, *_drawn: int) -> None:
        services.end_notices()
        for model in self.world.grants:
            if model.live and not model.started and not model.held:
                model.started, model.parts[0] = True, "due"

    def object_to(self, number: int, *_drawn: int) -> None:
        model = self.world.grants[number]
        if not model.awarded:
            return
        words = f"觉得不对 {next(references)}"
        # The clock stands after every notice: only one that is held open is open still.
        holds = not model.started and model.held
        if self.tried(model.live, lambda: services.object_to(self.grant(number), ground="need", words=words)):
            model.objections.append(holds)

    def object_in_time(self, number: int, *_drawn: int) -> None:
        model = self.world.grants[number]
        if model.live and not model.started:
            with clock.set_to(h.AFTER_VOTE):
                services.object_to(self.grant(number), ground="ties", words=f"有关系 {next(references)}")
            model.objections.append(True)

    def dismiss(self, number: int, *_drawn: int) -> None:
        objection = OPEN_OBJECTION.first(motion=self.motions[number])
        if objection is not None:
            services.dismiss(objection, public_words="不对", answer="查过，没有问题", by=self.cast.chair)
            self.world.grants[number].objections.pop(0)

    def end_over_it(self, number: int, *_drawn: int) -> None:
        """The host finds an objection right and ends the grant."""
        model = self.world.grants[number]
        if self.upheld(number, model.ended or (model.live and SENT not in model.payments), remedy="end"):
            model.end()

    def vote_anew(self, number: int, *_drawn: int) -> None:
        """An officer finds an objection right and puts the grant to the vote again."""
        model = self.world.grants[number]
        if self.upheld(number, model.live, remedy="revote"):
            model.is_reconsidered = True

    def upheld(self, number: int, expected: bool, *, remedy: str) -> bool:
        objection = OPEN_OBJECTION.first(motion=self.motions[number])
        if objection is None:
            return False
        by = self.cast.admin if remedy == "end" else self.cast.chair
        attempt = lambda: services.uphold(  # noqa: E731
            objection, public_words="不对", answer="查实了，写得不对", remedy=remedy, by=by
        )
        if not self.tried(expected, attempt):
            return False
        self.world.grants[number].objections.pop(0)
        return True

    def reconsider(self, number: int, _part: int, much: int) -> None:
        """The committee stands by its grant, or does not."""
        stands = much % 2 == 1
        model = self.world.grants[number]
        if not model.is_reconsidered:
            return
        can = stands or not model.live or SENT not in model.payments
        if self.tried(can, lambda: self.decide(number, GrantChange.Kind.RECONSIDER, stands)):
            model.is_reconsidered = False
            if not stands and model.live:
                model.end()

    def decide(self, number: int, kind: str, choice: bool) -> None:
        """Write how the vote on a change went, as ballots take ten times as long, and act on it."""
        change = PENDING.first(motion=self.motions[number], kind=kind)
        assert change is not None
        now = clock.now()
        with transaction.atomic():
            Motion.objects.filter(pk=change.motion_id).update(
                state="in_force" if choice else "lost", decided_at=now, settled_at=now if choice else None
            )
            follow_change(Motion.objects.get(pk=change.motion_id))

    def suspend(self, number: int, *_drawn: int) -> None:
        model = self.world.grants[number]
        if not model.awarded:
            return
        attempt = lambda: services.suspend_grant(self.grant(number), reason="查账", by=self.cast.admin)  # noqa: E731
        if self.tried(model.live or model.suspended, attempt) and not model.suspended:
            model.suspended = True
            model.stop()

    def resume(self, number: int, *_drawn: int) -> None:
        model = self.world.grants[number]
        if not model.awarded:
            return
        attempt = lambda: services.resume_grant(self.grant(number), decision="查清", by=self.cast.chair)  # noqa: E731
        if self.tried(model.live or not model.suspended, attempt):
            model.suspended = False

    def shift_budget(self, number: int, _part: int, much: int) -> None:
        """Within a tenth the chair alone moves money between lines; the sum stays. Beyond it only a vote does."""
        model, fen = self.world.grants[number], much * 15_00
        if not model.awarded:
            return
        work, grant = self.world.works[model.work], self.grant(number)
        lines = queries.first_budget(grant)
        first, second = lines
        lines = {first: lines[first] - fen, second: lines[second] + fen}
        small = fen * 10 <= model.amount
        chair = self.cast.chair if small else self.cast.members[0]
        can = model.live and self.world.leads(model) and fen != work.shift and small
        attempt = lambda: services.change_budget(grant, lines=lines, reason="改", by=chair)  # noqa: E731
        if self.tried(can, attempt):
            work.shift = fen


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
