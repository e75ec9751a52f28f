"""Grants against a model of them: whatever people do in whatever order, both tell the same money."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from apps.core import clock
from apps.core.compiled import Compiled
from apps.disclosure.queries.project_rows import money
from apps.funds.queries import available
from apps.governance import services as governance
from apps.grants import services
from apps.grants.models import Clawback, GrantSource, Instalment
from apps.ledger.queries import position
from apps.projects.models import Project
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.funds.money import give
from tests.grants import house as h
from tests.grants.machine import move_away
from tests.grants.model import PREPARED, SENT, Back, Model, Work, World
from tests.grants.paying import Paying

# Alone; and the shares of two funds in one project. The first fund cannot meet both of its own at first.
ASKED = (500_03, 600_01, 300_02)
OPENING = ({"restricted": 700_00, "free": 150_00}, {"restricted": 100_00, "free": 250_00})
PLAN = {"first_bp": 2500, "milestones": [("一半", date(2027, 2, 1), 2500)]}
LEAST_STEPS = 15
# The rooms whose money and decisions the machine moves.
ROOMS = ("ledger.", "funds.", "grants.", "projects.")
BY_MOTION = "grant__motion__code"
INSTALMENTS = Compiled(
    lambda: Instalment.objects.order_by("number").values_list(
        BY_MOTION, "grant__state", "grant__project__state", "state"
    )
)
PAID_OUT = Compiled(lambda: GrantSource.objects.values_list(BY_MOTION).annotate(Sum("paid"), Sum("returned")))
ASKED_BACK = Compiled(
    lambda: Clawback.objects.order_by("pk").values_list(BY_MOTION, "asked", "returned", "written_off")
)


class GrantMachine(Paying):
    """After every step the books and the model tell the same, and so do the public pages at the end."""

    @invariant()
    def the_same_money(self) -> None:
        for number, fund in enumerate(self.funds):
            stands = position(fund.code, host=self.cast.host.code)
            assert sum(stands.spendable.values()) == self.world.money[number]
            left = available(fund)
            assert min(left.values()) >= 0
            assert sum(left.values()) == self.world.left(number)
            grants = [model for model in self.world.grants if model.fund == number]
            assert stands.flows.get("spent", 0) == sum(model.came - model.paid for model in grants)

    @invariant()
    def the_same_grants(self) -> None:
        """Asked after every step, so in three statements for all of them, compiled once."""
        parts: dict[str, list[str]] = {}
        states: dict[str, tuple[str, str]] = {}
        for motion, state, project, part in INSTALMENTS():
            states[motion] = state, project
            parts.setdefault(motion, []).append(part)
        paid = {motion: tuple(fen) for motion, *fen in PAID_OUT()}
        backs: dict[str, list[Back]] = {}
        for motion, *fen in ASKED_BACK():
            backs.setdefault(motion, []).append(Back(*fen))
        for motion, model in zip(self.motions, self.world.grants, strict=True):
            assert (motion in states) == model.awarded
            if model.awarded:
                assert paid[motion] == (model.paid, model.came)
                assert backs.get(motion, []) == [replace(back, proposed=None) for back in model.backs]
                assert parts[motion] == [PREPARED if one == SENT else one for one in model.parts]
                state, project = states[motion]
                assert (state == "closed", state == "terminated") == (model.closed, model.ended)
                assert (project == "closed") == self.world.is_over(model.work)

    def teardown(self) -> None:
        try:
            if self.world.grants[1].awarded:
                self.the_project_of_two()
            assert_books_clean(*ROOMS)
        finally:
            transaction.set_rollback(True)
            self.stack.close()

    def the_project_of_two(self) -> None:
        """What two funds pay together is told once on the project's page, and each fund's part is its own."""
        project = Project.objects.get(title="合办")
        pays = [model for model in self.world.paying(1) if model.awarded]
        told = [rows(project) for rows in (money.granted, money.paid, money.returned, money.written_off)]
        assert all(rows.adds_up for rows in told)
        assert [rows.value for rows in told] == [
            sum(model.amount for model in pays),
            sum(model.paid - model.came for model in pays),
            sum(model.came for model in pays),
            sum(model.given_up for model in pays),
        ]


def fresh(machine: GrantMachine) -> None:
    """Every committee but one has said yes."""


def under_way(machine: GrantMachine) -> None:
    """All are awarded and their notices over."""
    machine.gift(0, 0, 5)
    machine.partner_says_yes()
    machine.award(0)
    machine.award(1)
    machine.sweep()
    # One is put to the vote anew: nothing of it is paid meanwhile.
    machine.object_to(0)
    machine.vote_anew(0)


def half_done(machine: GrantMachine) -> None:
    """First parts are paid, the milestone is reported and so is the end of what one fund pays alone."""
    machine.reconsider(0, 0, 1)
    for number in range(3):
        machine.prepare(number, 0)
        machine.release(number, 0)
    machine.file_milestone(1)
    machine.file(0)


def settling(machine: GrantMachine) -> None:
    """One grant is closed and partly asked back, so is another fund's; of what two pay only the last parts are open."""
    machine.accept(0)
    machine.prepare(0, 1)
    machine.send(0, 1)
    machine.confirm(0, 1)
    machine.accept_milestone(1)
    for number in (1, 2):
        machine.prepare(number, 1)
        machine.release(number, 1)
    machine.ask_back(0, 0, 1)
    machine.ask_back(2, 0, 3)
    machine.come_back(2, 0, 1)
    machine.propose_write_off(0)
    machine.file(1)


STARTS = (fresh, under_way, half_done, settling)


@pytest.mark.django_db
def test_grants_agree_with_their_model(cast: Cast, request: pytest.FixtureRequest) -> None:
    GrantMachine.cast, GrantMachine.funds = cast, (cast.fund, cast.other_fund)
    GrantMachine.motions = carried(cast)
    GrantMachine.start = World(
        works=[Work(), Work(milestone="open")],
        grants=[
            Model(ASKED[0], fund=0, work=0),
            Model(ASKED[1], fund=0, work=1, has_milestone=True),
            Model(ASKED[2], fund=1, work=1, has_milestone=True, is_voted=False),
        ],
        money=[sum(opening.values()) for opening in OPENING],
    )
    option = request.config.getoption
    for start in STARTS:
        builder = GrantMachine()
        start(builder)
        builder.the_same_money()
        builder.the_same_grants()
        builder.stack.close()
        GrantMachine.start = builder.world
        run_state_machine_as_test(
            GrantMachine,
            settings=settings(
                max_examples=max(option("--machine-runs") // len(STARTS), 1),
                # Those that led to the start count.
                stateful_step_count=max(option("--machine-steps") - builder.world.age, LEAST_STEPS),
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


def carried(cast: Cast) -> tuple[str, ...]:
    """Carry a motion for each grant, but leave the last one's vote to be counted; return their codes."""
    there = replace(cast, fund=cast.other_fund)
    for side in (cast, there):
        h.seat_everyone(side)
        give(side.fund, 2_000_00)
    h.with_account(cast)
    whole = ASKED[1] + ASKED[2]
    alone, together = (
        h.submitted(
            cast,
            title=title,
            budget=[("services", "服务", fen - 100_00), ("materials", "物资", 100_00)],
            **more,
        )
        for title, fen, more in (
            ("自办", ASKED[0], {}),
            ("合办", whole, PLAN | {"partners": [(there.fund, ASKED[2])]}),
        )
    )
    motions = [h.vote(cast, h.tabled(cast, project)) for project in (alone, together)]
    with clock.set_to(h.NOON):
        motion = services.table_project(together, fund=there.fund, by=cast.secretary)
        motion = governance.open_voting(motion, closes_at=h.CLOSES, by=cast.chair)
        for user in (cast.chair, *cast.members):
            governance.cast(motion, user=user, choice="yes", subject_hash=motion.subject_hash, by=user)
    with clock.set_to(h.AFTER_NOTICE):
        for side, opening in zip((cast, there), OPENING, strict=True):
            move_away(side, 2_000_00 - opening["free"], "")
            give(side.fund, opening["restricted"], restriction=side.restriction)
    return (*(one.code for one in motions), motion.code)
