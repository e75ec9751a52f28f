"""What those who were served say, how sure that is when few answered, how it weighs the next time. Whole numbers and
exact fractions only."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from django.utils.translation import gettext as _

from apps.projects.rules.scoring import WHOLE, one_decimal
from apps.projects.rules.work import MAX_STARS

# From this many stars on, a reply counts as satisfied.
SATISFIED_FROM = 4
# Fewer replies than this are shown with the interval they leave open, and weigh less. A usual figure, not a rule.
FEW_REPLIES = 30
# The square of 1.96, the two-sided quantile of 95 %, in ten-thousandths.
Z_SQUARED, TEN_THOUSAND = 38_416, 10_000


def wilson(part: int, whole: int) -> tuple[int, int]:
    """Return the 95 % score interval (Wilson 1927) of a proportion in whole percent, rounded outwards; (0, 100) of
    nothing. Raises ValueError for a part that is none."""
    if not 0 <= part <= whole:
        raise ValueError(f"{part} is no part of {whole}")
    if whole == 0:
        return 0, 100
    # (2k + z² ± z·√(z² + 4k(n−k)/n)) / 2(n + z²), everything times ten thousand and times n, so that it stays whole.
    middle = (2 * part * TEN_THOUSAND + Z_SQUARED) * whole
    square = Z_SQUARED * (Z_SQUARED * whole + 4 * part * TEN_THOUSAND * (whole - part)) * whole
    root = isqrt(square)
    root_up = root + (root * root < square)
    scale = 2 * (whole * TEN_THOUSAND + Z_SQUARED) * whole
    low = 100 * (middle - root_up) // scale
    high = -(-100 * (middle + root_up) // scale)
    return max(low, 0), min(high, 100)


@dataclass(frozen=True)
class Satisfaction:
    """How the served residents rated: `average_tenths` is the average times ten, 47 for 4.7; None without a reply.

    `by_call` of the replies were taken down by staff who called back.
    """

    count: int
    issued: int
    by_stars: tuple[int, ...]
    average_tenths: int | None
    by_call: int = 0

    @property
    def average(self) -> str:
        """The average as it is written, `4.7`, or an empty text."""
        if self.average_tenths is None:
            return ""
        whole, part = divmod(self.average_tenths, 10)
        return f"{whole}.{part}"

    @property
    def satisfied(self) -> int:
        """How many were satisfied or very satisfied."""
        return sum(self.by_stars[SATISFIED_FROM - 1 :])

    @property
    def response_percent(self) -> int:
        """How many of the codes that were given out came back, in whole percent, rounded down."""
        return 100 * self.count // self.issued if self.issued else 0

    @property
    def response(self) -> str:
        """The share that came back as it is written, `83%`."""
        return f"{self.response_percent}%"

    @property
    def is_few(self) -> bool:
        """Whether so few answered, and not everyone who was asked, that the figure alone would mislead."""
        return 0 < self.count < min(FEW_REPLIES, self.issued)

    @property
    def sentence(self) -> str:
        """The figure in words, with the interval when few answered."""
        said = _("%(count)d 人评，%(satisfied)d 人满意（4 分以上）。") % {
            "count": self.count,
            "satisfied": self.satisfied,
        }
        if not self.is_few:
            return said
        low, high = wilson(self.satisfied, self.count)
        return said + _("评的人少，所有服务到的人里，满意的可能在 %(low)d%% 到 %(high)d%% 之间。") % {
            "low": low,
            "high": high,
        }


def satisfaction(stars: Iterable[tuple[int, int]], *, issued: int, by_call: int = 0) -> Satisfaction:
    """Return the summary of (stars, how many) pairs; halves are rounded up."""
    counts = [0] * MAX_STARS
    for value, how_many in stars:
        counts[value - 1] += how_many
    count = sum(counts)
    total = sum((i + 1) * how_many for i, how_many in enumerate(counts))
    average = (20 * total + count) // (2 * count) if count else None
    return Satisfaction(
        count=count, issued=issued, by_stars=tuple(counts), average_tenths=average, by_call=by_call
    )


@dataclass(frozen=True)
class Record:
    """What those served by an organisation's earlier projects said: how many replied, how many were satisfied."""

    satisfied: int = 0
    count: int = 0

    @property
    def points(self) -> Fraction:
        """The satisfied share out of a hundred; of nobody nothing."""
        return Fraction(WHOLE * self.satisfied, self.count) if self.count else Fraction()


def weight_of(record: Record, weight_bp: int) -> Fraction:
    """Return the share of the score that an organisation's record takes: the clause's weight times n / (n + 30), so
    that few replies weigh little and no reply nothing."""
    return Fraction(weight_bp, TEN_THOUSAND) * Fraction(record.count, record.count + FEW_REPLIES)


def with_record(mean: Fraction | None, record: Record, weight_bp: int) -> Fraction | None:
    """Return the score by which an application is compared: the reviewers' mean and the organisation's record, each by
    its share. None stays None: without a review there is no score."""
    if mean is None:
        return None
    share = weight_of(record, weight_bp)
    return mean * (1 - share) + record.points * share


def record_words(record: Record, weight_bp: int) -> str:
    """Return in words how a record weighs; nothing where it does not."""
    if not weight_bp:
        return ""
    if not record.count:
        return _("以前的项目还没有受益人评分，只看评审平均分")
    return _("以前的项目 %(count)d 人评，%(satisfied)d 人满意；占总分的 %(share)s%%") % {
        "count": record.count,
        "satisfied": record.satisfied,
        "share": one_decimal(100 * weight_of(record, weight_bp)),
    }


def record_said(record: Record) -> str:
    """Return in words what a record says where it does not weigh."""
    if not record.count:
        return _("以前的项目还没有受益人评分")
    facts = {"count": record.count, "satisfied": record.satisfied}
    return _("以前的项目 %(count)d 人评，%(satisfied)d 人满意；按本基金的办法不计分") % facts


def formula(weight_bp: int) -> str:
    """Return the public formula by which records weigh; nothing where they do not."""
    if not weight_bp:
        return ""
    return _(
        "得分 = 评审平均分 ×（1 − w）+ 以前项目的满意率 × 100 × w，"
        "w = %(weight)s%% × 评价人数 ÷（评价人数 + %(few)d）。"
        "满意率是 4 分和 5 分占全部评价的比例；没有人评过的，w 是 0。"
    ) % {"weight": one_decimal(Fraction(weight_bp, 100)), "few": FEW_REPLIES}
