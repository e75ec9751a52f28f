"""A committee ends with its fund."""

from apps.core import clock
from apps.core.verbs import verb
from apps.funds.models import Fund
from apps.governance import queries
from apps.governance.models import Seat
from apps.governance.services.committees import lock_committee
from apps.governance.services.seats import end
from apps.users.models import User


@verb
def end_committee(fund: Fund, *, by: User | None) -> int:
    """End every seat of a fund that ends; return how many. The caller holds the fund's lock and judges who may."""
    held = list(queries.seats_of(fund))
    if held:
        lock_committee(held[0].committee)
    for seat in held:
        end(seat, clock.now(), Seat.Ending.TERM_OVER, by=by)
    return len(held)
