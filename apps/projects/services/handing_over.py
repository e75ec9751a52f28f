"""Projects and needs go on where a fund's work goes on."""

from apps.core import audit, versions
from apps.core.verbs import verb
from apps.divisions.models import Division
from apps.funds.models import Fund
from apps.projects.models import Need, Project
from apps.users.models import User


@verb
def hand_over(project: Project, *, to: Fund, by: User | None) -> Project:
    """Let a project, or an application that waits, go on in another fund. The caller holds both funds' locks."""
    if project.fund_id != to.pk:
        before, project.fund = project.fund.code, to
        project.save(update_fields=["fund"])
        audit.record(by, "hand_over_project", project, before=before, after=to.code)
    return project


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
