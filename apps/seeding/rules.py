"""How seed money is reckoned: matches, what a refund takes back, quotas, shares of pilots, scores. Whole fen only."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from apps.core import money
from apps.seeding.states import Cut

FULL_BP = 10_000
# Public bodies by the end of their names; they give by budget, not as neighbours. A programme may name more.
_GOVERNMENT = re.compile(r"(人民政府|街道办事处|政府办公室|财政[厅局所]|民政[厅局]|社会事务办公室)$")
# All gifts whose source nobody can tell count as one source.
ANONYMOUS_SOURCE = "anonymous"


@dataclass(frozen=True, slots=True)
class Ratio:
    """What is given for a gift: `part` for each `whole`."""

    part: int
    whole: int

    def of(self, gift: int) -> int:
        """Return the match of a gift before any cap; parts of a fen are dropped."""
        return gift * self.part // self.whole

    def within(self, basis_points: int) -> "Ratio":
        """Return the smaller of this ratio and one in basis points."""
        if self.part * FULL_BP <= basis_points * self.whole:
            return self
        return Ratio(basis_points, FULL_BP)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is left for one gift of the four limits, in fen; None where there is no limit."""

    gift: int | None
    day: int | None
    fund: int
    pot: int


def matched(gift: int, ratio: Ratio, *, minimum: int, limits: Limits) -> tuple[int, Cut]:
    """Return the match of a gift and the limit that made it smaller.

    The last match of a pot (or of a limit) gets what is left. Of two limits that are the same the first counts, in the
    order gift, day, fund, pot.
    """
    if gift < minimum:
        return 0, Cut.MINIMUM
    return capped(
        ratio.of(gift),
        [
            (limits.gift, Cut.GIFT),
            (limits.day, Cut.DAY),
            (limits.fund, Cut.FUND),
            (limits.pot, Cut.POT),
        ],
    )


def capped(amount: int, limits: Sequence[tuple[int | None, Cut]]) -> tuple[int, Cut]:
    """Return an amount lowered to the smallest limit, and which limit that was; of equal ones the first."""
    cut = Cut.NONE
    for limit, name in limits:
        if limit is not None and limit < amount:
            amount, cut = max(limit, 0), name
    return amount, cut


def to_take_back(match: int, *, base: int, left: int) -> int:
    """Return how much of a match goes back when `left` of the `base` fen it was reckoned on remain given.

    By largest remainder; a part of a fen in doubt stays with the fund.
    """
    left = min(max(left, 0), base)
    return money.split(match, [left, base - left])[1] if base else 0


def is_public_body(name: str) -> bool:
    """Whether an organisation's name is that of a government or one of its offices."""
    return _GOVERNMENT.search(name) is not None


def others_total(pot: int, pilot_bp: int, *, each: int = 0) -> int:
    """Return how much of a pot may go outside the pilots, when pilots get at least `pilot_bp` of it.

    By largest remainder over fen, or over whole sums of `each` fen where every award is the same.
    """
    parts = [pilot_bp, FULL_BP - pilot_bp]
    return each * money.split(pot // each, parts)[1] if each else money.split(pot, parts)[1]


def score(points: Iterable[Sequence[int]]) -> int:
    """Return an application's score in hundredths of a point: the mean of the reviewers' sums, rounded down."""
    sums = [sum(row) for row in points]
    return 100 * sum(sums) // len(sums) if sums else 0


def band_sum(bands: Sequence[Sequence[int]], hundredths: int) -> int:
    """Return the sum of the highest band a score reaches; `bands` are (points, fen). 0 below all of them."""
    reached = [fen for points, fen in bands if hundredths >= 100 * points]
    return max(reached, default=0)


def reward_sums(
    scores: Mapping[str, int], *, pot: int, bands: Sequence[Sequence[int]], pass_points: int
) -> dict[str, int]:
    """Return what each applicant's score (hundredths, by code) is worth, before caps: its band's sum or, without bands,
    its share of the pot by largest remainder. Nothing below `pass_points`."""
    passed = {code: value for code, value in scores.items() if value >= 100 * pass_points and value > 0}
    if bands:
        sums = {code: band_sum(bands, value) for code, value in passed.items()}
    else:
        shares = money.split(pot, list(passed.values())) if passed else []
        sums = dict(zip(passed, shares, strict=True))
    return {code: sums.get(code, 0) for code in scores}
