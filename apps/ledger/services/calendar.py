"""Periods: made when first needed, shared by those who book, held alone by the one who closes."""

from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.db.models import Max

from apps.ledger.models import Period

Month = tuple[str, date]
# Waits for the one who closes, not for others who book.
SHARED = " FOR SHARE"


def month_of(day: date) -> date:
    """Return the first day of the month of `day`."""
    return day.replace(day=1)


def hold_calendars(hosts: Iterable[str]) -> None:
    """Let only one transaction at a time make or close months of a host (SQLite has one writer anyway)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for host in sorted(set(hosts)):
                cursor.execute(
                    "SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"ledger calendar {host}"]
                )


def hold_months(days: Iterable[tuple[str, date]]) -> None:
    """Hold the months of these days (host, day) as those who book do: until commit nobody closes them, and no whole
    book is moved. What is read about a fund's books afterwards stays true."""
    open_periods({(host, month_of(day)) for host, day in days})


def hold_books(host: str) -> None:
    """Hold a host's open months alone: wait for everyone who books, and let nobody book until commit.

    For moving whole books. The caller holds the funds' locks already, as those who spend do before they book.
    """
    hold_calendars([host])
    list(Period.objects.select_for_update(no_key=True).filter(host=host, is_closed=False).order_by("month"))


def open_periods(months: set[Month]) -> dict[Month, int]:
    """Return the ids of those months (host, first day) that are open, making what is missing.

    Until commit nobody can close them. A month before the host's last closed one counts as closed.
    """
    found = _share(months)
    missing = months - found.keys()
    if missing:
        hold_calendars(host for host, _month in missing)
        closed = dict(
            Period.objects.filter(host__in={host for host, _month in missing}, is_closed=True)
            .values_list("host")
            .annotate(last=Max("month"))
        )
        Period.objects.bulk_create(
            [
                Period(host=host, month=month)
                for host, month in sorted(missing)
                if host not in closed or month > closed[host]
            ],
            ignore_conflicts=True,
        )
        found = _share(months)
    return {month: period.pk for month, period in found.items() if not period.is_closed}


def _share(months: set[Month]) -> dict[Month, Period]:
    hosts, days = sorted({host for host, _month in months}), sorted({month for _host, month in months})
    lock = SHARED if connection.vendor == "postgresql" else ""
    periods = Period.objects.raw(
        "SELECT * FROM ledger_period"
        f" WHERE host IN ({_marks(hosts)}) AND month IN ({_marks(days)}) ORDER BY host, month{lock}",
        [*hosts, *days],
    )
    return {
        (period.host, period.month): period for period in periods if (period.host, period.month) in months
    }


def _marks(values: list[str] | list[date]) -> str:
    return ", ".join(["%s"] * len(values))
