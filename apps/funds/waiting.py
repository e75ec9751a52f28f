"""What waits for a person in the rooms of funds: steps of approvals that are theirs, what they asked for, and rules of
theirs that are no longer tight enough."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.waiting import Waiting
from apps.funds import permissions, queries
from apps.funds.models import Approval, ApprovalStep, FundApplication, Rulebook
from apps.funds.queries import Flag
from apps.funds.states import ApplicationState
from apps.users.models import Role, User
from apps.users.queries import scope_codes

MOST_OF_A_KIND = 50


def waiting_for(user: User) -> list[Waiting]:
    """Return the steps a person is to decide, and what they handed in that waits for others or came back."""
    rows = [_step(step) for step in queries.approvals_waiting_for(user)[:MOST_OF_A_KIND]]
    asked = Approval.objects.filter(
        submitted_by_id=user.pk, state__in=[Approval.State.OPEN, Approval.State.RETURNED]
    ).order_by("opened_at")
    rows += [_asked(approval) for approval in queries.with_turn(asked)[:MOST_OF_A_KIND]]
    return rows + _agreements(user)[:MOST_OF_A_KIND] + _loosened(user)[:MOST_OF_A_KIND]


def _step(step: ApprovalStep) -> Waiting:
    return Waiting(
        state="late" if step.is_late else "due",
        label=_("已过期限") if step.is_late else _("待审批"),
        title=_("：").join([step.label, step.approval.title]),
        url=reverse("funds:approval", args=[step.approval.code]),
        action=_("去办理"),
        words=step.approval.fund.name if step.approval.fund else step.approval.division.name,
        amount=step.approval.amount or None,
        since=step.begun_at,
        until=step.due_at,
    )


def _asked(approval: Approval) -> Waiting:
    came_back = approval.state == Approval.State.RETURNED
    turn = getattr(approval, "turn", None) or ""
    return Waiting(
        state="returned" if came_back else "pending",
        label=approval.get_state_display(),
        title=approval.title,
        url=reverse("funds:approval", args=[approval.code]),
        words=_("退回了，看原因，改好再交") if came_back else _("正在：%(step)s") % {"step": turn},
        amount=approval.amount or None,
        since=approval.opened_at,
        until=getattr(approval, "turn_due", None),
        mine=came_back,
    )


def _agreements(user: User) -> list[Waiting]:
    """Return the confirmed applications whose agreement the host is to draw, or to keep signed and open the fund."""
    confirmed = FundApplication.objects.filter(
        host__code__in=scope_codes(user, Role.Kind.HOST_ADMIN, Role.Scope.HOST),
        state__in=[ApplicationState.APPROVED, ApplicationState.SIGNED],
    )
    return [
        Waiting(
            state="due",
            label=one.get_state_display(),
            title=_("设立%(name)s") % {"name": one.name},
            url=reverse("funds:application", args=[one.code]),
            action=_("去办理"),
            words=_("写协议") if one.state == ApplicationState.APPROVED else _("等签好的协议，上传以后设立"),
            amount=one.startup or None,
            since=one.applied_at,
        )
        for one in confirmed.order_by("applied_at", "pk")
    ]


def _loosened(user: User) -> list[Waiting]:
    """Return a row for each rulebook this person may adopt that has clauses looser than the levels above."""
    rows = []
    for host in queries.hosts_in_scope(user):
        for book, flags in queries.by_book(queries.flagged(host)):
            if permissions.may_adopt(user, host, level=book.level, division=book.division_id):
                address = [host.code, book.level, book.division_id]
                rows.append(loosened_row(book, flags, url=reverse("funds:rulebook", args=address)))
    return rows


def loosened_row(book: Rulebook, flags: list[Flag], *, url: str) -> Waiting:
    """Return the row that says which of a rulebook's clauses are to be mended."""
    return Waiting(
        state="late",
        label=_("比上级松"),
        title=_("改规则：《%(title)s》") % {"title": book.title},
        url=url,
        action=_("去改"),
        words=ngettext(
            "%(count)d 条不够严，现在按上级的执行", "%(count)d 条不够严，现在按上级的执行", len(flags)
        )
        % {"count": len(flags)},
    )
