"""What an agreement about a grant says, and whether one is signed."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from apps.core import clock, money
from apps.grants.models import Grant, GrantAgreement, Instalment
from apps.grants.queries.money import named_sources, pinned

WAITS_FOR = {
    Instalment.Condition.NOTICE_ENDED: "公示期满、没有未答复的异议",
    Instalment.Condition.MILESTONE_ACCEPTED: "{day}前完成“{words}”，报告验收通过",
    Instalment.Condition.EVIDENCE_ACCEPTED: "结项成果验收通过",
}


def agreements_of(grant: Grant) -> QuerySet[GrantAgreement]:
    """Return the agreements about a grant, the first first."""
    return grant.agreements.select_related("signed_copy").order_by("number")


def is_signed(grant: Grant) -> bool:
    """Tell whether an agreement about a grant is signed and kept."""
    return grant.agreements.filter(signed_on__isnull=False).exists()


def agreement_owed(grant: Grant) -> bool:
    """Tell whether the rules the motion was made under ask for a signed agreement that is not there yet."""
    return bool(pinned(grant.motion, "agreement_before_payment")) and not is_signed(grant)


def agreement_stands(grant: Grant) -> bool:
    """Return whether the latest agreement says what the grant is now, so that drawing it anew would change nothing."""
    last = grant.agreements.order_by("number").last()
    return last is not None and last.facts == agreement_facts(grant)


def agreement_facts(grant: Grant) -> dict[str, Any]:
    """Return what the agreement's PDF says: plain text, in Chinese, the language it is signed in.

    Charity Law, article 60: rights and duties, and the use, amount and way of use of the charitable property.
    """
    project, host, organisation = grant.project, grant.fund.host, grant.project.organisation
    return {
        "host": host.name,
        "host_uscc": host.uscc,
        "host_contact": host.contact,
        "fund": grant.fund.name,
        "organisation": organisation.name,
        "organisation_uscc": organisation.uscc or "",
        "head": organisation.head,
        "project": project.title,
        "goal": project.goal,
        "days": f"{_day(project.starts_on)}至{_day(project.ends_on)}",
        "persons": str(project.expected_persons),
        "person_times": str(project.expected_person_times),
        "amount": money.written(grant.amount),
        "capitals": money.in_capitals(grant.amount),
        "motion": grant.motion.number,
        "decided_on": _day(clock.day_of(grant.motion.settled_at or grant.awarded_at)),
        "purposes": [purpose or "非限定资金" for purpose, _row in named_sources(grant)],
        "instalments": [
            {
                "number": str(row.number),
                "amount": money.written(row.amount),
                "when": _waits_for(row),
            }
            for row in grant.instalments.select_related("milestone").order_by("number")
        ],
        "budget": [
            {"words": line.words, "amount": money.written(line.amount)}
            for line in project.budget_lines.order_by("pk")
        ],
        "page": settings.SITE_URL + reverse("disclosure:project", args=[project.code]),
    }


def _waits_for(row: Instalment) -> str:
    """Return the condition of an instalment as the agreement writes it."""
    words = WAITS_FOR[Instalment.Condition(row.condition)]
    step = row.milestone
    return words if step is None else words.format(day=_day(step.due_on), words=step.words)


def _day(day: date) -> str:
    """Return a day as agreements write it, the same in whatever language the page is read."""
    return f"{day.year}年{day.month}月{day.day}日"
