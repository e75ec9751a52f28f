"""The clock. Stored in UTC; days and periods are cut in Asia/Shanghai."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Set for the whole process, so that a test's web server and its test live at one moment.
_set_to: list[datetime] = []
_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    """Return the present in UTC.

    On PostgreSQL this is the database's `clock_timestamp()`, so that every web and worker process has one clock;
    read it after the lock, because waiting for a lock takes time.
    """
    if _set_to:
        return _set_to[-1]
    if (held := _held.get()) is not None:
        return held
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            moment: datetime = cursor.fetchone()[0]
        return moment.astimezone(UTC)
    return datetime.now(UTC)


def near() -> datetime:
    """Return the present by this process's own clock, without asking the database: for how old something kept is."""
    return _set_to[-1] if _set_to else datetime.now(UTC)


def in_sql() -> tuple[str, list[Any]]:
    """Return the present as a SQL expression with its parameters: a statement that writes it needs no read before."""
    if connection.vendor == "postgresql" and not _set_to and _held.get() is None:
        return "clock_timestamp()", []
    return "%s", [connection.ops.adapt_datetimefield_value(now())]


def today() -> date:
    """Return the calendar day in Asia/Shanghai."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """Return the Shanghai calendar day on which an aware moment falls."""
    return moment.astimezone(SHANGHAI).date()


def midnight(day: date) -> datetime:
    """Return the first moment of a Shanghai day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)


@contextmanager
def held() -> Iterator[None]:
    """Read the clock once for everything inside: for a page, which only reads and should show one moment."""
    token = _held.set(now())
    try:
        yield
    finally:
        _held.reset(token)


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Hold this process's clock at `moment` (aware), for the demonstration and the tests. Raises in production."""
    if settings.IS_PRODUCTION:
        raise RuntimeError("The clock cannot be set in production.")
    _set_to.append(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.pop()


def months_later(day: date, months: int) -> date:
    """Return the day that many months later; the month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
