"""The rules of a fund with what every level wrote, side by side."""

from dataclasses import dataclass

from apps.core import clock
from apps.divisions.rules import lineage
from apps.funds.models import Fund, Rulebook
from apps.funds.queries.rulebooks import books_in_force, combined, effective_rules, settings_of
from apps.funds.rules import CLAUSES, HOST_ONLY, EffectiveRule, describe
from apps.funds.states import RuleLevel

# The rules a neighbour asks about first, in this order.
FIRST_ASKED = (
    "quorum_bp",
    "majority",
    "notice_days",
    "town_review_fen",
    "first_instalment_max_bp",
    "fund_fee_bp",
)


@dataclass(frozen=True)
class Wording:
    """What one level wrote about one clause; empty when it wrote nothing; `alone` when no other level wrote."""

    level: str
    words: str
    article: str
    rules: bool
    alone: bool


@dataclass(frozen=True)
class SideBySide:
    """The books in force for a fund, clause by clause what rules and what each level wrote, and what nobody wrote."""

    books: tuple[Rulebook, ...]
    levels: tuple[str, ...]
    clauses: tuple[tuple[EffectiveRule, tuple[Wording, ...]], ...]
    defaults: tuple[EffectiveRule, ...]


def in_short(fund: Fund) -> list[EffectiveRule]:
    """Return the handful of rules that neighbours ask about first, each as it holds today. One query."""
    return list(effective_rules(fund, keys=FIRST_ASKED).values())


def side_by_side(fund: Fund) -> SideBySide:
    """Return every clause as it holds for a fund today, beside what each level wrote. Two queries."""
    books = books_in_force(fund.host_id, clock.today(), divisions=lineage(fund.division_id))
    settings = settings_of(books)
    effective = combined(settings)
    levels = [level for level in RuleLevel if any(book.level == level for book in books)]
    rows = []
    for key in (key for key in CLAUSES if key in settings):
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
                    rules=bool(setting) and level in {source.level for source in rule.sources},
                    alone=len(written) == 1,
                )
            )
        rows.append((rule, tuple(words)))
    return SideBySide(
        books=tuple(books),
        levels=tuple(str(level.label) for level in levels),
        clauses=tuple(rows),
        defaults=tuple(
            rule for key, rule in effective.items() if key not in settings and key not in HOST_ONLY
        ),
    )
