"""Reports that should be out and are not, by name."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.templatetags.days import spoken_day
from apps.disclosure.queries.reports import OwedReport, owed_by, owed_reports
from apps.funds.models import Fund, Host

MOST_NAMED = 8


@dataclass(frozen=True)
class Late:
    """A fund whose reports are late, and the sentence that says so."""

    fund_code: str
    fund_name: str
    words: str


def late_reports(host: Host, funds: Q) -> tuple[list[Late], int]:
    """Return the late reports of some of a host's funds, one row per fund, latest first, and how many funds more."""
    by_fund: dict[str, list[OwedReport]] = {}
    for row in owed_reports(host, Fund.objects.filter(funds)):
        if row.is_late:
            by_fund.setdefault(row.fund.code, []).append(row)
    owed = sorted(by_fund.values(), key=lambda rows: (-rows[0].days_late, rows[0].fund.name))
    return [_named(rows) for rows in owed[:MOST_NAMED]], max(len(owed) - MOST_NAMED, 0)


def late_reports_of(fund: Fund) -> list[Late]:
    """Return the same of one fund: one row, or none. Two queries."""
    owed = owed_by(fund)
    late = [OwedReport(fund, quarter, quarter.due_on, days) for quarter, days in owed if days]
    return [_named(late)] if late else []


def late_before(predecessors: Sequence[Fund]) -> list[Late]:
    """Return the late reports of the funds that one stands for, each by its own name."""
    return [
        Late(row.fund_code, row.fund_name, _("：").join([row.fund_name, row.words]))
        for fund in predecessors
        for row in late_reports_of(fund)
    ]


def _named(rows: list[OwedReport]) -> Late:
    """Return the row of one fund; `rows` are its late reports, oldest first."""
    oldest = rows[0]
    words = _("%(quarters)s 季度报告还没公布。最早一份应在 %(day)s前公布，已晚 %(days)d 天。") % {
        "quarters": _("、").join(str(row.quarter) for row in rows),
        "day": spoken_day(oldest.due_on),
        "days": oldest.days_late,
    }
    return Late(oldest.fund.code, oldest.fund.name, words)
