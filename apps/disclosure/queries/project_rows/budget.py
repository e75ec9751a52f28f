"""Rows of a project's budget and of what was spent on it, line by line. Fen.

A line's number on pages is its place in the budget, from 1.
"""

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock
from apps.disclosure.queries.project_rows.money import taken_off
from apps.disclosure.queries.project_rows.shape import Row, Rows, rows_url, yuan
from apps.grants.models import Grant, GrantChange
from apps.grants.queries import changes_of, spending
from apps.projects.models import BudgetLine, Expense, Project
from apps.projects.queries import LineSpent, expenses_of


def _expense(row: Expense) -> Row:
    """One sum the implementer wrote down, without whom it was paid to."""
    public = row.shown.is_public
    return Row(
        row.line.words,
        row.amount,
        "" if public else _("有票据，管委会看得到"),
        row.paid_on,
        reverse("core:document", args=[row.shown.code]) if public else "",
        _("票据"),
    )


def _spent_rows(project: Project, line: BudgetLine | None = None) -> tuple[Row, ...]:
    found = expenses_of(project).filter(struck_at=None)
    return tuple(map(_expense, found if line is None else found.filter(line=line)))


def spent(project: Project) -> Rows:
    """Return each sum the implementer wrote down."""
    rows = _spent_rows(project)
    return Rows(_("实施方花了"), sum(row.value for row in rows), rows, yuan)


def _line(project: Project, number: int) -> LineSpent | None:
    lines = spending(project).lines
    return lines[number - 1] if 1 <= number <= len(lines) else None


def spent_on(project: Project, number: int) -> Rows | None:
    """Return each sum written down on one line of the budget."""
    found = _line(project, number)
    if found is None:
        return None
    title = _("%(line)s：花了") % {"line": found.line.words}
    return Rows(title, found.against.spent, _spent_rows(project, found.line), yuan)


def planned(project: Project) -> Rows:
    """Return the lines of the budget as the changes in force left them."""
    told = spending(project)
    rows = tuple(
        Row(
            row.line.words,
            row.against.planned,
            str(row.line.get_cost_type_display()),
            None,
            rows_url(project.code, "planned", number),
            _("怎么定的"),
        )
        for number, row in enumerate(told.lines, 1)
    )
    return Rows(_("预算"), told.whole.planned, rows, yuan)


def budget(project: Project) -> Rows:
    """Return the lines of the budget as they were applied for and voted on."""
    rows = tuple(
        Row(line.words, line.amount, str(line.get_cost_type_display()))
        for line in project.budget_lines.order_by("pk")
    )
    return Rows(_("申请的预算"), project.asked, rows, yuan)


def _changes(project: Project, line: BudgetLine) -> tuple[Row, ...]:
    grant = Grant.objects.filter(project=project).order_by("pk").first()
    if grant is None:
        return ()
    key, found = str(line.pk), []
    done = changes_of(grant).filter(kind=GrantChange.Kind.BUDGET, state=GrantChange.State.DONE)
    for row in done.order_by("decided_at", "pk"):
        moved = row.details["after"][key] - row.details["before"][key]
        url = reverse("disclosure:motion", args=[row.motion.code]) if row.motion else ""
        word = _("议案 %(number)s") % {"number": row.motion.number} if row.motion else ""
        day = clock.day_of(row.decided_at) if row.decided_at else None
        if moved:
            found.append(Row(_("调整预算"), moved, row.reason, day, url, word))
    return tuple(found)


def planned_on(project: Project, number: int) -> Rows | None:
    """Return one line as it was voted on and every change of it in force."""
    found = _line(project, number)
    if found is None:
        return None
    title = _("%(line)s：预算") % {"line": found.line.words}
    voted = Row(_("申请和表决时"), found.line.amount, str(found.line.get_cost_type_display()))
    return Rows(title, found.against.planned, (voted, *_changes(project, found.line)), yuan)


def _difference(title: str, plan: Rows, used: Rows) -> Rows:
    rows = (Row(plan.title, plan.value), *map(taken_off, used.rows))
    return Rows(title, plan.value - used.value, rows, yuan)


def left(project: Project) -> Rows:
    """Return the budget and, taken off, each sum that was spent; below 0 where it is exceeded."""
    return _difference(_("还剩"), planned(project), spent(project))


def left_on(project: Project, number: int) -> Rows | None:
    """Return one line's budget and, taken off, each sum that was spent on it."""
    plan, used = planned_on(project, number), spent_on(project, number)
    return _difference(_("还剩"), plan, used) if plan and used else None
