"""What an implementer writes down while a demonstration project goes on: spending with vouchers, and occasions."""

from datetime import timedelta
from typing import Any

from apps.core import clock
from apps.core.money import split
from apps.demonstration.papers import paper
from apps.grants import queries
from apps.grants.models import AcceptanceItem
from apps.grants.rules.checklist import Judged, hash_of
from apps.grants.services import show_occasions
from apps.projects.models import Evidence, Project
from apps.projects.services import record_activity, record_expense
from apps.users.models import User

OCCASIONS, VOLUNTEERS, HOURS = 6, 8, 3
# Of the first line a little is left over.
SPENT_PERCENT = 98


def keep_records(project: Project, *, person_times: int, by: User) -> None:
    """Write down what every line of the budget was spent on, one voucher each, and the occasions of the work."""
    today = clock.today()
    for number, line in enumerate(project.budget_lines.order_by("pk")):
        amount = line.amount if number else line.amount * SPENT_PERCENT // 100
        day = today - timedelta(days=3 * (number + 1))
        record_expense(
            project,
            line=line.pk,
            paid_on=max(day, project.starts_on),
            payee=line.words,
            amount=amount,
            voucher=paper(
                "票据", number=f"FP{line.pk:05d}", issuer="供货单位", day=day, paragraphs=[line.words]
            ),
            by=by,
        )
    for number, persons in enumerate(split(person_times, [1] * OCCASIONS), start=1):
        record_activity(
            project,
            held_on=max(today - timedelta(days=4 * number), project.starts_on),
            words=f"第 {OCCASIONS - number + 1} 阶段服务",
            persons=persons,
            volunteers=VOLUNTEERS,
            minutes=VOLUNTEERS * HOURS * 60,
            by=by,
        )


def read_occasions(project: Project, *, by: User) -> None:
    """The secretary reads what was written down of the occasions, so that everyone may."""
    show_occasions(project, codes={row.code for row in project.activities.filter(read_at=None)}, by=by)


def go_through(evidence: Evidence) -> dict[str, Any]:
    """Return how the secretary judges a closing report: as the figures propose."""
    items = queries.checklist(evidence.project, evidence)
    judgements = {}
    for item in items:
        note = "尾款验收后才付，实施方先垫的" if item.kind == AcceptanceItem.Kind.VOUCHERS else ""
        verdict = item.proposed or AcceptanceItem.Verdict.MET
        judgements[item.key] = Judged(verdict, note or ("照记录核对" if verdict == "not_met" else ""))
    return {
        "judgements": judgements,
        "seen": hash_of(items),
        "private_note": "现场看过两次，签到表和票据都对上了。",
    }
