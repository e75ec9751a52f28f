"""Reports that should be out and are not, by name."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.templatetags.days import spoken_day
from apps.disclosure.queries.reports import owed_reports
from apps.funds.models import Fund, Host

MOST_NAMED = 8


@dataclass(frozen=True)
class Late:
    """One fund's report that is late, and the sentence that says so."""

    fund_code: str
    fund_name: str
    words: str


def late_reports(host: Host, funds: Q) -> tuple[list[Late], int]:
    """Return the late reports of some of a host's funds, the latest first, and how many more there are."""
    owed = [row for row in owed_reports(host, Fund.objects.filter(funds)) if row.is_late]
    owed.sort(key=lambda row: -row.days_late)
    named = [
        Late(
            row.fund.code,
            row.fund.name,
            _("%(quarter)s 季度报告应在 %(day)s前公布，已晚 %(days)d 天。")
            % {"quarter": str(row.quarter), "day": spoken_day(row.due_on), "days": row.days_late},
        )
        for row in owed[:MOST_NAMED]
    ]
    return named, max(len(owed) - MOST_NAMED, 0)
