"""When a letter may go out: quiet hours and the daily summary, on plain values. Minutes of Shanghai's day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.core import clock

DAY = 24 * 60


@dataclass(frozen=True)
class Wishes:
    """When an address wants its e-mails. Quiet hours may pass midnight; None is no wish."""

    quiet_from: int | None = None
    quiet_until: int | None = None
    summary_at: int | None = None


def minute_of(moment: datetime) -> int:
    """Return the minute of Shanghai's day."""
    local = moment.astimezone(clock.SHANGHAI)
    return local.hour * 60 + local.minute


def next_at(moment: datetime, minute: int) -> datetime:
    """Return the first moment after `moment` at which Shanghai's day has this minute."""
    start = clock.midnight(clock.day_of(moment)) + timedelta(minutes=minute)
    return start if start > moment else start + timedelta(minutes=DAY)


def end_of_quiet(moment: datetime, wishes: Wishes) -> datetime:
    """Return when the quiet hours that hold at a moment end; the moment itself when none do."""
    start, end, now = wishes.quiet_from, wishes.quiet_until, minute_of(moment)
    if start is None or end is None or start == end:
        return moment
    is_quiet = start <= now < end if start < end else now >= start or now < end
    return next_at(moment, end) if is_quiet else moment


def waits_for_summary(laid_at: datetime, until: datetime | None, wishes: Wishes) -> bool:
    """Tell whether a letter goes out with the day's others: not when its deadline comes before they do."""
    if wishes.summary_at is None:
        return False
    return until is None or until > next_at(laid_at, wishes.summary_at)


def goes_out(laid_at: datetime, *, until: datetime | None, wishes: Wishes, now: datetime) -> datetime:
    """Return when a letter may go out, which is `now` when it may at once.

    A letter with a deadline that comes before the quiet hours end, or before the summary, does not wait for them.
    """
    moment = now
    if wishes.summary_at is not None and waits_for_summary(laid_at, until, wishes):
        moment = max(now, next_at(laid_at, wishes.summary_at))
    end = end_of_quiet(moment, wishes)
    return moment if until is not None and until <= end else end
