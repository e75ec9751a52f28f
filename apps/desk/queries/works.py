"""What waits for an implementer: applications to finish, work to report, and what they wait for."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.waiting import Waiting
from apps.projects.models import Evidence, Project
from apps.projects.queries import of_organisations
from apps.users.models import User

MOST = 50


def of_implementer(user: User) -> list[Waiting]:
    """Return the rows of a person's organisations' projects."""
    over = (Project.State.CLOSED, Project.State.DECLINED, Project.State.NOT_CHOSEN)
    projects = list(of_organisations(user).exclude(state__in=over)[:MOST])
    closing = Evidence.objects.filter(project__in=projects, is_final=True, state=Evidence.State.FILED)
    filed = dict(closing.values_list("project_id", "filed_at"))
    rows = [_row(project, filed.get(project.pk)) for project in projects]
    return [row for row in rows if row is not None]


def _row(project: Project, filed_at: datetime | None) -> Waiting | None:
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
        return _running(project, filed_at)
    return None


def _running(project: Project, filed_at: datetime | None) -> Waiting:
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
