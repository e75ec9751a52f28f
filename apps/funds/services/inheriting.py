"""What ended funds leave to the funds that stand for them: restrictions, promises, and what still comes in."""

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import audit, clock, codes, versions
from apps.core.moves import check_move
from apps.core.verbs import verb
from apps.funds import queries
from apps.funds.models import Fund, Reservation, Restriction
from apps.funds.rules.moving import transfer_lines
from apps.funds.states import FUND_MOVES, FundState
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


def hand_over_restriction(code: str, *, of: Fund, to: Fund, leads: bool, joined: bool) -> str:
    """Return the restriction under which money of an ended fund's restriction stands in the successor's book.

    The leading successor takes the restriction itself, code and all; another gets one of its own with the same purpose.
    `joined`: the ended fund's own purposes become the successor's own. The caller holds the locks of both funds.
    """
    row = Restriction.objects.filter(fund=of, code=code).first()
    if row is None:
        return code
    if row.is_general and joined:
        return queries.general_restriction(to).code
    purpose = row.purpose
    if row.is_general:
        # Kept in the site's language, whatever the language of the person who merges.
        with translation.override(settings.LANGUAGE_CODE):
            purpose = _("原%(fund)s宗旨范围内") % {"fund": of.name}
    if leads:
        row.fund, row.is_general, row.purpose = to, False, purpose
        row.save(update_fields=["fund", "is_general", "purpose"])
        return code
    made = Restriction.objects.create(
        code=codes.new_code("R", 8), fund=to, purpose=purpose, until=row.until, origin=code
    )
    return made.code


def hand_over_promise(source_kind: str, source_code: str, *, to: Fund, into: Mapping[str, str]) -> None:
    """Let what is promised to a source stand in the successor's book, restriction by restriction."""
    rows = Reservation.objects.filter(source_kind=source_kind, source_code=source_code)
    for row in rows.exclude(fund=to):
        row.fund, row.restriction = to, into.get(row.restriction, row.restriction)
        row.save(update_fields=["fund", "restriction"])


@verb
def end_fund(fund: Fund, *, day: date, by: User | None) -> Fund:
    """Close a fund for good; its pages stay. The caller holds its lock and has moved what it held."""
    check_move(FUND_MOVES, fund.state, FundState.CLOSED, what=fund.name)
    before, fund.state, fund.closed_on = fund.state, FundState.CLOSED, day
    fund.suspended_for, fund.suspended_on = "", None
    fund.save(update_fields=["state", "closed_on", "suspended_for", "suspended_on"])
    audit.record(by, "end_fund", fund, before=before)
    versions.bump(f"fund:{fund.code}", f"division:{fund.division_id}", "site")
    return fund
