"""Closing a month of a host's books."""

from datetime import date

from django.utils.translation import gettext as _

from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.finance import permissions
from apps.funds.models import Host
from apps.ledger import queries as ledger
from apps.ledger import services as books
from apps.users.models import User


@verb
def close_books(host: Host, *, month: date, by: User | None) -> None:
    """Close the month of a day: its income and expense go to restricted and unrestricted net assets, fund by fund, and
    nothing can be booked in it any more. Closing it twice changes nothing.

    Raises `Refused` for whoever is not finance, for a month without books, while the month is not over, and while an
    earlier one is open.
    """
    permissions.may_close_books(by, host).require()
    if month.replace(day=1) not in {first for first, _is_closed, _at in ledger.periods(host.code)}:
        raise Refused(_("这个月没有账，不用结。"), "month")
    books.close_month(host.code, month, by=by)
