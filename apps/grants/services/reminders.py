"""Reminding by the clock of what is due in a grant's life; each occasion once, however often it runs."""

from apps.core import clock
from apps.grants import queries
from apps.grants.models import Grant
from apps.grants.notices import due
from apps.projects.rules import REMIND_AFTER, REMIND_BEFORE, occasion


def remind() -> int:
    """Write about closing reports and final accounts that are due, agreements that nobody signed, notices that ended
    without a payment, and evidence that is missing. Returns how many things were spoken of.

    Milestones are spoken of in `projects`. A thing whose days for reminding are long over stays unsaid, so that a
    worker that stood still does not pour out the past.
    """
    today, now = clock.today(), clock.now()
    spoken = 0
    first, last = today - REMIND_AFTER, today + REMIND_BEFORE
    for project in queries.closing_reports_awaited(first=first, last=last):
        if when := occasion(project.ends_on, today=today):
            due.closing_report_due(project, occasion=when)
            spoken += 1
    for project, day in queries.accounts_awaited(first=first, last=last):
        if when := occasion(day, today=today):
            due.account_due(project, day, occasion=when)
            spoken += 1
    for grant in queries.unsigned_since(first=now - REMIND_AFTER, last=now):
        due.agreement_unsigned(grant)
        spoken += 1
    since = now - REMIND_BEFORE
    for instalment in queries.unpaid_since(first=since - REMIND_AFTER, last=since):
        due.notice_ended_unpaid(instalment)
        spoken += 1
    awaited = list(queries.evidence_awaited(today, patience=REMIND_AFTER))
    found = Grant.objects.select_related("project__organisation", "fund")
    grants = found.in_bulk([lacking.grant for lacking in awaited], field_name="code")
    for lacking in awaited:
        due.evidence_missing(grants[lacking.grant], lacking)
        spoken += 1
    return spoken
