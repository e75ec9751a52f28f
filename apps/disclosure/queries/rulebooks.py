"""The rules of a fund with what every level wrote, side by side."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core import clock
from apps.divisions.rules import lineage
from apps.funds.models import Fund, Rulebook
from apps.funds.queries.rulebooks import books_in_force, combined, settings_of
from apps.funds.rules import CLAUSES, EffectiveRule, describe
from apps.funds.states import RuleLevel


@dataclass(frozen=True)
class Wording:
    """What one level wrote about one clause; empty when it wrote nothing."""

    level: str
    words: str
    article: str
    rules: bool


@dataclass(frozen=True)
class SideBySide:
    """The books in force for a fund, and clause by clause what rules and what each level wrote."""

    books: tuple[Rulebook, ...]
    levels: tuple[str, ...]
    clauses: tuple[tuple[EffectiveRule, tuple[Wording, ...]], ...]


def level_words(rule: EffectiveRule) -> str:
    """Return who set a rule: 区定, 街镇定, 社区定, or the house's default."""
    return _("默认") if rule.default else str(RuleLevel(rule.level).label)


def side_by_side(fund: Fund) -> SideBySide:
    """Return every clause as it holds for a fund today, beside what each level wrote. Two queries."""
    books = books_in_force(fund.host_id, clock.today(), divisions=lineage(fund.division_id))
    settings = settings_of(books)
    effective = combined(settings)
    levels = [level for level in RuleLevel if any(book.level == level for book in books)]
    rows = []
    for key in CLAUSES:
        rule = effective[key]
        written = {setting.level: setting for setting in settings.get(key, [])}
        words = []
        for level in levels:
            setting = written.get(level)
            words.append(
                Wording(
                    level=str(level.label),
                    words=describe(key, setting.value) if setting else "",
                    article=setting.article if setting else "",
                    rules=bool(setting) and not rule.default and rule.level == level,
                )
            )
        rows.append((rule, tuple(words)))
    return SideBySide(tuple(books), tuple(str(level.label) for level in levels), tuple(rows))
