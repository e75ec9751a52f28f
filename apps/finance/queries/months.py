"""Which month of a host's books closes next, and what finance should look at before."""

from datetime import date

from apps.core import clock
from apps.donations import queries as gifts
from apps.finance.queries.statements import open_lines
from apps.funds.models import Host
from apps.ledger import queries as ledger
from apps.ledger.rules import last_day


def month_to_close(host: Host) -> date | None:
    """Return the first day of the oldest month that is over and open; None where no month with books is."""
    this = clock.today().replace(day=1)
    months = [first for first, is_closed, _at in ledger.periods(host.code) if not is_closed and first < this]
    return min(months, default=None)


def unsettled(host: Host, month: date) -> dict[str, int]:
    """Return how much of a month may still lead to entries: bank lines that prove nothing yet, cash in the drawer, and
    a provider's events that wait for a person, of whatever day."""
    until = last_day(month)
    return {
        "lines": open_lines(host).filter(day__lte=until).count(),
        "cash": gifts.cash_in_hand(host).filter(day__lte=until).count(),
        "parked": gifts.parked([host.code]).count(),
    }
