"""How reviews add up: sheets of criteria, points, means and what fits into a pot. Whole numbers and exact fractions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.core.money import split
from apps.core.verdicts import Refused

# The weights of a sheet add up to this, and so does the best score.
WHOLE = 100
MAX_CRITERIA = 10
MOST_POINTS = 100


@dataclass(frozen=True)
class Criterion:
    """One line of a sheet: `weight` of the whole hundred, for which 0 to `most` points are given."""

    number: int
    name: str | Promise
    weight: int
    most: int
    words: str | Promise = ""


Sheet = Sequence[Criterion]
# Points for each criterion of a sheet that nobody wrote for a call.
USUAL_POINTS = 10


def even_sheet(names: Sequence[str | Promise]) -> Sheet:
    """Return a sheet of these criteria, all of the same weight as nearly as whole numbers can be."""
    weights = split(WHOLE, [1] * len(names))
    return [
        Criterion(number, name, weight, USUAL_POINTS)
        for number, (name, weight) in enumerate(zip(names, weights, strict=True), start=1)
    ]


def check_sheet(sheet: Sheet) -> None:
    """Raise `Refused` unless there are criteria with different names, whole points, and weights of a hundred."""
    if not 1 <= len(sheet) <= MAX_CRITERIA:
        raise Refused(_("评分项要有 1 到 %(most)d 项。") % {"most": MAX_CRITERIA}, "criteria")
    if len({str(one.name) for one in sheet}) != len(sheet) or not all(one.name for one in sheet):
        raise Refused(_("每一项评分要有自己的名称，不能重复。"), "criteria")
    if any(not 1 <= one.most <= MOST_POINTS for one in sheet):
        raise Refused(_("每一项的满分要在 1 到 %(most)d 之间。") % {"most": MOST_POINTS}, "criteria")
    total = sum(one.weight for one in sheet)
    if total != WHOLE or any(one.weight < 1 for one in sheet):
        raise Refused(
            _("各项权重都要大于 0，加起来要正好是 100，现在是 %(total)d。") % {"total": total}, "criteria"
        )


def check_points(points: Mapping[int, int], sheet: Sheet) -> list[int]:
    """Return the points in the sheet's order. Raises `Refused` naming `points_<number>` for one that is missing, out of
    bounds, or of no criterion of this sheet."""
    strange = set(points) - {one.number for one in sheet}
    if strange:
        raise Refused(_("有一项不是这份评分表里的，请刷新页面重新打分。"))
    for one in sheet:
        if not 0 <= points.get(one.number, -1) <= one.most:
            raise Refused(
                _("“%(name)s”要打 0 到 %(most)d 分。") % {"name": one.name, "most": one.most},
                f"points_{one.number}",
            )
    return [points[one.number] for one in sheet]


def score(points: Sequence[int], sheet: Sheet) -> Fraction:
    """Return one review's score out of a hundred: each criterion's share of its full points, by weight."""
    return sum(
        (Fraction(one.weight * given, one.most) for one, given in zip(sheet, points, strict=True)), Fraction()
    )


@dataclass(frozen=True)
class Scores:
    """What the reviewers of one application gave, out of a hundred."""

    count: int
    mean: Fraction | None = None
    lowest: Fraction | None = None
    highest: Fraction | None = None

    @property
    def spread(self) -> Fraction | None:
        """How far apart the highest and the lowest are."""
        return None if self.highest is None or self.lowest is None else self.highest - self.lowest

    @property
    def mean_shown(self) -> str:
        """The mean as pages show it."""
        return one_decimal(self.mean)

    @property
    def spread_shown(self) -> str:
        """The spread as pages show it."""
        return one_decimal(self.spread)


def summed(scores: Sequence[Fraction]) -> Scores:
    """Return the mean, the lowest and the highest of some scores; nothing without one."""
    if not scores:
        return Scores(0)
    return Scores(len(scores), sum(scores, Fraction()) / len(scores), min(scores), max(scores))


def one_decimal(value: Fraction | None) -> str:
    """Return a score as it is shown, `83.5`; halves are rounded up. Nothing for None."""
    if value is None:
        return ""
    whole, tenth = divmod((20 * value.numerator + value.denominator) // (2 * value.denominator), 10)
    return f"{whole}.{tenth}"


@dataclass(frozen=True)
class Candidate:
    """An application as a choice has to weigh it; `shares` is the fen asked of each fund, by the fund's code."""

    code: str
    shares: Mapping[str, int]
    mean: Fraction | None


@dataclass(frozen=True)
class Choice:
    """What a choice of applications comes to, in fen; `over` names the funds that cannot meet their part."""

    total: int
    left: int
    by_fund: dict[str, int]
    over: frozenset[str]

    @property
    def fits(self) -> bool:
        """Whether the pot and every fund can meet it."""
        return self.left >= 0 and not self.over


def weigh(chosen: Sequence[Candidate], *, pot: int, purses: Mapping[str, int]) -> Choice:
    """Return what a choice costs against the pot and against each fund's money."""
    by_fund: dict[str, int] = {}
    for one in chosen:
        for fund, asked in one.shares.items():
            by_fund[fund] = by_fund.get(fund, 0) + asked
    total = sum(by_fund.values())
    over = frozenset(fund for fund, asked in by_fund.items() if asked > purses.get(fund, 0))
    return Choice(total, pot - total, by_fund, over)


def suggest(candidates: Sequence[Candidate], *, pot: int, purses: Mapping[str, int]) -> list[str]:
    """Return the codes that fit when taken by score, the best first, ties by code; what does not fit is passed over.

    A suggestion only: who decides may choose otherwise.
    """
    scored = [one for one in candidates if one.mean is not None]
    taken: list[Candidate] = []
    for one in sorted(scored, key=lambda one: (-(one.mean or 0), one.code)):
        if weigh([*taken, one], pot=pot, purses=purses).fits:
            taken.append(one)
    return [one.code for one in taken]


def is_over(part: int, whole: int, most_bp: int) -> bool:
    """Tell whether a part (fen) is more than a share (basis points) of the whole."""
    return part * 10_000 > most_bp * whole
