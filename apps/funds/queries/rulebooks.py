"""Reads about rulebooks: what holds, what a level may still set, and what a new version would change."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.compiled import Compiled, Param, Params
from apps.divisions.models import Division
from apps.divisions.rules import lineage
from apps.funds import rules
from apps.funds.models import Clause, Fund, Host, Rulebook, RulebookFile
from apps.funds.queries.funds import contains
from apps.funds.rules import CLAUSES, EffectiveRule, EffectiveRules, Setting
from apps.funds.states import RuleLevel

Settings = dict[str, list[Setting]]
Clauses = Mapping[str, tuple[rules.Value, str]]


def rules_version(host: str) -> str:
    """Return the key of the content version of all rules of a host (by its code)."""
    return f"rules:{host}"


def is_rule_place(host: Host, level: int, division: Division) -> bool:
    """Whether a level may have rules in this division of the host."""
    own = division.code == host.division_id
    fits = {
        RuleLevel.HOST: own,
        RuleLevel.DISTRICT: own or division.level == Division.Level.COUNTY,
        RuleLevel.TOWN: division.level == Division.Level.TOWN,
        RuleLevel.COMMUNITY: division.level == Division.Level.VILLAGE,
    }
    return level in RuleLevel.values and fits[RuleLevel(level)] and contains(host, division.code)


def books_in_force(host: int, on: date, *, divisions: Iterable[str] | None = None) -> list[Rulebook]:
    """Return the rulebooks that hold on a day, one per level and division, upper levels first, with their clauses.

    `host` is the host's primary key. A version replaces the whole version before it from its first day. Two queries.
    """
    books = Rulebook.objects.filter(host_id=host, effective_from__lte=on, withdrawn_at=None)
    if divisions is not None:
        books = books.filter(division_id__in=list(divisions))
    latest = {(book.level, book.division_id): book for book in books.order_by("effective_from", "version")}
    found = sorted(latest.values(), key=lambda book: (book.level, book.division_id))
    prefetch_related_objects(found, Prefetch("clauses", Clause.objects.order_by("pk")))
    return found


def settings_of(books: Iterable[Rulebook]) -> Settings:
    """Return the books' clauses by key, as the rules combine them."""
    found: dict[str, list[Setting]] = defaultdict(list)
    for book in books:
        for row in book.clauses.all():
            if row.key in CLAUSES:
                found[row.key].append(
                    Setting(
                        level=book.level,
                        value=row.value,
                        version=book.version,
                        title=book.title,
                        document=book.document,
                        article=row.article,
                        rulebook_id=book.pk,
                        motion=book.motion_code,
                    )
                )
    return found


def combined(settings: Mapping[str, list[Setting]]) -> EffectiveRules:
    """Return every clause of the catalogue as the levels' settings make it."""
    return EffectiveRules(settings)


def effective_rules(fund: Fund, on: date | None = None, *, keys: Collection[str] = CLAUSES) -> EffectiveRules:
    """Return every clause (or those asked for) as it holds for a fund on a day, today by default. One query."""
    found: Settings = defaultdict(list)
    rows = _clauses(
        host=fund.host_id, day=on or clock.today(), divisions=lineage(fund.division_id), keys=keys
    )
    for key, _division, *setting in rows:
        found[key].append(Setting(*setting))
    return EffectiveRules(found, keys)


def rule_of_each(funds: Iterable[Fund], key: str, on: date | None = None) -> dict[int, EffectiveRule]:
    """Return one clause as it holds for each of many funds on a day, by the funds' keys. One query per host."""
    return {pk: found[key] for pk, found in rules_of_each(funds, [key], on).items()}


def rules_of_each(
    funds: Iterable[Fund], keys: Collection[str], on: date | None = None
) -> dict[int, EffectiveRules]:
    """Return some clauses as they hold for each of many funds on a day, by the funds' keys. One query per host."""
    by_host: dict[int, list[Fund]] = defaultdict(list)
    for fund in funds:
        by_host[fund.host_id].append(fund)
    found = {}
    for host, theirs in by_host.items():
        above = {fund.pk: lineage(fund.division_id) for fund in theirs}
        divisions = {code for codes in above.values() for code in codes}
        rows = list(_clauses(host=host, day=on or clock.today(), divisions=divisions, keys=keys))
        for pk, codes in above.items():
            settings: Settings = defaultdict(list)
            for key, division, *setting in rows:
                if division in codes:
                    settings[key].append(Setting(*setting))
            found[pk] = EffectiveRules(settings, keys)
    return found


def _clauses_in_force() -> QuerySet[Clause, tuple[Any, ...]]:
    """Return the clauses of the books that `books_in_force` finds, upper levels first."""
    newer = Rulebook.objects.filter(
        Q(effective_from__gt=OuterRef("rulebook__effective_from"))
        | Q(effective_from=OuterRef("rulebook__effective_from"), version__gt=OuterRef("rulebook__version")),
        host=OuterRef("rulebook__host"),
        level=OuterRef("rulebook__level"),
        division=OuterRef("rulebook__division"),
        effective_from__lte=Param("day"),
        withdrawn_at=None,
    )
    return (
        Clause.objects.filter(
            ~Exists(newer),
            rulebook__host=Param("host"),
            rulebook__division__in=Params("divisions", "text"),
            rulebook__effective_from__lte=Param("day"),
            rulebook__withdrawn_at=None,
            key__in=Params("keys", "text"),
        )
        .order_by("rulebook__level", "rulebook__division", "pk")
        .values_list(
            "key",
            "rulebook__division",
            "rulebook__level",
            "value",
            "rulebook__version",
            "rulebook__title",
            "rulebook__document",
            "article",
            "rulebook_id",
            "rulebook__motion_code",
        )
    )


_clauses = Compiled(_clauses_in_force)


def versions(host: Host, level: int, division: str) -> list[Rulebook]:
    """Return one level's rulebook in all its versions, newest first, with their clauses."""
    return list(
        Rulebook.objects.filter(host=host, level=level, division_id=division)
        .select_related("division", "host")
        .prefetch_related(
            "clauses", Prefetch("files", RulebookFile.objects.select_related("file").order_by("number"))
        )
        .order_by("-version")
    )


def upper_rules(host: Host, *, level: int, division: str, on: date) -> Mapping[str, EffectiveRule]:
    """Return what the levels above leave to a level in a division on a day; nothing binds the host's own level."""
    if level == RuleLevel.HOST:
        return {}
    books = books_in_force(host.pk, on, divisions=lineage(division))
    return combined(settings_of(book for book in books if book.level < level))


def loosenings(host: Host, *, level: int, division: str, on: date, clauses: Clauses) -> dict[str, str]:
    """Return, by key, the sentence why a clause (valid value) cannot stand under the levels above on a day: it is
    looser than theirs, or together with theirs it could never be kept."""
    upper = upper_rules(host, level=level, division=division, on=on)
    found = {
        key: looser_than(key, value, upper[key])
        for key, (value, _article) in clauses.items()
        if key in upper and not rules.fits(key, value, upper[key].value)
    }
    own = {key: value for key, (value, _article) in clauses.items()}
    values = {key: rule.value for key, rule in upper.items()} or {
        key: kind.default for key, kind in CLAUSES.items()
    }
    for key, sentence in rules.contradictions(values | own).items():
        if key in own:
            found.setdefault(key, sentence)
    return found


def looser_than(key: str, value: rules.Value, upper: EffectiveRule) -> str:
    """Return the sentence that says a clause is looser than the rule above it, naming both."""
    facts = {"own": rules.describe(key, value), "upper": upper.words, "label": upper.label}
    if upper.default:
        return _("“%(label)s”写的是“%(own)s”，比默认值“%(upper)s”松；要放宽，得先由慈善会定。") % facts
    return _(
        "“%(label)s”写的是“%(own)s”，比%(level)s《%(title)s》%(article)s的“%(upper)s”松。下级只能更严。"
    ) % {**facts, "level": upper.source.level_words, "title": upper.title, "article": upper.article}


@dataclass(frozen=True)
class Flag:
    """A clause in force that the levels above have since made tighter: it rules no more and is to be mended."""

    book: Rulebook
    key: str
    sentence: str


def flagged(host: Host, on: date | None = None, *, division: str = "", level: int = 0) -> list[Flag]:
    """Return the clauses in force on a day that are looser than the levels above them, upper levels first.

    With `division`, of the rulebooks in it and below; with `level`, of that level and below. Two queries.
    """
    books = books_in_force(host.pk, on or clock.today())
    found = []
    for book in books:
        if book.level < level or not book.division_id.startswith(division):
            continue
        lines = lineage(book.division_id)
        above = settings_of(one for one in books if one.level < book.level and one.division_id in lines)
        for row in book.clauses.all() if book.level > rules.HOST_LEVEL else ():
            if row.key in CLAUSES:
                upper = rules.effective(row.key, above.get(row.key, ()))
                if not rules.fits(row.key, row.value, upper.value):
                    found.append(Flag(book, row.key, looser_than(row.key, row.value, upper)))
    return found


def by_book(flags: Iterable[Flag]) -> list[tuple[Rulebook, list[Flag]]]:
    """Return flags under the rulebooks they are about, in the same order."""
    found: dict[int, tuple[Rulebook, list[Flag]]] = {}
    for flag in flags:
        found.setdefault(flag.book.pk, (flag.book, []))[1].append(flag)
    return list(found.values())
