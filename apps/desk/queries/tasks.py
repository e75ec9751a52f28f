"""What waits for a person in every role they hold, and what waits for others because of them."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import clock, jobs
from apps.core.waiting import DUE, LATE, RESTING, Waiting, collect, in_order
from apps.desk.queries import works
from apps.donations.queries import parked
from apps.finance.queries import hosts_of, open_lines
from apps.funds.models import Fund, Restriction
from apps.funds.queries import available
from apps.governance.models import Ballot, Motion
from apps.governance.queries import committees_of, due, in_force, to_vote
from apps.grants import permissions as grants_permissions
from apps.grants import queries as grants
from apps.grants.models import Grant, Instalment, Payment
from apps.users.models import Role, User
from apps.users.queries import current_roles, scope_codes

MOST_OF_A_KIND = 50
BAND_WORDS = {
    LATE: gettext_lazy("已经晚了"),
    DUE: gettext_lazy("七天内到期"),
    RESTING: gettext_lazy("其他待办"),
}


@dataclass(frozen=True)
class Desk:
    """A person's desk: what is theirs to do, and what they wait for. `bands` are the former by urgency, in words."""

    mine: list[Waiting]
    others: list[Waiting]
    bands: list[tuple[str, str, list[Waiting]]]


def desk_of(user: User) -> Desk:
    """Return everything that waits: what is late on top, then what is due, then what has waited longest."""
    rows = [
        *_votes(user),
        *_officers_work(user),
        *_payments(user),
        *_bank(user),
        *works.of_implementer(user),
        *collect(user),
    ]
    now = clock.now()
    rows = in_order(rows, now)
    bands = [
        (band, [row for row in rows if row.mine and row.band(now) == band]) for band in (LATE, DUE, RESTING)
    ]
    return Desk(
        [row for row in rows if row.mine],
        [row for row in rows if not row.mine],
        [(str(BAND_WORDS[band]), band, found) for band, found in bands if found],
    )


def is_staff(user: User) -> bool:
    """Whether a person has any role or seat, or is asked for a score; others are donors and residents."""
    return current_roles(user).exists() or committees_of(user).exists() or grants.reviews_owed(user).exists()


def _votes(user: User) -> list[Waiting]:
    """Open motions: mine to vote on, or voted and waiting for the deadline. Nobody's count, nobody's turnout."""
    rows = [
        Waiting(
            state="open",
            label=_("表决中"),
            title=_("投票：%(title)s") % {"title": motion.title},
            url=reverse("governance:vote", args=[motion.code]),
            action=_("去投票"),
            words=_("%(fund)s · 您还没投") % {"fund": motion.committee.fund.name},
            amount=motion.amount or None,
            since=motion.opens_at,
            until=motion.closes_at,
        )
        for motion in to_vote(user)[:MOST_OF_A_KIND]
    ]
    voted = (
        Motion.objects.filter(
            state=Motion.State.OPEN,
            closes_at__gt=clock.now(),
            pk__in=Ballot.objects.filter(seat__user=user, is_current=True).values("motion_id"),
        )
        .select_related("committee__fund")
        .order_by("closes_at")
    )
    return (
        rows
        + _being_counted(user)
        + [
            Waiting(
                state="open",
                label=_("表决中"),
                title=motion.title,
                url=reverse("governance:vote", args=[motion.code]),
                words=_("您投过了，截止前可以改"),
                until=motion.closes_at,
                mine=False,
            )
            for motion in voted[:MOST_OF_A_KIND]
        ]
    )


def _being_counted(user: User) -> list[Waiting]:
    """Motions whose deadline has passed and that nobody has counted; looking at them here starts the count."""
    passed = due().filter(committee__in=committees_of(user)).select_related("committee__fund")
    rows = [
        Waiting(
            state="pending",
            label=_("正在计票"),
            title=motion.title,
            url=reverse("governance:motion", args=[motion.code]),
            words=motion.committee.fund.name,
            until=motion.closes_at,
            mine=False,
        )
        for motion in passed[:MOST_OF_A_KIND]
    ]
    if rows:
        jobs.hint("governance.close_due")
    return rows


def _officers_work(user: User) -> list[Waiting]:
    """Applications to table, work to accept, needs to look at, grants in their public notice."""
    rows = [
        Waiting(
            state="submitted",
            label=_("新申请"),
            title=_("提交表决：%(title)s") % {"title": project.title},
            url=reverse("grants:table", args=[project.code]),
            action=_("看申请"),
            words=f"{project.fund.name} · {project.organisation.name}",
            amount=project.asked,
            since=project.submitted_at,
        )
        # Answers to a call that has a review are chosen among when it is over (`grants.waiting`).
        for project in grants.submitted_to(user).filter(call__review_until=None)[:MOST_OF_A_KIND]
    ]
    rows += [
        Waiting(
            state="filed",
            label=_("待验收"),
            title=_("验收：%(title)s") % {"title": evidence.project.title},
            url=reverse("grants:evidence", args=[evidence.code]),
            action=_("看成果"),
            words=evidence.project.organisation.name,
            since=evidence.filed_at,
        )
        for evidence in grants.evidence_for(user)[:MOST_OF_A_KIND]
    ]
    needs = grants.needs_for(user)
    first = needs.first()
    if first is not None:
        rows.append(
            Waiting(
                state="new",
                label=_("居民的话"),
                title=_("看 %(count)d 条居民需求") % {"count": needs.count()},
                url=reverse("grants:needs"),
                action=_("去看"),
                since=first.voiced_at,
            )
        )
    notices = Grant.objects.filter(fund__in=grants.funds_run_by(user), state=Grant.State.NOTICE)
    rows += [
        Waiting(
            state="notice",
            label=_("公示中"),
            title=grant.project.title,
            url=reverse("grants:grant", args=[grant.code]),
            words=_("公示期满才能付第一期"),
            until=grant.notice_until,
            mine=False,
        )
        for grant in notices.select_related("project")[:MOST_OF_A_KIND]
    ]
    return rows


def _payments(user: User) -> list[Waiting]:
    """Instalments to prepare, payments to release; those of one's own making wait for the second person."""
    money = grants.paid_by(user)
    rows = [
        Waiting(
            state="due",
            label=_("可以付"),
            title=_("制单：%(title)s 第 %(number)d 期")
            % {"title": instalment.grant.project.title, "number": instalment.number},
            url=reverse("grants:prepare", args=[instalment.grant.code, instalment.number]),
            action=_("去制单"),
            words=instalment.grant.project.organisation.name,
            amount=instalment.amount,
            since=instalment.grant.awarded_at,
        )
        for instalment in grants.instalments_of(money, Instalment.State.DUE)[:MOST_OF_A_KIND]
        if grants_permissions.may_prepare(user, instalment)
    ]
    for payment in grants.payments_of(money, Payment.State.PREPARED)[:MOST_OF_A_KIND]:
        verdict = grants_permissions.may_release(user, payment)
        rows.append(
            Waiting(
                state="prepared",
                label=_("待复核"),
                title=_("复核付出：%(payee)s") % {"payee": payment.payee},
                url=reverse("grants:payment", args=[payment.code]),
                action=_("去复核") if verdict else "",
                words=payment.instalment.grant.project.title if verdict else str(verdict.reason),
                amount=payment.amount,
                since=payment.prepared_at,
                mine=bool(verdict),
            )
        )
    return rows


def _bank(user: User) -> list[Waiting]:
    """Bank lines to match, host by host, and the provider's events that nobody could book."""
    rows = []
    for host in hosts_of(user, Role.Kind.FINANCE):
        waiting = open_lines(host)
        first = waiting.first()
        if first is None:
            continue
        rows.append(
            Waiting(
                state="waiting",
                label=_("待对"),
                title=_("对账：%(count)d 行流水还没对上") % {"count": waiting.count()},
                url=reverse("finance:lines", args=[host.code]),
                action=_("去对账"),
                words=host.name,
                since=clock.midnight(first.day),
            )
        )
    codes = scope_codes(user, Role.Kind.FINANCE, Role.Scope.HOST)
    first_event = parked(codes).first() if codes else None
    if first_event is not None:
        rows.append(
            Waiting(
                state="parked",
                label=_("搁置"),
                title=_("%(count)d 笔网上付款没能自动入账") % {"count": parked(codes).count()},
                url=reverse("donations:parked"),
                action=_("去看原因"),
                since=first_event.received_at,
            )
        )
    return rows


@dataclass(frozen=True)
class Purse:
    """What a fund of the person's committee can still promise, by purpose; fen."""

    fund: Fund
    total: int
    parts: list[tuple[str, int]]
    as_of: datetime


def purses_of(user: User) -> list[Purse]:
    """Return what the funds on whose committees a person sits can still promise."""
    found = []
    for committee in committees_of(user):
        parts = available(committee.fund)
        purposes = dict(Restriction.objects.filter(fund=committee.fund).values_list("code", "purpose"))
        named = [
            (purposes.get(code, code) if code else _("不限用途"), amount)
            for code, amount in sorted(parts.items())
            if amount
        ]
        found.append(Purse(committee.fund, sum(parts.values()), named, clock.now()))
    return found


def seat_words(user: User) -> str:
    """Return as what a person sits here: their seats, else their roles, in words."""
    seats = user.seats.filter(in_force()).select_related("committee__fund")
    words = [f"{seat.committee.fund.name} {seat.get_office_display()}" for seat in seats]
    words += dict.fromkeys(str(role.get_kind_display()) for role in current_roles(user))
    return " · ".join(words)
