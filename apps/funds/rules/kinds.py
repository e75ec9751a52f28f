"""What a clause's value can be: an amount, a share, a fraction, a number, a choice, a yes or no, a list."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core import money
from apps.core.verdicts import Refused

# Fen, basis points, days, months, years and counts are int; fractions are [numerator, denominator]; lists are the names
# of some of the clause's options, in the catalogue's order.
Value = int | bool | str | list[int] | list[str]

PERCENT_BP = 100
WHOLE_BP = 10_000
MAX_DENOMINATOR = 10_000
_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?\s*[%％]?", re.ASCII)
_FRACTION = re.compile(r"(\d{1,5})\s*/\s*(\d{1,5})", re.ASCII)
_SEPARATORS = re.compile(r"[\s,，、]+")
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_SPOKEN = {
    (1, 1): gettext_lazy("百分之百"),
    (1, 2): gettext_lazy("二分之一"),
    (1, 3): gettext_lazy("三分之一"),
    (2, 3): gettext_lazy("三分之二"),
    (3, 4): gettext_lazy("四分之三"),
    (3, 5): gettext_lazy("五分之三"),
    (4, 5): gettext_lazy("五分之四"),
}


class Unit(Enum):
    """What a value counts."""

    AMOUNT = "amount"
    SHARE = "share"
    FRACTION = "fraction"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    COUNT = "count"
    TIMES = "times"
    CHOICE = "choice"
    FLAG = "flag"
    LIST = "list"


class Tighter(Enum):
    """Which way a lower level may move a value. A flag is tighter when true; a choice, later in its options.

    A list is tighter with more entries (what is forbidden: the levels add up) or with fewer (what is permitted: only
    what every level permits).
    """

    HIGHER = 1
    LOWER = -1


UNIT_WORDS: dict[Unit, str | Promise] = {
    Unit.AMOUNT: gettext_lazy("元"),
    Unit.SHARE: "%",
    Unit.FRACTION: gettext_lazy("几分之几，比如 2/3"),
    Unit.DAYS: gettext_lazy("天"),
    Unit.MONTHS: gettext_lazy("个月"),
    Unit.YEARS: gettext_lazy("年"),
    Unit.COUNT: gettext_lazy("人"),
    Unit.TIMES: gettext_lazy("次"),
    Unit.CHOICE: "",
    Unit.FLAG: "",
    Unit.LIST: "",
}


@dataclass(frozen=True)
class ClauseKind:
    """One line of the catalogue.

    `least` and `most` bound every level; `sentence` holds %(value)s and says the rule in words; for a flag it is the
    rule when true and `otherwise` the rule when false; a choice has `options` from loosest to tightest, each with
    its own sentence; a list is some of its `options`, and `least` names those that a list of what is forbidden always
    holds. `by_people` marks a rule that people keep and the program only publishes.
    """

    key: str
    unit: Unit
    tighter: Tighter
    default: Value
    label: str | Promise
    source: str | Promise
    sentence: str | Promise = ""
    otherwise: str | Promise = ""
    least: Value = 0
    most: Value = 0
    options: tuple[tuple[str, str | Promise], ...] = ()
    by_people: bool = False

    @property
    def unit_words(self) -> str:
        """The unit as it stands behind an input."""
        return str(UNIT_WORDS[self.unit])

    @property
    def adds_up(self) -> bool:
        """Whether the levels' lists are added: each may name more, none can take away."""
        return self.unit is Unit.LIST and self.tighter is Tighter.HIGHER


def size(kind: ClauseKind, value: Value) -> Fraction:
    """Return a valid value as a number that can be compared; a choice's is its place, a flag's 0 or 1.

    Lists have no size: some are neither tighter nor looser than others.
    """
    if isinstance(value, list):
        return Fraction(int(value[0]), int(value[1]))
    if isinstance(value, str):
        return Fraction([name for name, _words in kind.options].index(value))
    return Fraction(int(value))


def words(kind: ClauseKind, value: Value) -> str:
    """Return a valid value with its unit, as people say it: 三分之二, 7 天, ¥10,000.00, 13%."""
    match kind.unit:
        case Unit.FLAG:
            return _("是") if value else _("否")
        case Unit.CHOICE:
            return str(dict(kind.options)[str(value)])
        case Unit.LIST:
            return _("、").join(str(name) for key, name in kind.options if key in _entries(value))
        case Unit.FRACTION:
            assert isinstance(value, list)  # noqa: S101  (for the type checker; validate() made it so)
            spoken = _SPOKEN.get((int(value[0]), int(value[1])))
            return str(spoken) if spoken else f"{value[0]}/{value[1]}"
    number = int(size(kind, value))
    match kind.unit:
        case Unit.AMOUNT:
            return f"¥{money.written(number)}"
        case Unit.SHARE:
            return f"{_percent(number)}%"
        case Unit.DAYS:
            return ngettext("%(number)d 天", "%(number)d 天", number) % {"number": number}
        case Unit.MONTHS:
            return ngettext("%(number)d 个月", "%(number)d 个月", number) % {"number": number}
        case Unit.YEARS:
            return ngettext("%(number)d 年", "%(number)d 年", number) % {"number": number}
        case Unit.TIMES:
            return ngettext("%(number)d 次", "%(number)d 次", number) % {"number": number}
    return ngettext("%(number)d 人", "%(number)d 人", number) % {"number": number}


def validate(kind: ClauseKind, value: Value) -> Value:
    """Return the value in its one spelling. Raises `Refused` naming the clause for a wrong type or out of bounds."""
    value = _typed(kind, value)
    if kind.unit in {Unit.FLAG, Unit.CHOICE, Unit.LIST}:
        return value
    if not size(kind, kind.least) <= size(kind, value) <= size(kind, kind.most):
        raise Refused(
            _("“%(label)s”要在 %(least)s 和 %(most)s 之间，写的是 %(value)s。")
            % {
                "label": kind.label,
                "least": words(kind, kind.least),
                "most": words(kind, kind.most),
                "value": words(kind, value),
            },
            kind.key,
        )
    return value


def _typed(kind: ClauseKind, value: Value) -> Value:
    match kind.unit:
        case Unit.FLAG:
            if isinstance(value, bool):
                return value
        case Unit.CHOICE:
            if isinstance(value, str) and value in dict(kind.options):
                return value
        case Unit.FRACTION:
            if (
                isinstance(value, list | tuple)
                and len(value) == 2
                and all(type(part) is int for part in value)
            ):
                return _fraction(kind, int(value[0]), int(value[1]))
        case Unit.LIST:
            if isinstance(value, list | tuple):
                return _list(kind, value)
        case _:
            if type(value) is int:
                return value
    raise _unreadable(kind)


def _fraction(kind: ClauseKind, numerator: int, denominator: int) -> list[int]:
    if denominator <= 0 or denominator > MAX_DENOMINATOR:
        raise Refused(
            _("“%(label)s”的分母要在 1 和 %(most)d 之间。") % {"label": kind.label, "most": MAX_DENOMINATOR},
            kind.key,
        )
    lowest = Fraction(numerator, denominator)
    return [lowest.numerator, lowest.denominator]


def _list(kind: ClauseKind, names: Sequence[object]) -> list[str]:
    """Return the chosen options in the catalogue's order, each once. Raises `Refused`."""
    known = dict(kind.options)
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise Refused(
                _("“%(label)s”里没有“%(name)s”这一项，请从列出的里面选。")
                % {"label": kind.label, "name": str(name)[:40]},
                kind.key,
            )
    if not names:
        raise Refused(_("“%(label)s”至少要选一项。") % {"label": kind.label}, kind.key)
    chosen = {*names, *(_entries(kind.least) if kind.adds_up else ())}
    return [name for name in known if name in chosen]


def _entries(value: Value) -> set[str]:
    return {str(entry) for entry in value} if isinstance(value, list) else set()


def fits(kind: ClauseKind, lower: Value, upper: Value) -> bool:
    """Whether a lower level may write a value under what the levels above made; lists that add up always fit."""
    return kind.adds_up or is_tighter_or_equal(kind, lower, upper)


def is_tighter_or_equal(kind: ClauseKind, lower: Value, upper: Value) -> bool:
    """Whether `lower` asks at least as much as `upper` does."""
    if kind.unit is Unit.LIST:
        own, other = _entries(lower), _entries(upper)
        return own >= other if kind.adds_up else own <= other
    difference = size(kind, lower) - size(kind, upper)
    return difference >= 0 if kind.tighter is Tighter.HIGHER else difference <= 0


def together(kind: ClauseKind, upper: Value, lower: Value) -> Value:
    """Return what two levels' valid values make together: the tighter one; of lists the sum, or what both permit.

    Lists that permit nothing in common leave the upper one: a rule that forbids everything was nobody's decision.
    """
    if kind.unit is not Unit.LIST:
        return lower if is_tighter_or_equal(kind, lower, upper) else upper
    own, other = _entries(lower), _entries(upper)
    both = own | other if kind.adds_up else own & other
    return [name for name, _words in kind.options if name in (both or other)]


def parse(kind: ClauseKind, text: str) -> Value:
    """Read what a person typed into the clause's input. Raises `Refused` naming the clause."""
    text = text.strip()
    match kind.unit:
        case Unit.FLAG:
            if text in {"yes", "no"}:
                return text == "yes"
        case Unit.CHOICE:
            return validate(kind, text)
        case Unit.LIST:
            return validate(kind, [part for part in _SEPARATORS.split(text) if part])
        case Unit.AMOUNT:
            return validate(kind, 0 if text in {"0", "0.00"} else money.parse_amount(text, field=kind.key))
        case Unit.SHARE:
            if percent := _PERCENT.fullmatch(text):
                return validate(kind, _basis_points(percent))
        case Unit.FRACTION:
            if parts := _FRACTION.fullmatch(text):
                return validate(kind, _fraction(kind, int(parts[1]), int(parts[2])))
            if percent := _PERCENT.fullmatch(text):
                return validate(kind, _fraction(kind, _basis_points(percent), WHOLE_BP))
        case _:
            if _NUMBER.fullmatch(text):
                return validate(kind, int(text))
    raise _unreadable(kind)


def typed(kind: ClauseKind, value: Value) -> str:
    """Return a valid value the way `parse` reads it, for the input of a form."""
    match kind.unit:
        case Unit.FLAG:
            return "yes" if value else "no"
        case Unit.AMOUNT:
            return money.written(int(size(kind, value)))
        case Unit.SHARE:
            return _percent(int(size(kind, value)))
        case Unit.FRACTION:
            assert isinstance(value, list)  # noqa: S101
            return f"{value[0]}/{value[1]}"
        case Unit.LIST:
            return ",".join(name for name, _words in kind.options if name in _entries(value))
    return str(value)


def _basis_points(percent: re.Match[str]) -> int:
    return int(percent[1]) * PERCENT_BP + int((percent[2] or "0").ljust(2, "0"))


def _percent(basis_points: int) -> str:
    whole, part = divmod(basis_points, PERCENT_BP)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") if part else str(whole)


def _unreadable(kind: ClauseKind) -> Refused:
    match kind.unit:
        case Unit.FLAG:
            reason = _("“%(label)s”请选是或否。")
        case Unit.CHOICE:
            reason = _("“%(label)s”请从列出的做法里选一个。")
        case Unit.LIST:
            reason = _("“%(label)s”请从列出的里面选一项或几项。")
        case Unit.FRACTION:
            reason = _("“%(label)s”请写成几分之几或百分数，比如 2/3 或 60%%。")
        case Unit.SHARE:
            reason = _("“%(label)s”请写百分数，最多两位小数，比如 13 或 2.5。")
        case Unit.AMOUNT:
            reason = _("“%(label)s”请写金额，单位是元。")
        case _:
            reason = _("“%(label)s”请写整数。")
    return Refused(reason % {"label": kind.label}, kind.key)
