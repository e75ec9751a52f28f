"""Reads of the folded totals. One indexed query per figure; all of them are as of `folded_at`."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from apps.divisions.rules import lineage, parent_of
from apps.funds.models import DivisionTotal, FoldMark, Fund, Host
from apps.ledger import queries as ledger

ALL_TIME = NATION = ""
# host, fund, month, flow, fen, count
FlowRow = tuple[str, str, str, str, int, int]
# division, parent, host, month, flow
TotalKey = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Total:
    """Fen by their effect on the money, and how many entries made them."""

    amount: int
    count: int


@dataclass(frozen=True, slots=True)
class FundTotals:
    """A fund with its flows of all time, as far as they are folded."""

    fund: Fund
    flows: dict[str, Total]

    @property
    def net(self) -> int:
        """What all flows leave."""
        return sum(total.amount for total in self.flows.values())


def folded_at() -> datetime | None:
    """Return the moment up to which every booked entry is in the totals; None before the first fold."""
    return FoldMark.objects.filter(pk=1).values_list("folded_at", flat=True).first()


def division_totals(code: str, month: str = ALL_TIME) -> dict[str, Total]:
    """Return by flow what happened in a division and everything under it; the empty code is the nation."""
    return _by_flow(DivisionTotal.objects.filter(division=code, host="", month=month))


def host_totals(host: Host, month: str = ALL_TIME) -> dict[str, Total]:
    """Return by flow what happened to the host's own funds."""
    return _by_flow(DivisionTotal.objects.filter(division=host.division_id, host=host.code, month=month))


def child_totals(code: str, month: str = ALL_TIME) -> dict[str, dict[str, Total]]:
    """Return by division one level below, and by flow, what `division_totals` of the same fold is made of.

    What is missing from the sum belongs to funds of the division itself.
    """
    rows = DivisionTotal.objects.filter(parent=code, month=month, host="").exclude(division=code)
    found: dict[str, dict[str, Total]] = defaultdict(dict)
    for division, flow, amount, count in rows.values_list("division", "flow", "amount", "count"):
        found[division][flow] = Total(amount, count)
    return dict(found)


def funds_with_totals(funds: Iterable[Fund]) -> list[FundTotals]:
    """Return each fund with its folded flows of all time, in one query for all of them."""
    shown = list(funds)
    sums: dict[str, dict[str, Total]] = defaultdict(dict)
    for _host, fund, _month, flow, amount, count in ledger.flow_totals([fund.code for fund in shown]):
        so_far = sums[fund].get(flow, Total(0, 0))
        sums[fund][flow] = Total(so_far.amount + amount, so_far.count + count)
    return [FundTotals(fund, sums.get(fund.code, {})) for fund in shown]


def balances(funds: Sequence[Fund]) -> dict[str, int]:
    """Return what each fund has to spend at this moment, by code; one query per host."""
    by_host: dict[str, list[str]] = defaultdict(list)
    for fund in funds:
        by_host[fund.host.code].append(fund.code)
    found: dict[str, int] = {}
    for host, codes in by_host.items():
        found.update(ledger.fund_balances(codes, host=host))
    return found


def widened(rows: Iterable[FlowRow]) -> dict[TotalKey, tuple[int, int]]:
    """Return what funds' flows come to in every total: each division above the fund and the nation, by month and for
    all time, and the host's own row. Keys are (division, parent, host, month, flow), values (fen, count)."""
    rows = list(rows)
    places = {
        code: (division, host_division)
        for code, division, host_division in Fund.objects.values_list(
            "code", "division_id", "host__division_id"
        ).filter(code__in={row[1] for row in rows})
    }
    found: dict[TotalKey, tuple[int, int]] = {}
    for host, fund, month, flow, amount, count in rows:
        division, host_division = places[fund]
        targets = [(code, parent_of(code), "") for code in lineage(division)]
        targets += [(NATION, NATION, ""), (host_division, parent_of(host_division), host)]
        for target in targets:
            for period in (month, ALL_TIME):
                so_far = found.get((*target, period, flow), (0, 0))
                found[*target, period, flow] = (so_far[0] + amount, so_far[1] + count)
    return found


def _by_flow(rows: QuerySet[DivisionTotal]) -> dict[str, Total]:
    return {flow: Total(amount, count) for flow, amount, count in rows.values_list("flow", "amount", "count")}
