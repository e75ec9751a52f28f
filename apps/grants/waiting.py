"""What waits for a person: objections to answer, scores to give, calls to publish or to choose from."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.waiting import Waiting
from apps.grants import permissions, queries
from apps.grants.models import Objection
from apps.projects.models import Activity, Call, SatisfactionReply
from apps.projects.queries import answers_to, late_in
from apps.projects.states import SUBMITTED
from apps.users.models import User

MOST = 50


def waiting_for(user: User) -> list[Waiting]:
    """Return the objections to answer, the applications to score, the drafts of calls, the calls to choose from,
    the work that is late, the words to read, the final accounts to check and to hand in."""
    return [
        *_objections(user),
        *_scores(user),
        *_calls(user),
        *_late_work(user),
        *_words(user),
        *_occasions(user),
        *_accounts(user),
        *_own_accounts(user),
    ]


def _objections(user: User) -> list[Waiting]:
    return [
        Waiting(
            state="new",
            label=_("公示异议"),
            title=_("答复异议：%(title)s") % {"title": objection.grant.project.title},
            url=reverse("grants:objection", args=[objection.code]),
            action=_("去答复"),
            words=str(Objection.Ground(objection.ground).label),
            since=objection.received_at,
            until=objection.answer_by,
        )
        for objection in queries.objections_to_answer(user)[:MOST]
        if permissions.may_answer_objection(user, objection)
    ]


def _scores(user: User) -> list[Waiting]:
    return [
        Waiting(
            state="open",
            label=_("评审中"),
            title=_("打分：%(title)s") % {"title": project.title},
            url=reverse("grants:review", args=[project.code]),
            action=_("去打分"),
            words=project.call.title if project.call else project.fund.name,
            amount=project.asked,
            since=project.submitted_at,
            until=project.call.review_until if project.call else None,
        )
        for project in queries.reviews_owed(user)[:MOST]
        # Without a call, a score is asked for only where the rules want one.
        if (project.call is not None or queries.reviewers_needed(project.fund))
        and permissions.may_review(user, project)
    ]


def _calls(user: User) -> list[Waiting]:
    rows = []
    mine = queries.calls_seen_by(user)
    for call in mine.filter(state=Call.State.DRAFT).order_by("created_at")[:MOST]:
        if permissions.may_run_call(user, call):
            rows.append(
                Waiting(
                    state="draft",
                    label=_("草稿"),
                    title=_("公开征集：%(title)s") % {"title": call.title},
                    url=reverse("grants:call", args=[call.code]),
                    action=_("看征集"),
                    amount=call.pot,
                    since=call.created_at,
                )
            )
    over = mine.filter(
        state=Call.State.PUBLISHED, review_until__lte=clock.now(), projects__state=SUBMITTED
    ).distinct()
    for call in over.order_by("review_until")[:MOST]:
        if permissions.may_run_call(user, call):
            count = answers_to(call).filter(state=SUBMITTED).count()
            rows.append(
                Waiting(
                    state="due",
                    label=_("评审结束"),
                    title=_("挑选申请：%(title)s") % {"title": call.title},
                    url=reverse("grants:compare", args=[call.code]),
                    action=_("去比较"),
                    words=_("还有 %(count)d 份没有答复") % {"count": count},
                    since=call.review_until,
                )
            )
    return rows


def _late_work(user: User) -> list[Waiting]:
    """Milestones without a report on the funds a person runs: the implementer's turn, theirs to ask."""
    today = clock.today()
    return [
        Waiting(
            state="late",
            label=_("过期"),
            title=_("没交成果：%(title)s") % {"title": step.project.title},
            url=reverse("grants:work", args=[step.project.code]),
            words=_("第 %(number)d 个节点：%(words)s，过期 %(days)d 天")
            % {"number": step.number, "words": step.words, "days": (today - step.due_on).days},
            until=clock.midnight(step.due_on + timedelta(days=1)),
            mine=False,
        )
        for step in late_in(queries.funds_run_by(user))[:MOST]
    ]


def _words(user: User) -> list[Waiting]:
    """What residents wrote with their ratings, a row for each project."""
    rows: dict[str, list[SatisfactionReply]] = {}
    for reply in queries.words_waiting_for(user)[:MOST]:
        rows.setdefault(reply.code.project.code, []).append(reply)
    return [
        Waiting(
            state="open",
            label=_("等着看"),
            title=_("看评价里的话：%(title)s") % {"title": found[0].code.project.title},
            url=reverse("grants:words", args=[code]),
            action=_("去看"),
            words=_("%(count)d 句，看过才公开") % {"count": len(found)},
            since=found[0].given_at,
        )
        for code, found in rows.items()
        if permissions.may_hide(user, found[0].code.project)
    ]


def _occasions(user: User) -> list[Waiting]:
    """What was written down of occasions, a row for each project."""
    rows: dict[str, list[Activity]] = {}
    for held in queries.occasions_waiting_for(user)[:MOST]:
        rows.setdefault(held.project.code, []).append(held)
    return [
        Waiting(
            state="open",
            label=_("等着看"),
            title=_("看活动写的话：%(title)s") % {"title": found[0].project.title},
            url=reverse("grants:occasions", args=[code]),
            action=_("去看"),
            words=_("%(count)d 句，看过才公开") % {"count": len(found)},
            since=found[0].recorded_at,
        )
        for code, found in rows.items()
        if permissions.may_hide(user, found[0].project)
    ]


def _accounts(user: User) -> list[Waiting]:
    return [
        Waiting(
            state=account.state,
            label=str(account.get_state_display()),
            title=_("核对决算：%(title)s") % {"title": account.project.title},
            url=reverse("grants:account", args=[account.code]),
            action=_("去核对"),
            words=account.project.organisation.name,
            amount=account.spent,
            since=account.filed_at,
        )
        for account in queries.accounts_to_check(user)[:MOST]
        if permissions.may_check(user, account)
    ]


def _own_accounts(user: User) -> list[Waiting]:
    return [
        Waiting(
            state="closed",
            label=str(project.get_state_display()),
            title=_("交决算：%(title)s") % {"title": project.title},
            url=reverse("grants:own_account", args=[project.code]),
            action=_("去交"),
            words=project.fund.name,
            until=until,
        )
        for project, until in queries.accounts_owed(user)[:MOST]
        if permissions.may_hand_in(user, project)
    ]
