"""A model of grants: a handful of integers and words for each, which share no code with the rooms."""

from dataclasses import dataclass, field

WAITING, DUE, PREPARED, SENT, PAID, CANCELLED = "waiting", "due", "prepared", "sent", "paid", "cancelled"
REJECTED, FAILED, BOUNCED = "rejected", "failed", "bounced"
OPEN, FILED, ACCEPTED = "open", "filed", "accepted"
UNPAID = frozenset({WAITING, DUE, PREPARED})


@dataclass
class Back:
    """A sum that was asked back: what came, what was given up, and the most that a vote under way may give up."""

    asked: int
    came: int = 0
    given_up: int = 0
    proposed: int | None = None

    @property
    def left(self) -> int:
        return self.asked - self.came - self.given_up


@dataclass
class Model:
    """One fund's grant. Where its project has a milestone, a quarter hangs on it; half hangs on the closing report."""

    amount: int
    fund: int
    work: int
    has_milestone: bool = False
    is_voted: bool = True
    awarded: bool = False
    started: bool = False
    ended: bool = False
    closed: bool = False
    suspended: bool = False
    parts: list[str] = field(default_factory=list)
    # Of each part, how its last payment stands; empty before the first.
    payments: list[str] = field(default_factory=list)
    paid: int = 0
    backs: list[Back] = field(default_factory=list)
    # Objections that wait, by whether they hold the notice; and whether one that was upheld waits for its vote.
    objections: list[bool] = field(default_factory=list)
    is_reconsidered: bool = False

    def __post_init__(self) -> None:
        self.parts = [WAITING] * len(self.sizes)
        self.payments = [""] * len(self.sizes)

    @property
    def sizes(self) -> tuple[int, ...]:
        first, half = self.amount // 4, self.amount // 2
        return (first, half - first, self.amount - half) if self.has_milestone else (half, self.amount - half)

    @property
    def live(self) -> bool:
        return self.awarded and not self.ended and not self.closed

    @property
    def held(self) -> bool:
        return any(self.objections) or self.is_reconsidered

    @property
    def may_pay(self) -> bool:
        return self.live and self.started and not self.held and not self.suspended

    @property
    def reserved(self) -> int:
        return self.amount - self.paid if self.awarded and not self.ended else 0

    @property
    def asked(self) -> int:
        return sum(back.asked for back in self.backs)

    @property
    def came(self) -> int:
        return sum(back.came for back in self.backs)

    @property
    def given_up(self) -> int:
        return sum(back.given_up for back in self.backs)

    @property
    def is_voted_on(self) -> bool:
        return any(back.proposed is not None for back in self.backs)

    def stop(self) -> None:
        """What waits to be released is sent back; what the bank was told goes on."""
        for part, state in enumerate(self.payments):
            if state == PREPARED:
                self.payments[part], self.parts[part] = REJECTED, DUE

    def end(self) -> None:
        self.stop()
        self.ended = True
        self.parts = [CANCELLED if part in UNPAID else part for part in self.parts]


@dataclass
class Work:
    """One project: the report of its milestone, if it has one, and its closing report."""

    milestone: str = ""
    final: str = OPEN
    # Fen that lie in another line of its budget than at first.
    shift: int = 0


@dataclass
class World:
    """Two funds and what they grant: one grant stands alone, two pay a project together."""

    works: list[Work]
    grants: list[Model]
    money: list[int]
    # How many steps led here.
    age: int = 0

    def paying(self, work: int) -> list[Model]:
        return [grant for grant in self.grants if grant.work == work]

    def left(self, fund: int) -> int:
        return self.money[fund] - sum(grant.reserved for grant in self.grants if grant.fund == fund)

    def may_award(self, grant: Model) -> bool:
        together = self.paying(grant.work)
        return all(one.is_voted and self.left(one.fund) >= one.amount for one in together)

    def goes_on(self, work: int) -> bool:
        """Whether the project runs: begun, not accepted, and some fund still grants it."""
        paying = self.paying(work)
        begun = any(grant.started for grant in paying)
        return begun and self.works[work].final != ACCEPTED and any(grant.live for grant in paying)

    def is_over(self, work: int) -> bool:
        """Whether a project is closed: no fund grants it any more."""
        return not any(grant.live for grant in self.paying(work))

    def may_file(self, work: int, *, final: bool) -> bool:
        told = self.works[work]
        if not self.goes_on(work) or told.final == FILED:
            return False
        return told.milestone != OPEN if final else told.milestone == OPEN

    def may_accept(self, work: int, *, final: bool) -> bool:
        told = self.works[work]
        if not final:
            return told.milestone in (FILED, ACCEPTED)
        owed = any(grant.has_milestone and grant.parts[1] == WAITING for grant in self.paying(work))
        return told.final == ACCEPTED or (told.final == FILED and self.goes_on(work) and not owed)

    def report(self, work: int, *, final: bool) -> str:
        told = self.works[work]
        return told.final if final else told.milestone

    def note(self, work: int, state: str, *, final: bool) -> None:
        setattr(self.works[work], "final" if final else "milestone", state)

    def accept(self, work: int, *, final: bool) -> None:
        self.note(work, ACCEPTED, final=final)
        for grant in self.paying(work):
            part = len(grant.parts) - 1 if final else 1
            if grant.parts[part] == WAITING:
                grant.parts[part] = DUE
            self.close(grant)

    def close(self, grant: Model) -> None:
        """A grant under way is closed once its work is accepted and every part paid."""
        done = self.works[grant.work].final == ACCEPTED and set(grant.parts) == {PAID}
        grant.closed = grant.closed or (grant.live and grant.started and done)

    def leads(self, grant: Model) -> bool:
        """Whether the budget changes under this grant: the first fund's, or the next one's when that is over."""
        return next((one for one in self.paying(grant.work) if one.live), None) is grant

    def pay(self, grant: Model, part: int) -> None:
        grant.parts[part] = grant.payments[part] = PAID
        grant.paid += grant.sizes[part]
        self.money[grant.fund] -= grant.sizes[part]
        self.close(grant)

    def bounce(self, grant: Model, part: int) -> None:
        grant.payments[part] = BOUNCED
        grant.parts[part] = CANCELLED if grant.ended else DUE
        grant.paid -= grant.sizes[part]
        self.money[grant.fund] += grant.sizes[part]
        grant.closed = False
