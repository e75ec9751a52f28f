"""Reads about divisions. A subtree is a range of codes; see `rules.code_range`."""

import re
from collections.abc import Iterable

from django.db import connection
from django.db.models import Q, QuerySet

from apps.core.compiled import Compiled, Params
from apps.divisions.models import Division
from apps.divisions.rules import LENGTHS, code_range, level_of, lineage

__all__ = [
    "ancestors",
    "children",
    "code_range",
    "level_of",
    "open_codes",
    "path_name",
    "path_names",
    "search",
    "under",
]

# Levels that exist only to fill a gap between a city and its counties; a path reads better without them.
FILLERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
# Inside a county there are some hundred divisions, so a look into the middle of names is cheap.
SMALL_RANGE = LENGTHS[2]
MAX_PLACES = 20
_by_codes = Compiled(lambda: Division.objects.filter(pk__in=Params("codes", "text")).order_by("code"))
_COMMITTEE = re.compile(r"(居民委员会|居委会)$")
_VILLAGE_COMMITTEE = re.compile(r"村?(村民委员会|村委会)$")


def under(code: str) -> QuerySet[Division]:
    """Return a division and everything under it, closed ones too; the whole nation for an empty code."""
    low, high = code_range(code)
    return Division.objects.filter(code__gte=low, code__lt=high)


def open_codes(code: str) -> set[str]:
    """Return the codes of the open divisions at and under a code."""
    return set(under(code).filter(closed_on=None).values_list("code", flat=True))


def children(code: str) -> QuerySet[Division]:
    """Return the open divisions one level below, by code; the provinces for an empty code."""
    level = level_of(code) + 1 if code else 1
    return under(code).filter(level=level, closed_on=None).order_by("code")


def ancestors(code: str) -> list[Division]:
    """Return the divisions above a code, from the province down, without itself."""
    return _by_codes.rows(codes=lineage(code)[:-1])


def path_names(divisions: Iterable[Division]) -> dict[str, str]:
    """Return, for each code, the names from the province down, such as `重庆市 綦江区 古南街道`; one query for all."""
    rows = list(divisions)
    codes = {code for division in rows for code in lineage(division.code)}
    names = dict(Division.objects.filter(pk__in=codes).values_list("code", "name"))
    return {
        division.code: " ".join(
            names[code]
            for code in lineage(division.code)
            if code in names and (code == division.code or names[code] not in FILLERS)
        )
        for division in rows
    }


def path_name(division: Division) -> str:
    """Return the names from the province down to the division."""
    return path_names([division])[division.code]


def search(text: str, *, within: str | None = None, limit: int = 10) -> list[Division]:
    """Find open divisions as one types: by code, by the start of the name, then by a part of it.

    Ordered by level, then code, the starts first. Several words narrow from the wider to the nearer: `綦江 和平`. Parts
    inside names are looked for among towns and above, and among villages within one county (`within` or the words
    before). Empty or hopeless text finds nothing.
    """
    words = text.split()[:4]
    if not words or max(map(len, words)) > LENGTHS[-1] * 3:
        return []
    if len(words) == 1 and words[0].isascii() and words[0].isdigit():
        found = _open(within).filter(_code_starts(words[0]))
        return list(found.order_by("level", "code")[:limit])
    places = [within or ""]
    for word in words[:-1]:
        places = [
            place.code for wider in places for place in _named(word, wider, limit=MAX_PLACES, towns_only=True)
        ][:MAX_PLACES]
    found_rows: list[Division] = []
    for place in places:
        found_rows += _named(words[-1], place, limit=limit)
    return (
        sorted(found_rows, key=lambda row: (row.level, row.code))[:limit] if len(places) > 1 else found_rows
    )


def stem(word: str) -> str:
    """Return a name without its committee's words, which people write in several ways."""
    return _VILLAGE_COMMITTEE.sub("村", _COMMITTEE.sub("", word)) or word


def _open(within: str | None) -> QuerySet[Division]:
    return (under(within) if within else Division.objects.all()).filter(closed_on=None)


def _named(word: str, within: str, *, limit: int, towns_only: bool = False) -> list[Division]:
    """Return open divisions whose name starts with a word, then those that have it inside."""
    rows = _open(within)
    if towns_only:
        rows = rows.filter(level__lt=Division.Level.VILLAGE)
    name = stem(word)
    found = list(rows.filter(_name_starts(name)).order_by("level", "code")[:limit])
    if len(found) < limit:
        if len(within) < SMALL_RANGE:
            rows = rows.filter(level__lt=Division.Level.VILLAGE)
        inside = rows.filter(name__contains=name).exclude(pk__in=[row.pk for row in found])
        found += inside.order_by("level", "code")[: limit - len(found)]
    return found


def _name_starts(text: str) -> Q:
    """Return a condition that the index on names serves: a pattern on PostgreSQL, a range on SQLite, where LIKE
    ignores case and therefore the index."""
    if connection.vendor == "postgresql":
        return Q(name__startswith=text)
    return Q(name__gte=text, name__lt=text + "\U0010ffff")


def _code_starts(digits: str) -> Q:
    """Return the condition of a code starting with digits, as a range of codes."""
    low, high = code_range(digits)
    return Q(code__gte=low, code__lt=high)
