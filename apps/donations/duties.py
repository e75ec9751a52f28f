"""What the law asks a charity to file and publish about a campaign, and by which day. Plain values only."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from apps.donations.states import CampaignReportKind

# Order 74, article 10: at most three years; one year in an emergency.
YEARS, EMERGENCY_YEARS = 3, 1
# Order 74, articles 12 and 13: a change, and the start of an emergency campaign, is filed within ten days.
FILING_DAYS = 10
# Order 81, article 8: every five days in an emergency, every three months beyond six, three months after the end.
EMERGENCY_DAYS, PROGRESS_MONTHS, LONG_MONTHS, CLOSING_MONTHS = 5, 3, 6, 3


class DutyKind(StrEnum):
    """What is owed."""

    FILING = "filing"
    CHANGE = "change"
    EMERGENCY = CampaignReportKind.EMERGENCY.value
    PROGRESS = CampaignReportKind.PROGRESS.value
    CLOSING = CampaignReportKind.CLOSING.value


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing owed, and its last day in time."""

    kind: DutyKind
    due_on: date

    def days_late(self, today: date) -> int:
        """How many days it is late; 0 while there is time."""
        return max((today - self.due_on).days, 0)


@dataclass(frozen=True, slots=True)
class Change:
    """A version of a plan: when it was decided, and when the authority took it (None: not known to be taken)."""

    decided_on: date
    filed_on: date | None


def add_months(day: date, months: int) -> date:
    """Return the day so many months later, the last of its month where that day does not exist."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def last_day_allowed(starts_on: date, *, is_emergency: bool) -> date:
    """Return the last day on which a plan that starts then may end (Order 74, article 10)."""
    years = EMERGENCY_YEARS if is_emergency else YEARS
    return add_months(starts_on, 12 * years) - timedelta(days=1)


def file_by(starts_on: date) -> date:
    """Return the last day in time for the filing of an emergency's plan (Charity Law, article 73)."""
    return starts_on + timedelta(days=FILING_DAYS)


def unfiled_since(changes: Sequence[Change]) -> date | None:
    """Return the day of the oldest change that no filing stands for, None when all are filed.

    `changes` come in order, without the plan as first filed. A filing stands for everything decided up to its day.
    """
    waiting: list[date] = []
    for change in changes:
        waiting.append(change.decided_on)
        if change.filed_on is not None:
            waiting = [day for day in waiting if day > change.filed_on]
    return min(waiting, default=None)


def duties(
    *,
    starts_on: date,
    ends_on: date,
    is_emergency: bool,
    filed_on: date | None,
    changes: Sequence[Change],
    told_until: dict[str, date],
    today: date,
) -> list[Duty]:
    """Return what is owed now or next, the earliest first; `told_until` is the last day each kind of report tells of.

    A campaign that did not begin owes nothing; one that is closed and told of to the end owes no more reports.
    """
    owed: list[Duty] = []
    if today < starts_on:
        return owed
    if is_emergency and filed_on is None:
        owed.append(Duty(DutyKind.FILING, file_by(starts_on)))
    # What was never filed is filed as it is then: there is no filing yet that a change would have to be told to.
    since = None if filed_on is None else unfiled_since(changes)
    if since is not None:
        owed.append(Duty(DutyKind.CHANGE, since + timedelta(days=FILING_DAYS)))
    if DutyKind.CLOSING in told_until:
        return sorted(owed, key=lambda duty: duty.due_on)
    before = starts_on - timedelta(days=1)
    if is_emergency:
        due = told_until.get(DutyKind.EMERGENCY, before) + timedelta(days=EMERGENCY_DAYS)
        if due <= ends_on:
            owed.append(Duty(DutyKind.EMERGENCY, due))
    if ends_on >= add_months(starts_on, LONG_MONTHS):
        due = add_months(told_until.get(DutyKind.PROGRESS, before), PROGRESS_MONTHS)
        if due <= ends_on:
            owed.append(Duty(DutyKind.PROGRESS, due))
    if today > ends_on:
        owed.append(Duty(DutyKind.CLOSING, add_months(ends_on, CLOSING_MONTHS)))
    return sorted(owed, key=lambda duty: duty.due_on)
