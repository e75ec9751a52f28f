"""A state machine of votes against a small model: whatever the order of steps, the model's tally is the result."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import settings
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
from apps.core.compiled import Compiled, Param
from apps.core.verdicts import Refused
from apps.governance import queries, services
from apps.governance.models import Ballot, Committee, Motion, Seat
from apps.governance.rules import VoteRules
from apps.users.models import User
from tests.books import assert_books_clean
from tests.cast import Cast
from tests.governance.house import AMOUNT, DEADLINE, NOON, adopt, give_seat, make_draft, vote
from tests.governance.scripts import RECOMPUTE
from tests.governance.test_tally import by_the_words

WHO = st.integers(0, 8)
CHOICE = st.sampled_from(["yes", "no", "abstain"])
CLAUSES = st.fixed_dictionaries(
    {
        "quorum_bp": st.sampled_from([[1, 2], [2, 3], [1, 1]]),
        "majority": st.sampled_from([[1, 2], [2, 3]]),
        "majority_base": st.sampled_from(["cast", "present"]),
        "major_base": st.sampled_from(["present", "all"]),
        "recusal_base": st.sampled_from(["excluded", "counted"]),
        "quorum_base": st.sampled_from(["filled", "all_seats"]),
        "tie_rule": st.sampled_from(["chair", "lost"]),
        "secret_ballot": st.sampled_from(["none", "none", "all"]),
    }
)
CURRENT = Compiled(
    lambda: Ballot.objects.filter(motion=Param("motion"), is_current=True).values_list("seat__user", "choice")
)


@dataclass
class Model:
    """What should be: who is seated (by which of their terms), who is on the roll (with which), what each said, who
    stepped aside. Who leaves and comes back holds another seat, which is not the one on the roll."""

    seated: dict[int, int]
    state: str = "draft"
    roll: dict[int, int] = field(default_factory=dict)
    said: dict[int, str] = field(default_factory=dict)
    aside: set[int] = field(default_factory=set)

    def may_open(self) -> bool:
        return self.state == "draft" and len(self.seated) >= 5

    def may_act(self, who: int) -> bool:
        return self.state == "open" and who in self.roll and self.roll[who] == self.seated.get(who)

    def may_vote(self, who: int) -> bool:
        return self.may_act(who) and who not in self.aside

    def carried(self, shape: VoteRules, size: int) -> bool:
        done = {who: self.said.get(who, "absent") for who in self.roll} | dict.fromkeys(self.aside, "recused")
        return by_the_words(done.pop(0), list(done.values()), shape, size)[0]


class Votes(RuleBasedStateMachine):
    """The chair (person 0) is never unseated. The cast is set by the test."""

    cast: ClassVar[Cast]
    people: ClassVar[list[User]]
    model: Model
    motion: Motion

    @initialize(clauses=CLAUSES)
    def begin(self, clauses: dict[str, Any]) -> None:
        self.savepoint = transaction.savepoint()
        self.now: datetime = NOON
        self.terms = 0
        self.committee = Committee.objects.get(fund=self.cast.fund)
        with clock.set_to(self.now):
            services.resize(self.committee, size=len(self.people), by=None)
            adopt(self.cast, **clauses)
        self.clauses = clauses
        self.model = Model(seated=dict.fromkeys(range(7), 0))
        self.table()

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            assert_books_clean("governance")
            transaction.savepoint_rollback(self.savepoint)

    @property
    def is_secret(self) -> bool:
        return bool(self.clauses["secret_ballot"] == "all")

    @property
    def shape(self) -> VoteRules:
        """The rules of the motion as the model takes them."""
        major, clauses = self.motion.is_major, self.clauses
        return VoteRules(
            quorum=tuple(clauses["quorum_bp"]),
            threshold=(2, 3) if major else tuple(clauses["majority"]),
            major=major,
            of=clauses["major_base" if major else "majority_base"],
            recused_count=clauses["recusal_base"] == "counted",
            all_seats=clauses["quorum_base"] == "all_seats",
            chair_decides=clauses["tie_rule"] == "chair" and not self.is_secret,
        )

    def table(self, is_major: bool = False) -> None:
        with clock.set_to(self.now):
            self.motion = make_draft(self.cast, subject={"goal": "送餐"}, is_major=is_major)
        self.model = Model(seated=self.model.seated)

    def attempt(self, allowed: bool, verb: Any) -> None:
        with clock.set_to(self.now):
            if not allowed:
                with pytest.raises(Refused):
                    verb()
                return
            verb()
        self.motion.refresh_from_db()

    @rule()
    def open(self) -> None:
        allowed = self.model.may_open()
        deadline = self.now + timedelta(days=4)
        self.attempt(
            allowed, lambda: services.open_voting(self.motion, closes_at=deadline, by=self.cast.chair)
        )
        if allowed:
            self.model.state, self.model.roll = "open", dict(self.model.seated)

    @rule(who=WHO, choice=CHOICE)
    def vote(self, who: int, choice: str) -> None:
        allowed = self.model.may_vote(who)
        self.attempt(allowed, lambda: vote(self.motion, self.people[who], choice))
        if allowed:
            self.model.said[who] = choice

    @rule(who=WHO, choice=CHOICE, channel=st.sampled_from(["paper", "hand", "phone"]))
    def vote_by_another_way(self, who: int, choice: str, channel: str) -> None:
        allowed = self.model.may_vote(who) and not self.is_secret
        facts = {"channel": channel, "by": self.cast.secretary, "witness": self.cast.supervisor}
        self.attempt(allowed, lambda: vote(self.motion, self.people[who], choice, **facts))
        if allowed:
            self.model.said[who] = choice

    @precondition(lambda self: self.model.state == "open")
    @rule(said=st.dictionaries(st.integers(0, 8), CHOICE, min_size=1, max_size=4))
    def record_a_meeting(self, said: dict[int, str]) -> None:
        """All of them are recorded, or, when one of them may not vote, none."""
        seats = {self.people.index(entry.seat.user): entry.seat for entry in self.motion.roll.all()}
        here = {who: choice for who, choice in said.items() if who in seats}
        answers = [services.Given(seats[who], choice, "hand") for who, choice in here.items()]
        allowed = bool(here) and not self.is_secret and all(self.model.may_vote(who) for who in here)
        self.attempt(
            allowed,
            lambda: services.cast_many(
                self.motion,
                answers,
                subject_hash=self.motion.subject_hash,
                witness=self.cast.supervisor,
                by=self.cast.secretary,
            ),
        )
        if allowed:
            self.model.said |= here

    @rule(who=WHO)
    def give_a_reason(self, who: int) -> None:
        """A secret ballot carries no words."""
        if self.is_secret or not self.model.may_vote(who):
            self.attempt(False, lambda: vote(self.motion, self.people[who], "yes", reason="我赞成"))

    @rule(who=WHO, choice=CHOICE)
    def vote_on_an_older_text(self, who: int, choice: str) -> None:
        self.attempt(False, lambda: vote(self.motion, self.people[who], choice, subject_hash="0" * 64))

    @rule(who=WHO)
    def step_aside(self, who: int) -> None:
        allowed = self.model.may_act(who)
        self.attempt(allowed, lambda: services.recuse(self.motion, by=self.people[who]))
        if allowed:
            self.model.aside.add(who)
            self.model.said.pop(who, None)

    @rule(who=st.integers(1, 8))
    def unseat(self, who: int) -> None:
        with clock.set_to(self.now):
            for seat in Seat.objects.filter(queries.in_force(), user=self.people[who]):
                services.end_seat(seat, by=self.cast.admin)
        self.model.seated.pop(who, None)

    @rule(who=st.integers(1, 8))
    def seat(self, who: int) -> None:
        if who not in self.model.seated:
            with clock.set_to(self.now):
                give_seat(self.committee, self.people[who])
            self.terms += 1
            self.model.seated[who] = self.terms

    @rule(amount=st.integers(1, AMOUNT))
    def edit(self, amount: int) -> None:
        self.attempt(
            self.model.state == "draft",
            lambda: services.edit(self.motion, amount=amount, by=self.cast.secretary),
        )

    @rule(seconds=st.integers(0, 90_000))
    def wait(self, seconds: int) -> None:
        latest = (self.motion.closes_at or DEADLINE) - timedelta(seconds=1)
        self.now = max(self.now, min(self.now + timedelta(seconds=seconds), latest))

    @rule()
    def close_early(self) -> None:
        if self.model.state in {"draft", "open"}:
            self.attempt(False, lambda: services.close(self.motion))

    @precondition(lambda self: self.model.state == "open")
    @rule(late=WHO, seconds=st.integers(0, 2))
    def reach_the_deadline(self, late: int, seconds: int) -> None:
        assert self.motion.closes_at is not None
        self.now = self.motion.closes_at + timedelta(seconds=seconds)
        self.attempt(False, lambda: vote(self.motion, self.people[late], "yes"))
        self.attempt(False, lambda: services.recuse(self.motion, by=self.people[late]))
        self.attempt(True, services.close_due)
        tally = queries.result(self.motion)
        assert tally is not None
        said = [choice for who, choice in self.model.said.items() if who not in self.model.aside]
        assert (tally.yes, tally.no, tally.abstain) == tuple(map(said.count, ("yes", "no", "abstain")))
        assert (tally.roll, tally.recused) == (len(self.model.roll), len(self.model.aside))
        carried = self.model.carried(self.shape, len(self.people))
        assert tally.carried == carried == (self.motion.state == "in_force")
        self.the_record_proves_itself()
        self.model.state = self.motion.state
        self.attempt(False, lambda: vote(self.motion, self.people[late], "yes"))

    def the_record_proves_itself(self) -> None:
        record = queries.record_of(self.motion)
        assert record is not None
        assert RECOMPUTE.check(record) == []
        named = {row["choice"] for row in record["seats"]}
        if self.is_secret:
            assert named <= {"voted", "absent", "recused"}
            assert "cast_at" not in str(record["seats"])
            assert sorted(row["choice"] for row in record["ballots"]) == sorted(
                choice for who, choice in self.model.said.items() if who not in self.model.aside
            )

    @precondition(lambda self: self.model.state in {"draft", "open"})
    @rule()
    def withdraw(self) -> None:
        self.attempt(True, lambda: services.withdraw(self.motion, by=self.cast.chair))
        self.table()

    @precondition(lambda self: self.model.state in {"in_force", "lost"})
    @rule(is_major=st.booleans())
    def table_the_next(self, is_major: bool) -> None:
        self.table(is_major)

    @invariant()
    def current_ballots_are_the_models(self) -> None:
        if not hasattr(self, "motion"):
            return
        numbers = {user.pk: number for number, user in enumerate(self.people)}
        said = {numbers[user]: choice for user, choice in CURRENT(motion=self.motion.pk)}
        assert said == self.model.said


@pytest.mark.django_db
def test_votes_keep_the_law_in_any_order(house: Cast, request: pytest.FixtureRequest) -> None:
    house.implementer.roles.all().delete()
    runs = request.config.getoption("--machine-runs")
    steps = request.config.getoption("--machine-steps")
    Votes.cast = house
    Votes.people = [house.chair, *house.members, house.stranger, house.implementer]
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Votes, settings=settings(max_examples=runs, stateful_step_count=steps, deadline=None)
    )
