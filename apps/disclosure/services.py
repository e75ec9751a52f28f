"""The verbs of period reports: draft, publish, correct. Nothing here moves money."""

from typing import Any

from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.canonical import sha256_hex
from apps.core.locking import lock_row
from apps.core.names import clean_text
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.disclosure import permissions
from apps.disclosure.models import PeriodReport
from apps.disclosure.queries import reports as queries
from apps.disclosure.rules import Quarter, adds_up, facts_only, read_quarter
from apps.funds.models import Fund
from apps.users.models import User

State = PeriodReport.State


@verb
def draft_report(fund: Fund, *, quarter: str, by: User | None) -> PeriodReport:
    """Write the draft of a fund's report for an ended quarter (`2026-Q3`) from the books, or write it anew.

    Raises `Refused` while the quarter runs, when it is published already, and when the report before it no longer
    agrees with the books.
    """
    fund = _lock(fund)
    permissions.may_draft(by, fund).require()
    span = _ended(quarter)
    if queries.newest(fund, span) is not None:
        raise Refused(_("这个季度的报告已经公布；账上有变动要用更正，旧版会保留。"), "quarter")
    facts = queries.facts_of(fund, span)
    _check_sums(fund, span, facts)
    content = queries.content_of(facts, version=1, explanation="", corrects="")
    report, _is_new = PeriodReport.objects.update_or_create(
        fund=fund,
        quarter=str(span),
        version=1,
        defaults={
            "content": content,
            "sha256": sha256_hex(content),
            "drafted_at": clock.now(),
            "drafted_by_id": by.pk if by else None,
        },
    )
    audit.record(by, "draft_report", report, fund=fund.code, quarter=str(span), sha256=report.sha256)
    return report


@verb
def publish_report(report: PeriodReport, *, by: User | None) -> PeriodReport:
    """Freeze a draft and put it before the public. Publishing twice changes nothing.

    Raises `Refused` when the books changed after the draft was written.
    """
    fund = _lock(report.fund)
    report = lock_row(PeriodReport, pk=report.pk)
    permissions.may_publish(by, fund).require()
    if report.state == State.PUBLISHED:
        return report
    facts = queries.facts_of(fund, _ended(report.quarter))
    if facts != facts_only(queries.read_content(report)):
        raise Refused(_("起草以后账上有了变动，请先重新起草，看过再公布。"))
    _publish(report, by=by)
    audit.record(by, "publish_report", report, fund=fund.code, quarter=report.quarter, sha256=report.sha256)
    versions.bump("site", f"fund:{fund.code}", f"division:{fund.division_id}")
    return report


@verb
def correct_report(report: PeriodReport, *, explanation: str, by: User | None) -> PeriodReport:
    """Publish a new version of a published report with what was wrong in words; the old one stays (Order 81, art. 16).

    Raises `Refused` without an explanation, and when the newest version agrees with the books.
    """
    fund = _lock(report.fund)
    permissions.may_publish(by, fund).require()
    explanation = clean_text(explanation, field="explanation", limit=500, lines=True)
    if not explanation:
        raise Refused(_("请写明更正了什么、为什么，这段话会公开。"), "explanation")
    span = _ended(report.quarter)
    newest = queries.newest(fund, span)
    if newest is None:
        raise Refused(_("这个季度的报告还没有公布，重新起草就可以。"))
    facts = queries.facts_of(fund, span)
    if facts == facts_only(queries.read_content(newest)):
        raise Refused(_("已公布的报告和账本一致，没有要更正的。"))
    _check_sums(fund, span, facts, is_correction=True)
    version = newest.version + 1
    content = queries.content_of(facts, version=version, explanation=explanation, corrects=newest.sha256)
    now = clock.now()
    correction = PeriodReport(
        fund=fund,
        quarter=str(span),
        version=version,
        content=content,
        sha256=sha256_hex(content),
        explanation=explanation,
        drafted_at=now,
        drafted_by_id=by.pk if by else None,
    )
    _publish(correction, by=by)
    audit.record(
        by, "correct_report", correction, fund=fund.code, quarter=str(span), sha256=correction.sha256
    )
    versions.bump("site", f"fund:{fund.code}", f"division:{fund.division_id}")
    return correction


def _lock(fund: Fund) -> Fund:
    """Lock the fund's row, so that its reports are written one after another."""
    return lock_row(Fund, "host", pk=fund.pk)


def _ended(quarter: str) -> Quarter:
    span = read_quarter(quarter)
    if span is None:
        raise Refused(_("季度请写成 2026-Q3 这样。"), "quarter")
    if not span.has_ended(clock.today()):
        raise Refused(_("%(quarter)s 还没有结束，结束以后才能起草报告。") % {"quarter": span}, "quarter")
    return span


def _check_sums(fund: Fund, span: Quarter, facts: dict[str, Any], *, is_correction: bool = False) -> None:
    """Raise `Refused` unless the sum holds and this quarter opens with what the one before closed with."""
    if not adds_up(facts["money"]):
        raise Refused(_("账本加不起来，请先请财务查账，不要公布。"))
    before = queries.newest(fund, span.previous)
    if before is None or is_correction:
        return
    closing = queries.read_content(before)["money"]["closing"]
    if closing != facts["money"]["opening"]:
        raise Refused(
            _("上季度（%(quarter)s）的报告期末和现在的账不一致，请先更正上季度的报告。")
            % {"quarter": span.previous}
        )


def _publish(report: PeriodReport, *, by: User | None) -> None:
    report.state = State.PUBLISHED
    report.published_at = clock.now()
    report.published_by_id = by.pk if by else None
    report.save()
