"""The schematic of a district or a town: where projects are, in which fields, and what was paid for them.

A district has no map here, for no project has coordinates: its towns stand side by side, in each its communities.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from django.db.models import F, Sum

from apps.divisions.models import Division
from apps.divisions.queries import stem
from apps.divisions.rules import code_range
from apps.funds.models import Fund
from apps.grants.models import GrantSource
from apps.projects.models import Field, Share
from apps.projects.states import ACCEPTED, APPROVED, CLOSED, RUNNING

SHOWN = (APPROVED, RUNNING, ACCEPTED, CLOSED)
TOWN_LENGTH, WHOLE = 9, 100

# Of each field of work: the projects (by key, so that one that two funds pay is counted once) and the fen paid.
_Work: TypeAlias = dict[str, tuple[set[int], int]]


@dataclass(frozen=True)
class InField:
    """How many projects of a field there are in a place, and what its funds paid for them, in fen."""

    field: str
    label: str
    projects: int
    paid: int


@dataclass(frozen=True)
class Tile:
    """A place: its projects, what its funds paid for them in fen, by field, and the places in it. `share` is what was
    paid in percent of the highest such sum among the tiles of the same size."""

    code: str
    name: str
    projects: int
    paid: int
    share: int
    fields: tuple[InField, ...]
    below: tuple["Tile", ...] = ()


def tiles(division: Division) -> Tile:
    """Return a district's tile with its towns and their communities, or a town's with its communities; those that have
    a fund or a project. Four statements.

    What a project got from several funds stands in each of their places; the project is counted once in each place and
    once in what contains them.
    """
    low, high = code_range(division.code)
    work = _work(low, high)
    places = {*work, *_places_of_funds(low, high)}
    names = dict(Division.objects.filter(pk__gte=low, pk__lt=high).values_list("pk", "name"))
    if division.level >= Division.Level.TOWN:
        below = _row(sorted(places), work, names)
    else:
        towns: defaultdict[str, list[str]] = defaultdict(list)
        for code in sorted(places):
            towns[code[:TOWN_LENGTH]].append(code)
        most = max((_paid(_joined(work, codes)) for codes in towns.values()), default=0)
        inner = _row(
            [code for codes in towns.values() for code in codes if len(code) > TOWN_LENGTH], work, names
        )
        below = tuple(
            _tile(
                town,
                names.get(town, town),
                _joined(work, codes),
                most,
                tuple(one for one in inner if one.code.startswith(town)),
            )
            for town, codes in towns.items()
        )
    return _tile(division.code, division.name, _joined(work, work), 0, below)


def _work(low: str, high: str) -> dict[str, _Work]:
    found: defaultdict[str, _Work] = defaultdict(dict)
    shares = Share.objects.filter(
        project__state__in=SHOWN, fund__division_id__gte=low, fund__division_id__lt=high
    )
    for place, field, project in shares.values_list("fund__division_id", "project__field", "project_id"):
        found[place].setdefault(field, (set(), 0))[0].add(project)
    paid = GrantSource.objects.filter(
        grant__project__state__in=SHOWN, grant__fund__division_id__gte=low, grant__fund__division_id__lt=high
    )
    sums = paid.order_by().values_list("grant__fund__division_id", "grant__project__field")
    for place, field, fen in sums.annotate(fen=Sum(F("paid") - F("returned"))):
        projects, _before = found[place].get(field, (set(), 0))
        found[place][field] = (projects, fen)
    return dict(found)


def _places_of_funds(low: str, high: str) -> Iterable[str]:
    funds = Fund.objects.filter(state=Fund.State.OPEN, division_id__gte=low, division_id__lt=high)
    return funds.exclude(kind=Fund.Kind.GENERAL).values_list("division_id", flat=True)


def _joined(work: dict[str, _Work], codes: Iterable[str]) -> _Work:
    whole: _Work = {}
    for code in codes:
        for field, (projects, fen) in work.get(code, {}).items():
            before, sum_before = whole.get(field, (set(), 0))
            whole[field] = (before | projects, sum_before + fen)
    return whole


def _paid(work: _Work) -> int:
    return sum(fen for _projects, fen in work.values())


def _row(codes: list[str], work: dict[str, _Work], names: dict[str, str]) -> tuple[Tile, ...]:
    most = max((_paid(work.get(code, {})) for code in codes), default=0)
    return tuple(_tile(code, names.get(code, code), work.get(code, {}), most) for code in codes)


def _tile(code: str, name: str, work: _Work, most: int, below: tuple[Tile, ...] = ()) -> Tile:
    rows = (
        InField(field, str(Field(field).label), len(projects), fen) for field, (projects, fen) in work.items()
    )
    fields = tuple(sorted(rows, key=lambda row: (-row.projects, -row.paid, row.field)))
    projects = len(set().union(*(found for found, _fen in work.values())))
    paid = _paid(work)
    share = paid * WHOLE // most if most > 0 else 0
    return Tile(code, stem(name), projects, paid, max(share, 0), fields, below)
