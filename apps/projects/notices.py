"""Messages about projects to the people of the organisation that carries them out."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock, outbox
from apps.projects import rules
from apps.projects.models import Evidence, Expert, Milestone, Need, Project
from apps.users.models import Role, User
from apps.users.queries import users_with


def to_implementers(project: Project, *, key: str, subject: str, body: str) -> None:
    """Lay one message for each person who acts for the project's organisation."""
    for person in users_with(Role.Kind.IMPLEMENTER, organisation=project.organisation.code):
        outbox.say(f"{key}:{person.pk}", to=person.email, subject=subject, body=body)


def evidence_returned(evidence: Evidence, to_mend: Sequence[str] = ()) -> None:
    """Tell the implementer that a report came back, why, and which items of the checklist are to be mended."""
    project = evidence.project
    reason = evidence.reason
    if to_mend:
        reason += "\n\n" + _("要补的：") + "\n" + "\n".join(f"- {one}" for one in to_mend)
    to_implementers(
        project,
        key=f"evidence-returned:{evidence.code}",
        subject=_("成果退回：%(title)s") % {"title": project.title},
        body=_("“%(title)s”的成果被退回，原因：\n\n%(reason)s\n\n请改好以后重新提交。")
        % {"title": project.title, "reason": reason},
    )


def application_returned(project: Project) -> None:
    """Tell the applicant that the application came back, and what to mend."""
    facts = {"title": project.title, "reason": project.reason}
    to_implementers(
        project,
        key=f"application-returned:{project.code}:{project.returned_at:%Y%m%d%H%M%S}",
        subject=_("申请退回：%(title)s") % facts,
        body=_("“%(title)s”的申请退回来了，原因：\n\n%(reason)s\n\n请改好以后重新提交。") % facts,
    )


def not_chosen(project: Project) -> None:
    """Tell the applicant that others were chosen, and why. Nobody's name, nobody's score."""
    facts = {"title": project.title, "reason": project.reason}
    to_implementers(
        project,
        key=f"not-chosen:{project.code}",
        subject=_("未入选：%(title)s") % facts,
        body=_("“%(title)s”这次没有入选，原因：\n\n%(reason)s") % facts,
    )


def call_cancelled(project: Project, reason: str) -> None:
    """Tell the applicant that the call is off."""
    facts = {"title": project.title, "call": project.call.title if project.call else "", "reason": reason}
    to_implementers(
        project,
        key=f"call-cancelled:{project.code}",
        subject=_("征集取消：%(call)s") % facts,
        body=_("“%(call)s”取消了，“%(title)s”不再评审，原因：\n\n%(reason)s") % facts,
    )


def expert_invited(expert: Expert) -> None:
    """Ask someone to score the answers to a call, once per invitation."""
    call = expert.call
    outbox.say(
        f"expert-invited:{expert.pk}",
        to=expert.user.email,
        subject=_("请您评审：%(title)s") % {"title": call.title},
        body=_("%(host)s请您给“%(title)s”的申请打分。登录以后在“待办”里看：\n%(url)s")
        % {"host": call.host.name, "title": call.title, "url": f"{settings.SITE_URL}/desk/"},
    )


def milestone_due(milestone: Milestone, *, occasion: str) -> None:
    """Remind the implementer of a milestone's report: soon due, due today, or late; anew when its day is moved."""
    project = milestone.project
    facts = {
        "title": project.title,
        "number": milestone.number,
        "words": milestone.words,
        "day": milestone.due_on.isoformat(),
        "url": f"{settings.SITE_URL}/work/{project.code}/report/",
    }
    if occasion == rules.OVERDUE:
        subject = _("节点过期了：%(title)s") % facts
        body = _(
            "“%(title)s”的第 %(number)d 个节点“%(words)s”应当在 %(day)s 前报告，现在还没有收到，"
            "项目的公开页面上写着“过期”。做完了请交成果，没做完也请交一份进展说明情况：\n%(url)s"
        )
    elif occasion == rules.TODAY:
        subject = _("节点今天到期：%(title)s") % facts
        body = _("“%(title)s”的第 %(number)d 个节点“%(words)s”今天到期，请交成果：\n%(url)s")
    else:
        subject = _("节点快到了：%(title)s") % facts
        body = _("“%(title)s”的第 %(number)d 个节点“%(words)s”在 %(day)s 到期，到时请交成果：\n%(url)s")
    to_implementers(
        project,
        key=f"milestone:{project.code}:{milestone.number}:{occasion}:{milestone.due_on}",
        subject=subject,
        body=body % facts,
    )


def need_decided(need: Need) -> None:
    """Tell the accounts that voiced a need, or one folded into it, what became of it: set aside, merged, met or over.

    The letter says where and when it was voiced and repeats none of its words, which may name others. Whoever decided
    it knows.
    """
    told = [need] if need.state == Need.State.MERGED else [need, *need.merged.select_related("division")]
    people = User.objects.filter(is_active=True).in_bulk(
        {row.voiced_by_id for row in told if row.voiced_by_id} - {need.decided_by_id}
    )
    sentences = {
        Need.State.SET_ASIDE: _("这一条不公开。原因："),
        Need.State.MERGED: _("和另一条说的是同一件事，并到那一条一起办。"),
        Need.State.MET: _("已经解决："),
        Need.State.CLOSED: _("不办了，原因："),
    }
    shown = need.merged_into or need
    address = reverse("projects:follow_need")
    if shown.first_published_at is not None:
        address = reverse("disclosure:need", args=[shown.code])
    outbox.say_all(
        [
            outbox.Letter(
                key=f"need-decided:{row.code}:{need.state}:{need.decided_at:%Y%m%d%H%M%S%f}",
                to=people[row.voiced_by_id].email,
                subject=_("您说的事有了答复：%(place)s") % {"place": row.division.name},
                body=_("%(day)s 您在%(place)s说的一件事，%(became)s\n\n%(answer)s\n\n%(url)s")
                % {
                    "day": clock.day_of(row.voiced_at).isoformat(),
                    "place": row.division.name,
                    "became": sentences[Need.State(need.state)],
                    "answer": need.answer,
                    "url": f"{settings.SITE_URL}{address}",
                },
            )
            for row in told
            if row.voiced_by_id in people
        ]
    )
