"""Two sets of clauses beside each other: two versions of one level, or a level and what the levels above leave it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.funds import rules
from apps.funds.models import Rulebook
from apps.funds.rules import GROUPS, EffectiveRule, Value

SAME, ADDED, DROPPED, TIGHTER, LOOSER, OTHER = "same", "added", "dropped", "tighter", "looser", "other"
# What changed, as a sign and a word: colour alone says nothing.
CHANGES: dict[str, tuple[str, str | Promise]] = {
    SAME: ("＝", gettext_lazy("没变")),
    ADDED: ("＋", gettext_lazy("新定")),
    DROPPED: ("−", gettext_lazy("不再定")),
    TIGHTER: ("↑", gettext_lazy("更严")),
    LOOSER: ("↓", gettext_lazy("更松")),
    OTHER: ("≠", gettext_lazy("换了")),
}


@dataclass(frozen=True)
class Written:
    """A clause as somebody wrote it: its value and where it stands."""

    value: Value
    source: str = ""


@dataclass(frozen=True)
class ComparedClause:
    """One clause of two sets; words are empty where a set says nothing."""

    label: str
    left: str
    left_source: str
    right: str
    right_source: str
    change: str

    @property
    def sign(self) -> str:
        """The change as a sign."""
        return CHANGES[self.change][0]

    @property
    def change_words(self) -> str:
        """The change in a word."""
        return str(CHANGES[self.change][1])


def written_in(book: Rulebook) -> dict[str, Written]:
    """Return what a version says, by clause."""
    return {
        row.key: Written(row.value, row.article) for row in book.clauses.all() if row.key in rules.CLAUSES
    }


def as_written(effective: Mapping[str, EffectiveRule]) -> dict[str, Written]:
    """Return what levels together say, by clause, each with who says so."""
    return {
        key: Written(
            rule.value, _("%(level)s《%(title)s》") % {"level": rule.level_words, "title": rule.title}
        )
        if rule.title
        else Written(rule.value, rule.level_words)
        for key, rule in effective.items()
    }


def compare(
    left: Mapping[str, Written], right: Mapping[str, Written]
) -> list[tuple[str, list[ComparedClause]]]:
    """Return every clause that one of the two says, under the catalogue's headings."""
    found = []
    for _name, heading, kinds in GROUPS:
        lines = [
            _line(kind.key, left.get(kind.key), right.get(kind.key))
            for kind in kinds
            if kind.key in left or kind.key in right
        ]
        if lines:
            found.append((str(heading), lines))
    return found


def _line(key: str, left: Written | None, right: Written | None) -> ComparedClause:
    return ComparedClause(
        label=str(rules.clause(key).label),
        left=rules.describe(key, left.value) if left else "",
        left_source=left.source if left else "",
        right=rules.describe(key, right.value) if right else "",
        right_source=right.source if right else "",
        change=_change(key, left, right),
    )


def _change(key: str, left: Written | None, right: Written | None) -> str:
    if left is None or right is None:
        return ADDED if left is None else DROPPED
    if left.value == right.value:
        return SAME
    if rules.is_tighter_or_equal(key, right.value, left.value):
        return TIGHTER
    return LOOSER if rules.is_tighter_or_equal(key, left.value, right.value) else OTHER
