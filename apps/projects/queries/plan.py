"""Reads about what was promised by which day, and what is reported of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from apps.core import clock
from apps.funds.models import Fund
from apps.projects import rules
from apps.projects.models import Evidence, Figure, Indicator, Milestone, Project
from apps.projects.states import ACCEPTED, FILED, RUNNING


@dataclass(frozen=True)
class Stretch:
    """A milestone with the report on it: `report` is the one that stands, not one that was returned."""

    milestone: Milestone
    report: Evidence | None
    days_late: int

    @property
    def is_done(self) -> bool:
        """Whether its report is accepted."""
        return self.report is not None and self.report.state == ACCEPTED


@dataclass(frozen=True)
class Counted:
    """An indicator with what the accepted reports show of it."""

    indicator: Indicator
    reached: int

    @property
    def is_reached(self) -> bool:
        """Whether the target is met."""
        return self.reached >= self.indicator.target


def stretches_of(project: Project) -> list[Stretch]:
    """Return the milestones of a project by number. Only work under way can be late."""
    reports = {
        row.milestone_id: row
        for row in Evidence.objects.filter(project=project, state__in=(FILED, ACCEPTED)).exclude(
            milestone=None
        )
    }
    found = []
    for milestone in project.milestones.order_by("number"):
        report = reports.get(milestone.pk)
        late = rules.days_late(milestone.due_on, is_reported=report is not None, today=clock.today())
        found.append(Stretch(milestone, report, late if project.state == RUNNING else 0))
    return found


def counted_of(project: Project) -> list[Counted]:
    """Return the indicators of a project with what accepted reports say.

    What happened is added up; people are not, of them the closing or latest report's figure stands.
    """
    figures = Figure.objects.filter(evidence__project=project, evidence__state=ACCEPTED)
    told: dict[int, list[int]] = {}
    for indicator, value in figures.order_by(
        "evidence__is_final", "evidence__filed_at", "evidence_id"
    ).values_list("indicator_id", "value"):
        told.setdefault(indicator, []).append(value)
    return [
        Counted(
            row,
            rules.reached(told.get(row.pk, []), adds_up=row.unit != Indicator.Unit.PERSONS),
        )
        for row in project.indicators.order_by("number")
    ]


def reported() -> Exists:
    """Return the condition of a milestone that has a report that stands: one that waits, or was accepted."""
    return Exists(Evidence.objects.filter(milestone=OuterRef("pk"), state__in=(FILED, ACCEPTED)))


def closing_reported(project: str = "pk") -> Exists:
    """Return the condition of a project (by its key in the column `project`) that has a closing report that stands."""
    closing = Evidence.objects.filter(project=OuterRef(project), is_final=True, state__in=(FILED, ACCEPTED))
    return Exists(closing)


def unreported(*, first: date, last: date) -> QuerySet[Milestone]:
    """Return the milestones of work under way that fall on these days and have no report that stands, earliest
    first."""
    found = Milestone.objects.filter(project__state=RUNNING, due_on__gte=first, due_on__lte=last)
    return (
        found.exclude(reported())
        .select_related("project__organisation", "project__fund")
        .order_by("due_on", "id")
    )


def late_in(funds: Iterable[Fund]) -> QuerySet[Milestone]:
    """Return the late milestones of the projects that these funds pay, the longest late first."""
    yesterday = clock.today() - timedelta(days=1)
    found = unreported(first=rules.EARLIEST, last=yesterday)
    return found.filter(project__shares__fund__in=list(funds)).distinct()


def next_of(projects: Iterable[Project]) -> dict[int, Milestone]:
    """Return of each project the first milestone without a standing report, by the project's key."""
    found: dict[int, Milestone] = {}
    rows = unreported(first=rules.EARLIEST, last=rules.LATEST).filter(project__in=list(projects))
    for row in rows:
        found.setdefault(row.project_id, row)
    return found
