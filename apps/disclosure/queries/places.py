"""Pages of places: who is below, who is above, and the funds that stand in each."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from apps.core import clock
from apps.disclosure.queries import totals
from apps.disclosure.queries.totals import NOTHING, Flows, Row
from apps.divisions import queries as divisions
from apps.divisions.models import Division
from apps.divisions.rules import code_range
from apps.funds.models import Fund, Host
from apps.funds.states import FundKind

MONTHS_OF_SPARKLINE = 6


@dataclass(frozen=True)
class Place:
    """A division with its sum and the rows that add up to it."""

    division: Division
    above: tuple[Division, ...]
    flows: Flows
    rows: tuple[Row, ...]
    host: Host | None
    as_of: datetime
    months: tuple[str, ...]
    tallest: int
    funds: tuple[Fund, ...]


def find_division(code: str) -> Division | None:
    """Return a division, or None."""
    return Division.objects.filter(pk=code).first()


def funds_below(code: str) -> Q:
    """Return the condition of a fund standing in a division or under it."""
    low, high = code_range(code)
    return Q(division_id__gte=low, division_id__lt=high)


def place(division: Division) -> Place:
    """Return a division's sum and rows; the rows add up to the sum to the fen, with whatever belongs to other hosts as
    a row of its own. Where a host's area begins, the sum is that host's, without the parts excluded from its area."""
    host = totals.host_area(division.code)
    figures = totals.by_month(division.code, host.code if host else "")
    whole = figures.get("", NOTHING)
    as_of = totals.folded_at() or clock.now()
    months = tuple(
        totals.months_back(as_of.astimezone(clock.SHANGHAI).strftime("%Y-%m"), MONTHS_OF_SPARKLINE)
    )
    excluded = {row.code for row in host.excluded.all()} if host else set()
    below = [row for row in divisions.children(division.code) if row.code not in excluded]
    of_children = totals.of_children(division.code)
    recent = totals.received_of_children(division.code, list(months)) if below else {}
    named = {row.code: row.name for row in below}
    # A closed place keeps its row as long as money stands in its totals.
    gone = [code for code in of_children if code not in named and code not in excluded]
    if gone:
        named |= dict(Division.objects.filter(pk__in=gone).values_list("code", "name"))
    own = _own_funds(division, host)
    rows = [
        Row(
            divisions.stem(name),
            of_children.get(code, NOTHING),
            division=code,
            recent=recent.get(code, (0,) * MONTHS_OF_SPARKLINE),
        )
        for code, name in sorted(named.items())
    ]
    rows += own
    rest = whole
    for row in rows:
        rest = rest - row.flows
    if any(rest.amounts.values()):
        rows.append(Row("", rest))
    funds = tuple(
        Fund.objects.filter(division_id__in=named, kind__in=(FundKind.COMMUNITY, FundKind.TOWN))
        .only("code", "division_id", "name")
        .order_by("division_id", "code")
    )
    return Place(
        division=division,
        above=tuple(divisions.ancestors(division.code)),
        flows=whole,
        rows=tuple(rows),
        host=host,
        as_of=as_of,
        months=months,
        tallest=max([value for row in rows for value in row.recent] + [1]),
        funds=funds,
    )


def _own_funds(division: Division, host: Host | None) -> list[Row]:
    """Return the funds that stand at the division itself: a town's, a district's, the host's own; a community's."""
    found = Fund.objects.filter(division=division)
    if host is not None:
        found = found.filter(host=host)
    rows = totals.of_funds(found.order_by("-kind", "code"))
    return [Row(fund.name, flows, fund=fund.code) for fund, flows in rows]


def found_places(text: str, *, within: str | None, limit: int = 30) -> list[tuple[Division, str, list[Fund]]]:
    """Return the divisions that match what someone typed, each with its path in words and its funds."""
    rows = divisions.search(text, within=within, limit=limit)
    paths = divisions.path_names(rows) if rows else {}
    funds: dict[str, list[Fund]] = {}
    for fund in Fund.objects.filter(division_id__in=[row.code for row in rows]).order_by("kind", "code"):
        funds.setdefault(fund.division_id, []).append(fund)
    return [(row, paths[row.code], funds.get(row.code, [])) for row in rows]
