"""What becomes of a seat: it ends, is renewed, goes to another person or office, or takes a substitute."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from apps.core import audit, clock, versions
from apps.core.locking import lock_row
from apps.core.verbs import verb
from apps.core.verdicts import Refused
from apps.governance import permissions, queries
from apps.governance.models import VOTING_OFFICES, Committee, Seat
from apps.governance.queries import Vacancy
from apps.governance.services.committees import SeatPlan, give, lock_committee
from apps.users.models import User


@verb
def end_seat(seat: Seat, *, by: User | None, reason: str = Seat.Ending.RESIGNED) -> Seat:
    """End a seat now, before its term is over. It can vote no more; rolls frozen before keep it, as absent or as it
    voted. `reason` is one of `Seat.Ending`; everyone may read it."""
    held = _lock(seat)
    permissions.may_form(by, held.committee.fund).require()
    _check_reason(reason)
    if held.ended_at is None:
        end(held, clock.now(), reason, by=by)
    return held


@verb
def replace(
    seat: Seat, *, user: User, kind: str, reason: str, by: User | None, is_paid: bool = False
) -> Seat:
    """End a seat and give it to another person at the same moment, for the rest of its term."""
    held = _lock(seat)
    permissions.may_form(by, held.committee.fund).require()
    _check_reason(reason)
    moment, from_day = _running(held)
    end(held, moment, reason, by=by)
    return give(
        held.committee,
        SeatPlan(user, held.office, kind, is_paid, held.rank),
        from_day=from_day,
        until_day=held.until_day,
        began_at=moment if held.starts_at <= moment else None,
        succeeds=held,
        by=by,
    )


@verb
def renew(seat: Seat, *, until_day: date, by: User | None) -> Seat:
    """Give the same person the same seat for a further term that follows without a gap. Twice is once.

    Raises `Refused` when the seat was ended early, or when the term or the service in all would be too long.
    """
    held = _lock(seat)
    permissions.may_form(by, held.committee.fund).require()
    if held.ended_at is not None:
        raise Refused(_("这个席位已经卸任，不能连任；请登记新的席位。"))
    return give(
        held.committee,
        SeatPlan(held.user, held.office, held.kind, held.is_paid, held.rank),
        from_day=held.until_day + timedelta(days=1),
        until_day=until_day,
        succeeds=held,
        by=by,
    )


@verb
def change_office(seat: Seat, *, office: str, by: User | None) -> Seat:
    """Make a member the chair, or the chair a member, from this moment for the rest of the term."""
    held = _lock(seat)
    permissions.may_form(by, held.committee.fund).require()
    if office not in VOTING_OFFICES or held.office not in VOTING_OFFICES:
        raise Refused(_("只能在主任和委员之间改；监督员和秘书请卸任后再登记。"), "office")
    moment, from_day = _running(held)
    if office == held.office:
        return held
    end(held, moment, Seat.Ending.OFFICE_CHANGED, by=by)
    return give(
        held.committee,
        SeatPlan(held.user, office, held.kind, held.is_paid),
        from_day=from_day,
        until_day=held.until_day,
        began_at=moment if held.starts_at <= moment else None,
        succeeds=held,
        by=by,
    )


@verb
def call_up(substitute: Seat, *, by: User | None) -> Seat:
    """Call a substitute up into a vacant seat of their kind, for the rest of its term; return the member's seat.

    Raises `Refused` when nothing is vacant, when another of the kind stands before, or when the vacant seat belongs
    to another kind that has its own substitutes.
    """
    held = _lock(substitute)
    committee = held.committee
    permissions.may_call_up(by, committee.fund).require()
    if held.office != Seat.Office.SUBSTITUTE or not queries.is_held(held):
        raise Refused(_("这位现在不是候补委员。"))
    vacancy = _vacancy_for(committee, held)
    first = queries.next_substitute(committee, held.kind)
    if first is not None and first.pk != held.pk:
        raise Refused(_("要按顺序递补，轮到的是%(name)s。") % {"name": first.user.name})
    moment = clock.now()
    end(held, moment, Seat.Ending.CALLED_UP, by=by)
    given = give(
        committee,
        SeatPlan(held.user, Seat.Office.MEMBER, held.kind),
        from_day=clock.day_of(moment),
        until_day=vacancy.seat.until_day if vacancy.seat else held.until_day,
        began_at=moment,
        succeeds=vacancy.seat,
        by=by,
    )
    audit.record(by, "governance.call_up", given, fund=committee.fund.code, kind=held.kind, rank=held.rank)
    return given


def _vacancy_for(committee: Committee, substitute: Seat) -> Vacancy:
    """Return the vacancy that this substitute may fill; one of their own kind comes first."""
    vacant = queries.vacancies(committee)
    if not vacant:
        raise Refused(_("现在没有空缺，候补委员不能递补。"))
    own = [one for one in vacant if one.seat is not None and one.seat.kind == substitute.kind]
    open_to_all = [
        one for one in vacant if one.seat is None or queries.next_substitute(committee, one.seat.kind) is None
    ]
    fitting = own or open_to_all
    if not fitting:
        raise Refused(_("空缺的席位代表另一方，由那一方的候补委员递补。"))
    today = clock.today()
    running = [one for one in fitting if one.seat is None or one.seat.until_day >= today]
    if not running:
        raise Refused(_("空缺席位的任期已经结束，要换届，不能递补。"))
    return running[0]


def end(seat: Seat, moment: datetime, reason: str, *, by: User | None) -> None:
    """Write the end of a seat, and of the terms for which its holder was renewed after it.

    The caller holds the committee's lock and its permission.
    """
    seat.ended_at, seat.ended_reason = moment, reason
    seat.save(update_fields=["ended_at", "ended_reason"])
    # What never began is nobody's successor: the seat counts as vacant.
    Seat.objects.filter(
        committee=seat.committee_id, user=seat.user_id, ended_at=None, from_day__gt=clock.day_of(moment)
    ).update(ended_at=moment, ended_reason=reason, succeeds=None)
    fund = seat.committee.fund
    audit.record(by, "governance.end_seat", seat, fund=fund.code, office=seat.office, reason=reason)
    versions.bump(f"fund:{fund.code}")


def _lock(seat: Seat) -> Seat:
    """Lock a seat's committee, then the seat; return the seat fresh."""
    committee = lock_committee(seat.committee)
    held = lock_row(Seat, "user", pk=seat.pk)
    held.committee = committee
    return held


def _running(seat: Seat) -> tuple[datetime, date]:
    """Return the present, and the day from which the rest of the term counts. Raises `Refused` if there is no rest."""
    moment = clock.now()
    today = clock.day_of(moment)
    if seat.ended_at is not None or seat.until_day < today:
        raise Refused(_("这个席位已经卸任或任期已满，请登记新的席位。"))
    return moment, max(today, seat.from_day)


def _check_reason(reason: str) -> None:
    if reason not in GIVEN_REASONS:
        raise Refused(_("请选卸任的原因。"), "reason")


# What a person may give as the reason; the others are written by the verbs themselves.
GIVEN_REASONS = (
    Seat.Ending.RESIGNED,
    Seat.Ending.TERM_OVER,
    Seat.Ending.MOVED,
    Seat.Ending.REMOVED,
    Seat.Ending.DIED,
)
