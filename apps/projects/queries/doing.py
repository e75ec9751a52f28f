"""Reads about what is kept while the work goes on."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from apps.projects.models import Activity, BudgetLine, Expense, Project, WorkNote
from apps.projects.rules import Against


@dataclass(frozen=True)
class LineSpent:
    """A budget line with what was spent on it, in fen."""

    line: BudgetLine
    against: Against


@dataclass(frozen=True)
class Spending:
    """What was spent against the budget, line by line and together, in fen."""

    lines: tuple[LineSpent, ...]
    whole: Against

    @property
    def over(self) -> list[LineSpent]:
        """The lines whose budget is exceeded."""
        return [row for row in self.lines if row.against.over]


@dataclass(frozen=True)
class Attendance:
    """What the occasions add up to. Who comes twice counts twice: person-times."""

    activities: int
    person_times: int
    volunteer_times: int
    minutes: int

    @property
    def hours(self) -> str:
        """The volunteers' hours as they are written, `12.5`."""
        whole, rest = divmod(self.minutes * 10 // 60, 10)
        return f"{whole}.{rest}" if rest else str(whole)


def spending_of(project: Project, *, planned: Mapping[str, int] | None = None) -> Spending:
    """Return what was spent on each line of the budget. One query.

    `planned` are fen by the key of the line where the budget was changed since the vote.
    """
    now = planned or {}
    counts = Sum("expenses__amount", filter=Q(expenses__struck_at=None), default=0)
    lines = tuple(
        LineSpent(line, Against(now.get(str(line.pk), line.amount), line.spent))
        for line in project.budget_lines.annotate(spent=counts).order_by("id")
    )
    whole = sum(row.against.planned for row in lines)
    return Spending(lines, Against(whole, sum(row.against.spent for row in lines)))


def expenses_of(project: Project) -> QuerySet[Expense]:
    """Return everything that was written down as spent, struck out or not, newest first."""
    return project.expenses.select_related("line", "voucher", "covered").order_by("-paid_on", "-id")


def public_vouchers(project: Project) -> QuerySet[Expense]:
    """Return the expenses whose voucher everyone may see."""
    return expenses_of(project).filter(
        Q(voucher__is_public=True) | Q(covered__is_public=True), struck_at=None
    )


def activities_of(project: Project) -> QuerySet[Activity]:
    """Return the occasions of a project, struck out or not, newest first."""
    return project.activities.order_by("-held_on", "-id")


def occasions_to_read(projects: QuerySet[Project]) -> QuerySet[Activity]:
    """Return the occasions whose words nobody has read yet, those written down first on top."""
    found = Activity.objects.filter(project__in=projects, read_at=None, struck_at=None)
    return found.select_related("project__fund").order_by("recorded_at", "pk")


def attendance_of(project: Project) -> Attendance:
    """Return what the occasions of a project add up to."""
    rows = list(project.activities.filter(struck_at=None).values_list("persons", "volunteers", "minutes"))
    return Attendance(
        activities=len(rows),
        person_times=sum(row[0] for row in rows),
        volunteer_times=sum(row[1] for row in rows),
        minutes=sum(row[2] for row in rows),
    )


def notes_of(project: Project, *, public_only: bool) -> QuerySet[WorkNote]:
    """Return what the secretary and the supervisor wrote about the work, newest first."""
    found = project.notes.order_by("-seen_on", "-id")
    return found.filter(is_public=True) if public_only else found
