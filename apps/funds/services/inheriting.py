"""What still comes to an ended fund is passed on to the fund that stands for it."""

from apps.core import audit, clock, versions
from apps.core.verbs import verb
from apps.funds import queries
from apps.funds.models import Fund
from apps.funds.rules.moving import transfer_lines
from apps.ledger import queries as books
from apps.ledger import services as ledger
from apps.ledger.rules import Draft, EntryKind, Line
from apps.users.models import User


@verb
def pass_on(fund: Fund, *, source: str, by: User | None) -> int:
    """Move whatever stands in an ended fund's books to its heirs, in one entry known by `source`; return its lines.

    For what can only be booked where it was first, such as the reversal of a refund. A fund that goes on is left alone.
    """
    host, today = fund.host.code, clock.today()
    ledger.hold_months([(host, today)])
    if not queries.ended([fund]):
        return 0
    lines: list[Line] = []
    heirs: set[str] = set()
    for restriction, accounts in books.standing(fund.code, host=host).items():
        heir = queries.heir_of(fund, restriction)
        if heir.fund.pk != fund.pk:
            lines += transfer_lines((fund.code, restriction), (heir.fund.code, heir.restriction), accounts)
            heirs.add(heir.fund.code)
    if lines:
        ledger.post(Draft(EntryKind.TRANSFER.value, source, host, today, lines), by=by)
        audit.record(by, "pass_on", fund, heirs=sorted(heirs))
        versions.bump("site", f"fund:{fund.code}", *(f"fund:{code}" for code in heirs))
    return len(lines)
