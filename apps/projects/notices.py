"""Messages about projects to the people of the organisation that carries them out."""

from django.utils.translation import gettext as _

from apps.core import outbox
from apps.projects.models import Evidence, Project
from apps.users.models import Role
from apps.users.queries import users_with


def to_implementers(project: Project, *, key: str, subject: str, body: str) -> None:
    """Lay one message for each person who acts for the project's organisation."""
    for person in users_with(Role.Kind.IMPLEMENTER, organisation=project.organisation.code):
        outbox.say(f"{key}:{person.pk}", to=person.email, subject=subject, body=body)


def evidence_returned(evidence: Evidence) -> None:
    """Tell the implementer that a report came back, and why."""
    project = evidence.project
    to_implementers(
        project,
        key=f"evidence-returned:{evidence.code}",
        subject=_("成果退回：%(title)s") % {"title": project.title},
        body=_("“%(title)s”的成果被退回，原因：\n\n%(reason)s\n\n请改好以后重新提交。")
        % {"title": project.title, "reason": evidence.reason},
    )
