"""The archive of a closed project (项目档案): everything public about it as one value, the same for the same facts.

The public edition: no names of people, no payees, no contact, no scores (reviewers score for the committee alone), no
private note. Described in docs/developers/project-archive.md.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from apps.core import clock
from apps.core.canonical import fingerprint
from apps.disclosure.queries import cards
from apps.governance.models import Motion
from apps.grants.models import Clawback, Grant, Payment
from apps.grants.queries import (
    acceptance_content,
    acceptances_of,
    agreements_of,
    change_rows,
    changes_of,
    checked_account,
    counted_reviews,
    objections_about,
)
from apps.ledger.flow_lines import entry_ids
from apps.ledger.rules import EntryKind
from apps.projects.models import Activity, Confirmation, Evidence, EvidencePhoto, Project, WorkNote
from apps.projects.queries import (
    accepted_evidence,
    activities_of,
    expenses_of,
    notes_of,
    satisfaction_of,
    sheet_of,
)
from apps.projects.states import CLOSED

SCHEMA = "charityfund/project-archive/1"
# In place of a ground, while no officer has read the words.
UNREAD = "unread"


def archive_of(project: Project) -> dict[str, Any] | None:
    """Return the archive of a project that is closed, as canonical values; None for any other."""
    if project.state != CLOSED:
        return None
    # Some names are translated where they are read; the data file has one language, so that it has one hash.
    with translation.override(settings.LANGUAGE_CODE):
        return _everything(project)


def _everything(project: Project) -> dict[str, Any]:
    account = checked_account(project)
    return {
        "schema": SCHEMA,
        "edition": "public",
        "project": _project(project),
        "need": _need(project),
        "application": _application(project),
        "review": _review(project),
        "motions": [_motion(motion) for motion in _motions(project)],
        "grants": [_grant(grant) for grant in _grants(project)],
        "objections": [
            {
                "ground": row.ground,
                "state": row.state,
                "words": row.public_words,
                "answer": row.answer,
                "received_on": _day(row.received_at),
                "answered_on": _day(row.answered_at),
            }
            for row in objections_about(project)
        ],
        "reports": [_report(report) for report in accepted_evidence(project)],
        "expenses": _expenses(project),
        "activities": [
            {
                "held_on": row.held_on.isoformat(),
                "persons": row.persons,
                "volunteers": row.volunteers,
                "minutes": row.minutes,
            }
            | _words(row)
            for row in activities_of(project).filter(struck_at=None)
        ],
        "notes": [
            {"kind": row.kind, "seen_on": row.seen_on.isoformat()} | _words(row)
            for row in notes_of(project, public_only=True)
        ],
        "satisfaction": _satisfaction(project),
        "checklist": [
            acceptance_content(row, row.items.all())
            | {"judged_on": _day(row.judged_at), "sha256": row.content_hash}
            for row in acceptances_of(project)
        ],
        "final_account": None
        if account is None
        else {
            "number": account.number,
            "checked_on": _day(account.decided_at),
            "facts": account.facts,
            "sha256": account.content_hash,
        },
    }


def archive_hash(archive: dict[str, Any]) -> str:
    """Return the SHA-256 of an archive's canonical JSON."""
    return fingerprint(archive)


def _day(moment: datetime | date | None) -> str:
    """Return a day in Shanghai as ISO text; empty for none."""
    if moment is None:
        return ""
    return (clock.day_of(moment) if isinstance(moment, datetime) else moment).isoformat()


def _project(project: Project) -> dict[str, Any]:
    return {
        "code": project.code,
        "title": project.title,
        "field": project.field,
        "goal": project.goal,
        "starts_on": _day(project.starts_on),
        "ends_on": _day(project.ends_on),
        "expected_persons": project.expected_persons,
        "expected_person_times": project.expected_person_times,
        "asked": project.asked,
        "organisation": {"code": project.organisation.code, "name": project.organisation.name},
        "fund": {"code": project.fund.code, "name": project.fund.name},
        "host": {"name": project.fund.host.name, "uscc": project.fund.host.uscc},
        "parts": [{"partner": row.partner, "words": row.words} for row in project.parts.order_by("partner")],
        "submitted_on": _day(project.submitted_at),
        "text_sha256": project.text_hash,
    }


def _need(project: Project) -> dict[str, Any] | None:
    """A need that was never published stays the committee's."""
    need = project.need
    if need is None or need.published_at is None:
        return None
    return {"code": need.code, "words": need.words, "voiced_on": _day(need.voiced_at)}


def _application(project: Project) -> dict[str, Any]:
    return {
        "budget": [
            {"line": str(row.pk), "cost_type": row.cost_type, "words": row.words, "amount": row.amount}
            for row in project.budget_lines.order_by("pk")
        ],
        "milestones": [
            {"number": row.number, "words": row.words, "due_on": _day(row.due_on)}
            for row in project.milestones.order_by("number")
        ],
        "indicators": [
            {"number": row.number, "words": row.words, "unit": row.unit, "target": row.target}
            for row in project.indicators.order_by("number")
        ],
        "other_money": [
            {"kind": row.kind, "source": row.source, "amount": row.amount, "secured": row.is_secured}
            for row in project.funding_lines.order_by("number")
        ],
        "team": [{"role": row.role, "persons": row.persons} for row in project.team_lines.order_by("number")],
    }


def _review(project: Project) -> dict[str, Any]:
    """By what the application was judged, how many scored it, and which points a person confirmed; never a score."""
    confirmed = Confirmation.objects.filter(project=project, text_hash=project.text_hash)
    return {
        "call": project.call.code if project.call else "",
        "criteria": [
            {"name": str(one.name), "weight": one.weight, "most": one.most}
            for one in sheet_of(project.call, project.criteria)
        ],
        "reviews": len(counted_reviews(project)),
        "points_confirmed": sorted(confirmed.values_list("key", flat=True)),
    }


def _motions(project: Project) -> Iterable[Motion]:
    found = Motion.objects.exclude(cards.TABLED_NOT_PUBLIC).filter(
        subject_kind="project", subject_code=project.code
    )
    return found.select_related("committee__fund").order_by("tabled_at", "pk")


def _motion(motion: Motion) -> dict[str, Any]:
    result: dict[str, Any] = motion.result or {}
    return {
        "code": motion.code,
        "number": motion.number,
        "title": motion.title,
        "fund": motion.committee.fund.code,
        "state": motion.state,
        "opened_on": _day(motion.opens_at),
        "decided_on": _day(motion.decided_at),
        "arithmetic": {
            key: value for key, value in result.get("arithmetic", {}).items() if isinstance(value, int)
        },
        "subject_sha256": motion.subject_hash,
    }


def _grants(project: Project) -> Iterable[Grant]:
    return Grant.objects.filter(project=project).select_related("fund", "motion").order_by("pk")


def _grant(grant: Grant) -> dict[str, Any]:
    payments = list(
        Payment.objects.filter(instalment__grant=grant, state__in=("paid", "bounced"))
        .select_related("instalment")
        .order_by("paid_on", "pk")
    )
    entries = entry_ids(EntryKind.GRANT_PAYMENT, [row.code for row in payments])
    return {
        "code": grant.code,
        "fund": {"code": grant.fund.code, "name": grant.fund.name},
        "motion": grant.motion.code,
        "amount": grant.amount,
        "state": grant.state,
        "reason": grant.reason,
        "awarded_on": _day(grant.awarded_at),
        "notice_until": _day(grant.notice_until),
        "closed_on": _day(grant.closed_at),
        "agreements": [
            {"number": row.number, "signed_on": _day(row.signed_on)} for row in agreements_of(grant)
        ],
        "instalments": [
            {
                "number": row.number,
                "amount": row.amount,
                "condition": row.condition,
                "state": row.state,
                "milestone": row.milestone.number if row.milestone else None,
            }
            for row in grant.instalments.select_related("milestone").order_by("number")
        ],
        "payments": [
            {
                "instalment": row.instalment.number,
                "amount": row.amount,
                "state": row.state,
                "paid_on": _day(row.paid_on),
                "returned_on": _day(row.returned_on),
                "entry": entries.get(row.code, 0),
            }
            for row in payments
        ],
        "changes": [
            {
                "kind": row.kind,
                "state": row.state,
                "reason": row.reason,
                "made_on": _day(row.made_at),
                "rows": change_rows(row),
            }
            for row in changes_of(grant)
        ],
        "suspensions": [
            {
                "reason": row.reason,
                "began_on": _day(row.began_at),
                "ended_on": _day(row.ended_at),
                "decision": row.decision,
            }
            for row in grant.suspensions.order_by("began_at", "pk")
        ],
        "clawbacks": [_clawback(row) for row in grant.clawbacks.order_by("asked_at", "pk")],
    }


def _clawback(clawback: Clawback) -> dict[str, Any]:
    return {
        "code": clawback.code,
        "asked_on": _day(clawback.asked_at),
        "asked": clawback.asked,
        "returned": clawback.returned,
        "written_off": clawback.written_off,
        "reason": clawback.reason,
        "returns": [
            {"received_on": _day(row.received_on), "amount": row.amount}
            for row in clawback.returns.order_by("received_on", "pk")
        ],
    }


def public_photos(report: Evidence) -> list[EvidencePhoto]:
    """Return the photographs of a report that everyone may see, in their order."""
    rows = report.photos.select_related("file").order_by("pk")
    return [row for row in rows if row.file.is_public]


def _report(report: Evidence) -> dict[str, Any]:
    return {
        "code": report.code,
        "final": report.is_final,
        "filed_on": _day(report.filed_at),
        "accepted_on": _day(report.decided_at),
        "milestone": report.milestone.number if report.milestone else 0,
        "persons": report.persons,
        "person_times": report.person_times,
        "figures": [
            {"indicator": row.indicator.number, "value": row.value}
            for row in report.figures.select_related("indicator").order_by("indicator__number")
        ],
        "photos": [
            {
                "file": row.file.code,
                "sha256": row.file.sha256,
                "width": row.file.width,
                "height": row.file.height,
                "caption": row.caption,
            }
            for row in public_photos(report)
        ],
    } | _words(report)


def _words(row: Evidence | Activity | WorkNote) -> dict[str, str]:
    """Words, or nothing and the ground on which they are kept back, or that nobody has read them yet."""
    unread = isinstance(row, Activity) and row.read_at is None
    return {"words": "" if row.instead else row.words, "withheld_for": UNREAD if unread else row.withheld_for}


def _expenses(project: Project) -> list[dict[str, Any]]:
    """Each sum with the hash of its voucher; whom it was paid to is not public."""
    return [
        {
            "code": row.code,
            "line": str(row.line_id),
            "paid_on": _day(row.paid_on),
            "amount": row.amount,
            "voucher_sha256": row.voucher.sha256,
            "voucher_file": row.shown.code if row.shown.is_public else "",
        }
        for row in expenses_of(project).filter(struck_at=None).order_by("paid_on", "pk")
    ]


def _satisfaction(project: Project) -> dict[str, Any]:
    rating = satisfaction_of(project)
    return {
        "issued": rating.issued,
        "count": rating.count,
        "satisfied": rating.satisfied,
        "by_stars": list(rating.by_stars),
        "by_call": rating.by_call,
    }
