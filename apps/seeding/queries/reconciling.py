"""A programme's rows beside the books: both must tell the same."""

from dataclasses import dataclass

from apps.funds.queries import available
from apps.ledger import queries as books
from apps.ledger.rules import EntryKind
from apps.seeding.models import Programme
from apps.seeding.queries.matching import waiting_gifts
from apps.seeding.queries.programmes import given
from apps.seeding.states import ProgrammeKind


@dataclass(frozen=True)
class Reconciled:
    """What the rows and the entries say was given (fen), the host's free money, and how many gifts wait."""

    rows: int
    entries: int
    free: int
    waiting: int

    @property
    def difference(self) -> int:
        """0 while rows and books agree."""
        return self.rows - self.entries


def reconciled(programme: Programme) -> Reconciled:
    """Return a programme's figures beside the entries it booked."""
    source = programme.source
    entries = books.amounts_by_source(
        EntryKind.SEED.value, "net_unrestricted", funds=[source.code], starts_with=f"{programme.code}:"
    )
    is_open = programme.kind == ProgrammeKind.MATCHING and programme.closed_at is None
    return Reconciled(
        rows=given(programme),
        entries=sum(amount for _source, amount in entries),
        free=max(0, available(source).get("", 0)),
        waiting=waiting_gifts(programme, programme.match_terms).count() if is_open else 0,
    )
