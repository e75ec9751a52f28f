"""What waits for an implementer: applications to finish, work to report, and what they wait for."""

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.waiting import Waiting
from apps.projects.models import Evidence, Project
from apps.projects.permissions import may_file_evidence
from apps.projects.queries import of_organisations
from apps.users.models import User

MOST = 50


def of_implementer(user: User) -> list[Waiting]:
    """Return the rows of a person's organisations' projects."""
    rows = []
    for project in of_organisations(user).exclude(state__in=(Project.State.CLOSED, Project.State.DECLINED))[
        :MOST
    ]:
        row = _row(user, project)
        if row is not None:
            rows.append(row)
    return rows


def _row(user: User, project: Project) -> Waiting | None:
    url = reverse("projects:project", args=[project.code])
    if project.state == Project.State.DRAFT:
        return Waiting(
            state="draft",
            label=_("草稿"),
            title=_("写完申请：%(title)s") % {"title": project.title},
            url=url,
            action=_("接着写"),
            words=project.fund.name,
            amount=project.asked,
            since=project.created_at,
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
        return _running(user, project)
    return None


def _running(user: User, project: Project) -> Waiting:
    filed = Evidence.objects.filter(project=project, state=Evidence.State.FILED).order_by("filed_at").first()
    if filed is not None and not may_file_evidence(user, project):
        return Waiting(
            state="filed",
            label=_("待验收"),
            title=_("验收：%(title)s") % {"title": project.title},
            url=reverse("projects:project", args=[project.code]),
            words=_("等管委会验收成果"),
            since=filed.filed_at,
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
