"""The rules of one level in one place as everybody may read them, and the levels of a host that have rules."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from apps.core import clock
from apps.divisions.models import Division
from apps.divisions.rules import lineage
from apps.funds.models import Fund, Host, Rulebook
from apps.funds.queries import (
    Flag,
    books_in_force,
    by_book,
    combined,
    flagged,
    is_rule_place,
    settings_of,
    under,
    versions,
)
from apps.funds.queries.comparing import ComparedClause, as_written, compare, written_in
from apps.funds.rules import GROUPS, HOST_GROUP, EffectiveRule, Setting
from apps.funds.states import RuleLevel

ABOVE = "above"


@dataclass(frozen=True)
class Level:
    """One level's rules in one place, with the version in force."""

    level: RuleLevel
    division: Division
    book: Rulebook


@dataclass(frozen=True)
class RuleHere:
    """A rule in force at a place, with every setting that made it and the place of the rulebook it stands in."""

    rule: EffectiveRule
    sources: tuple[tuple[Setting, Rulebook | None], ...]


@dataclass(frozen=True)
class Heading:
    """Rules under one heading: those that a level set, and those that nobody set."""

    title: str
    written: list[RuleHere]
    defaults: list[RuleHere]


@dataclass(frozen=True)
class RulesHere:
    """Everything a level's public page shows."""

    host: Host
    level: RuleLevel
    division: Division
    book: Rulebook | None
    versions: list[tuple[Rulebook, str]]
    headings: list[Heading]
    own_flags: list[Flag]
    lower_flags: list[tuple[Rulebook, list[Flag]]]
    above: list[Level]
    below: list[Level]
    funds: int


def find_place(host: str, level: int, division: str) -> tuple[Host, Division] | None:
    """Return the host and the division of a level's page, or None when there can be no such rules."""
    found = Host.objects.filter(code=host).select_related("division").first()
    place = Division.objects.filter(pk=division).first()
    if found is None or place is None or not is_rule_place(found, level, place):
        return None
    return found, place


def rules_here(host: Host, level: RuleLevel, division: Division) -> RulesHere:
    """Return a level's page. A dozen queries, however many levels stand below."""
    today = clock.today()
    books = books_in_force(host.pk, today)
    places = Division.objects.in_bulk({book.division_id for book in books})
    lines = lineage(division.code)
    ruling = [book for book in books if book.division_id in lines and book.level <= level]
    own = next((book for book in ruling if book.level == level), None)
    flags = flagged(host, today, division=division.code, level=level)
    lower = [flag for flag in flags if flag.book.level > level]
    return RulesHere(
        host=host,
        level=level,
        division=division,
        book=own,
        versions=[(book, standing(book, own, today)) for book in versions(host, level, division.code)],
        headings=headings(ruling, with_host=level == RuleLevel.HOST),
        own_flags=[flag for flag in flags if own is not None and flag.book.pk == own.pk],
        lower_flags=by_book(lower),
        above=[_level(book, places) for book in ruling if book.level < level],
        below=[
            _level(book, places)
            for book in books
            if book.level > level and book.division_id.startswith(division.code)
        ],
        funds=under(division.code).filter(host=host).exclude(state=Fund.State.CLOSED).count(),
    )


def headings(ruling: Iterable[Rulebook], *, with_host: bool) -> list[Heading]:
    """Return every clause under the catalogue's headings; the host's own ratios bind nobody below."""
    by_pk = {book.pk: book for book in ruling}
    effective = combined(settings_of(by_pk.values()))
    found = []
    for name, title, kinds in GROUPS:
        if name == HOST_GROUP and not with_host:
            continue
        rows = [_here(effective[kind.key], by_pk) for kind in kinds]
        found.append(
            Heading(
                str(title),
                [row for row in rows if not row.rule.default],
                [row for row in rows if row.rule.default],
            )
        )
    return found


def _here(rule: EffectiveRule, by_pk: dict[int, Rulebook]) -> RuleHere:
    return RuleHere(rule, tuple((setting, by_pk.get(setting.rulebook_id or 0)) for setting in rule.sources))


def standing(book: Rulebook, current: Rulebook | None, today: date) -> str:
    """Return how a version stands: active, waiting, withdrawn or closed."""
    if book.withdrawn_at is not None:
        return "withdrawn"
    if current is not None and book.pk == current.pk:
        return "active"
    return "waiting" if book.effective_from > today else "closed"


def _level(book: Rulebook, places: dict[str, Division]) -> Level:
    return Level(RuleLevel(book.level), places[book.division_id], book)


def levels_of(host: Host) -> list[Level]:
    """Return the places of a host that have rules of their own, upper levels first. Three queries."""
    books = books_in_force(host.pk, clock.today())
    places = Division.objects.in_bulk({book.division_id for book in books})
    return [_level(book, places) for book in books]


@dataclass(frozen=True)
class Comparison:
    """Two sides of a comparison: their names, and every clause with what changed; how often each change happens."""

    left: str
    right: str
    headings: list[tuple[str, list[ComparedClause]]]
    counts: list[tuple[str, str, int]]


def comparison(host: Host, level: RuleLevel, division: Division, left: str, right: str) -> Comparison | None:
    """Return two versions (by number, or `above` for what the levels above leave) side by side; None if one is not
    there."""
    books = {str(book.version): book for book in versions(host, level, division.code)}
    sides = []
    for name in (left, right):
        if name == ABOVE and level != RuleLevel.HOST:
            lines = lineage(division.code)
            upper = [
                book for book in books_in_force(host.pk, clock.today(), divisions=lines) if book.level < level
            ]
            sides.append(("", as_written(combined(settings_of(upper)))))
        elif name in books:
            sides.append((name, written_in(books[name])))
        else:
            return None
    if left == ABOVE:
        # What this level leaves to the levels above is no change.
        sides[0] = (sides[0][0], {key: one for key, one in sides[0][1].items() if key in sides[1][1]})
    rows = compare(sides[0][1], sides[1][1])
    changes = Counter((line.sign, line.change_words) for _title, lines in rows for line in lines)
    return Comparison(
        sides[0][0],
        sides[1][0],
        rows,
        [(sign, words, number) for (sign, words), number in changes.most_common()],
    )
