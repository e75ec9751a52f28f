"""Reads about changes of a grant: its budget and its last day as they are now."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.core import money
from apps.grants.models import Grant, GrantChange, Suspension
from apps.grants.states import LIVE
from apps.projects.models import Project


def is_suspended(grant: Grant) -> bool:
    """Tell whether payments of a grant are stopped."""
    return grant.suspensions.filter(ended_at=None).exists()


def suspension_of(grant: Grant) -> Suspension | None:
    """Return the suspension under which a grant stands."""
    return grant.suspensions.filter(ended_at=None).first()


def changes_of(grant: Grant) -> QuerySet[GrantChange]:
    """Return what was or is being changed of a grant, the oldest first."""
    return grant.changes.select_related("motion", "clawback").order_by("made_at", "pk")


def lead_grant(project: Project) -> Grant:
    """Return the grant under which a project's budget and days change: the lead fund's, or where that has ended, the
    first that stands."""
    found = Grant.objects.filter(project=project).select_related("fund").order_by("pk")
    return min(found, key=lambda row: (row.state not in LIVE, row.fund_id != project.fund_id))


def _done(grant: Grant, kind: str) -> QuerySet[GrantChange]:
    """Return what was carried out of a kind, whichever of the project's grants it was decided under."""
    return GrantChange.objects.filter(
        grant__project=grant.project_id, kind=kind, state=GrantChange.State.DONE
    )


def first_budget(grant: Grant) -> dict[str, int]:
    """Return the budget that was voted on, fen by the key of its line."""
    return {str(line.pk): line.amount for line in grant.project.budget_lines.order_by("pk")}


def budget_now(grant: Grant) -> dict[str, int]:
    """Return the project's budget as the changes in force left it, fen by the key of its line."""
    done = _done(grant, GrantChange.Kind.BUDGET)
    latest = done.order_by("decided_at", "pk").last()
    return first_budget(grant) | (latest.details["after"] if latest else {})


def first_end(grant: Grant) -> date:
    """Return the last day of a grant's project as it was voted on."""
    done = _done(grant, GrantChange.Kind.DATES)
    first = done.order_by("decided_at", "pk").first()
    return date.fromisoformat(first.details["before"]) if first else grant.project.ends_on


def line_names(grant: Grant) -> dict[str, str]:
    """Return what each line of the budget is for, by its key."""
    return {str(line.pk): line.words for line in grant.project.budget_lines.order_by("pk")}


def line_kinds(grant: Grant) -> dict[str, str]:
    """Return which kind of cost each line of the budget is, by its key."""
    return {str(line.pk): line.cost_type for line in grant.project.budget_lines.order_by("pk")}


def change_rows(change: GrantChange) -> list[dict[str, str]]:
    """Return what a change changes, as plain rows for pages and motions: what, before, after."""
    details = change.details
    match change.kind:
        case GrantChange.Kind.BUDGET:
            return [
                {
                    "what": details["names"].get(key, key),
                    "before": f"¥{money.written(before)}",
                    "after": f"¥{money.written(details['after'][key])}",
                }
                for key, before in details["before"].items()
                if details["after"][key] != before
            ]
        case GrantChange.Kind.DATES:
            return [{"what": _("结束日期"), "before": details["before"], "after": details["after"]}]
        case GrantChange.Kind.WRITE_OFF:
            owed = f"¥{money.written(details['amount'])}"
            return [{"what": _("还没退回的钱"), "before": owed, "after": _("不再追回")}]
    return []
