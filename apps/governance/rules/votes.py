"""The arithmetic of a vote, in integers, on plain values. The written rule:

1. The roll is every voting seat that was held when voting opened. A member on it said yes, no or abstain, stepped
   aside (recused), or did none of these (absent). Who is absent did not abstain.
2. Who should come: the roll, or every voting seat that was set up, vacancies included (`quorum_base`); without those
   who stepped aside, unless they stay counted (`recusal_base`).
3. When everybody on the roll has stepped aside, nobody may decide, and the motion is lost.
4. Present are those who said yes, no or abstain. At least one must be present, and at least the quorum's share of
   those who should come; otherwise too few came, and the motion is lost.
5. An ordinary matter needs strictly more yes than its share of those present, or of the yes and no alone
   (`majority_base`).
6. A major matter needs at least its share of all who should come, or of those present (`major_base`).
7. Without a single yes nothing is carried.
8. A tie (as many yes as no, and at least one of each) loses. If the clause says so (`tie_rule`), in an open vote the
   chair's own yes carries an ordinary matter that asks for more than one half; the chair's no, abstention, absence or
   recusal does not. A secret vote has no casting ballot, because it would show the chair's.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

YES, NO, ABSTAIN = "yes", "no", "abstain"
CHOICES = (YES, NO, ABSTAIN)
ABSENT, RECUSED = "absent", "recused"
# What a record says of a seat whose choice is secret.
VOTED = "voted"
OF_ALL, OF_PRESENT, OF_CAST = "all", "present", "cast"
# What decided: nobody was left, too few came, the share of yes, or the chair's ballot in a tie.
ALL_RECUSED, QUORUM, THRESHOLD, CHAIR = "all_recused", "quorum", "threshold", "chair"
# The clauses as they were before there was a choice; motions opened then have no such key.
BEFORE = {"quorum_base": "filled", "majority_base": OF_PRESENT, "major_base": OF_ALL, "tie_rule": "lost"}
Fraction = tuple[int, int]


@dataclass(frozen=True)
class VoteRules:
    """The clauses a tally needs; fractions are (numerator, denominator).

    `major`: the threshold is "at least", not "more than". `of`: what it is a share of (`all`, `present`, `cast`).
    """

    quorum: Fraction
    threshold: Fraction
    major: bool = False
    of: str = OF_PRESENT
    recused_count: bool = False
    all_seats: bool = False
    chair_decides: bool = False

    def __post_init__(self) -> None:
        for numerator, denominator in (self.quorum, self.threshold):
            if not 0 < numerator <= denominator:
                raise ValueError("a share of votes is more than nothing and at most all")
        if self.of not in ((OF_ALL, OF_PRESENT) if self.major else (OF_PRESENT, OF_CAST)):
            raise ValueError("the share is taken of all, of those present, or of the ballots cast")

    @property
    def breaks_ties(self) -> bool:
        """Whether the chair's ballot decides a tie: only where the rule asks for more than one half."""
        numerator, denominator = self.threshold
        return self.chair_decides and not self.major and 2 * numerator == denominator


@dataclass(frozen=True)
class Result:
    """A tally with every figure that led to it.

    `vacant`: seats without a member that still count; `base`: who should come; `threshold_of`: what the threshold is a
    share of; `decided_by`: what decided.
    """

    roll: int
    vacant: int
    recused: int
    base: int
    quorum: Fraction
    quorum_needed: int
    present: int
    absent: int
    quorum_met: bool
    yes: int
    no: int
    abstain: int
    threshold: Fraction
    major: bool
    of: str
    threshold_of: int
    yes_needed: int
    threshold_met: bool
    carried: bool
    decided_by: str


def at_least(share: Fraction, of: int) -> int:
    """Return the smallest whole number that is at least `share` of `of`."""
    numerator, denominator = share
    return -(-numerator * of // denominator)


def more_than(share: Fraction, of: int) -> int:
    """Return the smallest whole number that is strictly more than `share` of `of`."""
    numerator, denominator = share
    return numerator * of // denominator + 1


def tally(
    roll: Sequence[int],
    *,
    recused: Collection[int],
    ballots: Mapping[int, str],
    rules: VoteRules,
    seats_total: int = 0,
    chair: int | None = None,
) -> Result:
    """Count. `roll` and `recused` are seats, `ballots` maps a seat to its current choice.

    `seats_total`: the voting seats set up, at least the roll. `chair`: the chair's seat, if it is on the roll. A
    recused seat's ballot does not count. Raises ValueError for seats that are not on the roll and unknown choices.
    """
    seats, aside = set(roll), set(recused)
    if len(seats) != len(roll) or not aside <= seats or not set(ballots) <= seats:
        raise ValueError("every recusal and every ballot belongs to one seat on the roll")
    if not set(ballots.values()) <= set(CHOICES):
        raise ValueError("a ballot says yes, no or abstain")
    said = {seat: choice for seat, choice in ballots.items() if seat not in aside}
    yes, no, abstain = (list(said.values()).count(choice) for choice in CHOICES)
    able, present = len(seats) - len(aside), len(said)
    vacant = max(seats_total - len(seats), 0) if rules.all_seats else 0
    base = vacant + (len(seats) if rules.recused_count else able)
    threshold_of = {OF_ALL: base, OF_PRESENT: present, OF_CAST: yes + no}[rules.of]
    quorum_needed = max(at_least(rules.quorum, base), 1)
    enough = at_least if rules.major else more_than
    yes_needed = max(enough(rules.threshold, threshold_of), 1)
    quorum_met, threshold_met = present >= quorum_needed, yes >= yes_needed
    is_tie = yes == no > 0 and not threshold_met and rules.breaks_ties
    casting = said.get(chair) if is_tie and chair is not None else None
    return Result(
        roll=len(seats),
        vacant=vacant,
        recused=len(aside),
        base=base,
        quorum=rules.quorum,
        quorum_needed=quorum_needed,
        present=present,
        absent=able - present,
        quorum_met=quorum_met,
        yes=yes,
        no=no,
        abstain=abstain,
        threshold=rules.threshold,
        major=rules.major,
        of=rules.of,
        threshold_of=threshold_of,
        yes_needed=yes_needed,
        threshold_met=threshold_met,
        carried=quorum_met and (threshold_met or casting == YES),
        decided_by=_decided_by(able=able, quorum_met=quorum_met, by_chair=casting in {YES, NO}),
    )


def _decided_by(*, able: int, quorum_met: bool, by_chair: bool) -> str:
    if able == 0:
        return ALL_RECUSED
    if not quorum_met:
        return QUORUM
    return CHAIR if by_chair else THRESHOLD


# How long before the deadline those who have not voted are reminded, the last first.
REMINDERS = (("3h", timedelta(hours=3)), ("24h", timedelta(hours=24)))


def reminder_due(opens_at: datetime, closes_at: datetime, now: datetime) -> str:
    """Return which reminder is due at a moment, or nothing: the nearest to the deadline, and none in a vote's first
    half, when people have just been told."""
    for occasion, lead in REMINDERS:
        if closes_at - lead <= now < closes_at:
            return occasion if closes_at - lead >= opens_at + (closes_at - opens_at) / 2 else ""
    return ""


def is_secret(clause: str, kind: str) -> bool:
    """Whether a vote is secret by the clause `secret_ballot`: all votes are, elections are, or none is."""
    return clause == "all" or (clause == "elections" and kind == "election")


def frozen_text(
    *,
    code: str,
    fund: str,
    kind: str,
    title: str,
    amount: int,
    restriction: str,
    is_major: bool,
    subject: Mapping[str, object],
) -> dict[str, object]:
    """Return everything of a motion that members vote on; its fingerprint goes into every ballot.

    `amount` in fen. A changed word or fen changes the fingerprint, and with it voids what was voted before.
    """
    return {
        "amount": amount,
        "code": code,
        "fund": fund,
        "is_major": is_major,
        "kind": kind,
        "restriction": restriction,
        "subject": dict(subject),
        "title": title,
    }


def is_major(*, amount: int, limit: int, tabled_as_major: bool) -> bool:
    """Whether the stricter threshold applies: tabled as a major matter, or above the limit (both in fen)."""
    return tabled_as_major or amount > limit
