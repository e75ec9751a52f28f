"""Live invariants of what was published."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.canonical import sha256_hex
from apps.core.checks import Check, Row
from apps.disclosure.models import PeriodReport
from apps.disclosure.queries import reports
from apps.disclosure.rules import adds_up, read_quarter

PUBLISHED = PeriodReport.State.PUBLISHED
# Names and titles may change afterwards; what is money may not.
FIGURES = ("money", "gifts", "entries")


def altered_reports() -> Iterator[Row]:
    """Published reports whose content is no longer what their hash says."""
    for report in PeriodReport.objects.filter(state=PUBLISHED).iterator(chunk_size=100):
        if sha256_hex(report.content) != report.sha256:
            yield {"report": report.code, "sha256": report.sha256}


def reports_that_do_not_add_up() -> Iterator[Row]:
    """Published reports whose sum does not hold, or that open with something else than the one before closed with."""
    for report in reports.current_reports():
        money = reports.read_content(report)["money"]
        if not adds_up(money):
            yield {"report": report.code, "fault": "sum"}
        quarter = read_quarter(report.quarter)
        before = reports.newest(report.fund, quarter.previous) if quarter else None
        if before and reports.read_content(before)["money"]["closing"] != money["opening"]:
            yield {"report": report.code, "fault": "opening"}


def reports_left_behind() -> Iterator[Row]:
    """Newest published reports whose figures are not those of the books any more: a correction is owed."""
    for report in reports.current_reports():
        quarter = read_quarter(report.quarter)
        if quarter is None:
            yield {"report": report.code, "fault": "quarter"}
            continue
        said, now = reports.read_content(report), reports.facts_of(report.fund, quarter)
        parts = [part for part in FIGURES if _figures(said[part]) != _figures(now[part])]
        if parts:
            yield {"report": report.code, "parts": parts}


def _figures(part: Any) -> Any:
    """Return a part without the words of purposes: a motion may change them, and an heir's book renames them."""
    if isinstance(part, list):
        return [_figures(row) for row in part]
    if isinstance(part, dict):
        return {key: _figures(value) for key, value in part.items() if key != "purpose"}
    return part


CHECKS = [
    Check("published_report_altered", _("公布的报告和它的校验码一致，一个字也没改过。"), altered_reports),
    Check(
        "published_report_sum",
        _("公布的报告加得起来，期初等于上季度的期末。"),
        reports_that_do_not_add_up,
    ),
    Check(
        "published_report_differs_from_books",
        _("公布的报告（最新版）和账本一致；不一致就要更正。"),
        reports_left_behind,
    ),
]
