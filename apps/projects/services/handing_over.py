"""Projects and needs go on: where a fund's work goes on, and for longer."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from apps.core import audit, versions
from apps.core.locking import lock_row
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.divisions.models import Division
from apps.funds.models import Fund
from apps.projects import queries
from apps.projects.models import Milestone, Need, Project
from apps.users.models import User


@verb
def hand_over(project: Project, *, of: Fund, to: Fund, by: User | None) -> Project:
    """Let what a fund pays of a project, or is asked to pay, go on in another. The caller holds both funds' locks.

    A fund that already pays a part of its own takes the other's on top.
    """
    share = project.shares.filter(fund=of).first()
    if share is None or of.pk == to.pk:
        return project
    there = project.shares.filter(fund=to).first()
    if there is not None:
        share.delete()
        there.amount += share.amount
        there.save(update_fields=["amount"])
    else:
        share.fund = to
        share.save(update_fields=["fund"])
    if project.fund_id == of.pk:
        project.fund = to
        project.save(update_fields=["fund"])
    audit.record(by, "hand_over_project", project, before=of.code, after=to.code)
    return project


@verb
def extend(project: Project, *, ends_on: date, by: User | None) -> Project:
    """Let a project end on another day, its milestones without a report that stands by as many days later.

    `grants` calls this and asks who may. Raises `Refused` for a day before the project's beginning.
    """
    project = lock_row(Project, pk=project.pk)
    if ends_on < project.starts_on:
        raise Refused(_("结束日期不能早于开始日期。"), "ends_on")
    before, project.ends_on = project.ends_on, ends_on
    project.save(update_fields=["ends_on"])
    moved = _move_milestones(project, ends_on - before)
    audit.record(
        by,
        "extend_project",
        project,
        before=before.isoformat(),
        after=ends_on.isoformat(),
        milestones=[f"{row.number}: {row.due_on.isoformat()}" for row in moved],
    )
    versions.bump("site")
    return project


def _move_milestones(project: Project, longer: timedelta) -> list[Milestone]:
    """Move what is still to be reported of a locked project; a shorter one leaves its milestones where they are."""
    if longer <= timedelta(0):
        return []
    moved = list(project.milestones.exclude(queries.reported()).order_by("number"))
    for row in moved:
        row.due_on += longer
    Milestone.objects.bulk_update(moved, ["due_on"])
    return moved


@verb
def hand_over_needs(old: Division, *, to: Division, by: User | None) -> int:
    """Bring what residents voiced in a division to the one that took it in, so that somebody answers."""
    if old.pk == to.pk:
        return 0
    moved = Need.objects.filter(division=old).update(division=to)
    if moved:
        audit.record(by, "hand_over_needs", to, before=old.code, count=moved)
        versions.bump(f"division:{old.code}", f"division:{to.code}", "site")
    return moved
