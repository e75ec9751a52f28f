"""A booked entry as everyone may see it: its lines, and what it booked, without whoever gave it."""

from dataclasses import dataclass

from apps.disclosure.queries.funds import programme_kind, public_giver, titles
from apps.funds.models import Fund
from apps.ledger import queries as ledger
from apps.ledger.queries import BookedEntry, BookedLine
from apps.ledger.rules import EntryKind

# What staff wrote about a gift may name the giver.
UNTOLD = frozenset({EntryKind.DONATION, EntryKind.REFUND, EntryKind.IN_KIND, EntryKind.REVERSAL})


@dataclass(frozen=True)
class VoucherLine:
    """A line with the names of the fund and the project it belongs to."""

    line: BookedLine
    fund: str
    project: str


@dataclass(frozen=True)
class Voucher:
    """An entry, its lines, its memo where that cannot name a giver, and the sum of each side."""

    entry: BookedEntry
    lines: tuple[VoucherLine, ...]
    memo: str
    detail: str
    debit: int
    credit: int

    @property
    def tells_moment(self) -> bool:
        """Whether its page says when to the minute: that of a gift would lead from its amount to a name on the roll."""
        return self.entry.kind not in UNTOLD


def voucher(fund: Fund, entry_id: int) -> Voucher | None:
    """Return an entry that touches the fund's book, or None. Five queries."""
    found = ledger.entry(entry_id)
    if found is None or found.host != fund.host.code or all(line.fund != fund.code for line in found.lines):
        return None
    names = dict(
        Fund.objects.filter(code__in={line.fund for line in found.lines}).values_list("code", "name")
    )
    projects = titles({line.project for line in found.lines if line.project})
    return Voucher(
        entry=found,
        lines=tuple(
            VoucherLine(line, names.get(line.fund, line.fund), projects.get(line.project, ""))
            for line in found.lines
        ),
        memo="" if found.kind in UNTOLD else found.memo,
        detail=public_giver(found.kind, found.source) or programme_kind(found.kind, found.source),
        debit=sum(line.debit for line in found.lines),
        credit=sum(line.credit for line in found.lines),
    )
