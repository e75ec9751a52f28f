"""What waits for an implementer: applications to finish, work to report, and what they wait for."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.waiting import Waiting
from apps.projects.models import Evidence, Milestone, Project
from apps.projects.queries import next_of, of_organisations
from apps.users.models import User

MOST = 50


def of_implementer(user: User) -> list[Waiting]:
    """Return the rows of a person's organisations' projects."""
    over = (Project.State.CLOSED, Project.State.DECLINED, Project.State.NOT_CHOSEN)
    projects = list(of_organisations(user).exclude(state__in=over)[:MOST])
    closing = Evidence.objects.filter(project__in=projects, is_final=True, state=Evidence.State.FILED)
    filed = dict(closing.values_list("project_id", "filed_at"))
    steps = next_of(projects)
    rows = [_row(project, filed.get(project.pk), steps.get(project.pk)) for project in projects]
    return [row for row in rows if row is not None]


def _row(project: Project, filed_at: datetime | None, step: Milestone | None) -> Waiting | None:
    url = reverse("projects:project", args=[project.code])
    if project.state == Project.State.DRAFT:
        return Waiting(
            state="draft",
            label=_("草稿"),
            title=(_("改好再交：%(title)s") if project.reason else _("写完申请：%(title)s"))
            % {"title": project.title},
            url=url,
            action=_("接着写"),
            words=project.reason or project.fund.name,
            amount=project.asked,
            since=project.returned_at or project.created_at,
        )
    if project.state in (Project.State.SUBMITTED, Project.State.TABLED):
        return Waiting(
            state=project.state,
            label=str(project.get_state_display()),
            title=project.title,
            url=url,
            words=_("等管委会"),
            since=project.submitted_at,
            mine=False,
        )
    if project.state == Project.State.RUNNING:
        return _running(project, filed_at, step)
    return None


def _running(project: Project, filed_at: datetime | None, step: Milestone | None) -> Waiting:
    if filed_at is not None:
        return Waiting(
            state="filed",
            label=_("待验收"),
            title=_("验收：%(title)s") % {"title": project.title},
            url=reverse("projects:project", args=[project.code]),
            words=_("等管委会验收成果"),
            since=filed_at,
            mine=False,
        )
    if step is not None:
        return Waiting(
            state="late" if step.due_on < clock.today() else "running",
            label=_("过期") if step.due_on < clock.today() else _("进行中"),
            title=_("交成果：%(title)s") % {"title": project.title},
            url=reverse("projects:report", args=[project.code]),
            action=_("去交成果"),
            words=_("第 %(number)d 个节点：%(words)s") % {"number": step.number, "words": step.words},
            since=project.submitted_at,
            until=clock.midnight(step.due_on + timedelta(days=1)),
        )
    return Waiting(
        state="running",
        label=_("进行中"),
        title=_("交成果：%(title)s") % {"title": project.title},
        url=reverse("projects:report", args=[project.code]),
        action=_("去交成果"),
        words=_("做到 %(day)s") % {"day": project.ends_on.isoformat()},
        since=project.submitted_at,
        until=clock.midnight(project.ends_on),
    )
