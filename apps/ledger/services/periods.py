"""Closing months and years."""

from datetime import date

from django.db.models import Model, Q, Sum
from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.locking import lock_row
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.ledger import rules
from apps.ledger.models import Account, Period, Posting
from apps.ledger.rules import Draft, EntryKind, last_day
from apps.ledger.services.calendar import hold_calendars, month_of
from apps.ledger.services.posting import post_many


@verb
def close_month(host: str, month: date, *, by: Model | None) -> Period:
    """Close one month of a host's books: income and expense go to net assets, then nothing more can be booked in it.

    `month` is any day of it. Closing a closed month does nothing. Raises `Refused` while the month is not over, or an
    earlier one is open.
    """
    first = month_of(month)
    hold_calendars([host])
    Period.objects.get_or_create(host=host, month=first)
    period = lock_row(Period, host=host, month=first)
    if period.is_closed:
        return period
    if month_of(clock.today()) <= first:
        raise Refused(_("这个月还没有过完，月底之后才能结账。"), "month")
    earlier = Period.objects.filter(host=host, month__lt=first, is_closed=False).order_by("month").first()
    if earlier is not None:
        raise Refused(_("请先结 %(month)s 的账。") % {"month": f"{earlier.month:%Y-%m}"}, "month")
    lines = rules.closing_lines(_sums_to_close(period), first)
    if lines:
        source = f"{host}:{first:%Y-%m}"
        post_many([Draft(EntryKind.CLOSING.value, source, host, last_day(first), lines)], by=by)
    period.is_closed = True
    period.closed_at = clock.now()
    period.save(update_fields=["is_closed", "closed_at"])
    audit.record(by, "close_month", period, host=host, month=f"{first:%Y-%m}", lines=len(lines))
    return period


@verb
def close_year(host: str, year: int, *, by: Model | None) -> list[Period]:
    """Close every month of the year that is still open, from the first one with books to December, and return them.

    Raises as `close_month`.
    """
    first = Period.objects.filter(host=host).order_by("month").values_list("month", flat=True).first()
    start = max(first or date(year, 1, 1), date(year, 1, 1))
    return [
        close_month(host, date(year, month, 1), by=by)
        for month in range(start.month, 13)
        if start.year == year
    ]


def _sums_to_close(period: Period) -> dict[tuple[str, str, str], int]:
    """Return the month's sums in fen of every account that closes, by (fund, restriction, account)."""
    kinds = [Account.Kind.INCOME, Account.Kind.EXPENSE]
    rows = (
        Posting.objects.filter(entry__host=period.host)
        .filter(entry__day__gte=period.month, entry__day__lte=last_day(period.month))
        .filter(Q(account__kind__in=kinds) | Q(account="prior_years"))
        .values_list("fund", "restriction", "account")
        .annotate(total=Sum("amount"))
    )
    return {(fund, restriction, account): total for fund, restriction, account, total in rows}
