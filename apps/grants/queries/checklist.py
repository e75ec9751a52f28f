"""The checklist of an acceptance: what an application promised beside what the records show."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from apps.core import clock
from apps.core.canonical import fingerprint
from apps.grants.models import Acceptance, AcceptanceItem, Grant
from apps.grants.queries.money import pinned
from apps.grants.queries.work import paid_for, spending
from apps.grants.rules import checklist as rules
from apps.grants.rules.checklist import Item
from apps.grants.states import NOT_MET
from apps.projects.models import Evidence, EvidencePhoto, Expense, Figure, Indicator, Milestone, Project
from apps.projects.queries import attendance_of, satisfaction_of
from apps.projects.rules import days_late, reached
from apps.projects.states import ACCEPTED

Kind = AcceptanceItem.Kind


def checklist(project: Project, report: Evidence | None = None) -> list[Item]:
    """Return the items a closing report is judged by, in the order of the page.

    Figures count what was accepted before and `report` itself; without one, what the implementer would show today.
    """
    counted = Q(state=ACCEPTED) | Q(pk=report.pk if report else None)
    reports = Evidence.objects.filter(counted, project=project)
    return [
        Item("goal", Kind.GOAL, project.goal),
        *_reach(project, reports, report),
        *_indicators(project, reports),
        *_milestones(project, reports),
        *_budget(project),
        *_shown(project, reports),
        _satisfaction(project),
    ]


def _reach(project: Project, reports: QuerySet[Evidence], report: Evidence | None) -> list[Item]:
    """People of the closing (else the last) report, person-times of all: people come again and are never added up."""
    latest = report or reports.order_by("-is_final", "-filed_at", "-pk").first()
    persons = latest.persons if latest else 0
    times: int = reports.aggregate(total=Sum("person_times", default=0))["total"]
    promised = {
        Kind.PERSONS: (project.expected_persons, persons),
        Kind.PERSON_TIMES: (project.expected_person_times, times),
    }
    return [
        Item(kind.value, kind, "", {"target": target, "reached": figure}, rules.of_target(figure, target))
        for kind, (target, figure) in promised.items()
    ]


def _indicators(project: Project, reports: QuerySet[Evidence]) -> list[Item]:
    told: dict[int, list[int]] = {}
    figures = Figure.objects.filter(evidence__in=reports)
    for indicator, value in figures.order_by(
        "evidence__is_final", "evidence__filed_at", "evidence_id"
    ).values_list("indicator_id", "value"):
        told.setdefault(indicator, []).append(value)
    found = []
    for row in project.indicators.order_by("number"):
        figure = reached(told.get(row.pk, []), adds_up=row.unit != Indicator.Unit.PERSONS)
        shown = _figures(target=row.target, reached=figure, unit=row.unit)
        proposed = rules.of_target(figure, row.target)
        found.append(Item(f"indicator-{row.number}", Kind.INDICATOR, row.words, shown, proposed))
    return found


def _figures(**told: int | str) -> dict[str, int | str]:
    return told


def _milestones(project: Project, reports: QuerySet[Evidence]) -> list[Item]:
    filed = {row.milestone_id: clock.day_of(row.filed_at) for row in reports.exclude(milestone=None)}
    return [_milestone(row, filed.get(row.pk)) for row in project.milestones.order_by("number")]


def _milestone(row: Milestone, filed_on: date | None) -> Item:
    key, figures = f"milestone-{row.number}", _figures(due=row.due_on.isoformat())
    if filed_on is None:
        return Item(
            f"milestone-{row.number}",
            Kind.MILESTONE,
            row.words,
            figures,
            rules.of_stretch(is_reported=False, is_late=False),
        )
    late = days_late(row.due_on, is_reported=False, today=filed_on)
    figures |= {"filed": filed_on.isoformat(), "late": late}
    proposed = rules.of_stretch(is_reported=True, is_late=late > 0)
    return Item(key, Kind.MILESTONE, row.words, figures, proposed)


def tolerance_of(project: Project) -> int:
    """Return the basis points of the budget by which its lines may differ without a vote, as the grant's motion pinned
    them; 0 without a grant."""
    grant = (
        Grant.objects.filter(project=project).select_related("motion__committee__fund").order_by("pk").first()
    )
    return pinned(grant.motion, "budget_shift_max_bp") if grant else 0


def _budget(project: Project) -> list[Item]:
    spent = spending(project)
    over = sum(row.against.over for row in spent.lines)
    allowed = rules.allowance(spent.whole.planned, tolerance_of(project))
    vouchers = dict(
        Expense.objects.filter(project=project, struck_at=None)
        .order_by()
        .values_list("line_id")
        .annotate(how_many=Count("pk"))
    )
    return [
        Item(
            f"budget-{row.line.pk}",
            Kind.BUDGET,
            row.line.words,
            {
                "granted": row.against.planned,
                "spent": row.against.spent,
                "vouchers": vouchers.get(row.line.pk, 0),
                "over_together": over,
                "allowed": allowed,
            },
            rules.of_line(row.against.planned, row.against.spent, over_together=over, allowed=allowed),
        )
        for row in spent.lines
    ]


def _shown(project: Project, reports: QuerySet[Evidence]) -> list[Item]:
    """Photographs, vouchers against what was paid, and attendance against what was reported."""
    photos = EvidencePhoto.objects.filter(evidence__in=reports).count()
    proved = Expense.objects.filter(project=project, struck_at=None).aggregate(
        count=Count("pk"), total=Sum("amount", default=0)
    )
    paid, came = paid_for(project), attendance_of(project)
    times: int = reports.aggregate(total=Sum("person_times", default=0))["total"]
    attendance = _figures(
        activities=came.activities,
        person_times=came.person_times,
        reported=times,
        volunteer_times=came.volunteer_times,
        minutes=came.minutes,
    )
    return [
        Item("photos", Kind.PHOTOS, "", {"count": photos}, rules.of_target(photos, 1)),
        Item(
            "vouchers",
            Kind.VOUCHERS,
            "",
            {"count": proved["count"], "spent": proved["total"], "paid": paid},
            rules.of_target(proved["total"], max(paid, 1)),
        ),
        Item(
            "attendance", Kind.ATTENDANCE, "", attendance, rules.of_target(came.person_times, max(times, 1))
        ),
    ]


def _satisfaction(project: Project) -> Item:
    """Nobody set a share that must be satisfied, so replies are shown and left to judge; none at all is nothing."""
    rating = satisfaction_of(project)
    figures = _figures(
        issued=rating.issued, count=rating.count, satisfied=rating.satisfied, by_call=rating.by_call
    )
    return Item("satisfaction", Kind.SATISFACTION, "", figures, "" if rating.count else NOT_MET)


# --- what was judged ------------------------------------------------------------------------------------------------


def acceptances_of(project: Project) -> QuerySet[Acceptance]:
    """Return the rounds of a project's acceptance with their items, the first first."""
    found = Acceptance.objects.filter(evidence__project=project).select_related("evidence")
    return found.prefetch_related("items").order_by("number")


def acceptance_content(round_: Acceptance, items: Iterable[AcceptanceItem]) -> dict[str, object]:
    """Return what a round and its items say in public, as canonical values."""
    return {
        "evidence": round_.evidence.code,
        "number": round_.number,
        "outcome": round_.outcome,
        "reason": round_.reason,
        "items": [
            {
                "key": row.key,
                "kind": row.kind,
                "words": row.words,
                "figures": row.figures,
                "proposed": row.proposed,
                "verdict": row.verdict,
                "note": row.note,
            }
            for row in sorted(items, key=lambda row: row.position)
        ],
    }


def acceptance_hash(round_: Acceptance, items: Iterable[AcceptanceItem]) -> str:
    """Return the fingerprint of what a round says in public."""
    return fingerprint(acceptance_content(round_, items))
