"""Before the vote: calls, experts, scores, the check of eligibility, and choosing among the answers to a call."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.core import audit, clock
from apps.core.verbs import verb
from apps.core.verdicts import YES, Refused, Verdict, no
from apps.funds.models import Fund, Host
from apps.grants import permissions, queries
from apps.projects import services as projects
from apps.projects.models import Call, Confirmation, Expert, Project, Review
from apps.projects.queries import funds_of, is_expert, is_past_review
from apps.users.models import User


@verb
def draft_call(host: Host, *, funds: Sequence[Fund], by: User, **facts: Any) -> Call:
    """Write a call as a draft; see `projects.services.draft_call` for what it says."""
    permissions.may_call(by, funds).require()
    return projects.draft_call(host, funds=funds, by=by, **facts)


@verb
def publish_call(call: Call, *, by: User) -> Call:
    """Make a call public."""
    permissions.may_run_call(by, call).require()
    return projects.publish_call(call, by=by)


@verb
def cancel_call(call: Call, *, reason: str, by: User) -> Call:
    """Call it off, as long as no answer was put to a vote."""
    permissions.may_run_call(by, call).require()
    return projects.cancel_call(call, reason=reason, by=by)


@verb
def extend_review(call: Call, *, until: datetime, by: User) -> Call:
    """Give reviewers more time. Refused once scores were shown: nobody scores after having seen the others."""
    call = projects.lock_call(call)
    permissions.may_run_call(by, call).require()
    if is_past_review(call, clock.now()) and not queries.compare(call).short:
        raise Refused(_("评审已经结束，分数已经给管委会看了，不能再延长。"), "until")
    return projects.extend_review(call, until=until, by=by)


@verb
def invite_expert(call: Call, *, email: str, name: str, by: User) -> Expert:
    """Invite someone to score without a vote; nobody invites themselves."""
    permissions.may_run_call(by, call).require()
    if email.strip().lower() == by.email:
        raise Refused(_("不能请自己来评审。"), "email")
    return projects.invite_expert(call, email=email, name=name, by=by)


@verb
def dismiss_expert(expert: Expert, *, by: User) -> Expert:
    """End an invitation."""
    permissions.may_run_call(by, expert.call).require()
    return projects.dismiss_expert(expert, by=by)


@verb
def review(project: Project, *, points: Mapping[int, int], opinion: str, seen: str, by: User) -> Review:
    """Score an application by the criteria of its call; the last review before the close counts."""
    project = projects.lock_project(project)
    permissions.may_review(by, project).require()
    return projects.hand_in_review(
        project, points=points, opinion=opinion, seen=seen, is_expert=is_expert(by, project.call), by=by
    )


@verb
def confirm(project: Project, *, key: str, words: str, by: User) -> Confirmation:
    """Write down how a point was looked into that the machine cannot tell. Other points cannot be confirmed away."""
    project = projects.lock_project(project)
    permissions.may_answer(by, project).require()
    if key not in {
        one.key
        for fund in funds_of(project)
        for one in queries.findings(project, fund)
        if one.verdict == queries.ASK
    }:
        raise Refused(_("这一项不用人来核对。"))
    return projects.confirm(project, key=key, words=words, by=by)


@verb
def return_application(project: Project, *, reason: str, by: User) -> Project:
    """Give an application back to be mended."""
    project = projects.lock_project(project)
    permissions.may_answer(by, project).require()
    return projects.return_application(project, reason=reason, by=by)


@verb
def not_choose(project: Project, *, reason: str, by: User) -> Project:
    """Pass an answer to a call over, once its review is over, and tell the applicant why."""
    project = projects.lock_project(project)
    permissions.may_answer(by, project).require()
    if project.call is None:
        raise Refused(_("这份申请不是回应征集的，不能不选它。请退回修改，或者提交表决。"))
    if project.call.review_until is not None and not is_past_review(project.call, clock.now()):
        raise Refused(_("评审还没有结束。"))
    return projects.not_choose(project, reason=reason, by=by)


@verb
def export_comparison(call: Call, *, format: str, by: User) -> queries.Comparison:
    """Take the comparison of a call's answers out of the house; who did is written down."""
    permissions.may_compare(by, call).require()
    audit.record(by, "export_comparison", call, format=format)
    return queries.compare(call)


def readiness(project: Project, fund: Fund) -> Verdict:
    """Tell whether an application is ready for a fund's vote: its call's review is over, enough have scored, and no
    point of eligibility fails or waits for a person."""
    if project.call is not None and not _is_past(project.call):
        return no(_("评审还没有结束，结束以后才能提交表决。"))
    needed = queries.reviewers_needed(fund)
    count = len(queries.counted_reviews(project)) if needed else 0
    if count < needed:
        return no(
            _("表决前至少要有 %(needed)d 人评分，现在有 %(count)d 人。") % {"needed": needed, "count": count}
        )
    # The money is judged with the purpose that the officer names, under the fund's lock.
    for one in queries.findings(project, fund):
        if not one.is_settled and one.key != "money":
            return no(one.refusal)
    return YES


def _is_past(call: Call) -> bool:
    return call.review_until is None or is_past_review(call, clock.now())
