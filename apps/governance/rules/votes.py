"""The arithmetic of a vote, in integers, on plain values.

The written rule: the quorum is a share of those who should come, which is the roll, without those who step aside if
the clause on recusal says so; an ordinary matter needs strictly more than a share of those present (yes, no and
abstain); a major matter needs at least a share of all who should come. Who is absent did not abstain. At least one must
come and at least one must say yes; when all have stepped aside nobody may decide, and the motion is lost.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

YES, NO, ABSTAIN = "yes", "no", "abstain"
CHOICES = (YES, NO, ABSTAIN)
ABSENT, RECUSED = "absent", "recused"
Fraction = tuple[int, int]


@dataclass(frozen=True)
class VoteRules:
    """The clauses a tally needs; fractions are (numerator, denominator).

    `of_all`: the threshold is "at least this share of all who should come" (a major matter) and not "strictly more than
    this share of those present". `recused_count`: those who step aside stay among those who should come.
    """

    quorum: Fraction
    threshold: Fraction
    of_all: bool = False
    recused_count: bool = False

    def __post_init__(self) -> None:
        for numerator, denominator in (self.quorum, self.threshold):
            if denominator <= 0 or not 0 <= numerator <= denominator:
                raise ValueError("a share of votes lies between 0 and 1")


@dataclass(frozen=True)
class Result:
    """A tally with every figure that led to it.

    `base`: who should come (the roll, without those recused unless they count). `decided_by` names what decided:
    `all_recused`, `quorum` (too few came), or `threshold`.
    """

    roll: int
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
    of_all: bool
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
    roll: Sequence[int], *, recused: Collection[int], ballots: Mapping[int, str], rules: VoteRules
) -> Result:
    """Count. `roll` and `recused` are seats, `ballots` maps a seat to its current choice.

    A recused seat's ballot does not count. Raises ValueError for seats that are not on the roll and unknown choices.
    """
    seats, aside = set(roll), set(recused)
    if len(seats) != len(roll) or not aside <= seats or not set(ballots) <= seats:
        raise ValueError("every recusal and every ballot belongs to one seat on the roll")
    if not set(ballots.values()) <= set(CHOICES):
        raise ValueError("a ballot says yes, no or abstain")
    choices = [choice for seat, choice in ballots.items() if seat not in aside]
    yes, no, abstain = (choices.count(choice) for choice in CHOICES)
    able, present = len(seats) - len(aside), len(choices)
    base = len(seats) if rules.recused_count else able
    quorum_needed = max(at_least(rules.quorum, base), 1)
    yes_needed = (
        max(at_least(rules.threshold, base), 1) if rules.of_all else more_than(rules.threshold, present)
    )
    quorum_met, threshold_met = present >= quorum_needed, yes >= yes_needed
    decided_by = "all_recused" if able == 0 else "threshold" if quorum_met else "quorum"
    return Result(
        roll=len(seats),
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
        of_all=rules.of_all,
        yes_needed=yes_needed,
        threshold_met=threshold_met,
        carried=quorum_met and threshold_met,
        decided_by=decided_by,
    )


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
