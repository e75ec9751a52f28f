"""The rows behind every figure of a project's public pages; each list comes to the figure it was opened from.

A name with a number at its end (`spent-2`) is one line's, indicator's, fund's or clawback's figure.
"""

import re
from collections.abc import Callable

from apps.disclosure.queries.project_rows import account, budget, money, work
from apps.disclosure.queries.project_rows.shape import Row, Rows, Rule, made_of
from apps.projects.models import Project

__all__ = ["OF_ONE", "ROWS", "Row", "Rows", "Rule", "made_of", "rows_of"]

ROWS: dict[str, Callable[[Project], Rows | None]] = {
    "granted": money.granted,
    "paid": money.paid,
    "returned": money.returned,
    "written-off": money.written_off,
    "shares": money.shares,
    "whole-cost": money.whole_cost,
    "wishes": money.wishes,
    "budget": budget.budget,
    "planned": budget.planned,
    "spent": budget.spent,
    "left": budget.left,
    "expected-persons": work.expected_persons,
    "expected-person-times": work.expected_person_times,
    "person-times": work.person_times,
    "persons": work.persons,
    "activities": work.activities,
    "attendance": work.attendance,
    "helpers": work.helpers,
    "hours": work.volunteer_hours,
    "rating": work.rating,
    "replies": work.answered,
    "satisfied": work.satisfied,
    "called": work.called,
    "codes": work.codes,
    "response": work.response,
    "at-check": account.at_check,
    "came-after": account.came_after,
    "owed-again": account.owed_again,
    "surplus-owed": account.surplus_owed,
    **{f"account-{column}": account.line_column(column) for column in account.LINE_COLUMNS},
    **{f"funds-{column}": account.fund_column(column) for column in account.FUND_COLUMNS},
}
OF_ONE: dict[str, Callable[[Project, int], Rows | None]] = {
    "granted": money.granted_by,
    "share": money.share_of,
    "asked-back": money.asked_back_on,
    "returned": money.returned_on,
    "written-off": money.written_off_on,
    "outstanding": money.outstanding_on,
    "planned": budget.planned_on,
    "spent": budget.spent_on,
    "left": budget.left_on,
    "vouchers": account.vouchers_on,
    "indicator": work.reached,
    "target": work.target,
    "stars": work.gave,
    **{f"account-{column}": account.line_cell(column) for column in ("granted", *account.FROM)},
    "fund-paid": account.fund_paid,
    "fund-returned": account.fund_returned,
    "fund-written-off": account.fund_written_off,
    "fund-spent": account.fund_spent,
    "fund-surplus": account.fund_surplus,
    "fund-to-return": account.fund_to_return,
}
_NUMBERED = re.compile(r"([a-z-]+)-([1-9][0-9]{0,3})", re.ASCII)


def rows_of(project: Project, what: str) -> Rows | None:
    """Return the rows of one figure of a project by its name; None for a name or a number that there is not."""
    if what in ROWS:
        return ROWS[what](project)
    one = _NUMBERED.fullmatch(what)
    read = OF_ONE.get(one[1]) if one else None
    return read(project, int(one[2])) if one and read else None
